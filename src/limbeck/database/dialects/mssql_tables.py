"""SQL Server: names of indexes and constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck import operations as ops
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.sqlite.tokens import literal
from limbeck.schema import TableName

if TYPE_CHECKING:
    from collections.abc import Iterable


@compiles(ops.RenameIndex, "mssql")
def rename_index_mssql(operation: ops.RenameIndex, compiler: Compiler) -> Iterable[Compiled]:
    """A stored procedure."""
    old = literal(f"{compiler.table(operation.table)}.{compiler.quote(operation.old)}")
    yield f"EXEC sp_rename {old}, {compiler.quote(operation.new)}, 'INDEX'"


@compiles(ops.RenameConstraint, "mssql")
def rename_constraint_mssql(
    operation: ops.RenameConstraint, compiler: Compiler
) -> Iterable[Compiled]:
    """A stored procedure; a constraint is a name of its own in the schema."""
    old = literal(compiler.table(TableName(operation.old, operation.table.schema)))
    yield f"EXEC sp_rename {old}, {compiler.quote(operation.new)}, 'OBJECT'"
