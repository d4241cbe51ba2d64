"""
What a database is to be like once everything is taken into account.

Responsible for turning what the models want into what is to be reached from here: filters, ownership, hooks and the
names that a server has chosen leave their mark on it, and nothing later need ask them again.  A plan from `before` to
the target is exact.  Does not know operations.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from limbeck.diff.columns import arranged
from limbeck.diff.equality import ColumnPair
from limbeck.diff.notes import Note
from limbeck.diff.ownership import (
    SECURITY,
    object_stays,
    objects_note,
    security,
    security_stays,
    table_stays,
)
from limbeck.diff.pairs import Pair, pairs
from limbeck.diff.shaken import NOTHING_SHAKEN, Shaken
from limbeck.operations.standalone import owner
from limbeck.schema import (
    Column,
    Composite,
    Constraint,
    Domain,
    Enum,
    Index,
    SchemaState,
    Table,
    TableName,
    View,
    options,
)
from limbeck.schema.typenames import is_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.diff.abilities import Abilities
    from limbeck.diff.equality import Equality
    from limbeck.diff.include import Include, Tables
    from limbeck.diff.ownership import Owned
    from limbeck.schema import Key, Standalone

Part = TypeVar("Part", Constraint, Index)

Forced = frozenset[tuple[TableName, str, str]]
"""Table, column, "type" or "default": what a hook calls different although it is equal here."""


@dataclass(frozen=True, slots=True)
class Target:
    """The state to be reached, what hooks insist on, and what there is to say about it."""

    state: SchemaState
    forced: Forced = frozenset()
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class Aim:
    """How a target is found; collects what is forced and what there is to say."""

    equality: Equality
    include: Include
    abilities: Abilities
    owned: Owned | None = None
    shaken: Shaken = NOTHING_SHAKEN
    forced: set[tuple[TableName, str, str]] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    kept: dict[str, list[Key]] = field(default_factory=dict)

    def target(self, before: SchemaState, after: SchemaState) -> Target:
        """The state to be reached from `before`, where the models want `after`."""
        tables = SchemaState(self._tables(before, after))
        objects = tuple(self._objects(before, after, tables))
        views = {item.name for item in objects if isinstance(item, View)}

        def hangs(item: Standalone) -> bool:
            """Whether it is on something that is there no more: it went with that."""
            where = owner(item)
            return (
                where is not None and where in before and where not in tables and where not in views
            )

        state = SchemaState(tables, (item for item in objects if not hangs(item)))
        return Target(state, frozenset(self.forced), tuple(self.notes))

    # -- tables ------------------------------------------------------------------------------------------------------

    def _tables(self, before: SchemaState, after: SchemaState) -> Iterator[Table]:
        for new in after:
            if new.name in before:
                yield self._both(before[new.name], new)
            elif self.include.new(new):
                yield self._new(new)
        yield from self._gone(before, after)

    def _gone(self, before: SchemaState, after: SchemaState) -> Iterator[Table]:
        """The tables that are in `before` alone, and stay."""
        going: dict[TableName, Table] = {}
        for table in before:
            if table.name in after:
                continue
            if self.include.gone(table):
                going[table.name] = table
            else:
                yield self._unchanged(table)
        staying = True
        while staying:  # a partition stays when its parent does
            staying = False
            for table in list(going.values()):
                note = table_stays(table, self.owned, going)
                if note is not None:
                    del going[table.name]
                    self.notes.append(note)
                    staying = True
                    yield self._unchanged(table)

    def _new(self, table: Table) -> Table:
        indexes = tuple(i for i in table.indexes if self.include.new(i, (None, table)))
        return table if indexes == table.indexes else replace(table, indexes=indexes, origin=None)

    def _both(self, old: Table, new: Table) -> Table:
        hooks = self.equality.types or self.equality.defaults or self.include.asks
        if not hooks and old == new:
            return self._unchanged(old)
        if not self.include.both(old, new):
            return self._unchanged(old)
        if security_stays(old, new, self.owned):
            self.kept.setdefault("row security", []).append(security(old.name))
            kept = {**dict(new.options), SECURITY: dict(old.options)[SECURITY]}
            new = replace(new, options=options(kept), origin=None)
        merged = replace(
            new,
            columns=self._columns(old, new),
            constraints=self._parts(old.constraints, new.constraints, (old, new)),
            indexes=self._parts(old.indexes, new.indexes, (old, new)),
            origin=None,
        )
        if not self.equality.positions:
            merged = merged.with_columns(arranged(old, merged, self.abilities, self.shaken))
        return old if merged == old and not self._is_forced(old) else merged

    def _unchanged(self, table: Table) -> Table:
        """A table that stays as it is, but for columns that must be made again, which become the last."""
        if self.equality.positions or not self.shaken.touches(table):
            return table
        columns = arranged(table, table, self.abilities, self.shaken)
        return table if columns == table.columns else table.with_columns(columns)

    def _is_forced(self, table: Table) -> bool:
        return any(name == table.name for name, _, _ in self.forced)

    def _columns(self, old: Table, new: Table) -> tuple[Column, ...]:
        there = {column.name: column for column in old.columns}
        wanted = {column.name for column in new.columns}
        result = [
            self._column(ColumnPair(old.name, there[column.name], column, (old, new)))
            if column.name in there
            else column
            for column in new.columns
            if column.name in there or self.include.new(column, (old, new))
        ]
        for place, column in enumerate(old.columns):
            if column.name not in wanted and not self.include.gone(column, (old, new)):
                result.insert(min(place, len(result)), column)
        return tuple(result)

    def _column(self, pair: ColumnPair) -> Column:
        before, after = pair.before, pair.after
        if not self.include.both(before, after, pair.tables):
            return before
        if self.equality.other_type(pair):
            self._force(pair, "type", equal=before.type == after.type)
        else:
            after = replace(after, type=before.type)
        if self.equality.other_default(pair):
            self._force(pair, "default", equal=before.default == after.default)
        else:
            after = replace(after, default=before.default)
        if before.options != after.options:
            where = f"{pair.table}.{before.name}"
            self.notes.append(
                Note("not changed", where, f"column {where} has options that no operation changes")
            )
            after = replace(after, options=before.options)
        return before if before == after else after

    def _force(self, pair: ColumnPair, what: str, *, equal: bool) -> None:
        if equal:
            self.forced.add((pair.table, pair.before.name, what))

    def _parts(
        self, old: tuple[Part, ...], new: tuple[Part, ...], tables: Tables
    ) -> tuple[Part, ...]:
        """The constraints, or the indexes, that there are to be."""
        chosen = (self._part(pair, tables) for pair in pairs(old, new))
        return tuple(part for part in chosen if part is not None)

    def _part(self, pair: Pair[Part], tables: Tables) -> Part | None:
        before, after = pair.before, pair.after
        if before is None:
            return after if after is not None and self.include.new(after, tables) else None
        if after is None:
            return None if self.include.gone(before, tables) else before
        if not self.include.both(before, after, tables):
            return before
        if not pair.alike:
            return after
        before = self._commented(before, after)
        return before if pair.same else replace(before, name=after.name, origin=None)

    def _commented(self, before: Part, after: Part) -> Part:
        """The part with the comment that it is to have.  Of an index no model can say one."""
        wanted = dict(after.options).get("comment")
        part: object = before
        if (
            isinstance(part, Index)
            or not self.abilities.constraint_comments
            or dict(before.options).get("comment") == wanted
        ):
            return before
        found = {name: value for name, value in before.options if name != "comment"}
        said = found if wanted is None else {**found, "comment": wanted}
        return replace(before, options=options(said), origin=None)

    # -- what stands beside tables -----------------------------------------------------------------------------------

    def _objects(
        self, before: SchemaState, after: SchemaState, tables: SchemaState
    ) -> Iterator[Standalone]:
        for key, new in after.objects.items():
            old = before.objects.get(key)
            if old is None:
                if self.include.new(new):
                    yield new
            elif old == new or not self.include.both(old, new):
                yield old
            else:
                yield new
        views = (key.name for key in before.objects if key.kind.endswith("view"))
        there = {None, *(table.name for table in after), *views}
        for key, old in before.objects.items():
            if key in after.objects:
                continue
            if not self.include.gone(old):
                yield old
            elif object_stays(old, self.owned):
                if owner(old) in there:
                    self.kept.setdefault(key.kind, []).append(key)  # else the table is named
                yield old
            elif (note := _type_stays(old, tables, after)) is not None:
                self.notes.append(note)
                yield old
        self.notes += [objects_note(keys) for _, keys in sorted(self.kept.items())]


def _type_stays(item: Standalone, tables: SchemaState, after: SchemaState) -> Note | None:
    """Why a type that the models do not have stays: a table that stays has a column of it."""
    if not isinstance(item, (Enum, Domain, Composite)):
        return None
    for table in tables:
        if table.name in after:
            continue
        if any(is_of(column.type.sql, item.name) for column in table.columns):
            return Note(
                "kept", str(item.key), f"{item.key} is the type of a column of {table.name}"
            )
    return None
