"""
Operations on what stands beside tables: views, routines, triggers, sequences, types, policies, grants, extensions.

Responsible for what making, dropping and replacing them does to a state.  Does not know which of them a database has,
nor whether it can replace one without dropping it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from limbeck.errors import SchemaError
from limbeck.operations.base import Operation, Touches
from limbeck.operations.recreate import nothing
from limbeck.schema import (
    Grant,
    Key,
    Policy,
    Routine,
    SchemaState,
    Standalone,
    TableName,
    Trigger,
    View,
)
from limbeck.values import dataclass


@dataclass(frozen=True, slots=True)
class CreateObject:
    """Make an object; a grant adds its privileges to those that the role has already."""

    object: Standalone
    if_not_exists: bool = False

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with the object.  Raises SchemaError when there is one of its key, unless it is a grant."""
        there = state.objects.get(self.object.key)
        if isinstance(self.object, Grant):
            found = _united(there, self.object) if isinstance(there, Grant) else self.object
            if found.says_nothing:
                return state.without_object(found.key) if there is not None else state
            return state.with_object(found)
        if there is None:
            return state.with_object(self.object)
        if self.if_not_exists:
            return state
        raise SchemaError(f"there is a {self.object.key} already")

    def inverse(self, state: SchemaState) -> Operation:
        """Drop it, unless it was there before; of a grant, what was not granted before."""
        there = state.objects.get(self.object.key)
        if there is None:
            return DropObject(self.object.key, self.object)
        if isinstance(there, Grant) and isinstance(self.object, Grant):
            return ReplaceObject(_united(there, self.object), there)
        return nothing(self.object.key.name)

    @property
    def touches(self) -> Touches:
        """Writes the object, reads what it needs."""
        return _touched(self.object)


@dataclass(frozen=True, slots=True)
class DropObject:
    """Remove an object; `existing` is what it is like, where that is known.

    Of a grant that `existing` describes only the privileges are revoked that it names.
    """

    key: Key
    existing: Standalone | None = None
    if_exists: bool = False

    def apply(self, state: SchemaState) -> SchemaState:
        """The state without the object; with it go the grants on it, and a view's triggers.

        Raises SchemaError when there is none.
        """
        taken = _taken_from_all(self.key, state)
        if taken is not None:
            return state.with_object(taken)
        there = self._find(state)
        if there is None:
            return state
        rest = self._rest(there)
        if rest is not None:
            return state.with_object(rest)
        state = state.without_object(self.key)
        if isinstance(there, View):
            return without_hanging(state, self.key.name)
        for item in list(state.objects.values()):
            if self.key in goes_with(item):
                state = state.without_object(item.key)
        return state

    def _find(self, state: SchemaState) -> Standalone | None:
        there = state.objects.get(self.key)
        if there is None and not self.if_exists:
            raise SchemaError(f"there is no {self.key}")
        return there

    def _rest(self, there: Standalone) -> Grant | None:
        """What remains of a grant."""
        if not isinstance(there, Grant) or not isinstance(self.existing, Grant):
            return None
        left = tuple(p for p in there.privileges if p not in self.existing.privileges)
        grantable = tuple(p for p in there.grantable if p in left)
        return replace(there, privileges=left, grantable=grantable) if left else None

    def inverse(self, state: SchemaState) -> Operation:
        """Make it again; of a grant, what was revoked.  Raises SchemaError when there is none."""
        there = self._find(state)
        if there is None:
            return nothing(self.key.name)
        rest = self._rest(there)
        return CreateObject(there) if rest is None else ReplaceObject(rest, there)

    @property
    def touches(self) -> Touches:
        """Writes the object; with `existing`, reads what it is on."""
        if self.existing is not None:
            return _touched(self.existing)
        return Touches(writes=frozenset({str(self.key)}))


