"""
Giving another name to an index, a constraint, or what stands beside tables.

Responsible for what follows from a name in a state.  Does not know SQL: where a database cannot rename something, it
is dropped and made again under the new name, which these operations say nothing about.
"""

from __future__ import annotations

from dataclasses import replace

from limbeck.errors import SchemaError
from limbeck.operations.base import Operation, Touches, within
from limbeck.schema import (
    Column,
    Composite,
    Constraint,
    Default,
    Domain,
    Enum,
    Grant,
    Index,
    Key,
    Policy,
    Routine,
    SchemaState,
    Sequence,
    Standalone,
    Table,
    TableName,
    Trigger,
    Type,
    Unique,
    View,
)
from limbeck.schema.typenames import cast_renamed, sequence_renamed, type_renamed
from limbeck.values import dataclass


@dataclass(frozen=True, slots=True)
class RenameIndex:
    """Give an index another name; `existing` is what it is like, where that is known."""

    table: TableName
    old: str
    new: str
    existing: Index | None = None

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the new name; a unique constraint will do, since to MySQL it is the same.

        Raises SchemaError when there is no such index, or one of the new name.
        """
        table = state[self.table]
        if any(index.name == self.old for index in table.indexes):
            return state.with_table(_index_renamed(table, self.old, self.new))
        if any(isinstance(c, Unique) and c.name == self.old for c in table.constraints):
            return state.with_table(_constraint_renamed(table, self.old, self.new))
        raise SchemaError(f"there is no index {self.old!r} of {self.table}")

    def inverse(self, state: SchemaState) -> Operation:
        """Give it back its name."""
        existing = next((i for i in state[self.table].indexes if i.name == self.old), None)
        if existing is not None:
            existing = replace(existing, name=self.new, origin=None)
        return RenameIndex(self.table, self.new, self.old, existing)

    @property
    def touches(self) -> Touches:
        """Writes both names, which are names of their own and a part of the table."""
        names = {within(self.table, name) for name in (self.old, self.new)}
        own = {str(TableName(name, self.table.schema)) for name in (self.old, self.new)}
        return Touches(writes=frozenset(names | own))


@dataclass(frozen=True, slots=True)
class RenameConstraint:
    """Give a constraint another name; `existing` is what it is like, where that is known."""

    table: TableName
    old: str
    new: str
    existing: Constraint | None = None

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the new name.  Raises SchemaError when there is no such constraint, or one of the name."""
        return state.with_table(_constraint_renamed(state[self.table], self.old, self.new))

    def inverse(self, state: SchemaState) -> Operation:
        """Give it back its name."""
        existing = next((c for c in state[self.table].constraints if c.name == self.old), None)
        if existing is not None:
            existing = replace(existing, name=self.new, origin=None)
        return RenameConstraint(self.table, self.new, self.old, existing)

    @property
    def touches(self) -> Touches:
        """Writes both names."""
        return Touches(
            writes=frozenset({within(self.table, self.old), within(self.table, self.new)})
        )


def _index_renamed(table: Table, old: str, new: str) -> Table:
    if any(index.name == new for index in table.indexes):
        raise SchemaError(f"table {table.name} has an index {new!r} already")
    indexes = tuple(
        replace(index, name=new, origin=None) if index.name == old else index
        for index in table.indexes
    )
    return replace(table, indexes=indexes, origin=None)


def _constraint_renamed(table: Table, old: str, new: str) -> Table:
    names = [constraint.name for constraint in table.constraints]
    if old not in names:
        raise SchemaError(f"table {table.name} has no constraint {old!r}")
    if new in names:
        raise SchemaError(f"table {table.name} has a constraint {new!r} already")
    constraints = tuple(
        replace(c, name=new, origin=None) if c.name == old else c for c in table.constraints
    )
    return replace(table, constraints=constraints, origin=None)


