"""Common forms of SQLite's text are recognised quickly, and mean what they mean taken apart."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.database.read import read
from limbeck.database.read.sqlite import items
from limbeck.database.read.sqlite.words import canonical_type
from limbeck.database.types import sqlalchemy_type
from limbeck.errors import SchemaError
from limbeck.schema import TableName, Type

NAMES = st.sampled_from(
    [
        "a", "B_1", '"a b"', '"it\'s"', '"x""y"', '"select"', '"a,b"', '"("', "désert", "Check", "key", "primary1",
        "_x", "notnull", "`b`", "[c]", "'d'", "defaults", '"--"', "$x",
    ]
)  # fmt: skip
TYPES = st.sampled_from(
    [
        "INTEGER", "int", "VARCHAR(20)", "varchar (20)", "NUMERIC(10, 2)", "NUMERIC(10,2)", "DOUBLE PRECISION", "",
        "TEXT COLLATE NOCASE", '"odd type"', "CHECKED", "NULLABLE(3)", "Unique", "NOT", "BOOLEAN",
    ]
)  # fmt: skip
DEFAULTS = st.sampled_from(
    [
        "", " DEFAULT 5", " DEFAULT 'x'", " DEFAULT 'it''s, (not) -- x'", " DEFAULT (CURRENT_TIMESTAMP)",
        " DEFAULT current_timestamp", " DEFAULT (1 + 2)", " DEFAULT -1", " DEFAULT 1.5", " DEFAULT NULL",
        " DEFAULT (NULL)", " DEFAULT x'00'", " default 007",
    ]
)  # fmt: skip
BEHIND = st.sampled_from(
    ["", " NOT NULL", " not null", " NULL", " PRIMARY KEY", " UNIQUE", " CHECK (a > 1)", " REFERENCES p (x)", "  NOT NULL "]
)  # fmt: skip


def keys() -> st.SearchStrategy[str]:
    lists = st.lists(NAMES, min_size=1, max_size=3).map(lambda names: f"({', '.join(names)})")
    named = st.one_of(st.just(""), NAMES.map(lambda name: f"CONSTRAINT {name} "))
    actions = st.lists(
        st.sampled_from(
            [
                " ON DELETE CASCADE",
                " ON UPDATE SET NULL",
                " ON DELETE NO ACTION",
                " ON UPDATE RESTRICT",
                " DEFERRABLE",
            ]
        ),
        max_size=2,
    ).map("".join)
    conditions = st.sampled_from(
        ["(a > 0)", "(a IN (1, 2))", "(b <> ')')", "(a  >\n 0)", "(a - 1 > 0)", "(b/2 > 1)"]
    )
    return st.one_of(
        st.builds(lambda name, kind, own: f"{name}{kind} {own}", named, st.sampled_from(["PRIMARY KEY", "UNIQUE", "unique"]), lists),
        st.builds(lambda name, own, target, other, acts: f"{name}FOREIGN KEY{own} REFERENCES {target} {other}{acts}", named, lists, NAMES, lists, actions),
        st.builds(lambda name, condition: f"{name}CHECK {condition}", named, conditions),
    )  # fmt: skip


PARTS = st.one_of(
    st.builds(
        lambda *words: words[0] + (" " + words[1] if words[1] else "") + words[2] + words[3],
        NAMES, TYPES, DEFAULTS, BEHIND,
    ),
    keys(),
)  # fmt: skip


@given(text=PARTS)
@settings(max_examples=1500, deadline=None)
def test_a_part_that_is_recognised_means_the_same_taken_apart(text: str) -> None:
    quick = items.quick_item(text)
    if quick is not None:
        try:
            thorough = items.thorough_item(text)
        except SchemaError:  # not a part that SQLite would take
            with pytest.raises(sqlite3.OperationalError):
                sqlite3.connect(":memory:").execute(f"CREATE TABLE x (zz, {text})")
            return
        assert quick == thorough


@given(
    parts=st.lists(PARTS, min_size=1, max_size=5),
    behind=st.sampled_from(["", " STRICT", " /* ) */"]),
)
@settings(max_examples=300, deadline=None)
def test_a_statement_is_cut_where_it_was_joined(parts: list[str], behind: str) -> None:
    pieces = items.split(f'CREATE TABLE "a(b,c" ({", ".join(parts)}){behind}')
    assert [item.strip() for item in pieces.items] == [part.strip() for part in parts]
    assert pieces.behind == behind


@given(
    unique=st.booleans(),
    name=NAMES,
    columns=st.lists(NAMES, min_size=1, max_size=3),
    where=st.sampled_from(["", " WHERE a > 0", " WHERE b = 'x'", " WHERE a - 1 > 0", " where a"]),
)
@settings(max_examples=300, deadline=None)
def test_an_index_that_is_recognised_means_the_same_taken_apart(
    unique: bool, name: str, columns: list[str], where: str
) -> None:
    sql = f"CREATE {'UNIQUE ' if unique else ''}INDEX {name} ON t ({', '.join(columns)}){where}"
    quick = items.quick_index(sql)
    assert quick is None or quick == items.thorough_index(sql)


def test_what_sqlalchemy_writes_is_recognised() -> None:
    engine = sa.create_engine("sqlite://")
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, server_default="x"),
        sa.Column("at", sa.DateTime, server_default=sa.func.now()),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.Column("other id", sa.ForeignKey("t.id", ondelete="CASCADE", name="fk")),
        sa.CheckConstraint("price > 0", name="positive"),
        sa.UniqueConstraint("name", "at", name="uq"),
    )
    sql = str(sa.schema.CreateTable(table).compile(engine))
    assert [text for text in items.split(sql).items if items.quick_item(text) is None] == []
    index = sa.Index("ix", table.c.name, table.c["other id"], unique=True)
    text = str(sa.schema.CreateIndex(index).compile(engine))
    assert items.quick_index(text) is not None


TYPE_TEXTS = [
    "INTEGER", "BIGINT", "SMALLINT", "VARCHAR", "VARCHAR(20)", "VARCHAR(20) COLLATE NOCASE", "TEXT", "TEXT COLLATE RTRIM",
    "CHAR(3)", "BOOLEAN", "DATE", "DATETIME", "TIME", "TIMESTAMP", "FLOAT", "DOUBLE", "DOUBLE PRECISION", "REAL",
    "NUMERIC", "NUMERIC(10, 2)", "DECIMAL(5, 0)", "BLOB", "JSON", "UUID", "NVARCHAR(7)", "", "INT", "TINYINT(1)",
    "INTEGER(11)", "MY OWN TYPE(3)", "INTEGER COLLATE NOCASE", "VARCHAR(10, 20)", '"ODD"',
]  # fmt: skip


@pytest.mark.parametrize("text", TYPE_TEXTS)
def test_a_type_there_and_back(text: str) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        made = sqlalchemy_type(Type(text), connection.dialect)
        sa.Table("t", sa.MetaData(), sa.Column("c", made)).create(connection)
        assert read(connection)[TableName("t")]["c"].type.sql == text
    engine.dispose()


def test_types_in_one_form() -> None:
    assert canonical_type('varchar ( 20 )collate "nocase"') == "VARCHAR(20) COLLATE NOCASE"
    assert canonical_type("numeric(10,2)") == "NUMERIC(10, 2)"
    assert canonical_type("double /* x */ precision") == "DOUBLE PRECISION"
