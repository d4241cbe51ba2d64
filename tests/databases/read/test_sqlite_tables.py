"""SQLite databases as states: made by SQL, read, and compared with values written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck.database.engine import call
from limbeck.database.read import fingerprint, read
from limbeck.errors import SchemaError
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Default,
    Expression,
    ForeignKey,
    Index,
    Key,
    Need,
    PrimaryKey,
    Table,
    TableName,
    Trigger,
    Type,
    Unique,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def connection(sqlite_url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def executed(connection: sa.Connection, *statements: str) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def made(connection: sa.Connection, *statements: str, name: str = "t") -> Table:
    """The table of that name after these statements."""
    executed(connection, *statements)
    return read(connection)[TableName(name)]


def column(type: str, **said: object) -> Column:
    given: dict[str, object] = {"autoincrement": False, **said}
    return Column("c", Type(type), **given)  # type: ignore[arg-type]  # the test says what a column takes


COLUMNS = [
    ("c INTEGER", column("INTEGER")),
    ("c", column("")),
    ("c varchar ( 20 )", column("VARCHAR(20)")),
    ("c Numeric(10,2) NOT NULL", column("NUMERIC(10, 2)", nullable=False)),
    ("c double\n precision", column("DOUBLE PRECISION")),
    ("c TEXT COLLATE nocase", column("TEXT COLLATE NOCASE")),
    ("c TEXT COLLATE \"NOCASE\"", column("TEXT COLLATE NOCASE")),
    ("c TEXT COLLATE binary", column("TEXT")),
    ("c TEXT DEFAULT 'it''s'", column("TEXT", default=Default("'it''s'"))),
    ("c INTEGER DEFAULT (-5)", column("INTEGER", default=Default("-5"))),
    ("c INTEGER DEFAULT ((5))", column("INTEGER", default=Default("5"))),
    ("c INTEGER DEFAULT (abs(1))", column("INTEGER", default=Default("(abs(1))"))),
    ("c INTEGER DEFAULT (1 +\n 2)", column("INTEGER", default=Default("(1 + 2)"))),
    ("c TEXT DEFAULT ('(')", column("TEXT", default=Default("'('"))),
    ("c DATETIME DEFAULT (current_timestamp)", column("DATETIME", default=Default("CURRENT_TIMESTAMP"))),
    ("c TEXT DEFAULT (datetime('now'))", column("TEXT", default=Default("(datetime('now'))"))),
    ("c TEXT DEFAULT NULL", column("TEXT")),
    ("c TEXT DEFAULT 'NULL'", column("TEXT", default=Default("'NULL'"))),
    ("c INT AS (n * 2)", column("INT", default=Computed("n * 2", persisted=False))),
    ("c INT GENERATED ALWAYS AS (n /* x */ * 2) STORED", column("INT", default=Computed("n * 2", persisted=True))),
    (
        "c TEXT NOT NULL ON CONFLICT FAIL",
        column("TEXT", nullable=False, options=(("sqlite_on_conflict_not_null", "FAIL"),)),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), COLUMNS, ids=[sql for sql, _ in COLUMNS])
def test_a_column(connection: sa.Connection, sql: str, expected: Column) -> None:
    table = made(connection, f"CREATE TABLE t (n INTEGER, {sql})")
    assert table.columns == (Column("n", Type("INTEGER"), autoincrement=False), expected)
    assert table.constraints == ()


NUMBERED = [
    ("id INTEGER PRIMARY KEY", True, ()),
    ("id INTEGER NOT NULL, PRIMARY KEY (id)", True, ()),
    ("id integer, CONSTRAINT pk PRIMARY KEY (ID)", True, ()),
    ("id INTEGER PRIMARY KEY AUTOINCREMENT", True, (("sqlite_autoincrement", True),)),
    ("id INT PRIMARY KEY", False, ()),
    ("id BIGINT PRIMARY KEY", False, ()),
    ("id INTEGER PRIMARY KEY DESC", False, ()),
    ("id INTEGER, b INTEGER, PRIMARY KEY (id, b)", False, ()),
]


@pytest.mark.parametrize(("body", "numbered", "options"), NUMBERED)
def test_a_key_that_numbers_the_rows(
    connection: sa.Connection, body: str, *, numbered: bool, options: object
) -> None:
    table = made(connection, f"CREATE TABLE t ({body})")
    assert table["id"].autoincrement is numbered
    assert not table["id"].nullable
    assert table.options == options


def test_table_options(connection: sa.Connection) -> None:
    table = made(
        connection, "CREATE TABLE t (id INTEGER PRIMARY KEY) WITHOUT /* no */ ROWID, STRICT"
    )
    assert table.options == (("sqlite_strict", True), ("sqlite_with_rowid", False))
    assert table["id"].autoincrement is False


def test_constraints(connection: sa.Connection) -> None:
    table = made(
        connection,
        "CREATE TABLE Parent (X INTEGER, y INTEGER, PRIMARY KEY (y, X))",
        """CREATE TABLE t (
            a INTEGER CONSTRAINT pos CHECK (a > 0), -- (a comment, with a comma
            b TEXT UNIQUE CHECK (b IN ('a,b', ')', '--')), c INTEGER REFERENCES elsewhere,
            CONSTRAINT pk PRIMARY KEY (a),
            CONSTRAINT uq UNIQUE (b, "c") ON CONFLICT IGNORE,
            CONSTRAINT fk FOREIGN KEY (A, C) REFERENCES parent ON DELETE SET NULL ON UPDATE NO ACTION
                MATCH FULL DEFERRABLE INITIALLY DEFERRED,
            FOREIGN KEY (a) REFERENCES parent (x) NOT DEFERRABLE INITIALLY DEFERRED,
            FOREIGN KEY (c) REFERENCES "Parent" ("y") ON DELETE RESTRICT
        )""",
    )
    assert set(map(repr, table.constraints)) == set(
        map(
            repr,
            (
                Check("a > 0", "pos"),
                Unique(("b",)),
                Check("b IN ('a,b', ')', '--')"),
                ForeignKey(("c",), TableName("elsewhere"), ()),
                PrimaryKey(("a",), "pk"),
                Unique(("b", "c"), "uq", options=(("sqlite_on_conflict", "IGNORE"),)),
                ForeignKey(
                    ("a", "c"), TableName("Parent"), ("y", "X"), "fk",
                    ondelete="SET NULL", deferrable=True, initially="DEFERRED",
                ),
                ForeignKey(("a",), TableName("Parent"), ("X",)),
                ForeignKey(("c",), TableName("Parent"), ("y",), ondelete="RESTRICT"),
            ),
        )
    )  # fmt: skip


def test_indexes(connection: sa.Connection) -> None:
    table = made(
        connection,
        'CREATE TABLE t (a INTEGER, b TEXT, "c d" TEXT, UNIQUE (a))',
        "CREATE INDEX plain ON t (B, a ASC)",
        "CREATE UNIQUE INDEX one ON t (a) WHERE a > 0",
        'CREATE INDEX down ON t ("c d" DESC, b COLLATE nocase)',
        "CREATE INDEX expression ON t (lower(b),  a + 1) WHERE b <> 'a  b' -- note",
    )
    assert table.indexes == (
        Index("down", (Expression('"c d" DESC'), Expression("b COLLATE nocase"))),
        Index("expression", (Expression("lower(b)"), Expression("a + 1")), options=(("sqlite_where", "b <> 'a  b'"),)),
        Index("one", ("a",), unique=True, options=(("sqlite_where", "a > 0"),)),
        Index("plain", ("b", Expression("a"))),
    )  # fmt: skip


NAMES = [
    "a b", "it's", 'double"quote', "back`tick", "percent%s", "select", "check", "ünïcödé", "a.b", "[x", "{y}",
    "new\nline", "x" * 64, "-- no", "/* no", "comma,paren)(", "primary key", "",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_odd_names(connection: sa.Connection, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    table = made(
        connection,
        f"""CREATE TABLE {quoted} ({quoted} INTEGER PRIMARY KEY, up INTEGER,
            CONSTRAINT {quoted} CHECK (up > 0), CONSTRAINT {quoted} UNIQUE ({quoted}, up))""",
        f"CREATE TABLE t ({quoted} TEXT, CONSTRAINT {quoted} FOREIGN KEY ({quoted}) REFERENCES {quoted} ({quoted}))",
        f'CREATE INDEX {quoted[:-1]}x" ON {quoted} ({quoted}, up)',
    )
    assert table.foreign_keys == (ForeignKey((name,), TableName(name), (name,), name),)
    parent = read(connection)[TableName(name)]
    assert [column.name for column in parent.columns] == [name, "up"]
    assert parent.constraints == (
        PrimaryKey((name,)), Check("up > 0", name), Unique((name, "up"), name),
    )  # fmt: skip
    assert parent.indexes == (Index(f"{name}x", (name, "up")),)


def test_views_and_triggers(connection: sa.Connection) -> None:
    executed(
        connection,
        "CREATE TABLE t (a INTEGER)",
        "CREATE TABLE other (b INTEGER)",
        'CREATE VIEW v AS SELECT a AS "x y" FROM T;',
        'CREATE VIEW IF NOT EXISTS main."w w" (one, two) AS -- why\nSELECT 1, 2',
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM other; SELECT 1; END",
        "CREATE TEMP TRIGGER passing AFTER INSERT ON t BEGIN SELECT 1; END",
    )
    objects = read(connection).objects
    assert objects == {
        Key("view", TableName("v")): View(TableName("v"), 'SELECT a AS "x y" FROM T'),
        Key("view", TableName("w w")): View(
            TableName("w w"), "-- why\nSELECT 1, 2", options=(("sqlite_columns", ("one", "two")),)
        ),
        Key("trigger", TableName("tr"), "t"): Trigger(
            "tr", TableName("t"), "AFTER INSERT ON t BEGIN DELETE FROM other; SELECT 1; END"
        ),
    }
    view, trigger = (
        objects[Key("view", TableName("v"))],
        objects[Key("trigger", TableName("tr"), "t")],
    )
    assert isinstance(view, View)
    assert view.needs == {Need("table", TableName("t"))}
    assert isinstance(trigger, Trigger)
    assert trigger.needs == {Need("table", TableName("t")), Need("table", TableName("other"))}


def test_what_sqlite_keeps_for_itself_is_left_out(connection: sa.Connection) -> None:
    executed(
        connection,
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE)",
        "INSERT INTO t (a) VALUES ('x')",
        "ANALYZE",
        "CREATE VIRTUAL TABLE words USING fts5(body)",
    )
    assert repr(read(connection)) == "SchemaState(t)"
    assert read(connection)[TableName("t")].indexes == ()


def test_an_attached_database_is_a_schema(connection: sa.Connection, tmp_path: Path) -> None:
    executed(
        connection,
        f"ATTACH '{tmp_path}/other.db' AS \"o o\"",
        "CREATE TABLE t (a INTEGER)",
        'CREATE TABLE "o o".p (a INTEGER PRIMARY KEY)',
        'CREATE TABLE "o o".c (p INTEGER REFERENCES p)',
        'CREATE INDEX "o o".ix ON c (p)',
        'CREATE VIEW "o o".v AS SELECT * FROM p',
    )
    before = fingerprint(connection, schemas=("o o",))
    state = read(connection, schemas=(None, "o o"))
    assert repr(state) == "SchemaState(t, o o.c, o o.p, view o o.v)"
    table = state[TableName("c", "o o")]
    assert table.indexes == (Index("ix", ("p",)),)
    assert table.foreign_keys == (ForeignKey(("p",), TableName("p", "o o"), ("a",)),)
    executed(connection, 'DROP VIEW "o o".v')
    assert fingerprint(connection, schemas=("o o",)) != before


def test_what_is_left_out_goes_with_what_hangs_on_it(connection: sa.Connection) -> None:
    executed(
        connection,
        "CREATE TABLE p (a INTEGER PRIMARY KEY)",
        "CREATE TABLE c (p INTEGER REFERENCES p)",
        "CREATE TRIGGER tr AFTER INSERT ON p BEGIN SELECT 1; END",
        "CREATE VIEW v AS SELECT 1",
    )
    state = read(connection, leave_out=[TableName("p")])
    assert repr(state) == "SchemaState(c, view v)"
    # The key of a table that is left out is still known.
    assert state[TableName("c")].foreign_keys[0].target_columns == ("a",)
    assert (
        repr(read(connection, wanted=lambda name: name.name == "p"))
        == "SchemaState(p, trigger tr on p)"
    )


CHANGES = [
    "ALTER TABLE t ADD COLUMN b", "ALTER TABLE t RENAME COLUMN a TO b", "CREATE INDEX ix ON t (a)",
    "CREATE VIEW v AS SELECT 1", "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END", "DROP TABLE t",
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_fingerprint_changes_with_what_is_read(connection: sa.Connection, change: str) -> None:
    executed(connection, "CREATE TABLE t (a INTEGER)")
    before = fingerprint(connection)
    executed(connection, "INSERT INTO t VALUES (1)", "ANALYZE")
    executed(connection, change)
    assert fingerprint(connection) != before


def test_an_asynchronous_driver_reads_the_same(connection: sa.Connection) -> None:
    executed(connection, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT '100%')")
    connection.commit()
    url = connection.engine.url.set(drivername="sqlite+aiosqlite")
    text = url.render_as_string(hide_password=False)
    assert call(text, read) == read(connection)
    assert call(text, fingerprint) == fingerprint(connection)


def test_a_schema_that_is_not_there(connection: sa.Connection) -> None:
    with pytest.raises((SchemaError, sa.exc.OperationalError), match="nowhere"):
        read(connection, schemas=("nowhere",))
