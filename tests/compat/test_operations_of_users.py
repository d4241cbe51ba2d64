"""Operations of users' own: registered, implemented, replaced, reversed, collected in a batch."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from limbeck.compat import op
from limbeck.compat.operations import BatchOperations, MigrateOperation, Operations, ops, toimpl
from limbeck.compat.runtime.migration import MigrationContext
from limbeck.dsl import Op


class Report:
    """Something that the models declare: a view by another name."""

    def __init__(self, name: str, query: str) -> None:
        self.name, self.query = name, query


@Operations.register_operation("create_report", "invoke_for_target")
@Operations.register_operation("replace_report", "replace")
class CreateReportOp(MigrateOperation):
    def __init__(self, target: Report) -> None:
        self.target = target

    @classmethod
    def invoke_for_target(cls, operations: Operations, target: Report) -> None:
        """Create a report."""
        operations.invoke(cls(target))

    @classmethod
    def replace(cls, operations: Operations, target: Report, before: Report) -> None:
        operations.invoke(DropReportOp(before))
        operations.invoke(cls(target))

    def reverse(self) -> MigrateOperation:
        return DropReportOp(self.target)


@Operations.register_operation("drop_report", "invoke_for_target")
class DropReportOp(CreateReportOp):
    def reverse(self) -> MigrateOperation:
        return CreateReportOp(self.target)


@Operations.implementation_for(CreateReportOp)
def create_report(operations: Operations, operation: CreateReportOp) -> str:
    operations.execute(f"CREATE VIEW {operation.target.name} AS {operation.target.query}")
    return operation.target.name


@Operations.implementation_for(DropReportOp)
def drop_report(operations: Operations, operation: DropReportOp) -> None:
    operations.execute(f"DROP VIEW {operation.target.name}")


@contextmanager
def connected(url: str, **opts: Any) -> Iterator[Operations]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        yield Operations(MigrationContext.configure(connection, opts=opts))
        connection.commit()
    engine.dispose()


def written(dialect: str = "postgresql", **opts: Any) -> tuple[Operations, io.StringIO]:
    buffer = io.StringIO()
    opts |= {"as_sql": True, "output_buffer": buffer}
    return Operations(MigrationContext.configure(dialect_name=dialect, opts=opts)), buffer


def test_an_operation_is_a_method_and_does_what_its_implementation_does(database_url: str) -> None:
    report, other = Report("late", "SELECT 1 AS one"), Report("late", "SELECT 2 AS one")
    with connected(database_url) as operations:
        users: Any = operations  # whose methods were registered above
        users.create_report(report)
        users.replace_report(other, before=report)
        assert operations.get_bind().scalar(sa.text("SELECT one FROM late")) == 2
        operations.invoke(CreateReportOp(other).reverse())
        assert sa.inspect(operations.get_bind()).get_view_names() == []


def test_what_the_implementation_returns_reaches_the_caller(sqlite_url: str) -> None:
    with connected(sqlite_url) as operations:
        assert operations.invoke(CreateReportOp(Report("r", "SELECT 1"))) == "r"


def test_a_method_says_what_its_class_method_says() -> None:
    method: Any = Operations.create_report  # type: ignore[attr-defined]  # registered above
    assert method.__doc__ == "Create a report."
    assert list(inspect.signature(method).parameters) == ["self", "target"]


def test_in_the_module_op_it_is_a_function_of_the_current_operations(sqlite_url: str) -> None:
    engine = sa.create_engine(sqlite_url)
    module: Any = op
    function = module.create_report  # also before there is anything to run it on
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            function(Report("here", "SELECT 3 AS x"))
        assert connection.scalar(sa.text("SELECT x FROM here")) == 3
        with pytest.raises(NameError, match="create_report"):
            function(Report("there", "SELECT 3 AS x"))
    engine.dispose()


@contextmanager
def implementations_kept() -> Iterator[None]:
    registry = Operations._to_impl._registry
    before = dict(registry)
    try:
        yield
    finally:
        registry.clear()
        registry.update(before)


def test_a_built_in_operation_can_be_replaced_and_still_be_called() -> None:
    seen: list[str] = []
    with implementations_kept():

        @Operations.implementation_for(ops.CreateTableOp, replace=True)
        def noted(operations: Operations, operation: ops.CreateTableOp) -> sa.Table:
            seen.append(operation.table_name)
            return toimpl.create_table(operations, operation)

        operations, buffer = written()
        table = operations.create_table("t", sa.Column("a", sa.Integer))
    assert seen == ["t"]
    assert isinstance(table, sa.Table)
    assert "CREATE TABLE t (\n    a INTEGER\n);" in buffer.getvalue()


def test_it_is_not_replaced_by_accident() -> None:
    with pytest.raises(ValueError, match="replace=True"):
        Operations.implementation_for(ops.CreateTableOp)(lambda *_: None)


def test_what_nothing_is_registered_for_is_refused() -> None:
    class Unknown(MigrateOperation):
        pass

    operations, _ = written()
    with pytest.raises(ValueError, match="no dispatch function"):
        operations.invoke(Unknown())


def test_an_operation_of_a_batch_has_the_table(database_url: str) -> None:
    @BatchOperations.register_operation("add_stamp")
    class AddStampOp(MigrateOperation):
        @classmethod
        def add_stamp(cls, operations: BatchOperations) -> None:
            operations.add_column(sa.Column("stamped", sa.Integer))

    with connected(database_url) as operations:
        operations.create_table("t", sa.Column("id", sa.Integer, primary_key=True))
        with operations.batch_alter_table("t") as batch_op:
            users: Any = batch_op
            users.add_stamp()
        columns = sa.inspect(operations.get_bind()).get_columns("t")
    assert [column["name"] for column in columns] == ["id", "stamped"]


def test_what_limbeck_has_beyond_alembic_is_there_too(database_url: str) -> None:
    with connected(database_url) as operations:
        operations.create_table(
            "t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Integer)
        )
        operations.create_index("ix_a", "t", ["a"])
        operations.rename_index("ix_a", "ix_b", "t")
        operations.create_view("v", sa.select(sa.column("a")).select_from(sa.table("t")))
        found = sa.inspect(operations.get_bind())
        assert [index["name"] for index in found.get_indexes("t")] == ["ix_b"]
        assert found.get_view_names() == ["v"]


@pytest.mark.parametrize("name", [n for n in dir(Op) if not n.startswith("_")])
def test_every_method_of_limbecks_op_is_one_of_operations(name: str) -> None:
    assert hasattr(Operations, name)
