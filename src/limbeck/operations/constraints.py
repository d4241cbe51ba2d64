"""
Operations on constraints and indexes.

They share a file since they undo each other: to MySQL a unique constraint is a unique index, and authors drop one
as the other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from limbeck.errors import NoInverse, SchemaError
from limbeck.operations.alter import AlterColumn
from limbeck.operations.base import Operation, Touches, within
from limbeck.operations.recreate import nothing, together
from limbeck.schema import (
    Check,
    Constraint,
    Exclude,
    ForeignKey,
    Index,
    Options,
    PrimaryKey,
    SchemaState,
    Table,
    TableName,
    Unique,
    is_column,
)
from limbeck.schema.edit import add_constraint, add_index, drop_constraint, drop_index
from limbeck.values import dataclass, field

ConstraintKind = Literal["primary", "unique", "foreignkey", "check", "exclude"] | None

_KINDS: dict[type, ConstraintKind] = {
    PrimaryKey: "primary",
    Unique: "unique",
    ForeignKey: "foreignkey",
    Check: "check",
    Exclude: "exclude",
}


def kind_of(constraint: Constraint) -> ConstraintKind:
    """Which kind of constraint it is, in the words of `drop_constraint`."""
    return _KINDS[type(constraint)]


def columns_of(constraint: Constraint) -> tuple[str, ...]:
    """The columns of its own table that a constraint lists; a check or an exclusion has expressions instead."""
    return () if isinstance(constraint, (Check, Exclude)) else constraint.columns


def touched_by(table: TableName, constraint: Constraint) -> Touches:
    """What adding or dropping a constraint reads and writes."""
    name = constraint.name or f"{kind_of(constraint)} ({', '.join(columns_of(constraint))})"
    columns = frozenset(within(table, column) for column in columns_of(constraint))
    writes = frozenset({within(table, name)})
    if isinstance(constraint, PrimaryKey):
        # There is but one, whatever its name; and it makes its columns NOT NULL.
        return Touches(writes=writes | columns | {within(table, "primary key")})
    if isinstance(constraint, ForeignKey):
        columns |= {within(constraint.target, column) for column in constraint.target_columns}
    return Touches(columns, writes)


@dataclass(frozen=True, slots=True)
class AddConstraint:
    """Add a constraint to an existing table."""

    table: TableName
    constraint: Constraint

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the constraint.

        Raises SchemaError for a column that is not there, here or in a target that is known, for a name that is
        taken and for a second primary key.
        """
        table = state[self.table]
        check_target(state, self.table, self.constraint)
        return state.with_table(add_constraint(table, self.constraint))

    def inverse(self, state: SchemaState) -> Operation:
        """Drop it; columns that a primary key has made NOT NULL become nullable again."""
        constraint = self.constraint
        drop = DropConstraint(
            self.table,
            constraint.name,
            kind_of(constraint),
            columns=columns_of(constraint),
            existing=constraint,
            origin=constraint.origin,
        )
        return together(self.table, [drop, *nullable_again(state[self.table], constraint)])

    @property
    def touches(self) -> Touches:
        """Reads the columns on both sides, writes the constraint."""
        return touched_by(self.table, self.constraint)


def check_target(state: SchemaState, own: TableName, constraint: Constraint) -> None:
    """Raise SchemaError when a foreign key names a column that another table, if it is known, has not."""
    if not isinstance(constraint, ForeignKey) or constraint.target == own:
        return
    if constraint.target in state:
        target = state[constraint.target]
        for column in constraint.target_columns:
            target[column]


def nullable_again(before: Table, constraint: Constraint) -> list[Operation]:
    """What gives the columns of a primary key back the NULL that they allowed in `before`."""
    if not isinstance(constraint, PrimaryKey):
        return []
    return [
        AlterColumn(before.name, column.name, nullable=True)
        for column in before.columns
        if column.nullable and column.name in constraint.columns
    ]


