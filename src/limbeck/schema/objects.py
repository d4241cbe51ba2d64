"""
The things a schema is made of.

Responsible for the form in which tables, columns, constraints and indexes are compared, printed and carried.
Does not know SQLAlchemy: whatever object a value was made from rides along as `origin`, is never looked at in
between, takes no part in equality, and lets the compiler use the author's own type or construct.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import SchemaError
from limbeck.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable

Options = tuple[tuple[str, object], ...]
"""Dialect arguments such as ("postgresql_using", "gin"), sorted by name."""


def options(given: dict[str, object]) -> Options:
    """Keyword arguments as a comparable value."""
    return tuple(sorted(given.items()))


class TableName(NamedTuple):
    """A table's name and, where it is not the default one, its schema."""

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class Type:
    """A column type: equal when its canonical SQL text is equal."""

    sql: str
    origin: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Default:
    """A server default: the SQL text that stands behind DEFAULT."""

    sql: str
    origin: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """GENERATED … AS IDENTITY; `options` are start, increment, minvalue and so on."""

    always: bool = False
    options: Options = ()
    origin: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Computed:
    """GENERATED ALWAYS AS (sql); `persisted` None leaves STORED or VIRTUAL to the server."""

    sql: str
    persisted: bool | None = None
    origin: object = field(default=None, compare=False, repr=False)


Generated = Default | Identity | Computed


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `default` is whatever the server fills in by itself."""

    name: str
    type: Type
    nullable: bool = True
    default: Generated | None = None
    comment: str | None = None
    autoincrement: bool | str = "auto"
    options: Options = ()
    origin: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PrimaryKey:
    """The primary key of a table."""

    columns: tuple[str, ...]
    name: str | None = None
    deferrable: bool | None = None
    initially: str | None = None
    options: Options = ()
    origin: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique constraint."""

    columns: tuple[str, ...]
    name: str | None = None
    deferrable: bool | None = None
    initially: str | None = None
    options: Options = ()
    origin: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key constraint to `target`; `index` is the one that MySQL has made for it, where that is known."""

    columns: tuple[str, ...]
    target: TableName
    target_columns: tuple[str, ...]
    name: str | None = None
    onupdate: str | None = None
    ondelete: str | None = None
    deferrable: bool | None = None
    initially: str | None = None
    match: str | None = None
    options: Options = ()
    origin: object = field(default=None, compare=False, repr=False)
    index: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint; `sql` is the condition."""

    sql: str
    name: str | None = None
    deferrable: bool | None = None
    initially: str | None = None
    options: Options = ()
    origin: object = field(default=None, compare=False, repr=False)


class Expression(str):
    """SQL that stands where the name of a column could stand; equal to its text."""

    __slots__ = ()


_EXPRESSION = re.compile(r"[(]|\s(?:asc|desc|collate|nulls)\b|::", re.IGNORECASE)


def is_column(element: str) -> bool:
    """Whether an element of an index or EXCLUDE constraint is the name of a column.

    Any text can be the name of one (`a-b`, `select`, `two words`), so that expressions are marked as such; what is
    not marked is taken for an expression only where hardly a name would read so.
    """
    return not isinstance(element, Expression) and _EXPRESSION.search(element) is None


@dataclass(frozen=True, slots=True)
class Exclude:
    """A PostgreSQL EXCLUDE constraint; `elements` are pairs of column or `Expression` and operator."""

    elements: tuple[tuple[str, str], ...]
    name: str | None = None
    using: str = "gist"
    where: str | None = None
    deferrable: bool | None = None
    initially: str | None = None
    options: Options = ()
    origin: object = field(default=None, compare=False, repr=False)


Constraint = PrimaryKey | Unique | ForeignKey | Check | Exclude


@dataclass(frozen=True, slots=True)
class Index:
    """An index; `elements` are column names or `Expression`s, in order."""

    name: str | None
    elements: tuple[str, ...]
    unique: bool = False
    options: Options = ()
    origin: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table with all that belongs to it.

    The order of columns is part of it, that of constraints and indexes is not.  A table that was changed after
    it was made has no `origin`: it is then built again from its parts.  `needs` are the routines and sequences (`Need`) that its defaults, checks and
    indexes call, where the database says so.
    """

    name: TableName
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    comment: str | None = None
    prefixes: tuple[str, ...] = ()
    options: Options = ()
    origin: object = field(default=None, compare=False, repr=False)
    needs: frozenset[object] = field(default=frozenset(), compare=False, repr=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return (
            self.name == other.name
            and self.columns == other.columns
            and self.comment == other.comment
            and self.prefixes == other.prefixes
            and self.options == other.options
            and _same_parts(self.constraints, other.constraints)
            and _same_parts(self.indexes, other.indexes)
        )

    def __hash__(self) -> int:
        return hash((self.name, tuple(column.name for column in self.columns)))

    def __getitem__(self, column: str) -> Column:
        for found in self.columns:
            if found.name == column:
                return found
        raise SchemaError(f"table {self.name} has no column {column!r}")

    def __contains__(self, column: str) -> bool:
        return any(found.name == column for found in self.columns)

    @property
    def primary_key(self) -> PrimaryKey | None:
        """The primary key, if there is one."""
        return next((c for c in self.constraints if isinstance(c, PrimaryKey)), None)

    @property
    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """The foreign keys, in order."""
        return tuple(c for c in self.constraints if isinstance(c, ForeignKey))

    def with_columns(self, columns: Iterable[Column]) -> Table:
        """The table with these columns instead."""
        return replace(self, columns=tuple(columns), origin=None)


def _same_parts(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    """Whether two tuples hold the same things, in any order."""
    if some == others:
        return True
    if len(some) != len(others):
        return False
    named = {getattr(part, "name", None): part for part in some}
    if len(named) == len(some):  # then each has one counterpart at most
        return named == {getattr(part, "name", None): part for part in others}
    return all(some.count(part) == others.count(part) for part in some)
