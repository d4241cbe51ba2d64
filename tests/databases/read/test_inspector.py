"""SQLAlchemy's Inspector as a reader: what it tells is what our own readers tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck.database.read import inspector, read
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Default,
    ForeignKey,
    Identity,
    Index,
    Key,
    Sequence,
    Table,
    TableName,
    Type,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.schema import SchemaState


@pytest.fixture
def connection(database_url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def created(connection: sa.Connection) -> None:
    metadata = sa.MetaData()
    sa.Table(
        "parent",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("odd name", sa.String(50), nullable=False, server_default="it's 100%"),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.UniqueConstraint("odd name", "price", name="uq"),
        sa.CheckConstraint("price > 0", name="positive"),
    )
    sa.Table(
        "child",
        metadata,
        sa.Column("a", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("b", sa.Integer, primary_key=True),
        sa.Column("parent", sa.ForeignKey("parent.id", name="fk", ondelete="CASCADE"), index=True),
        sa.Column("text", sa.Text),
    )
    metadata.create_all(connection)
    connection.exec_driver_sql("CREATE VIEW v AS SELECT id FROM parent")


def common(state: SchemaState, dialect: sa.Dialect) -> dict[str, tuple[object, ...]]:
    """What both readers can tell: types without the server's spelling, checks by their names."""
    return {table.name.name: _common(table, dialect) for table in state}


def _common(table: Table, dialect: sa.Dialect) -> tuple[object, ...]:
    constraints = [replace(c, sql="") if isinstance(c, Check) else c for c in table.constraints]
    columns = [(c.name, c.nullable, c.comment, _bare(c.default)) for c in table.columns]
    indexes = [(i.name, i.elements, i.unique) for i in table.indexes]
    return columns, sorted(map(repr, constraints)), sorted(map(repr, indexes))


def _bare(default: object) -> str | None:
    """A default without PostgreSQL's cast and without MariaDB's way to write a quote."""
    if not isinstance(default, Default):
        return None
    return default.sql.split("::", maxsplit=1)[0].replace("\\'", "''")


def test_it_tells_what_our_own_reader_tells(connection: sa.Connection) -> None:
    created(connection)
    found, own = inspector.read(connection), read(connection)
    mine, theirs = common(own, connection.dialect), common(found, connection.dialect)
    if connection.dialect.name == "mysql":
        # It cannot know that the index was not asked for.
        index = repr(("ix_child_parent", ("parent",), False))
        assert index in theirs["child"][2]  # type: ignore[operator]  # a list, see _common
    assert mine == theirs
    assert Key("view", TableName("v")) in found.objects


def test_filters(connection: sa.Connection) -> None:
    created(connection)
    state = inspector.read(connection, leave_out=[TableName("parent")])
    assert [table.name.name for table in state] == ["child"]
    state = inspector.read(connection, wanted=lambda name: name.name == "parent")
    assert repr(state) == "SchemaState(parent)"


def test_a_fingerprint_changes_with_what_is_read(connection: sa.Connection) -> None:
    created(connection)
    before = inspector.fingerprint(connection)
    assert inspector.fingerprint(connection) == before
    connection.exec_driver_sql("ALTER TABLE child ADD COLUMN more INTEGER")
    assert inspector.fingerprint(connection) != before


def test_postgresql_by_hand(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        for statement in (
            "CREATE SCHEMA s",
            "CREATE TABLE p (id int PRIMARY KEY)",
            """CREATE TABLE s.t (
                a serial, b int GENERATED ALWAYS AS IDENTITY (START 5), c int GENERATED ALWAYS AS (b * 2) STORED,
                d varchar(20) DEFAULT 'x', e int CONSTRAINT fk REFERENCES p ON DELETE SET NULL DEFERRABLE
            )""",
            "CREATE INDEX ix ON s.t (d DESC NULLS LAST, lower(d)) INCLUDE (b) WHERE b > 0",
            "COMMENT ON TABLE s.t IS 'about t'",
            "COMMENT ON COLUMN s.t.d IS 'about d'",
            "CREATE SEQUENCE s.own",
            "CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS one",
        ):
            connection.exec_driver_sql(statement)
        state = inspector.read(connection, schemas=("s",))
    engine.dispose()
    table = state[TableName("t", "s")]
    a, b, c, d, _ = table.columns
    assert table.comment == "about t"
    assert a == Column("a", Type("INTEGER"), nullable=False, autoincrement=True)
    assert isinstance(b.default, Identity)
    assert (b.default.always, dict(b.default.options)["start"]) == (True, 5)
    assert c.default == Computed("(b * 2)", persisted=True)
    assert d == Column(
        "d", Type("VARCHAR(20)"), default=Default("'x'::character varying"), comment="about d",
        autoincrement=False,
    )  # fmt: skip
    assert table.foreign_keys == (
        ForeignKey(("e",), TableName("p"), ("id",), "fk", ondelete="SET NULL", deferrable=True),
    )
    (index,) = table.indexes
    assert index == Index("ix", ("d DESC NULLS LAST", "lower(d::text)"), options=index.options)
    assert dict(index.options)["postgresql_include"] == ("b",)
    assert state.objects[Key("sequence", TableName("own", "s"))] == Sequence(TableName("own", "s"))
    view = state.objects[Key("materialized view", TableName("m", "s"))]
    assert view == View(TableName("m", "s"), "SELECT 1 AS one", materialized=True)


def test_the_query_of_a_view_on_sqlite(sqlite_url: str) -> None:
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE VIEW v AS SELECT 1 AS one")
        state = inspector.read(connection)
    engine.dispose()
    assert list(state.objects.values()) == [View(TableName("v"), "SELECT 1 AS one")]
