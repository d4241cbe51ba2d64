"""
What stands beside tables: made, dropped, replaced, and made again around what it needs.

Responsible for the changes of views, routines, triggers, policies, types, sequences, extensions and grants.  Does not
know what a catalog says about them but through `needs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.diff.change import (
    Change,
    Rank,
    Resource,
    Resources,
    a_column,
    a_named,
    a_slot,
    a_step,
    a_table,
    columns,
)
from limbeck.diff.enums import value_operations
from limbeck.diff.needs import blocking_needs, itself, needs_of
from limbeck.diff.replaceable import replaceable
from limbeck.operations import (
    CreateObject,
    DropObject,
    Operation,
    ReplaceObject,
)
from limbeck.operations.standalone import goes_with, owner
from limbeck.schema import Composite, Domain, Enum, Key, Standalone
from limbeck.schema.typenames import is_of

if TYPE_CHECKING:
    from limbeck.diff.way import Way

_CREATE = {
    "extension": 0,
    "enum": 5,
    "domain": 5,
    "composite": 5,
    "sequence": 5,
    "function": 70,
    "procedure": 70,
    "view": 71,
    "materialized view": 71,
    "trigger": 72,
    "policy": 73,
    "grant": 90,
}
_DROP = {
    "grant": 7,
    "policy": 8,
    "trigger": 9,
    "view": 10,
    "materialized view": 10,
    "function": 11,
    "procedure": 11,
    "sequence": 80,
    "composite": 80,
    "domain": 81,
    "enum": 82,
    "extension": 85,
}
_RELATIONS = frozenset({"view", "materialized view", "sequence", "composite"})
_TYPES = frozenset({"enum", "domain", "composite", "view", "materialized view"})


def object_changes(way: Way) -> Iterator[Change]:
    """The changes of all that stands beside tables."""
    again = recreated_objects(way)
    for key, old in way.before.objects.items():
        new = way.after.objects.get(key)
        if new is None:
            if not _goes_with_owner(old, way):
                yield _drop(old, way)
        elif key in again:
            if not _goes_with_other(old, again, way):
                yield _drop(old, way)
            yield _create(new, way)
        elif old != new or _bare(old, way) != old:
            yield from _change(old, new, way)
    for key, new in way.after.objects.items():
        if key not in way.before.objects:
            yield _create(new, way)


def _goes_with_owner(item: Standalone, way: Way) -> bool:
    """Whether it is on something that is dropped, and need not be dropped itself."""
    where = owner(item)
    if where is not None and where in way.before:
        return where not in way.after
    others = goes_with(item)
    return bool(others & way.before.objects.keys()) and not others & way.after.objects.keys()


def _goes_with_other(item: Standalone, again: frozenset[Key], way: Way) -> bool:
    """Whether it is on a view, or a grant on a routine, that is dropped and made again."""
    where = owner(item)
    if where is not None and where in way.before:
        return False
    return any(
        key in way.before.objects and (key in again or key not in way.after.objects)
        for key in goes_with(item)
    )


def recreated_objects(way: Way) -> frozenset[Key]:
    """What is on both sides, and must be dropped and made again."""
    both = {
        key: (old, way.after.objects[key])
        for key, old in way.before.objects.items()
        if key in way.after.objects
    }
    again = {
        key
        for key, (old, new) in both.items()
        if old != new
        and not isinstance(new, Enum)
        and not replaceable(old, new, way.abilities)
        and not _is_type_of_columns(new, way)
    }
    disturbed = {*_disturbed(way), *(itself(key) for key in again)}
    growing = bool(disturbed)
    while growing:
        more = {
            key
            for key, (old, _) in both.items()
            if key not in again and _is_blocking(old, disturbed, way, again)
        }
        again |= more
        disturbed |= {itself(key) for key in more}
        growing = bool(more)
    return frozenset(again)


def _is_type_of_columns(item: Standalone, way: Way) -> bool:
    """Whether it is a type that columns have all the time, which therefore cannot be dropped."""
    if not isinstance(item, (Composite, Domain)):
        return False
    return any(
        is_of(column.type.sql, item.name)
        for table in way.before
        for column in table.columns
        if table.name in way.after
        and column.name in way.after[table.name]
        and is_of(way.after[table.name][column.name].type.sql, item.name)
    )


def _is_blocking(item: Standalone, disturbed: set[Resource], way: Way, again: set[Key]) -> bool:
    if _goes_with_other(item, frozenset(again), way):
        return True
    if not way.abilities.dependents_block:
        return False
    return not disturbed.isdisjoint(blocking_needs(item, way.words_before, way.mentioned))


def _disturbed(way: Way) -> Iterator[Resource]:
    """What a dependent would keep from being dropped or changed."""
    for table in way.before:
        if table.name not in way.after:
            yield a_table(table.name)
            yield from columns(table.name, (column.name for column in table.columns))
    for altered in way.altered.values():
        yield from columns(altered.name, altered.lost | altered.retyped)
    for name, using in way.replaced_enums.items():
        yield a_named(name)
        for table_name, column, _ in using:
            yield a_column(table_name, column)
    for name in way.shaken.domains:
        yield a_named(name)
    for key in way.before.objects:
        if key not in way.after.objects:
            yield itself(key)


def _slots(key: Key) -> Resources:
    """The names that the object has to itself."""
    found: set[Resource] = set()
    if key.kind in _RELATIONS:
        found.add(a_slot("relation", key.name.schema, key.name.name))
    if key.kind in _TYPES:
        found.add(a_slot("type", key.name.schema, key.name.name))
    return frozenset(found)


def _rank(phases: dict[str, int], key: Key) -> Rank:
    return (phases.get(key.kind, 50), key.kind, 0, str(key))


def _drop(item: Standalone, way: Way) -> Change:
    key = item.key
    return Change(
        DropObject(key, item),
        _rank(_DROP, key),
        removes=_slots(key) | {itself(key)},
        used=needs_of(item, way.words_before, way.mentioned),
    )


def _create(item: Standalone, way: Way) -> Change:
    key = item.key
    return Change(
        CreateObject(item),
        _rank(_CREATE, key),
        makes=_slots(key) | {itself(key)},
        uses=needs_of(item, way.words_after, way.mentioned),
    )


def _change(old: Standalone, new: Standalone, way: Way) -> Iterator[Change]:
    """What turns an object into another of the same key, without dropping it."""
    if isinstance(old, Enum) and isinstance(new, Enum):
        yield from _enum(old, new, way)
        return
    bare, step = _bare(old, way), a_step("bare", new.key)
    if bare != old:
        yield Change(
            ReplaceObject(old, bare),
            _rank(_CREATE, new.key),
            makes=frozenset({step}),
            used=needs_of(old, way.words_before, way.mentioned),
        )
    if bare == new:
        return
    yield Change(
        ReplaceObject(bare, new),
        _rank(_CREATE, new.key),
        alters=frozenset({itself(new.key)}) | _of_domain(new, way),
        uses=needs_of(new, way.words_after, way.mentioned) | {step},
        used=needs_of(bare, way.words_before, way.mentioned),
    )


def _bare(item: Standalone, way: Way) -> Standalone:
    """A domain without what calls a routine that is made again; everything else as it is."""
    if not isinstance(item, Domain) or not way.shaken.routines:
        return item
    return replace(
        item,
        default=None if way.shaken.calls(item.default) else item.default,
        checks=tuple(check for check in item.checks if not way.shaken.calls(check[1])),
    )


def _of_domain(item: Standalone, way: Way) -> Resources:
    """The columns that get another type with their domain."""
    if not isinstance(item, Domain) or item.name not in way.shaken.domains:
        return frozenset()
    return frozenset(
        a_column(table.name, column.name)
        for table in way.before
        for column in table.columns
        if is_of(column.type.sql, item.name)
    )


def _enum(old: Enum, new: Enum, way: Way) -> Iterator[Change]:
    using = way.replaced_enums.get(new.name, ())
    operations: list[Operation] = []
    if old.values != new.values:
        operations += value_operations(old, new, way.values.get(new.name, {}), using)
    if old.comment != new.comment:
        operations.append(ReplaceObject(replace(old, values=new.values, origin=None), new))
    alters = {itself(new.key), *(a_column(table, column) for table, column, _ in using)}
    for count, operation in enumerate(operations):
        yield Change(
            operation,
            (_CREATE["enum"], "enum", 1, f"{new.key} {count:04}"),
            makes=frozenset({a_step("enum", new.name, count)}),
            alters=frozenset(alters),
            uses=frozenset({a_step("enum", new.name, count - 1)}),
        )
