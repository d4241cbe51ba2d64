"""What is made in a scratch database, and in how many statements."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CreateIndex, CreateTable

from limbeck.database.scratch.at_once import at_once
from limbeck.database.scratch.needs import Needs
from limbeck.schema import (
    Column,
    Default,
    Enum,
    Expression,
    Index,
    SchemaState,
    Table,
    TableName,
    Type,
    View,
)


def test_a_table_is_made_with_its_indexes() -> None:
    table = sa.Table(
        "odd `(\n\t name",
        sa.MetaData(),
        sa.Column("id", sa.Integer, comment="ON t (a"),
        sa.Column("text", sa.Text),
        sa.Index("plain", "id"),
        sa.Index("two `", "id", "text", unique=True, mysql_length={"text": 10}),
        sa.Index("words", "text", mysql_prefix="FULLTEXT"),
        comment="CREATE INDEX i ON t (a)",
    )
    dialect = mysql.dialect()
    texts = [str(CreateTable(table).compile(dialect=dialect))]
    texts += [
        str(CreateIndex(index).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda index: str(index.name))
    ]
    (whole,) = at_once(texts)
    begin, rest = texts[0].split("id INTEGER", 1)
    assert whole == (
        f"{begin}INDEX plain (id), UNIQUE INDEX `two ``` (id, text(10)), FULLTEXT INDEX words (text), id INTEGER{rest}"
    )


@pytest.mark.parametrize(
    "texts",
    [
        ("CREATE INDEX i ON t (a)",),
        ("CREATE TABLE s (a INTEGER)", "CREATE INDEX i ON t (a)"),
        ("CREATE TABLE t (a INTEGER)", "CREATE INDEX IF NOT EXISTS i ON t (a)"),
        ("CREATE TABLE t (a INTEGER)", "CREATE TRIGGER i BEFORE INSERT ON t FOR EACH ROW SET x = 1"),
        ("-- cannot be compiled: CREATE TABLE t (a INTEGER)",),
    ],
)  # fmt: skip
def test_what_looks_otherwise_stays(texts: tuple[str, ...]) -> None:
    assert at_once(texts) == [*texts]


def test_what_is_needed_is_what_a_text_names() -> None:
    mood = Enum(TableName("mood"), ("sad", "glad"))
    number = Type("integer")
    first = Table(
        TableName("first"),
        (Column("second", number), Column("m", Type("mood"), default=Default("'sad'::mood"))),
    )
    second = Table(
        TableName("second"),
        (Column("id", number),),
        indexes=(Index("i", (Expression("first"),)),),
    )
    child = Table(
        TableName("child"),
        (Column("n", number),),
        options=(("postgresql_inherits", "first"),),
    )
    view = View(TableName("seen"), "SELECT * FROM second")
    needs = Needs(SchemaState((first, second, child), (mood, view)))
    assert needs.of([first.name]) == {first.name, mood.key}
    assert needs.of([second.name]) == {second.name}  # columns and texts may be called as tables are
    assert needs.of([child.name]) == {child.name, first.name, mood.key}
    assert needs.of([view.key]) == {view.key, second.name}