@dataclass(frozen=True, slots=True)
class RenameObject:
    """Give an object another name in the same schema; `existing` is what it is like, where that is known.

    Columns of a type follow, and so do the triggers and grants of what is renamed.
    """

    key: Key
    new: str
    existing: Standalone | None = None

    @property
    def renamed(self) -> TableName:
        """The name afterwards."""
        return TableName(self.new, self.key.name.schema)

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the new name.

        Raises SchemaError when there is no such object, one of the new name, or none that could have another name.
        """
        item = renamed(self._find(state), self.new)
        if item.key in state.objects:
            raise SchemaError(f"there is a {item.key} already")
        state = state.without_object(self.key).with_object(item)
        if isinstance(item, (Enum, Domain, Composite)):
            state = _types_renamed(state, self.key.name, self.renamed)
        elif isinstance(item, Sequence):
            state = _sequences_renamed(state, self.key.name, self.renamed)
        return _followed(state, self.key, self.renamed)

    def _find(self, state: SchemaState) -> Standalone:
        item = state.objects.get(self.key)
        if item is None:
            raise SchemaError(f"there is no {self.key}")
        return item

    def inverse(self, state: SchemaState) -> Operation:
        """Give it back its name."""
        item = renamed(self._find(state), self.new)
        return RenameObject(item.key, self.key.name.name, item)

    @property
    def touches(self) -> Touches:
        """Writes both names."""
        return Touches(writes=frozenset({str(self.key), str(self.key._replace(name=self.renamed))}))


def renamed(item: Standalone, new: str) -> Standalone:
    """The object under another name.  Raises SchemaError for an extension or a grant, which have no name to change."""
    if isinstance(item, Trigger):
        return replace(item, trigger=new)
    if isinstance(item, Policy):
        return replace(item, policy=new)
    if isinstance(item, Routine):
        return replace(item, name=TableName(new, item.name.schema))
    if isinstance(item, (Enum, Domain, Composite, Sequence, View)):
        return replace(item, name=TableName(new, item.name.schema), origin=None)
    raise SchemaError(f"{item.key} cannot get another name")


_GRANTED = {
    "table": frozenset({"view", "materialized view"}),
    "view": frozenset({"view", "materialized view"}),
    "sequence": frozenset({"sequence"}),
    "function": frozenset({"function"}),
    "procedure": frozenset({"procedure"}),
    "type": frozenset({"enum", "domain", "composite"}),
    "domain": frozenset({"domain"}),
}
"""The kinds of objects that a grant on something of that kind may be about."""


def _followed(state: SchemaState, key: Key, new: TableName) -> SchemaState:
    """The state in which triggers and grants of the object named `key` are those of `new`."""
    for item in list(state.objects.values()):
        if isinstance(item, Grant) and _is_about(item, key):
            state = state.without_object(item.key).with_object(replace(item, name=new))
        elif isinstance(item, Trigger) and key.kind == "view" and item.table == key.name:
            state = state.without_object(item.key).with_object(replace(item, table=new))
    return state


def _is_about(grant: Grant, key: Key) -> bool:
    if grant.name != key.name or key.kind not in _GRANTED.get(grant.kind, frozenset()):
        return False
    return not grant.signature or grant.signature == key.of


def _types_renamed(state: SchemaState, old: TableName, new: TableName) -> SchemaState:
    for table in list(state):
        columns = [_column_renamed(column, old, new) for column in table.columns]
        if any(a is not b for a, b in zip(columns, table.columns, strict=True)):
            state = state.with_table(table.with_columns(columns))
    return state


def _column_renamed(column: Column, old: TableName, new: TableName) -> Column:
    sql = type_renamed(column.type.sql, old, new)
    if sql == column.type.sql:
        return column
    default = column.default
    if isinstance(default, Default):
        default = Default(cast_renamed(default.sql, old, new))
    return replace(column, type=Type(sql), default=default, origin=None)


def _sequences_renamed(state: SchemaState, old: TableName, new: TableName) -> SchemaState:
    for table in list(state):
        columns = [_default_renamed(column, old, new) for column in table.columns]
        if any(a is not b for a, b in zip(columns, table.columns, strict=True)):
            state = state.with_table(table.with_columns(columns))
    return state


def _default_renamed(column: Column, old: TableName, new: TableName) -> Column:
    if not isinstance(column.default, Default):
        return column
    sql = sequence_renamed(column.default.sql, old, new)
    return (
        column if sql == column.default.sql else replace(column, default=Default(sql), origin=None)
    )