@dataclass(frozen=True, slots=True)
class DropConstraint:
    """Remove a constraint by its name.

    One that has no name is found by its `kind` and `columns`, or is the one that `existing` describes.
    """

    table: TableName
    name: str | None
    kind: ConstraintKind = None
    if_exists: bool = False
    columns: tuple[str, ...] = ()
    options: Options = ()
    existing: Constraint | None = None
    origin: object = field(default=None, compare=False, repr=False)

    def apply(self, state: SchemaState) -> SchemaState:
        """The state without the constraint.  Raises SchemaError when there is none, or several are meant."""
        found = self._find(state)
        if found is None:
            return state
        table = state[self.table]
        if isinstance(found, Index):
            return state.with_table(drop_index(table, found))
        return state.with_table(drop_constraint(table, found))

    def _find(self, state: SchemaState) -> Constraint | Index | None:
        if self.if_exists and self.table not in state:
            return None
        found = self.find(state[self.table])
        if found is None and not self.if_exists:
            what = (
                f"constraint {self.name!r}" if self.name else f"such {self.kind or ''} constraint"
            )
            raise SchemaError(f"table {self.table} has no {what}")
        return found

    def find(self, table: Table) -> Constraint | Index | None:
        """What is meant in `table`: the constraint, or the unique index, which to MySQL is the same.

        A name that is not there means the only constraint of its kind without a name: it is the server, or a
        naming convention of the model, that has named it.  None when there is nothing.
        """
        wanted = [c for c in table.constraints if self.kind in {None, kind_of(c)}]
        if self.name is not None:
            named: list[Constraint | Index] = [c for c in wanted if c.name == self.name]
            if not named and self.kind in {None, "unique"}:
                named = [i for i in table.indexes if i.unique and i.name == self.name]
            if named:
                return named[0]
        unnamed = [c for c in wanted if c.name is None]
        if self.existing in unnamed:
            return self.existing
        if self.columns:
            unnamed = [c for c in unnamed if columns_of(c) == self.columns]
        if len(unnamed) > 1 and self.kind is not None and not self.if_exists:
            raise SchemaError(
                f"table {self.table} has several {self.kind} constraints without a name; "
                f"it cannot be told which one {self.name!r} is"
            )
        return unnamed[0] if len(unnamed) == 1 and self.kind is not None else None

    def inverse(self, state: SchemaState) -> Operation:
        """Add it again."""
        found = self._find(state)
        if found is None:
            return nothing(self.table)
        if isinstance(found, Index):
            return CreateIndex(self.table, found)
        add = AddConstraint(self.table, found)
        return together(self.table, [add, *nullable_again(state[self.table], found)])

    @property
    def touches(self) -> Touches:
        """Writes the constraint; reads nothing, since its columns stay."""
        if self.existing is not None:
            return Touches(writes=touched_by(self.table, self.existing).writes)
        name = self.name or f"{self.kind} ({', '.join(self.columns)})"
        writes = {within(self.table, name)}
        if self.kind == "primary":
            writes.add(within(self.table, "primary key"))
        return Touches(writes=frozenset(writes))


NOT_VALID = "postgresql_not_valid"
"""The option of a constraint that is not checked for the rows that were there before it."""


def named_constraint(table: Table, name: str) -> Constraint:
    """The constraint of that name.  Raises SchemaError when there is none."""
    for constraint in table.constraints:
        if constraint.name == name:
            return constraint
    raise SchemaError(f"table {table.name} has no constraint {name!r}")


@dataclass(frozen=True, slots=True)
class ValidateConstraint:
    """Check the rows that were there before a constraint that was added as not valid."""

    table: TableName
    name: str

    def apply(self, state: SchemaState) -> SchemaState:
        """The state in which the constraint is valid.  Raises SchemaError when there is none."""
        table = state[self.table]
        found = named_constraint(table, self.name)
        others = tuple(option for option in found.options if option[0] != NOT_VALID)
        valid = replace(found, options=others, origin=None)
        constraints = tuple(valid if c is found else c for c in table.constraints)
        return state.with_table(replace(table, constraints=constraints, origin=None))

    def inverse(self, state: SchemaState) -> Operation:
        """Drop it and add it as it was; nothing when it was valid."""
        found = named_constraint(state[self.table], self.name)
        if not dict(found.options).get(NOT_VALID):
            return nothing(self.table)
        drop = DropConstraint(self.table, self.name, kind_of(found))
        return together(self.table, [drop, AddConstraint(self.table, replace(found, origin=None))])

    @property
    def touches(self) -> Touches:
        """Writes the constraint, reads the rows."""
        return Touches(
            frozenset({within(self.table, "rows")}), frozenset({within(self.table, self.name)})
        )


