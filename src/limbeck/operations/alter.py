"""Changing a column."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from limbeck.operations.base import UNCHANGED, Change, Operation, Touches, Unchanged, within
from limbeck.schema import (
    Column,
    ForeignKey,
    Generated,
    Options,
    SchemaState,
    Table,
    TableName,
    Type,
)
from limbeck.schema.edit import change_column, next_column, refers, rename_target_column
from limbeck.values import dataclass, field

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ExistingColumn:
    """What the author says the column is like before it is altered; `UNCHANGED` where nothing was said."""

    type: Change[Type] = UNCHANGED
    nullable: Change[bool] = UNCHANGED
    default: Change[Generated | None] = UNCHANGED
    comment: Change[str | None] = UNCHANGED
    autoincrement: Change[bool | str] = UNCHANGED


@dataclass(frozen=True, slots=True)
class AlterColumn:
    """Change some attributes of a column and leave the others."""

    table: TableName
    column: str
    new_name: str | None = None
    type: Change[Type] = UNCHANGED
    nullable: Change[bool] = UNCHANGED
    default: Change[Generated | None] = UNCHANGED
    comment: Change[str | None] = UNCHANGED
    autoincrement: Change[bool | str] = UNCHANGED
    existing: ExistingColumn = field(default_factory=ExistingColumn)
    options: Options = ()
    insert_before: str | None = None
    insert_after: str | None = None

    @property
    def name(self) -> str:
        """The column's name afterwards."""
        return self.new_name if self.new_name is not None else self.column

    def changed(self, column: Column) -> Column:
        """`column` after this change."""
        return replace(
            column,
            name=self.name,
            type=_new(self.type, column.type),
            nullable=_new(self.nullable, column.nullable),
            default=_new(self.default, column.default),
            comment=_new(self.comment, column.comment),
            autoincrement=_new(self.autoincrement, column.autoincrement),
            origin=None,
        )

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the column changed; a new name is followed by foreign keys, checks and indexes.

        Raises SchemaError when there is no such column, or one of the new name.
        """
        table = state[self.table]
        changed = self.changed(table[self.column])
        state = state.with_table(
            change_column(table, self.column, changed, self.insert_before, self.insert_after)
        )
        if self.name != self.column:
            for other in state.referring(self.table):
                if refers(other, self.table, self.column):
                    state = state.with_table(self._followed(other))
        return state

    def _followed(self, table: Table) -> Table:
        constraints = tuple(
            rename_target_column(constraint, self.column, self.name)
            if isinstance(constraint, ForeignKey) and constraint.target == self.table
            else constraint
            for constraint in table.constraints
        )
        return replace(table, constraints=constraints, origin=None)

    def inverse(self, state: SchemaState) -> Operation:
        """Change back what is changed here."""
        table = state[self.table]
        before = table[self.column]
        moved = self.insert_before is not None or self.insert_after is not None
        return AlterColumn(
            self.table,
            self.name,
            new_name=self.column if self.name != self.column else None,
            type=_old(self.type, before.type),
            nullable=_old(self.nullable, before.nullable),
            default=_old(self.default, before.default),
            comment=_old(self.comment, before.comment),
            autoincrement=_old(self.autoincrement, before.autoincrement),
            existing=_described(self.changed(before)),
            **(_return_to(table, self.column) if moved else {}),
        )

    @property
    def touches(self) -> Touches:
        """Writes the column, under both names."""
        names = {within(self.table, self.column), within(self.table, self.name)}
        return Touches(writes=frozenset(names))


def _new(change: Change[T], old: T) -> T:
    return old if isinstance(change, Unchanged) else change


def _old(change: Change[T], before: T) -> Change[T]:
    return UNCHANGED if isinstance(change, Unchanged) else before


def _described(column: Column) -> ExistingColumn:
    return ExistingColumn(
        column.type, column.nullable, column.default, column.comment, column.autoincrement
    )


def _return_to(table: Table, column: str) -> dict[str, Any]:
    """How a column that is moved comes back to its place: the last one stands behind the one before it."""
    following = next_column(table, column)
    if following is not None or len(table.columns) == 1:
        return {"insert_before": following}
    return {"insert_after": table.columns[-2].name}
