"""What models and databases are said to be: the same when they are, in memory as on the server."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limbeck import objects
from limbeck.database.compare import Compared, compare
from limbeck.database.compare_cache import Cache, FolderCache
from limbeck.database.normalise import facts, normalise
from limbeck.database.read import read
from limbeck.database.read.metadata import metadata
from limbeck.database.scratch import source
from limbeck.schema import Check, SchemaState, TableName
from tests.models_strategy import models
from tests.servers import Kind, Server

_DRAWN = settings(
    max_examples=int(os.environ.get("LIMBECK_EXAMPLES", "15")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def compared(
    connection: sa.Connection,
    models: sa.MetaData,
    *,
    asks: bool = True,
    cache: Cache | None = None,
) -> Compared:
    """The models beside the database."""
    have = read(connection)
    known = facts(connection)
    connection.rollback()
    want = metadata(models, connection.dialect)
    found = compare(
        have,
        want,
        connection.dialect,
        facts=known,
        scratch=source(connection) if asks else None,
        cache=cache,
    )
    connection.rollback()
    return found


def differences(found: Compared) -> list[object]:
    """What is not the same, for a message that can be read."""
    have = {*found.have, *found.have.objects.values()}
    want = {*found.want, *found.want.objects.values()}
    return [*(("have", item) for item in have - want), *(("want", item) for item in want - have)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
@_DRAWN
@given(data=st.data())
def test_what_create_all_makes_is_what_the_models_say(
    data: st.DataObject, kind: Kind, make_database: Callable[[Kind], str]
) -> None:
    drawn = data.draw(models(kind))
    engine = sa.create_engine(make_database(kind))
    with engine.connect() as connection:
        drawn.create_all(connection)
        connection.commit()
        found = compared(connection, drawn)
        assert found.not_compared == ()
        assert differences(found) == []
        assert found.have == found.want
    engine.dispose()


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
@_DRAWN
@given(data=st.data())
def test_words_that_are_found_without_the_server_are_the_server_s(
    data: st.DataObject, kind: Kind, make_database: Callable[[Kind], str]
) -> None:
    """Each part that normalising has changed is, after it, a part of what the server says."""
    drawn = data.draw(models(kind))
    engine = sa.create_engine(make_database(kind))
    with engine.connect() as connection:
        drawn.create_all(connection)
        connection.commit()
        have, known = read(connection), facts(connection)
        plain = metadata(drawn, connection.dialect)
        want = normalise(plain, connection.dialect, known)
        for table in want:
            before = {column.name: column for column in plain[table.name].columns}
            for column in table.columns:
                said = have[table.name][column.name]
                if column.type.sql != before[column.name].type.sql:
                    assert column.type == said.type
                if column.default != before[column.name].default:
                    assert column.default == said.default
        assert normalise(have, connection.dialect, known) == have
    engine.dispose()


@pytest.fixture
def shop() -> sa.MetaData:
    """A model with something for each part of the comparison."""
    models = sa.MetaData()
    sa.Table(
        "customers",
        models,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, unique=True),
        sa.Column("credit", sa.Numeric(10, 2), server_default="0"),
        sa.CheckConstraint("credit * 2 >= 0", name="credit_fits"),
    )
    sa.Table(
        "orders",
        models,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer", sa.ForeignKey("customers.id", ondelete="CASCADE")),
        sa.Column("made", sa.DateTime, server_default=sa.func.now()),
    )
    objects.View("recent", "SELECT id, made FROM orders", metadata=models)
    return models


def made(connection: sa.Connection, models: sa.MetaData) -> None:
    """The models, and their view, in the database."""
    models.create_all(connection)
    connection.exec_driver_sql("CREATE VIEW recent AS SELECT id, made FROM orders")
    connection.commit()


def test_an_unchanged_model_is_asked_for_once(
    database_url: str, shop: sa.MetaData, tmp_path: Path
) -> None:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        made(connection, shop)
        cache = FolderCache(tmp_path / "cache")
        first = compared(connection, shop, cache=cache)
        assert first.have == first.want
        assert first.scratch_name is not None or connection.dialect.name == "sqlite"
        again = compared(connection, shop, cache=cache, asks=False)
        assert again.have == again.want
        assert again.not_compared == ()
        assert again.scratch_name is None
    engine.dispose()


def test_answers_that_cannot_be_read_are_asked_for_again(
    postgresql_url: str, shop: sa.MetaData, tmp_path: Path
) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        made(connection, shop)
        compared(connection, shop, cache=FolderCache(tmp_path))
        for file in tmp_path.iterdir():
            file.write_text(file.read_text()[:-5])
        found = compared(connection, shop, cache=FolderCache(tmp_path))
        assert found.scratch_name is not None
        assert found.have == found.want
    engine.dispose()


def test_what_differs_is_seen(database_url: str, shop: sa.MetaData) -> None:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        made(connection, shop)
        other = sa.MetaData()
        for table in shop.tables.values():
            table.to_metadata(other)
        other.tables["customers"].append_column(sa.Column("age", sa.Integer))
        found = compared(connection, other)
        assert TableName("customers") in found.want
        assert found.have[TableName("customers")] != found.want[TableName("customers")]
        assert found.have[TableName("orders")] == found.want[TableName("orders")]
        assert "age" in found.want[TableName("customers")]
    engine.dispose()


def test_without_a_scratch_database_texts_are_not_compared_and_named(
    postgresql_url: str, shop: sa.MetaData
) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        made(connection, shop)
        found = compared(connection, shop, asks=False)
        assert [note.what for note in found.not_compared] == [
            "condition of credit_fits of table customers",
            "view recent",
        ]
        assert found.have == found.want
    engine.dispose()


def test_what_the_server_refuses_is_not_compared(postgresql_url: str) -> None:
    models = sa.MetaData()
    sa.Table("t", models, sa.Column("id", sa.Integer, primary_key=True))
    objects.View("broken", "SELECT nothing FROM nowhere", metadata=models)
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        models.create_all(connection)
        connection.commit()
        found = compared(connection, models)
        assert [str(note) for note in found.not_compared] == [
            'view broken: relation "nowhere" does not exist'
        ]
    engine.dispose()


def test_nothing_is_left_of_a_scratch_database(
    database_kind: Kind, database_url: str, shop: sa.MetaData
) -> None:
    engine = sa.create_engine(database_url)

    def databases(connection: sa.Connection) -> set[str]:
        sql = {
            "postgresql": "SELECT datname FROM pg_database",
            "mariadb": "SELECT schema_name FROM information_schema.schemata",
            "sqlite": "SELECT name FROM pragma_database_list",
        }[database_kind]
        return {name for name in connection.exec_driver_sql(sql).scalars() if "scratch" in name}

    with engine.connect() as connection:
        name = ""
        with pytest.raises(KeyboardInterrupt), source(connection)([None]) as scratch:
            name = scratch.name
            scratch.connection.exec_driver_sql("CREATE TABLE t (a integer)")
            raise KeyboardInterrupt
        assert name
        assert name not in databases(connection)
        assert read(connection) == SchemaState()
    engine.dispose()


def test_a_role_that_may_not_make_databases_uses_a_transaction(
    postgresql_url: str, shop: sa.MetaData, find_server: Callable[[Kind], Server]
) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        made(connection, shop)
        have, known = read(connection), facts(connection)
        connection.rollback()
        found = compare(
            have,
            metadata(shop, connection.dialect),
            connection.dialect,
            facts=known,
            scratch=source(connection, allow=["transaction"]),
        )
        connection.rollback()
        assert found.have == found.want
        assert found.scratch_name is not None
        assert "rolled back" in found.scratch_name
        assert read(connection) == have
    engine.dispose()


def test_two_states_in_words_of_models_are_compared(postgresql_url: str, shop: sa.MetaData) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        want = metadata(shop, connection.dialect)
        customers = want[TableName("customers")]
        check = next(c for c in customers.constraints if isinstance(c, Check))
        other = replace(check, sql="(credit*2) >= 0", origin=None)
        constraints = tuple(other if c is check else c for c in customers.constraints)
        have = want.with_table(replace(customers, constraints=constraints, origin=None))
        found = compare(
            have,
            want,
            connection.dialect,
            facts=facts(connection),
            scratch=source(connection),
            from_server=False,
        )
        assert differences(found) == []
    engine.dispose()