@dataclass(frozen=True, slots=True)
class ReplaceObject:
    """Put `after` in the place of the object of the same key; `before` is what that is like, None if unknown."""

    before: Standalone | None
    after: Standalone

    def __post_init__(self) -> None:
        if self.before is not None and self.before.key != self.after.key:
            raise SchemaError(f"{self.before.key} cannot become {self.after.key}")

    def apply(self, state: SchemaState) -> SchemaState:
        """The state with `after`.  Raises SchemaError when there is nothing of its key."""
        self._there(state)
        return state.with_object(self.after)

    def _there(self, state: SchemaState) -> Standalone:
        there = state.objects.get(self.after.key)
        if there is None:
            raise SchemaError(f"there is no {self.after.key}")
        return there

    def inverse(self, state: SchemaState) -> Operation:
        """Put back what was there."""
        return ReplaceObject(self.after, self._there(state))

    @property
    def touches(self) -> Touches:
        """Writes the object, reads what it needs and needed."""
        after = _touched(self.after)
        if self.before is None:
            return after
        return Touches(after.reads | _touched(self.before).reads, after.writes)


_GRANT = re.compile(r"(?P<kind>\w+)\((?P<signature>.*)\) (?P<role>.*)", re.DOTALL)


def _taken_from_all(key: Key, state: SchemaState) -> Grant | None:
    """What remains when it is taken away that everybody may do something; None when that is not what `key` is about."""
    found = _GRANT.fullmatch(key.of) if key.kind == "grant" and key not in state.objects else None
    if found is None:
        return None
    grant = Grant(found["kind"], key.name, found["role"], (), signature=found["signature"])
    return grant if grant.usual else None


def _united(some: Grant, more: Grant) -> Grant:
    """What both grant together."""
    return replace(
        some,
        privileges=tuple(sorted({*some.privileges, *more.privileges})),
        grantable=tuple(sorted({*some.grantable, *more.grantable})),
    )


def owner(item: Standalone) -> TableName | None:
    """The table (or view) that an object goes with when that is dropped; None for what stands by itself."""
    if isinstance(item, (Trigger, Policy)):
        return item.table
    if isinstance(item, Grant) and item.kind == "table":
        return item.name
    return None


_GRANTED = {
    "table": ("view", "materialized view"),
    "type": ("enum", "domain", "composite"),
    "routine": ("function", "procedure"),
}


def goes_with(item: Standalone) -> frozenset[Key]:
    """The objects, other than tables, of which one is what `item` is on, and goes with; mostly none."""
    if isinstance(item, Trigger):
        return frozenset(Key(kind, item.table) for kind in _GRANTED["table"])
    if isinstance(item, Grant):
        kinds = _GRANTED.get(item.kind, (item.kind,))
        return frozenset(Key(kind, item.name, item.signature) for kind in kinds)
    return frozenset()


def without_hanging(state: SchemaState, table: TableName) -> SchemaState:
    """The state without the triggers, policies and grants of a table or view that was dropped."""
    for item in list(state.objects.values()):
        if owner(item) == table:
            state = state.without_object(item.key)
    return state


def moved(item: Standalone, table: TableName) -> Standalone:
    """A trigger, policy or grant after its table got another name."""
    if isinstance(item, (Trigger, Policy)):
        return replace(item, table=table)
    if isinstance(item, Grant):
        return replace(item, name=table)
    return item


def _touched(item: Standalone) -> Touches:
    """What making or dropping `item` reads and writes: its key, and for a view its bare name as well."""
    writes = {str(item.key)}
    if isinstance(item, View):
        writes.add(str(item.name))  # tables and views share their names
    reads = set[str]()
    table = owner(item)
    if table is not None:
        reads.add(str(table))
    if isinstance(item, (View, Routine, Trigger, Policy)):
        for need in item.needs:
            where = str(need.name) if need.column is None else f"{need.name}.{need.column}"
            reads.add(where if need.kind == "table" else str(Key(need.kind, need.name)))
    return Touches(frozenset(reads - writes), frozenset(writes))
