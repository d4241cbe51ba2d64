"""Operations of users' own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from limbeck import operations as ops
from limbeck.dsl import BatchOp, Op, custom
from limbeck.errors import UsageError
from limbeck.schema import TableName
from tests.unit.dsl.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """What a test registers is gone after it."""
    before = dict(custom._implementations)
    methods = {owner: set(vars(owner)) for owner in (Op, BatchOp)}
    yield
    custom._implementations.clear()
    custom._implementations.update(before)
    for owner, names in methods.items():
        for name in set(vars(owner)) - names:
            delattr(owner, name)


@dataclass
class CreateView:
    name: str
    query: str

    @classmethod
    def create_view(cls, operations: Op, name: str, query: str) -> object:
        """Create a view."""
        return operations.invoke(cls(name, query))

    @classmethod
    def batch_create_view(cls, operations: BatchOp, query: str) -> object:
        return operations.invoke(cls(f"v_{operations.table.name}", query))


def carry_out_view(operations: Op, operation: CreateView) -> str:
    operations.execute(f"CREATE VIEW {operation.name} AS {operation.query}")
    return operation.name


def test_a_class_becomes_a_method() -> None:
    assert Op.register_operation("create_view")(CreateView) is CreateView
    assert Op.implementation_for(CreateView)(carry_out_view) is carry_out_view
    database = Recorder()
    op: Any = database.op()
    assert op.create_view("v", query="SELECT 1") == "v"
    assert database.sent == [ops.Execute("CREATE VIEW v AS SELECT 1")]
    assert type(op).create_view.__doc__ == "Create a view."


def test_a_method_of_batches_may_have_another_source() -> None:
    BatchOp.register_operation("create_view", "batch_create_view")(CreateView)
    Op.implementation_for(CreateView)(carry_out_view)
    database = Recorder()
    with database.op().batch_alter_table("users") as batch_op:
        given: Any = batch_op
        given.create_view("SELECT 1")
    assert database.sent == [ops.Execute("CREATE VIEW v_users AS SELECT 1")]
    assert "create_view" not in vars(Op)


def test_a_subclass_is_carried_out_as_its_base() -> None:
    class CreateMaterializedView(CreateView):
        pass

    Op.implementation_for(CreateView)(carry_out_view)
    assert Recorder().op().invoke(CreateMaterializedView("m", "SELECT 1")) == "m"


def test_what_nobody_can_carry_out_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing is registered that carries out CreateView"):
        Recorder().op().invoke(CreateView("v", "SELECT 1"))


def test_a_class_without_the_method_is_refused() -> None:
    with pytest.raises(UsageError, match="CreateView has no class method 'drop_view'"):
        Op.register_operation("drop_view")(CreateView)


def test_an_implementation_is_replaced_only_on_purpose() -> None:
    Op.implementation_for(CreateView)(carry_out_view)
    with pytest.raises(UsageError, match="pass replace=True"):
        Op.implementation_for(CreateView)(carry_out_view)
    Op.implementation_for(CreateView, replace=True)(lambda operations, operation: "other")
    assert Recorder().op().invoke(CreateView("v", "SELECT 1")) == "other"


def test_what_is_built_in_can_be_extended() -> None:
    def create_and_grant(operations: Op, operation: ops.CreateTable) -> object:
        table = operations.carry_out(operation)
        operations.execute(f"GRANT SELECT ON {operation.table.name} TO reader")
        return table

    Op.implementation_for(ops.CreateTable, replace=True)(create_and_grant)
    database = Recorder()
    table = database.op().create_table("users", sa.Column("id", sa.Integer()))
    assert table.name == "users"
    assert [type(sent) for sent in database.sent] == [ops.CreateTable, ops.Execute]


def test_execute_can_be_replaced_without_being_called_for_ever() -> None:
    def shout(operations: Op, operation: ops.Execute) -> None:
        operations.carry_out(ops.Execute(str(operation.statement).upper()))

    Op.implementation_for(ops.Execute, replace=True)(shout)
    database = Recorder()
    database.op().execute("select 1")
    assert database.sent == [ops.Execute("SELECT 1")]


def test_built_in_operations_can_be_invoked() -> None:
    database = Recorder()
    drop = ops.DropTable(TableName("users"))
    assert database.op().invoke(drop) is None
    assert database.sent == [drop]
