"""
Tables that are made and tables that are dropped.

Responsible for breaking circles of foreign keys and for what a whole table makes, removes and needs.  Does not know
tables that are on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.dag import cycle
from limbeck.diff.alter import column_needs
from limbeck.diff.change import (
    Change,
    Rank,
    Resource,
    Resources,
    a_key,
    a_named,
    a_slot,
    a_step,
    a_table,
    columns,
)
from limbeck.diff.ownership import parents
from limbeck.diff.parts import added, drop_constraint, provides, slots, target_of
from limbeck.operations import CreateTable, DropTable
from limbeck.schema import Check, ForeignKey, Need, PrimaryKey, Table, TableName, Unique

if TYPE_CHECKING:
    from limbeck.diff.way import Way

CREATE, LATE, DROP = 20, 30, 60
Late = dict[TableName, set[ForeignKey]]


def creations(way: Way) -> Iterator[Change]:
    """The tables that are new, with their indexes, and the foreign keys that must wait."""
    new = [table for table in way.after if table.name not in way.before]
    late = _late(new) if way.abilities.late_keys else {}
    for table in new:
        waiting = late.get(table.name, set())
        waiting |= {key for key in table.foreign_keys if _needs_own_index(table, key, way)}
        yield _creation(table, waiting, way)
        for key in table.foreign_keys:
            if key in waiting:
                yield from added(table, key, way, LATE)
        for index in table.indexes:
            yield from added(table, index, way, CREATE)


def removals(way: Way) -> Iterator[Change]:
    """The tables that are gone, and the foreign keys that must be dropped before."""
    gone = [table for table in way.before if table.name not in way.after]
    late = _late(gone) if way.abilities.late_keys else {}
    for table in gone:
        waiting = late.get(table.name, set())
        for key in table.foreign_keys:
            if key in waiting:
                yield _key_removal(table, key)
        yield _removal(table, waiting, way)


def _late(tables: Iterable[Table]) -> Late:
    """Foreign keys without which those between the tables make no circle: as few as are found one by one."""
    by_name = {table.name: table for table in sorted(tables, key=lambda table: str(table.name))}
    late: Late = {}

    def targets(name: TableName) -> list[TableName]:
        waiting = late.get(name, set())
        keys = (key for key in by_name[name].foreign_keys if key not in waiting)
        found = {key.target for key in keys if key.target != name and key.target in by_name}
        return sorted(found, key=str)

    while circle := cycle(by_name, targets):
        # The one with the least name waits, whichever way the circle was found.
        name = min(circle, key=str)
        target = circle[circle.index(name) + 1]
        keys = {key for key in by_name[name].foreign_keys if key.target == target}
        late.setdefault(name, set()).update(keys)
    return late


def _needs_own_index(table: Table, key: ForeignKey, way: Way) -> bool:
    """Whether a foreign key of a table to itself refers to an index, which is made after the table."""
    if key.target != table.name or not way.abilities.late_keys:
        return False
    unique = (c for c in table.constraints if isinstance(c, (PrimaryKey, Unique)))
    return not any(set(c.columns) == set(key.target_columns) for c in unique)


def _creation(table: Table, waiting: set[ForeignKey], way: Way) -> Change:
    bare = table
    if waiting or table.indexes:
        constraints = tuple(c for c in table.constraints if c not in waiting)
        bare = replace(table, constraints=constraints, indexes=(), origin=None)
    rank: Rank = (CREATE, str(table.name), 0, "")
    return Change(
        CreateTable(bare),
        rank,
        makes=_whole(bare, way) | _names(bare),
        uses=_needs(bare, way),
    )


def _removal(table: Table, waiting: set[ForeignKey], way: Way) -> Change:
    without = replace(table, constraints=tuple(c for c in table.constraints if c not in waiting))
    rank: Rank = (DROP, str(table.name), 0, "")
    return Change(
        DropTable(table.name, origin=table.origin),
        rank,
        removes=_whole(table, way) | _names(table),
        used=_needs(without, way) | way.hanging_needs(table.name),
        uses=frozenset({a_step("keys dropped", table.name)}),
    )


def _key_removal(table: Table, key: ForeignKey) -> Change:
    rank: Rank = (DROP - 1, str(table.name), 0, key.name or "")
    return Change(
        drop_constraint(table, key),
        rank,
        makes=frozenset({a_step("keys dropped", table.name)}),
        removes=slots(table, key),
        used=target_of(key) | {a_table(table.name)},
    )


def _whole(table: Table, way: Way) -> Resources:
    """What there is when the table is there."""
    found: set[Resource] = {a_table(table.name)}
    found |= columns(table.name, (column.name for column in table.columns))
    for part in (*table.constraints, *table.indexes):
        found |= provides(table, part, way)
    return frozenset(found)


def _names(table: Table) -> Resources:
    """The names that only this table can have: its own, which is a type's as well, and those of its parts."""
    name = table.name
    found: set[Resource] = {
        a_slot("relation", name.schema, name.name),
        a_slot("type", name.schema, name.name),
    }
    for part in (*table.constraints, *table.indexes):
        found |= slots(table, part)
    return frozenset(found)


def _needs(table: Table, way: Way) -> Resources:
    """What there must be for the table."""
    found: set[Resource] = set()
    own = columns(table.name, (column.name for column in table.columns))
    for column in table.columns:
        found |= column_needs(table, column, way)
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKey) and constraint.target != table.name:
            found |= target_of(constraint)
        elif isinstance(constraint, Check):
            found |= way.mentioned(constraint.sql)
    found |= {a_table(parent) for parent in parents(table)}
    found |= {a_named(need.name) for need in table.needs if isinstance(need, Need)}
    return frozenset(found - own - {a_key(table.name, ())})