@dataclass(frozen=True, slots=True)
class CreateIndex:
    """Make an index."""

    table: TableName
    index: Index
    if_not_exists: bool = False

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the index.  Raises SchemaError when it has it, or lacks the table or a column."""
        if self._is_there(state):
            return state
        return state.with_table(add_index(state[self.table], self.index))

    def _is_there(self, state: SchemaState) -> bool:
        indexes = state[self.table].indexes if self.if_not_exists else ()
        return any(index.name == self.index.name for index in indexes)

    def inverse(self, state: SchemaState) -> Operation:
        """Drop it, unless it was there before.  Raises NoInverse when it has no name."""
        if self._is_there(state):
            return nothing(self.table)
        if self.index.name is None:
            raise NoInverse(f"an index of {self.table} without a name cannot be dropped again")
        # Dropped as it was made: concurrently, if so.
        kept = tuple(option for option in self.index.options if option[0].endswith("_concurrently"))
        return DropIndex(
            self.index.name, self.table, self.table.schema, options=kept, origin=self.index.origin
        )

    @property
    def touches(self) -> Touches:
        """Reads the columns; writes the index, which has a name of its own and is a part of the table."""
        reads = frozenset(
            within(self.table, element) for element in self.index.elements if is_column(element)
        )
        name = self.index.name or f"index ({', '.join(self.index.elements)})"
        own = {str(TableName(name, self.table.schema)), within(self.table, name)}
        return Touches(reads, frozenset(own))


@dataclass(frozen=True, slots=True)
class DropIndex:
    """Remove an index; some databases need to know of which table."""

    name: str
    table: TableName | None = None
    schema: str | None = None
    if_exists: bool = False
    options: Options = ()
    origin: object = field(default=None, compare=False, repr=False)

    def apply(self, state: SchemaState) -> SchemaState:
        """The state without the index.  Raises SchemaError when there is none."""
        found = self._find(state)
        if found is None:
            return state
        table, part = found
        if isinstance(part, Unique):
            return state.with_table(drop_constraint(table, part))
        return state.with_table(drop_index(table, part))

    def _find(self, state: SchemaState) -> tuple[Table, Index | Unique] | None:
        """The index and its table; a unique constraint will do, since to MySQL it is the same."""
        found = (
            (table, part)
            for table in self._candidates(state)
            for part in (*table.indexes, *table.constraints)
            if part.name == self.name and isinstance(part, (Index, Unique))
        )
        first = next(found, None)
        if first is None and not self.if_exists:
            where = f" of {self.table}" if self.table is not None else ""
            raise SchemaError(f"there is no index {self.name!r}{where}")
        return first

    def _candidates(self, state: SchemaState) -> tuple[Table, ...]:
        if self.table is not None:
            return (state[self.table],) if self.table in state or not self.if_exists else ()
        return tuple(table for table in state if table.name.schema == self.schema)

    def inverse(self, state: SchemaState) -> Operation:
        """Make it again."""
        found = self._find(state)
        if found is None:
            return nothing(self.table or TableName(self.name, self.schema))
        table, part = found
        if isinstance(part, Unique):
            return AddConstraint(table.name, part)
        return CreateIndex(table.name, part)

    @property
    def touches(self) -> Touches:
        """Writes the index."""
        schema = self.table.schema if self.table is not None else self.schema
        writes = {str(TableName(self.name, schema))}
        if self.table is not None:
            writes.add(within(self.table, self.name))
        return Touches(writes=frozenset(writes))
