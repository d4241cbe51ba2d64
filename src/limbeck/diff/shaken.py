"""
What tables are built on and is not there all the time, although it is on both sides.

Responsible for routines that are dropped and made again, and domains that get another base type: what calls the one,
or is of the other, must give way meanwhile.  Does not know which operations follow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from limbeck.diff.enums import must_replace
from limbeck.diff.replaceable import replaceable
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Default,
    Domain,
    Enum,
    Exclude,
    Index,
    Routine,
    SchemaState,
    Table,
    TableName,
    Type,
)
from limbeck.schema.typenames import is_array, is_of

if TYPE_CHECKING:
    from limbeck.diff.abilities import Abilities
    from limbeck.schema import Constraint, Standalone

_CALL = re.compile(r"""'(?:[^']|'')*'|(?:"((?:[^"]|"")+)"|([^\W\d][\w$]*))\s*\(""")
_ROUTINES = frozenset({"function", "procedure"})
Renamed = Mapping[TableName, Mapping[str, str]]


@dataclass(frozen=True)
class Shaken:
    """The `routines` that are made again, by their names; the `domains` with their base types before and after."""

    routines: frozenset[TableName] = frozenset()
    domains: Mapping[TableName, tuple[Type, Type]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.routines or self.domains)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name.name for name in self.routines)

    def calls(self, *texts: str | None) -> bool:
        """Whether one of the routines is called in one of the texts."""
        if not self._names:
            return False
        return any(
            quoted.replace('""', '"') in self._names or word.lower() in self._names
            for text in texts
            for quoted, word in _CALL.findall(text or "")
        )

    def part(self, part: Constraint | Index) -> bool:
        """Whether a constraint or an index calls one of the routines."""
        return bool(self._names) and self.calls(*texts_of(part))

    def computed(self, column: Column) -> bool:
        """Whether a column is computed by one of the routines."""
        return isinstance(column.default, Computed) and self.calls(column.default.sql)

    def base(self, column: Column) -> tuple[str, str] | None:
        """The type behind a column's domain, before and after; None when that stays."""
        for name, (old, new) in self.domains.items():
            if is_of(column.type.sql, name):
                array = "[]" if is_array(column.type.sql) else ""
                return old.sql + array, new.sql + array
        return None

    def touches(self, table: Table) -> bool:
        """Whether something of a table must give way."""
        if not self:
            return False
        return any(
            self.computed(column)
            or self.base(column) is not None
            or (isinstance(column.default, Default) and self.calls(column.default.sql))
            for column in table.columns
        ) or any(self.part(part) for part in (*table.constraints, *table.indexes))


NOTHING_SHAKEN = Shaken()


def texts_of(part: Constraint | Index) -> tuple[str, ...]:
    """The expressions in a constraint or an index."""
    if isinstance(part, Check):
        return (part.sql,)
    if isinstance(part, Exclude):
        return (*(element for element, _ in part.elements), part.where or "")
    if isinstance(part, Index):
        return (*part.elements, *(str(value) for _, value in part.options))
    return ()


def shaken_by(
    before: SchemaState, after: SchemaState, abilities: Abilities, values: Renamed
) -> Shaken:
    """What is made again on the way, where that disturbs what is built on it."""
    if not abilities.dependents_block:
        return NOTHING_SHAKEN
    domains: dict[TableName, tuple[Type, Type]] = {}
    gone: set[TableName] = set()
    for key, old in before.objects.items():
        new = after.objects.get(key)
        if isinstance(old, Domain) and isinstance(new, Domain) and old.type != new.type:
            domains[old.name] = (old.type, new.type)
        elif _is_replaced(old, new, values):
            gone.add(key.name)
    return Shaken(_routines(before, after, abilities, gone | domains.keys()), domains)


def _is_replaced(old: Standalone, new: Standalone | None, values: Renamed) -> bool:
    """Whether another type takes the place of an enum."""
    if not isinstance(old, Enum) or not isinstance(new, Enum):
        return False
    return must_replace(old, new, values.get(new.name, {}))


def _routines(
    before: SchemaState, after: SchemaState, abilities: Abilities, gone: set[TableName]
) -> frozenset[TableName]:
    """The routines that are dropped and made again: by themselves, or since what they need is not there meanwhile.

    One that gets other arguments is another one to the database; expressions that call it need not say so.
    """
    names = {key.name for key in after.objects if key.kind in _ROUTINES}
    there = {
        key: item
        for key, item in before.objects.items()
        if isinstance(item, Routine) and key.name in names
    }
    found: set[TableName] = set()
    for key, item in there.items():
        new = after.objects.get(key)
        if new is None or (item != new and not replaceable(item, new, abilities)):
            found.add(key.name)
    growing = bool(found or gone)
    while growing:
        more = {
            item.name
            for item in there.values()
            if item.name not in found and any(need.name in found | gone for need in item.needs)
        }
        found |= more
        growing = bool(more)
    return frozenset(found)
