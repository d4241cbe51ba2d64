"""Columns whose names read like SQL, in indexes and constraints that are made from values alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from limbeck import operations as ops
from limbeck.database.compile import Compiler
from limbeck.database.read import Catalog
from limbeck.dsl import Op
from limbeck.schema import Column, Expression, Index, SchemaState, Table, TableName, Type
from tests.databases.runs import Shelf, Written, upgrade

ODD = ["a-b", "select", "two words", "x/y", 'say "hi"']
T = TableName("t")


def make(op: Op) -> None:
    """A table whose columns are named so, with an index over each."""
    op.create_table("t", *[sa.Column(name, sa.Integer()) for name in ODD])
    for number, name in enumerate(ODD):
        op.create_index(f"ix_{number}", "t", [name])


def test_an_index_over_an_odd_name_is_made_again_as_it_was(database_url: str) -> None:
    upgrade(database_url, Shelf(Written("a1", make)))
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        before = Catalog(connection).table(T)
        compiler = Compiler(connection.dialect, tables=Catalog(connection))
        for index in before.indexes:
            bare = replace(index, origin=None)
            for operation in (ops.DropIndex(index.name or "", T), ops.CreateIndex(T, bare)):
                for statement in compiler.statements(operation):
                    connection.exec_driver_sql(statement.text.replace("%%", "%"))
        after = Catalog(connection).table(T)
    engine.dispose()
    assert len(after.indexes) == len(ODD)
    assert sorted(after.indexes, key=str) == sorted(before.indexes, key=str)


@pytest.mark.parametrize("name", ODD)
def test_a_column_of_an_odd_name_is_renamed_with_its_index(database_url: str, name: str) -> None:
    def rename(op: Op) -> None:
        op.alter_column("t", name, new_column_name="plain", existing_type=sa.Integer())

    upgrade(database_url, Shelf(Written("a1", make), Written("b2", rename)))
    engine = sa.create_engine(database_url)
    indexes = sa.inspect(engine).get_indexes("t")
    engine.dispose()
    assert ["plain"] in [index["column_names"] for index in indexes]
    assert [name] not in [index["column_names"] for index in indexes]


def test_an_expression_stays_one(postgresql_url: str) -> None:
    def make(op: Op) -> None:
        op.create_table("t", sa.Column("a", sa.Integer()), sa.Column("b", sa.Integer()))
        op.create_index("ix", "t", [sa.text("(a - b)"), "a", sa.text("b DESC")])

    upgrade(postgresql_url, Shelf(Written("a1", make)))
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        (index,) = Catalog(connection).table(T).indexes
        compiler = Compiler(connection.dialect)
        (made,) = compiler.statements(ops.CreateIndex(T, replace(index, origin=None)))
    engine.dispose()
    assert "b DESC" in made.text
    assert "(a - b)" in made.text


def test_what_is_no_name_is_marked() -> None:
    columns = tuple(Column(name, Type("INTEGER")) for name in ("a", "b", "a-b"))
    index = Index("ix", ("a-b", Expression("a - b")))
    state = ops.apply(
        [ops.CreateTable(Table(T, columns)), ops.CreateIndex(T, index)], SchemaState()
    )
    after = ops.AlterColumn(T, "a", new_name="c").apply(state)
    assert after[T].indexes[0].elements == ("a-b", "c - b")
    assert ops.DropColumn(T, "c").apply(after)[T].indexes == ()
