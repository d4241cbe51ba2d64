"""
What a plan is made from: the two states, what the database can do, and what was decided.

Responsible for facts that several kinds of changes need: which columns of a table go and come, which keys and names
are touched.  Does not know which operations follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from limbeck.diff.change import Resource, Resources, a_key, a_named
from limbeck.diff.columns import recreated
from limbeck.diff.enums import must_replace
from limbeck.diff.needs import needs_of, tables_by_word
from limbeck.diff.pairs import Pair, pairs
from limbeck.diff.shaken import NOTHING_SHAKEN, Shaken
from limbeck.operations import kind_of
from limbeck.operations.enums import EnumColumn
from limbeck.operations.standalone import owner
from limbeck.schema import (
    Column,
    Constraint,
    Default,
    Enum,
    Generated,
    Index,
    PrimaryKey,
    SchemaState,
    Table,
    TableName,
    Unique,
)
from limbeck.schema.edit import constraint_involves, index_involves
from limbeck.schema.typenames import is_of, value_renamed

if TYPE_CHECKING:
    from limbeck.diff.abilities import Abilities

_WORD = re.compile(r'"((?:[^"]|"")+)"|([^\W\d][\w$]*)')
_CALLED = frozenset(
    {
        "enum",
        "domain",
        "composite",
        "sequence",
        "view",
        "materialized view",
        "function",
        "procedure",
    }
)


def no_example(table: TableName, column: str) -> str | None:
    """Nothing is known of a column but its type."""
    return None


@dataclass(frozen=True)
class Way:
    """From `before`, which has the decided renames behind it, to `after`, exactly.

    `fills` has SQL values for the rows of columns that become NOT NULL; `values` the renamed values of enums;
    `filled` tells whether a table has rows; `example` knows values of columns; `shaken` is what is made again under the tables.
    """

    before: SchemaState
    after: SchemaState
    abilities: Abilities
    forced: frozenset[tuple[TableName, str, str]] = frozenset()
    fills: Mapping[tuple[TableName, str], str] = field(default_factory=dict)
    filled: Callable[[TableName], bool] = lambda table: True
    values: Mapping[TableName, Mapping[str, str]] = field(default_factory=dict)
    dropped_values: frozenset[tuple[TableName, str]] = frozenset()
    shaken: Shaken = NOTHING_SHAKEN
    example: Callable[[TableName, str], str | None] = no_example

    @cached_property
    def altered(self) -> dict[TableName, Altered]:
        """The tables that are on both sides and differ, or of which something must give way meanwhile."""
        forced = {table for table, _, _ in self.forced}
        return {
            new.name: Altered(self.before[new.name], new, self.abilities, self.shaken)
            for new in self.after
            if new.name in self.before
            and (
                new.name in forced
                or (new is not self.before[new.name] and new != self.before[new.name])
                or self.shaken.touches(self.before[new.name])
            )
        }

    def unaltered(self, table: Table) -> Altered:
        """A table that is the same on both sides."""
        return Altered(self.before[table.name], table, self.abilities, self.shaken)

    @cached_property
    def enum_defaults(self) -> frozenset[tuple[TableName, str]]:
        """The columns whose defaults a new type of an enum takes care of."""
        return frozenset(
            (table, column)
            for columns in self.replaced_enums.values()
            for table, column, _ in columns
            if self.before[table][column].type == self.after[table][column].type
        )

    @cached_property
    def replaced_enums(self) -> dict[TableName, tuple[EnumColumn, ...]]:
        """The enums in whose place a new type is put, with the columns that have it all the time."""
        return {
            new.name: tuple(self._enum_columns(new.name))
            for old, new in self.changed_enums
            if must_replace(old, new, self.values.get(new.name, {}))
        }

    @cached_property
    def changed_enums(self) -> list[tuple[Enum, Enum]]:
        """The enums that are on both sides, with other values."""
        found = []
        for key, new in self.after.objects.items():
            old = self.before.objects.get(key)
            if isinstance(old, Enum) and isinstance(new, Enum) and old.values != new.values:
                found.append((old, new))
        return found

    def _enum_columns(self, name: TableName) -> Iterable[EnumColumn]:
        for table in self.before:
            if table.name not in self.after:
                continue
            lost = self.altered[table.name].lost if table.name in self.altered else ()
            for column in table.columns:
                if not is_of(column.type.sql, name) or column.name in lost:
                    continue
                after = self.after[table.name][column.name]
                if not is_of(after.type.sql, name):
                    continue
                # Where one value becomes an array, or the reverse, the default is set with the type, later.
                same = after.type == column.type
                sql = after.default.sql if same and isinstance(after.default, Default) else None
                yield table.name, column.name, sql

    def default_before(self, column: Column) -> Generated | None:
        """The default of a column of `before` once values of its enum have their new names."""
        default = column.default
        if not self.values or not isinstance(default, Default):
            return default
        for name, values in self.values.items():
            if name not in self.replaced_enums and is_of(column.type.sql, name):
                for old, new in values.items():
                    default = Default(value_renamed(default.sql, old, new))
        return default

    @cached_property
    def words_before(self) -> Mapping[str, list[Table]]:
        """The tables of `before` by their names."""
        return tables_by_word(self.before)

    @cached_property
    def words_after(self) -> Mapping[str, list[Table]]:
        """The tables of `after` by their names."""
        return tables_by_word(self.after)

    @cached_property
    def _hanging(self) -> dict[TableName, set[Resource]]:
        found: dict[TableName, set[Resource]] = {}
        for item in self.before.objects.values():
            table = owner(item)
            if table is not None:
                needs = needs_of(item, self.words_before, self.mentioned)
                found.setdefault(table, set()).update(needs)
        return found

    def hanging_needs(self, table: TableName) -> Resources:
        """What the triggers and policies need that go with a table, but the table itself."""
        return frozenset(need for need in self._hanging.get(table, ()) if table not in need[1:2])

    @cached_property
    def lost_keys(self) -> frozenset[Resource]:
        """The keys that foreign keys may refer to, and that are dropped, if only to be made again."""
        return frozenset(
            key for altered in self.altered.values() for key in altered.lost_keys(self.abilities)
        )

    @cached_property
    def _called(self) -> dict[str, Resources]:
        """What changes, by the name that others call it by."""
        found: dict[str, set[Resource]] = {}
        for key in {*self.before.objects, *self.after.objects}:
            if key.kind not in _CALLED:
                continue
            again = key.name in self.shaken.routines
            if again or self.before.objects.get(key) != self.after.objects.get(key):
                found.setdefault(key.name.name, set()).add(a_named(key.name))
        return {name: frozenset(resources) for name, resources in found.items()}

    def mentioned(self, *texts: str | None) -> Resources:
        """What changes, and is called by its name in one of the texts."""
        if not self._called:
            return frozenset()
        found: set[Resource] = set()
        for text in texts:
            for quoted, word in _WORD.findall(text or ""):
                name = quoted.replace('""', '"') if quoted else word
                found |= self._called.get(name, frozenset())
                if quoted == "" and name not in self._called:
                    found |= self._called.get(name.lower(), frozenset())
        return frozenset(found)


class Altered:
    """A table as it is and as it is to be, and what becomes of its columns.

    `gone`, `added` and `recreated` are names of columns; recreated ones are dropped and added.  `lost` are those that
    do not keep what involves them: gone or recreated.  `retyped` get another type, if only behind their domain.
    """

    def __init__(
        self, old: Table, new: Table, abilities: Abilities, shaken: Shaken = NOTHING_SHAKEN
    ) -> None:
        self.old = old
        self.new = new
        self.name = new.name
        before = {column.name: column for column in old.columns}
        after = {column.name: column for column in new.columns}
        self.shaken = shaken
        self.recreated = recreated(old, new, abilities, shaken)
        self.gone = tuple(name for name in before if name not in after)
        self.added = tuple(name for name in after if name not in before)
        self.kept = tuple(n for n in after if n in before and n not in self.recreated)
        self.lost = frozenset(self.gone) | self.recreated
        self.retyped = frozenset(
            n
            for n in self.kept
            if before[n].type != after[n].type or shaken.base(before[n]) is not None
        )
        self.constraints: list[Pair[Constraint]] = pairs(old.constraints, new.constraints)
        self.indexes: list[Pair[Index]] = pairs(old.indexes, new.indexes)

    @property
    def parts(self) -> list[Pair[Constraint] | Pair[Index]]:
        """The constraints and the indexes, with their counterparts."""
        return [*self.constraints, *self.indexes]

    def loses(self, part: Constraint | Index) -> bool:
        """Whether a part of the old table cannot stay since a column of it goes."""
        return any(involves(part, column, self.name) for column in self.lost)

    def gives_way(self, part: Constraint | Index) -> bool:
        """Whether a part of the old table is dropped, if only to be made again."""
        return self.loses(part) or self.shaken.part(part)

    def stays(self, pair: Pair[Constraint] | Pair[Index], abilities: Abilities) -> bool:
        """Whether a part is there all the time, if under another name in the end."""
        if pair.before is None or not pair.alike or self.gives_way(pair.before):
            return False
        if pair.same or isinstance(pair.before, Index):
            return True
        return kind_of(pair.before) in abilities.renames

    def lost_keys(self, abilities: Abilities) -> Iterable[Resource]:
        """The keys that are dropped, if only to be made again."""
        for pair in self.parts:
            old = pair.before
            if old is None or self.stays(pair, abilities):
                continue
            for columns in keys_of(old, abilities):
                yield a_key(self.name, columns)


def involves(part: Constraint | Index, column: str, table: TableName) -> bool:
    """Whether a part of a table is about a column."""
    if isinstance(part, Index):
        return index_involves(part, column)
    return constraint_involves(part, column, table)


def keys_of(part: Constraint | Index, abilities: Abilities) -> list[tuple[str, ...]]:
    """The columns by which foreign keys may refer to the table because of `part`; for MySQL any index will do."""
    if isinstance(part, (PrimaryKey, Unique)):
        columns = part.columns
    elif isinstance(part, Index) and (part.unique or abilities.keys_need_indexes):
        columns = tuple(str(element) for element in part.elements)
    else:
        return []
    if not abilities.keys_need_indexes:
        return [columns]
    return [columns[:count] for count in range(1, len(columns) + 1)]
