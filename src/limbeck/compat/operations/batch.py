"""
What a batch collects, and what becomes of it.

Responsible for keeping the calls that operations come to until the end of the block, and for deciding whether they are
made one by one or as one recreation of the table, which is limbeck's own.  Does not know how a table is built anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import sqlalchemy as sa

from limbeck import operations as native
from limbeck.compat.ddl import changes
from limbeck.compat.util import CommandError, sqla_compat
from limbeck.database import convert
from limbeck.schema import TableName

if TYPE_CHECKING:
    from limbeck.operations import Operation


class Call(NamedTuple):
    """A method of an impl, and what it is called with."""

    name: str
    args: tuple[Any, ...]
    kw: dict[str, Any]


class BatchOperationsImpl:
    """Has the methods of a DefaultImpl that change a table; `batch` has what was called."""

    # Any: Operations, and the types of SQLAlchemy's arguments
    def __init__(
        self,
        operations: Any,
        table_name: str,
        schema: str | None,
        recreate: Literal["auto", "always", "never"],
        copy_from: sa.Table | None,
        table_args: tuple[Any, ...],
        table_kwargs: Mapping[str, Any],
        reflect_args: tuple[Any, ...],
        reflect_kwargs: Mapping[str, Any],
        naming_convention: Mapping[str, Any] | None,
        partial_reordering: Sequence[tuple[str, ...]] | None,
    ) -> None:
        if recreate not in {"auto", "always", "never"}:
            raise ValueError("recreate may be one of 'auto', 'always', or 'never'.")
        self.operations = operations
        self.table_name = table_name
        self.schema = schema
        self.recreate = recreate
        self.copy_from = copy_from
        self.table_args = table_args
        self.table_kwargs = dict(table_kwargs)
        self.reflect_args = reflect_args
        self.reflect_kwargs = dict(reflect_kwargs)
        self.naming_convention = naming_convention
        self.partial_reordering = partial_reordering
        self.batch: list[Call] = []

    @property
    def dialect(self) -> sa.Dialect:
        """The dialect of the impl."""
        dialect: sa.Dialect = self.operations.impl.dialect
        return dialect

    # Any: a DefaultImpl
    @property
    def impl(self) -> Any:
        """What carries the calls out in the end."""
        return self.operations.impl

    def _should_recreate(self) -> bool:
        if self.recreate == "auto":
            return bool(self.impl.requires_recreate_in_batch(self))
        return self.recreate == "always"

    def flush(self) -> None:
        """Carry out what was collected, in a transaction where none is open."""
        with _transaction(self.impl.connection):
            if self._should_recreate():
                self._recreate()
                return
            for name, args, kw in self.batch:
                getattr(self.impl, name)(*args, **kw)

    def _recreate(self) -> None:
        context = self.operations.migration_context
        if context.as_sql and self.copy_from is None:
            raise CommandError(
                f"This operation cannot proceed in --sql mode; batch mode with dialect {context.dialect.name} "
                f'requires a live database connection with which to reflect the table "{self.table_name}".',
                hint="give batch_alter_table a copy_from=Table(...) with all columns, or run without --sql",
            )
        copied = self.copy_from
        self.impl.carry_out(
            native.RecreateTable(
                table=TableName(self.table_name, self.schema),
                operations=tuple(self._operations()),
                when="always" if self.recreate == "always" else "auto",
                copy_from=None if copied is None else convert.table(copied, self.dialect),
                table_args=self.table_args,
                table_kwargs=self.table_kwargs,
                reflect_args=self.reflect_args,
                reflect_kwargs=self.reflect_kwargs,
                naming_convention=self.naming_convention or {},
                partial_reordering=tuple(map(tuple, self.partial_reordering or ())),
            )
        )

    def _operations(self) -> list[Operation]:
        """The calls as limbeck's own operations."""
        made = [_MEANING[name](self.dialect, *args, **kw) for name, args, kw in self.batch]
        return [operation for operation in made if operation is not None]

    # The methods of a DefaultImpl

    def _collect(self, name: str, /, *args: Any, **kw: Any) -> None:
        self.batch.append(Call(name, args, kw))

    def alter_column(self, *arg: Any, **kw: Any) -> None:
        """Collected."""
        self._collect("alter_column", *arg, **kw)

    def add_column(self, *arg: Any, **kw: Any) -> None:
        """Collected; a place beside another column needs a table that is built anew."""
        if ("insert_before" in kw or "insert_after" in kw) and not self._should_recreate():
            raise CommandError(
                "Can't specify insert_before or insert_after when using ALTER; please specify recreate='always'",
                hint="with op.batch_alter_table(..., recreate='always')",
            )
        self._collect("add_column", *arg, **kw)

    def drop_column(self, *arg: Any, **kw: Any) -> None:
        """Collected."""
        self._collect("drop_column", *arg, **kw)

    def add_constraint(self, const: sa.Constraint) -> None:
        """Collected."""
        self._collect("add_constraint", const)

    def drop_constraint(self, const: sa.Constraint, **kw: Any) -> None:
        """Collected."""
        self._collect("drop_constraint", const, **kw)

    def rename_table(self, *arg: Any, **kw: Any) -> None:
        """Collected."""
        self._collect("rename_table", *arg, **kw)

    def create_index(self, idx: sa.Index, **kw: Any) -> None:
        """Collected."""
        self._collect("create_index", idx, **kw)

    def drop_index(self, idx: sa.Index, **kw: Any) -> None:
        """Collected."""
        self._collect("drop_index", idx, **kw)

    def create_table_comment(self, table: sa.Table) -> None:
        """Collected."""
        self._collect("create_table_comment", table)

    def drop_table_comment(self, table: sa.Table) -> None:
        """Collected."""
        self._collect("drop_table_comment", table)

    def create_column_comment(self, column: sa.Column[Any]) -> None:
        """Collected."""
        self._collect("create_column_comment", column)

    def carry_out(self, operation: Operation) -> None:
        """One of limbeck's own: collected, too."""
        self._collect("carry_out", operation)

    def create_table(self, table: sa.Table) -> None:
        """There is no such thing in a batch."""
        raise NotImplementedError("Can't create table in batch mode")

    def drop_table(self, table: sa.Table) -> None:
        """There is no such thing in a batch."""
        raise NotImplementedError("Can't drop table in batch mode")


