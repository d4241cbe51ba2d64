"""
Operations on the values of named enum types.

Responsible for what follows from them in a state: the defaults of columns name values.  Does not know SQL, nor that
PostgreSQL can add values to a type and not take them away: `ReplaceEnum` says what there is to be.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.errors import SchemaError
from limbeck.operations.base import Operation, Touches, within
from limbeck.operations.recreate import nothing
from limbeck.schema import Default, Enum, Key, SchemaState, TableName
from limbeck.schema.typenames import is_of, value_renamed
from limbeck.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

EnumColumn = tuple[TableName, str, str | None]
"""A table, a column of the type (or of an array of it), and the default that it has afterwards, as SQL text."""


def _enum(state: SchemaState, name: TableName) -> Enum:
    found = state.objects.get(Key("enum", name))
    if not isinstance(found, Enum):
        raise SchemaError(f"there is no {Key('enum', name)}")
    return found


def columns_of_enum(state: SchemaState, name: TableName) -> tuple[EnumColumn, ...]:
    """The columns of a type, or of an array of it, with their defaults."""
    return tuple(
        (
            table.name,
            column.name,
            column.default.sql if isinstance(column.default, Default) else None,
        )
        for table in state
        for column in table.columns
        if is_of(column.type.sql, name)
    )


@dataclass(frozen=True, slots=True)
class AddEnumValue:
    """Add a value to an enum: before or after another one, else at the end."""

    name: TableName
    value: str
    before: str | None = None
    after: str | None = None
    if_not_exists: bool = False

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the value.  Raises SchemaError when it is there, or the neighbour is not."""
        enum = _enum(state, self.name)
        if self.value in enum.values:
            if self.if_not_exists:
                return state
            raise SchemaError(f"{enum.key} has a value {self.value!r} already")
        return state.with_object(replace(enum, values=self.added(enum.values), origin=None))

    def added(self, values: tuple[str, ...]) -> tuple[str, ...]:
        """`values` with this one in its place.  Raises SchemaError when there is no such neighbour."""
        beside = self.before if self.before is not None else self.after
        if beside is None:
            return (*values, self.value)
        if beside not in values:
            raise SchemaError(f"enum {self.name} has no value {beside!r}")
        position = values.index(beside) + (self.before is None)
        return (*values[:position], self.value, *values[position:])

    def inverse(self, state: SchemaState) -> Operation:
        """A type without the value; refused while rows still have it."""
        enum = _enum(state, self.name)
        if self.if_not_exists and self.value in enum.values:
            return nothing(self.name)
        columns = columns_of_enum(state, self.name)
        return ReplaceEnum(self.name, self.added(enum.values), enum.values, columns)

    @property
    def touches(self) -> Touches:
        """Writes the type."""
        return _touches(self.name)


@dataclass(frozen=True, slots=True)
class RenameEnumValue:
    """Give a value of an enum another name; rows that have it follow."""

    name: TableName
    old: str
    new: str

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the new name, which the defaults of columns follow.

        Raises SchemaError when there is no such value, or one of the new name.
        """
        enum = _enum(state, self.name)
        values = _values_renamed(enum, ((self.old, self.new),))
        state = state.with_object(replace(enum, values=values, origin=None))
        defaults = [
            (table, column, value_renamed(default, self.old, self.new))
            for table, column, default in columns_of_enum(state, self.name)
            if default is not None
        ]
        return _with_defaults(state, defaults)

    def inverse(self, state: SchemaState) -> Operation:
        """Give it back its name."""
        _enum(state, self.name)
        return RenameEnumValue(self.name, self.new, self.old)

    @property
    def touches(self) -> Touches:
        """Writes the type."""
        return _touches(self.name)


@dataclass(frozen=True, slots=True)
class ReplaceEnum:
    """Put a type of the same name and other values in the place of an enum, and convert its columns.

    Rows keep their values, those that are `renamed` (pairs of old and new) under the new name.  It is refused while
    rows hold a value that is removed.  `columns` are all that have the type, or an array of it, with the default that
    each of them has afterwards.
    """

    name: TableName
    values_before: tuple[str, ...]
    values_after: tuple[str, ...]
    columns: tuple[EnumColumn, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def removed(self) -> tuple[str, ...]:
        """The values that no row may hold."""
        kept = {*self.values_after, *(old for old, _ in self.renamed)}
        return tuple(value for value in self.values_before if value not in kept)

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the values and defaults.  Raises SchemaError when there is no such enum, or column."""
        enum = _enum(state, self.name)
        state = state.with_object(replace(enum, values=self.values_after, origin=None))
        return _with_defaults(state, self.columns)

    def inverse(self, state: SchemaState) -> Operation:
        """Put back the values, and the defaults."""
        enum = _enum(state, self.name)
        before = {
            (table, column): default for table, column, default in columns_of_enum(state, self.name)
        }
        columns = tuple(
            (table, column, before.get((table, column))) for table, column, _ in self.columns
        )
        renamed = tuple((new, old) for old, new in self.renamed)
        return ReplaceEnum(self.name, self.values_after, enum.values, columns, renamed)

    @property
    def touches(self) -> Touches:
        """Writes the type and its columns."""
        columns = {within(table, column) for table, column, _ in self.columns}
        return Touches(writes=_touches(self.name).writes | columns)


def _touches(name: TableName) -> Touches:
    return Touches(writes=frozenset({str(Key("enum", name))}))


def _values_renamed(enum: Enum, renamed: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    values = list(enum.values)
    for old, new in renamed:
        if old not in values:
            raise SchemaError(f"{enum.key} has no value {old!r}")
        if new in values:
            raise SchemaError(f"{enum.key} has a value {new!r} already")
        values[values.index(old)] = new
    return tuple(values)


def _with_defaults(state: SchemaState, columns: Iterable[EnumColumn]) -> SchemaState:
    for name, column, default in columns:
        table = state[name]
        old = table[column]
        there = old.default.sql if isinstance(old.default, Default) else None
        if there == default:
            continue
        new = replace(old, default=None if default is None else Default(default), origin=None)
        state = state.with_table(table.with_columns(new if c is old else c for c in table.columns))
    return state
