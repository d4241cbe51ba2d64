"""Reading tables from SQLite's catalog, and from others through SQLAlchemy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck.database.read import Catalog
from limbeck.errors import SchemaError
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Default,
    ForeignKey,
    Index,
    PrimaryKey,
    TableName,
    Type,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = [
    "CREATE TABLE other (id INTEGER PRIMARY KEY)",
    """CREATE TABLE "the table" (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name varchar(20) COLLATE NOCASE NOT NULL ON CONFLICT FAIL DEFAULT 'it''s', -- comment
        at DEFAULT (datetime('now')),
        double GENERATED ALWAYS AS (id * 2) STORED,
        ref INTEGER CONSTRAINT fk REFERENCES other (id) ON DELETE SET NULL ON UPDATE CASCADE MATCH FULL
            DEFERRABLE INITIALLY DEFERRED,
        UNIQUE (name, at) ON CONFLICT IGNORE,
        CONSTRAINT positive CHECK (id > 0 /* always */)
    )""",
    "CREATE UNIQUE INDEX ix ON \"the table\" (name DESC, lower(at), ref) WHERE ref > 0 AND name <> ''",
    'CREATE TRIGGER tr AFTER INSERT ON other BEGIN DELETE FROM "the table"; END',
    "CREATE VIEW v AS SELECT * FROM [the table]",
    "CREATE VIEW w AS SELECT 'the table' FROM other",
]


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        for text in SCRIPT:
            connection.exec_driver_sql(text)
        yield connection
    engine.dispose()


def test_a_table_as_a_value(connection: sa.Connection) -> None:
    table = Catalog(connection).table(TableName("the table"))
    assert table.columns == (
        Column("id", Type("INTEGER"), nullable=False),
        Column(
            "name", Type("varchar(20) COLLATE NOCASE"), nullable=False, default=Default("'it''s'"),
            options=(("sqlite_on_conflict_not_null", "FAIL"),),
        ),
        Column("at", Type(""), default=Default("(datetime('now'))")),
        Column("double", Type(""), default=Computed("id * 2", persisted=True)),
        Column("ref", Type("INTEGER")),
    )  # fmt: skip
    assert table.constraints == (
        PrimaryKey(("id",)),
        ForeignKey(
            ("ref",), TableName("other"), ("id",), "fk", onupdate="CASCADE", ondelete="SET NULL",
            deferrable=True, initially="DEFERRED", match="FULL",
        ),
        Unique(("name", "at"), options=(("sqlite_on_conflict", "IGNORE"),)),
        Check("id > 0", "positive"),
    )  # fmt: skip
    where = ("sqlite_where", "ref > 0 AND name <> ''")
    assert table.indexes == (
        Index("ix", ("name DESC", "lower(at)", "ref"), unique=True, options=(where,)),
    )
    assert table.options == (("sqlite_autoincrement", True),)


def test_what_hangs_on_a_table(connection: sa.Connection) -> None:
    found = Catalog(connection).dependents(TableName("THE TABLE"))
    assert [(d.kind, d.name, d.table) for d in found] == [
        ("table", "the table", "the table"),
        ("index", "ix", "the table"),
        ("trigger", "tr", "other"),
        ("view", "v", "v"),
    ]
    assert [d.sql for d in found] == [SCRIPT[1], SCRIPT[2], SCRIPT[3], SCRIPT[4]]


def test_a_table_that_is_not_there(connection: sa.Connection) -> None:
    with pytest.raises(SchemaError, match="there is no table nothing"):
        Catalog(connection).table(TableName("nothing"))


def test_other_databases_are_read_through_sqlalchemy(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE t (id integer PRIMARY KEY, n varchar(5) NOT NULL UNIQUE)"
        )
        table = Catalog(connection).table(TableName("t"))
        assert Catalog(connection).dependents(TableName("t")) == ()
        with pytest.raises(SchemaError, match="there is no table u"):
            Catalog(connection).table(TableName("u"))
    engine.dispose()
    assert [(c.name, c.type.sql, c.nullable) for c in table.columns] == [
        ("id", "INTEGER", False),
        ("n", "VARCHAR(5)", False),
    ]
    assert table.primary_key is not None
    assert table.primary_key.columns == ("id",)
