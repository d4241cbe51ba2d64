"""What is said to differ without asking the server is what the server would have said."""

from __future__ import annotations

import os
from collections.abc import Callable
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limbeck.database.compare import Compared, compare
from limbeck.database.normalise import facts
from limbeck.database.read import read
from limbeck.database.read.metadata import metadata
from limbeck.database.scratch import source
from tests.properties.model_pairs import pairs
from tests.seen import empty
from tests.servers import Kind

_DRAWN = settings(
    max_examples=int(os.environ.get("LIMBECK_EXAMPLES", "8")),
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def compared(connection: sa.Connection, models: sa.MetaData) -> Compared:
    """The models beside the database."""
    have, known = read(connection), facts(connection)
    connection.rollback()
    want = metadata(models, connection.dialect)
    found = compare(have, want, connection.dialect, facts=known, scratch=source(connection))
    connection.rollback()
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
@_DRAWN
@given(data=st.data())
def test_it_is_what_the_server_says(
    data: st.DataObject, kind: Kind, make_database: Callable[[Kind], str], made: list[str]
) -> None:
    if not made:
        made.append(make_database(kind))
    empty(made[0])
    before, after = data.draw(pairs(kind))
    engine = sa.create_engine(made[0], poolclass=sa.NullPool)
    with engine.connect() as connection:
        before.metadata(kind).create_all(connection)
        connection.commit()
        without_asking = compared(connection, after.metadata(kind))
        with patch("limbeck.database.compare.differs_for_certain", return_value=False):
            asked = compared(connection, after.metadata(kind))
    assert without_asking.not_compared == asked.not_compared
    assert without_asking.have == asked.have
    for table in asked.want:
        assert without_asking.want[table.name] == table
    assert without_asking.want == asked.want


@pytest.fixture
def made() -> list[str]:
    """The URL of the database that all examples of a test use."""
    return []


def _shop() -> sa.MetaData:
    models = sa.MetaData()
    sa.Table("makers", models, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "goods",
        models,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, server_default="new"),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.Column("old", sa.Integer),
        sa.Column("maker", sa.Integer),
        sa.CheckConstraint("price * 2 >= 0", name="price_fits"),
        sa.Index("by_price", "price"),
        comment="what is sold",
    )
    return models


def _plainly_changed(goods: sa.Table) -> None:
    """A column more, one less, another length, another NULL, another comment, an index, a key and a unique constraint."""
    goods.append_column(sa.Column("seen", sa.DateTime))
    goods.append_column(sa.Column("place", sa.String(40), server_default="here"))
    goods._columns.remove(goods.c.old)
    goods.c.name.type = sa.String(120)
    goods.c.price.nullable = False
    goods.comment = "what is on sale"
    sa.Index("by_name", goods.c.name)
    goods.append_constraint(sa.UniqueConstraint("price", "name", name="once"))
    sa.Index("by_maker", goods.c.maker)
    goods.append_constraint(sa.ForeignKeyConstraint(["maker"], ["makers.id"], name="goods_maker"))


def test_plain_differences_need_no_scratch_database(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        _shop().create_all(connection)
        connection.commit()
        models = _shop()
        goods = models.tables["goods"]
        # The same condition in the models' words: only a server can tell that it is the same.
        goods.constraints.remove(next(c for c in goods.constraints if c.name == "price_fits"))
        _plainly_changed(goods)
        found = compared(connection, models)
        assert found.scratch_name is None
        assert found.not_compared == ()
        assert found.have != found.want
    engine.dispose()


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])  # SQLite keeps the author's words
def test_what_may_be_other_words_is_asked_for(
    kind: Kind, make_database: Callable[[Kind], str]
) -> None:
    engine = sa.create_engine(make_database(kind))
    with engine.connect() as connection:
        _shop().create_all(connection)
        connection.commit()
        models = _shop()
        _plainly_changed(models.tables["goods"])
        assert compared(connection, models).scratch_name is not None
    engine.dispose()
