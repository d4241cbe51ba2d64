"""
Operations on rows, and statements of the author's own.

Responsible for their arguments.  Does not know how they are carried out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limbeck.compat.operations.base import BatchOperations, Operations
from limbeck.compat.operations.migrate import MigrateOperation

if TYPE_CHECKING:
    import sqlalchemy as sa


@Operations.register_operation("bulk_insert")
class BulkInsertOp(MigrateOperation):
    """Insert rows, each a dictionary by column name."""

    def __init__(
        self, table: sa.TableClause, rows: list[dict[str, Any]], *, multiinsert: bool = True
    ) -> None:
        self.table = table
        self.rows = rows
        self.multiinsert = multiinsert

    @classmethod
    def bulk_insert(
        cls,
        operations: Operations,
        table: sa.TableClause,
        rows: list[dict[str, Any]],
        *,
        multiinsert: bool = True,
    ) -> None:
        """Insert rows; `multiinsert=False` sends a statement for each, for rows of unlike columns."""
        operations.invoke(cls(table, rows, multiinsert=multiinsert))


@Operations.register_operation("execute")
@BatchOperations.register_operation("execute", "batch_execute")
class ExecuteSQLOp(MigrateOperation):
    """Execute a string, or anything that SQLAlchemy can execute."""

    def __init__(
        self, sqltext: sa.Executable | str, *, execution_options: dict[str, Any] | None = None
    ) -> None:
        self.sqltext = sqltext
        self.execution_options = execution_options

    @classmethod
    def execute(
        cls,
        operations: Operations,
        sqltext: sa.Executable | str,
        *,
        execution_options: dict[str, Any] | None = None,
    ) -> None:
        r"""Execute a statement; results are not kept.  In a string `:name` is a parameter, and `\:` a colon."""
        operations.invoke(cls(sqltext, execution_options=execution_options))

    @classmethod
    def batch_execute(
        cls,
        operations: Operations,
        sqltext: sa.Executable | str,
        *,
        execution_options: dict[str, Any] | None = None,
    ) -> None:
        """Execute a statement at once, before what the batch has collected."""
        cls.execute(operations, sqltext, execution_options=execution_options)

    def to_diff_tuple(self) -> tuple[str, sa.Executable | str]:
        """("execute", the statement)."""
        return ("execute", self.sqltext)