def _transaction(connection: object) -> AbstractContextManager[None]:
    """Nothing for what only stands in for a connection."""
    if not isinstance(connection, sa.Connection):
        return nullcontext()
    return sqla_compat._ensure_scope_for_ddl(connection)


def _add_constraint(dialect: sa.Dialect, constraint: sa.Constraint, **_: Any) -> Operation | None:
    return (
        changes.add_constraint(constraint, dialect)
        if changes.is_wanted(constraint, dialect)
        else None
    )


# Any: each function takes the arguments of the method of its name
_MEANING: dict[str, Any] = {
    "alter_column": changes.alter_column,
    "add_column": changes.add_column_anew,
    "drop_column": lambda _, *args, **kw: changes.drop_column(*args, **kw),
    "add_constraint": _add_constraint,
    "drop_constraint": lambda dialect, c, **kw: changes.drop_constraint(c, dialect, **kw),
    "rename_table": lambda _, old, new, schema=None: changes.rename_table(old, new, schema),
    "create_index": lambda dialect, i, **kw: changes.create_index(i, dialect, **kw),
    "drop_index": lambda dialect, i, **kw: changes.drop_index(i, dialect, **kw),
    "create_table_comment": lambda _, t: changes.table_comment(t),
    "drop_table_comment": lambda _, t: changes.table_comment(t),
    "create_column_comment": lambda _, c: changes.column_comment(c),
    "carry_out": lambda _, operation: operation,
}
