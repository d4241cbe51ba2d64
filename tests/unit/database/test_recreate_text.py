"""SQLite's text, cut into pieces and put together again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.database.sqlite.columns import affinity, converted, only_holds
from limbeck.database.sqlite.definition import ConstraintItem
from limbeck.database.sqlite.parser import parse
from limbeck.database.sqlite.tokens import (
    inserted_before_name,
    mentions,
    quoted,
    renamed,
    tokens,
    unquoted,
    without_comments,
)
from limbeck.errors import SchemaError

STATEMENTS = [
    "CREATE TABLE t (a)",
    "CREATE TABLE t(a,b,c)",
    'CREATE TABLE "a ""b" ([c d] INT, `e``f` TEXT, \'g\' BLOB)',
    "CREATE TABLE t (\n  a INT, -- note, with (parens\n  b TEXT /* , */ NOT NULL\n)",
    "CREATE TABLE t (a DEFAULT -1, b DEFAULT (1 + (2)), c DEFAULT 'x, ''y''', d DEFAULT x'00', e DEFAULT NULL)",
    "CREATE TABLE t (c, a INT GENERATED ALWAYS AS (c + 1) STORED, b AS (1) VIRTUAL NOT NULL)",
    "CREATE TABLE t (a REFERENCES u (x) ON DELETE SET NULL ON UPDATE SET DEFAULT MATCH FULL NOT DEFERRABLE NOT NULL)",
    "CREATE TABLE t (a NOT NULL ON CONFLICT FAIL UNIQUE ON CONFLICT IGNORE, b PRIMARY KEY DESC ON CONFLICT ABORT)",
    "CREATE TABLE t (a CONSTRAINT n1 NOT NULL CONSTRAINT n2 CHECK (a IN (')', ',')) COLLATE binary)",
    "CREATE TABLE t (a, b, PRIMARY KEY (a, b) ON CONFLICT REPLACE, CONSTRAINT u UNIQUE (a), CHECK (a > 0))",
    "CREATE TABLE t (a INT PRIMARY KEY, FOREIGN KEY (a) REFERENCES u DEFERRABLE INITIALLY DEFERRED) STRICT, WITHOUT ROWID",
    "CREATE TABLE t (a double precision, b unsigned big int(3), c, d NULL) -- the end",
]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_a_statement_comes_out_as_it_went_in(sql: str) -> None:
    assert parse(sql).sql() == sql
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(sql)


def test_the_pieces_of_a_statement() -> None:
    table = parse(
        "CREATE TABLE IF NOT EXISTS main.[a b] (x INTEGER PRIMARY KEY AUTOINCREMENT, y VARCHAR(3) CHECK (y > 'a'),"
        " CONSTRAINT u UNIQUE (x, y COLLATE NOCASE DESC) CHECK (x <> 1)) WITHOUT  ROWID;"
    )
    assert table.name == "a b"
    assert [(c.name, c.type, [k.kind for k in c.clauses]) for c in table.columns] == [
        ("x", "INTEGER", ["primary"]),
        ("y", "VARCHAR(3)", ["check"]),
    ]
    assert [(c.kind, c.name, c.columns) for c in table.constraints] == [
        ("unique", "u", ("x", "y")),
        ("check", None, ()),
    ]
    assert table.without_rowid
    assert table.autoincrement
    assert table.primary_columns == ("x",)


@pytest.mark.parametrize(
    ("sql", "alias"),
    [
        ("CREATE TABLE t (a INTEGER PRIMARY KEY)", "a"),
        ("CREATE TABLE t (a integer, PRIMARY KEY (a DESC))", "a"),
        ("CREATE TABLE t (a INTEGER PRIMARY KEY DESC)", None),
        ("CREATE TABLE t (a INT PRIMARY KEY)", None),
        ("CREATE TABLE t (a INTEGER PRIMARY KEY) WITHOUT ROWID", None),
        ("CREATE TABLE t (a INTEGER, b, PRIMARY KEY (a, b))", None),
    ],
)
def test_which_column_is_the_number_of_the_row(sql: str, alias: str | None) -> None:
    assert parse(sql).rowid_alias == alias
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(sql)
        if "WITHOUT" not in sql and "b" not in sql:
            connection.execute("INSERT INTO t (a) VALUES (77)")
            ((number,),) = connection.execute("SELECT rowid FROM t")
            assert (number == 77) == (alias is not None)


def test_a_comment_at_the_end_of_a_line_goes_with_its_item() -> None:
    table = parse("CREATE TABLE t (\n  a, -- about a\n  b -- about b\n)")
    shorter = replace(table, items=table.items[:1])
    assert shorter.sql() == "CREATE TABLE t (\n  a -- about a\n)"
    longer = replace(table, items=(*table.items, ConstraintItem("check", "CHECK (a > 0)")))
    assert longer.sql() == "CREATE TABLE t (\n  a, -- about a\n  b, -- about b\n CHECK (a > 0)\n)"
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(longer.sql())


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIRTUAL TABLE t USING fts5 (a)",
        "CREATE TABLE t (a",
        "CREATE TABLE t (a b c CHECK)",
        "CREATE TABLE t (a REFERENCES u (b) SOMETHING)",
        "SELECT 1",
        "",
    ],
)
def test_what_is_no_such_statement_is_refused(sql: str) -> None:
    with pytest.raises(SchemaError, match="can be taken apart"):
        parse(sql)


@given(st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text


@given(st.text(min_size=1).filter(lambda s: "\0" not in s and s.isprintable()))
def test_quoting_there_and_back(name: str) -> None:
    assert unquoted(quoted(name)) == name
    (token,) = tokens(quoted(name))
    assert token.name == name


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("a > 1 AND A(a) = 'a'", '"b" > 1 AND A("b") = \'a\''),
        ('"a" + [a] + `A`', '"b" + "b" + "b"'),
        ("x.a -- a\n/* a */", 'x."b" -- a\n/* a */'),
        ("ab + _a", "ab + _a"),
    ],
)
def test_renaming_within_an_expression(sql: str, expected: str) -> None:
    assert renamed(sql, {"a": "b"}) == expected


def test_what_is_mentioned() -> None:
    assert mentions("SELECT [My Col] FROM t", "my col")
    assert not mentions("SELECT 'x' -- x\n/* x */", "x")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE UNIQUE INDEX ix ON t (a)", 'CREATE UNIQUE INDEX "aux".ix ON t (a)'),
        ("CREATE TRIGGER IF NOT EXISTS tr AFTER DELETE ON t BEGIN SELECT 1; END",
         'CREATE TRIGGER IF NOT EXISTS "aux".tr AFTER DELETE ON t BEGIN SELECT 1; END'),
    ],
)  # fmt: skip
def test_the_schema_of_an_index_or_trigger(sql: str, expected: str) -> None:
    assert inserted_before_name(sql, "aux") == expected


def test_comments_become_spaces() -> None:
    assert without_comments(" a/* x */b -- y\n") == "a b"


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("INT", "INTEGER"), ("BIGINT", "INTEGER"), ("VARCHAR(3)", "TEXT"), ("CLOB", "TEXT"), ("BLOB", "BLOB"),
        ("", "BLOB"), ("DOUBLE PRECISION", "REAL"), ("DECIMAL(3, 1)", "NUMERIC"), ("DATETIME", "NUMERIC"),
        ("FLOATING POINT", "INTEGER"),
    ],
)  # fmt: skip
def test_affinity_is_what_sqlite_takes_it_for(type_: str, expected: str) -> None:
    assert affinity(type_) == expected
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE t (x {type_})")
        connection.execute("INSERT INTO t VALUES ('7.0')")
        ((stored,),) = connection.execute("SELECT typeof(x) FROM t")
        kinds = {
            "INTEGER": "integer",
            "TEXT": "text",
            "BLOB": "text",
            "REAL": "real",
            "NUMERIC": "integer",
        }
        assert stored == kinds[expected]


FITS = "typeof(x) = 'real' AND x >= -9223372036854775808.0 AND x < 9223372036854775808.0"


@pytest.mark.parametrize(
    ("old", "new", "sql"),
    [
        ("INTEGER", "TEXT", "CAST(x AS TEXT)"),
        ("TEXT", "BLOB", "CAST(x AS BLOB)"),
        ("VARCHAR(2)", "VARCHAR(9)", "x"),
        ("TEXT", "", "x"),
        ("TEXT", "DATE", "x"),
        ("TEXT", "INTEGER", "x"),
        ("TEXT", "FLOAT", "x"),
        (
            "FLOAT",
            "INTEGER",
            f"CASE WHEN {FITS} THEN CAST(x AS INTEGER) ELSE x END",
        ),
    ],
)
def test_no_value_is_cast_to_what_it_cannot_be(old: str, new: str, sql: str) -> None:
    assert converted("x", old, new) == sql


def test_what_a_column_may_hold_after_a_change_of_type() -> None:
    assert only_holds("TEXT", "BIGINT") == ("integer", "null")
    assert only_holds("TEXT", "FLOAT") == ("real", "null")
    assert only_holds("TEXT", "DATE") == ()
    assert only_holds("INT", "BIGINT") == ()
