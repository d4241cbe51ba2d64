"""SQLite: its impl, and the words of its ALTER TABLE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.compat.ddl.comparing_dialects import SQLiteComparing
from limbeck.compat.ddl.impl import DefaultImpl
from limbeck.compat.util.later import later
from limbeck.database.ddl.sqlite import visit_column_name, visit_rename_table
from limbeck.errors import CannotCompile

if TYPE_CHECKING:
    from limbeck.compat.ddl import changes
    from limbeck.compat.operations.batch import BatchOperationsImpl
else:
    changes = later("limbeck.compat.ddl.changes")

__all__ = ["SQLiteImpl", "visit_column_name", "visit_rename_table"]


class NoAlter(CannotCompile, NotImplementedError):
    """SQLite has no such ALTER, and what the table is like, so that it could be built anew, is not known."""


class SQLiteImpl(SQLiteComparing, DefaultImpl):
    """SQLite, which builds a table anew for most changes."""

    __dialect__ = "sqlite"

    # Python's driver commits before each change of structure, unless it is told otherwise.
    transactional_ddl = False

    def requires_recreate_in_batch(self, batch_op: BatchOperationsImpl) -> bool:
        """Unless there are only columns that SQLite can add, and indexes; limbeck then sees whether less will do."""
        return any(
            name not in {"create_index", "drop_index"}
            and not (name == "add_column" and _can_add(args[1]))
            for name, args, _ in batch_op.batch
        )

    # Any: see DefaultImpl.
    def add_constraint(self, const: Any, **kw: Any) -> None:
        """Build the table anew with the constraint.  Raises NoAlter where it is not known what the table is like."""
        if changes.is_wanted(const, self.dialect):
            self._only_where_known()
            super().add_constraint(const, **kw)

    def drop_constraint(self, const: sa.Constraint, **kw: Any) -> None:
        """Build the table anew without the constraint.  Raises NoAlter where it is not known what the table is like."""
        if changes.is_wanted(const, self.dialect):
            self._only_where_known()
            super().drop_constraint(const, **kw)

    def _only_where_known(self) -> None:
        if self._compiler.tables is None:
            raise NoAlter(
                "No support for ALTER of constraints in SQLite dialect while nothing is connected: the table must be "
                "built anew, and what it is like is not known.",
                hint="with op.batch_alter_table(..., copy_from=Table(...))",
            )


def _can_add(column: sa.Column[Any]) -> bool:
    """Whether ALTER TABLE ADD COLUMN takes it: its default is constant, and it is stored nowhere else."""
    if column.computed is not None:
        return not column.computed.persisted
    default = column.server_default
    return not (isinstance(default, sa.DefaultClause) and isinstance(default.arg, sa.ColumnElement))
