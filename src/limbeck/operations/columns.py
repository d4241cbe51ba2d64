"""Operations on columns."""

from __future__ import annotations

from limbeck.errors import SchemaError
from limbeck.operations.base import Operation, Touches, within
from limbeck.operations.constraints import (
    AddConstraint,
    CreateIndex,
    check_target,
    nullable_again,
    touched_by,
)
from limbeck.operations.recreate import nothing, together
from limbeck.schema import (
    Check,
    Column,
    Constraint,
    Index,
    Options,
    PrimaryKey,
    SchemaState,
    TableName,
)
from limbeck.schema.edit import (
    add_column,
    add_constraint,
    add_index,
    constraint_involves,
    drop_column,
    index_involves,
    next_column,
    refers,
)
from limbeck.values import dataclass


@dataclass(frozen=True, slots=True)
class AddColumn:
    """Append a column, with the constraints and indexes that were declared on it.

    `insert_before` and `insert_after` place it beside another column where the database can do that.
    `inline_checks` are a part of the column's own definition: nothing else need be done to make them.
    """

    table: TableName
    column: Column
    if_not_exists: bool = False
    inline_references: bool = False
    inline_primary_key: bool = False
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    insert_before: str | None = None
    insert_after: str | None = None
    inline_checks: tuple[Check, ...] = ()

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the column.  Raises SchemaError when there is one of its name, or no such table."""
        table = state[self.table]
        if self.if_not_exists and self.column.name in table:
            return state
        table = add_column(table, self.column, self.insert_before, self.insert_after)
        for constraint in (*self.constraints, *self.inline_checks):
            check_target(state, self.table, constraint)
            table = add_constraint(table, constraint)
        for index in self.indexes:
            table = add_index(table, index)
        return state.with_table(table)

    def inverse(self, state: SchemaState) -> Operation:
        """Drop what was added; the column last, since servers refuse to drop it from under a constraint."""
        table = state[self.table]
        if self.if_not_exists and self.column.name in table:
            return nothing(self.table)
        name = self.column.name
        parts: list[Operation] = [
            *(CreateIndex(self.table, index) for index in self.indexes),
            *(AddConstraint(self.table, c) for c in self.constraints if self._goes_first(c)),
            *(AddConstraint(self.table, c) for c in self.inline_checks if not self._involves(c)),
        ]
        undo = [part.inverse(state) for part in reversed(parts)]
        undo.append(DropColumn(self.table, name, existing=self.column))
        for constraint in self.constraints:
            if not self._goes_first(constraint):
                undo.extend(change for change in nullable_again(table, constraint))
        return together(self.table, undo)

    def _goes_first(self, constraint: Constraint) -> bool:
        """Whether a constraint must be dropped by itself before the column is."""
        if not self._involves(constraint):
            return True
        return constraint.name is not None and not isinstance(constraint, PrimaryKey)

    def _involves(self, constraint: Constraint) -> bool:
        return constraint_involves(constraint, self.column.name, self.table)

    @property
    def touches(self) -> Touches:
        """Writes the column and what comes with it, reads the targets of its foreign keys."""
        own = within(self.table, self.column.name)
        parts = [touched_by(self.table, c) for c in (*self.constraints, *self.inline_checks)]
        parts += [CreateIndex(self.table, index).touches for index in self.indexes]
        reads = frozenset[str]().union(*(part.reads for part in parts))
        writes = frozenset[str]().union(*(part.writes for part in parts))
        return Touches(reads - {own}, writes | {own})


@dataclass(frozen=True, slots=True)
class DropColumn:
    """Remove a column; `existing` describes it where the author said so."""

    table: TableName
    column: str
    if_exists: bool = False
    options: Options = ()
    existing: Column | None = None

    def apply(self, state: SchemaState) -> SchemaState:
        """The state without the column, and without its table's constraints and indexes that involve it.

        Raises SchemaError when there is none, or a foreign key of another table refers to it.
        """
        if self._is_missing(state):
            return state
        table = drop_column(state[self.table], self.column)
        for other in state.referring(self.table):
            if refers(other, self.table, self.column):
                raise SchemaError(
                    f"column {self.table}.{self.column} cannot be dropped: "
                    f"a foreign key of {other.name} refers to it"
                )
        return state.with_table(table)

    def _is_missing(self, state: SchemaState) -> bool:
        if not self.if_exists:
            return False
        return self.table not in state or self.column not in state[self.table]

    def inverse(self, state: SchemaState) -> Operation:
        """Add it again, where it was, with what involved it; its values are gone."""
        if self._is_missing(state):
            return nothing(self.table)
        table = state[self.table]
        column = table[self.column]
        constraints = tuple(
            c for c in table.constraints if constraint_involves(c, self.column, self.table)
        )
        add = AddColumn(
            self.table,
            column,
            constraints=constraints,
            indexes=tuple(i for i in table.indexes if index_involves(i, self.column)),
            insert_before=next_column(table, self.column),
        )
        nullable = [change for c in constraints for change in nullable_again(table, c)]
        return together(self.table, [add, *nullable])

    @property
    def touches(self) -> Touches:
        """Writes the column."""
        return Touches(writes=frozenset({within(self.table, self.column)}))
