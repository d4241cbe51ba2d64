"""
A change: an operation, with what it makes, removes and needs.

Responsible for the words in which the order of operations is reasoned about.  Does not know which operations there
are.

A resource is anything that something else may need: a table, a column, a key that foreign keys refer to, an object
by its name, a name that only one thing can have at a time, or a step that another change waits for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.operations import Operation
    from limbeck.schema import Key, TableName

Resource = tuple[object, ...]
Resources = frozenset[Resource]
NOTHING: Resources = frozenset()
Rank = tuple[int, str, int, str]
"""Phase, table or kind, phase within it, name: where a change stands when nothing else decides."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """An operation and what the order must respect.

    `makes`, `removes` and `alters` say what becomes of resources.  `uses` must be there, as it is to be, before;
    `used` is what was needed by what the operation takes away, and must not go or change earlier.
    """

    operation: Operation
    rank: Rank
    makes: Resources = NOTHING
    removes: Resources = NOTHING
    alters: Resources = NOTHING
    uses: Resources = NOTHING
    used: Resources = NOTHING


def a_table(name: TableName) -> Resource:
    """A table."""
    return ("table", name)


def a_column(table: TableName, column: str) -> Resource:
    """A column of a table."""
    return ("column", table, column)


def columns(table: TableName, names: Iterable[str]) -> Resources:
    """Columns of a table."""
    return frozenset(a_column(table, name) for name in names)


def a_key(table: TableName, names: Iterable[str]) -> Resource:
    """A key of a table: columns, in any order, that are unique together."""
    return ("key", table, frozenset(names))


def a_support(table: TableName, names: tuple[str, ...]) -> Resource:
    """An index whose first columns are these, which a foreign key may need."""
    return ("support", table, names)


def a_named(name: TableName) -> Resource:
    """A type, sequence, view or routine: what others call by its name."""
    return ("named", name)


def a_thing(key: Key) -> Resource:
    """A trigger, policy or grant: what nobody calls by name."""
    return ("thing", key)


def a_slot(*parts: object) -> Resource:
    """A name that only one thing can have at a time."""
    return ("slot", *parts)


def a_step(*parts: object) -> Resource:
    """Something that another change waits for."""
    return ("step", *parts)
