"""Random histories: what they lead to in memory is what a server has after them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limbeck.database.convert import table as converted
from limbeck.database.convert import type_
from limbeck.dsl import Op
from limbeck.operations import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    Operation,
    RecreateTable,
    RenameTable,
    kind_of,
)
from limbeck.schema import (
    Check,
    Column,
    Default,
    ForeignKey,
    Index,
    SchemaState,
    Table,
    TableName,
    Unique,
)
from tests.databases.replaying import beside, replayed
from tests.databases.runs import Shelf, Written
from tests.models_strategy import models
from tests.servers import Kind

Body = Callable[[Op], object]


def _does(operation: Operation) -> Body:
    def body(op: Op) -> None:
        op.invoke(operation)

    return body


def _shelf(operations: list[Operation]) -> Shelf:
    return Shelf(*(Written(f"r{number}", _does(one)) for number, one in enumerate(operations)))


def _created(drawn: sa.MetaData, dialect: sa.Dialect) -> list[Operation]:
    return [CreateTable(converted(table, dialect)) for table in drawn.sorted_tables]


def _free(table: Table, column: Column) -> bool:
    """Whether nothing but the column itself would change with it."""
    parts = repr((table.constraints, table.indexes, [c.default for c in table.columns]))
    return column.name not in parts


def _change(draw: Any, state: SchemaState, number: int, dialect: sa.Dialect) -> Operation | None:
    """One thing that can be done to a schema; None when there is nothing to do it to."""
    tables = [table for table in state if not state.referring(table.name)]
    if not tables:
        return None
    table = draw(st.sampled_from(tables))
    name = table.name
    plain = [column for column in table.columns if _free(table, column)]
    made = Column(f"new{number}", type_(sa.String(20), dialect), default=Default("'x'"))
    choices: list[Operation] = [
        AddColumn(name, made),
        CreateIndex(name, Index(f"ix_new{number}", (table.columns[0].name,))),
        RenameTable(name, f"renamed{number}"),
        DropTable(name),
    ]
    choices += [DropColumn(name, column.name) for column in plain[:1] if len(table.columns) > 2]
    choices += [
        AlterColumn(name, c.name, new_name=f"other{number}", type=c.type, nullable=c.nullable)
        for c in plain[:1]
        if c.default is None and c.comment is None
    ]
    choices += [
        DropIndex(index.name, name, name.schema) for index in table.indexes[:1] if index.name
    ]
    choices += [
        DropConstraint(name, item.name, kind_of(item))
        for item in table.constraints
        if item.name is not None and isinstance(item, (Check, Unique))
    ][:1]
    if "amount" in table:
        choices.append(AddConstraint(name, Check("amount < 1000", f"ck_new{number}")))
    chosen: Operation = draw(st.sampled_from(choices))
    if dialect.name == "sqlite" and isinstance(
        chosen, (AlterColumn, DropColumn, DropConstraint, AddConstraint)
    ):
        return RecreateTable(name, (chosen,))
    return chosen


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_random_history(
    data: st.DataObject, kind: Kind, make_database: Callable[[Kind], str]
) -> None:
    url = make_database(kind)
    dialect = sa.create_engine(url).dialect
    operations = _created(data.draw(models(kind)), dialect)
    for number in range(data.draw(st.integers(0, 6))):
        found = replayed(url, _shelf(operations))
        assert found.opaque == []
        change = _change(data.draw, found.schema, number, dialect)
        if change is None:
            break
        operations.append(change)
    result = beside(url, _shelf(operations))
    assert result.replayed.opaque == []
    assert result.not_compared == ()
    assert result.differences == []


def test_keys_between_tables_are_left_alone(sqlite_url: str) -> None:
    key = ForeignKey(("b",), TableName("b"), ("id",), "fk")
    number = type_(sa.Integer(), sa.create_engine(sqlite_url).dialect)
    one = Table(TableName("b"), (Column("id", number),))
    two = Table(TableName("a"), (Column("b", number),), (key,))
    found = replayed(
        sqlite_url, _shelf([CreateTable(one), CreateTable(two), RenameTable(TableName("b"), "c")])
    )
    assert found.schema[TableName("a")].foreign_keys[0].target == TableName("c")
