"""
Columns, comments and options of tables that are on both sides.

Responsible for what is added, dropped and altered in such a table, and in which steps.  Does not know constraints and
indexes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from limbeck.diff.casts import using
from limbeck.diff.change import (
    NOTHING,
    Change,
    Rank,
    Resource,
    Resources,
    a_column,
    a_step,
    a_table,
    columns,
)
from limbeck.diff.columns import Place, computed_from, places
from limbeck.diff.notnull import filling
from limbeck.diff.parts import ALTER, COLUMN, DROP_COLUMN, DROP_PART, TABLE, taken_with
from limbeck.operations import (
    AddColumn,
    AlterColumn,
    DropColumn,
    SetTableComment,
    SetTableOptions,
)
from limbeck.schema import Column, Computed, Default, Table

if TYPE_CHECKING:
    from limbeck.diff.way import Altered, Way


def table_changes(altered: Altered, way: Way) -> Iterator[Change]:
    """The changes of a table's columns, comment and options."""
    steps = _steps(altered, way)
    for name in (*altered.gone, *sorted(altered.recreated)):
        yield _drop(altered, name, way)
    for column in altered.new.columns:
        place, chain = steps.get(column.name, (None, ()))
        if column.name not in altered.old or column.name in altered.recreated:
            yield from _add(altered, column, way, place or Place(column.name), chain)
        else:
            yield from _alter(altered, column, way, place, chain)
    yield from _whole_table(altered.old, altered.new)


Chain = tuple[Resource, ...]
"""The step before and the step that is made: columns get their places one after the other."""


def _steps(altered: Altered, way: Way) -> dict[str, tuple[Place, Chain]]:
    if not way.abilities.moves_columns and not altered.added and not altered.recreated:
        return {}
    found = places(altered.old, altered.new, altered.recreated, way.abilities)
    return {
        place.column: (
            place,
            (a_step("place", altered.name, n), a_step("place", altered.name, n + 1)),
        )
        for n, place in enumerate(found)
    }


def column_needs(table: Table, column: Column, way: Way) -> Resources:
    """What a column cannot be without: its type, what its default calls, what it is computed from."""
    default = column.default
    text = default.sql if isinstance(default, (Default, Computed)) else None
    others = computed_from(column, [other.name for other in table.columns])
    return columns(table.name, others) | way.mentioned(column.type.sql, text)


def _rank(altered: Altered, phase: int, name: str) -> Rank:
    return (ALTER, str(altered.name), phase, name)


def _add(
    altered: Altered, column: Column, way: Way, place: Place, chain: Chain
) -> Iterator[Change]:
    fill = filling(altered, column, way)
    plain = column if fill is None else replace(column, nullable=True, origin=None)
    operation = AddColumn(altered.name, plain, insert_before=place.before, insert_after=place.after)
    yield Change(
        operation,
        _rank(altered, COLUMN, chain_name(chain, column.name)),
        makes=frozenset({a_column(altered.name, column.name), _there(altered, column), *chain[1:]}),
        uses=column_needs(altered.new, column, way) | {a_table(altered.name), *chain[:1]},
    )
    if fill is not None:
        yield from fill.changes(_there(altered, column))


def chain_name(chain: Chain, name: str) -> str:
    """What puts columns into the order in which they get their places."""
    return f"{chain[1][-1]:06}" if chain else f"~{name}"


def _there(altered: Altered, column: Column) -> Resource:
    return a_step("there", altered.name, column.name)


def _drop(altered: Altered, name: str, way: Way) -> Change:
    column = altered.old[name]
    removes, used = taken_with(altered, name, way)
    return Change(
        DropColumn(altered.name, name, existing=column),
        _rank(altered, DROP_COLUMN, name),
        removes=removes | {a_column(altered.name, name)},
        used=used | column_needs(altered.old, column, way),
    )


def _alter(
    altered: Altered, new: Column, way: Way, place: Place | None, chain: Chain
) -> Iterator[Change]:
    old = altered.old[new.name]
    wanted = _wanted(altered, old, new, way)
    unset = _unset(altered, old, new, way)
    if unset is not None:
        yield unset
        wanted["default"] = new.default
    fill = filling(altered, new, way) if old.nullable and not new.nullable else None
    if old.nullable != new.nullable and fill is None:
        wanted["nullable"] = new.nullable
    if place is not None:
        wanted |= {"insert_before": place.before, "insert_after": place.after}
    column = a_column(altered.name, new.name)
    if wanted:
        yield Change(
            AlterColumn(altered.name, new.name, **wanted),
            _rank(altered, COLUMN, chain_name(chain, new.name)),
            makes=frozenset({_there(altered, new), *chain[1:]}),
            alters=frozenset({column}),
            uses=column_needs(altered.new, new, way)
            | frozenset(chain[:1])
            | (NOTHING if unset is None else unset.makes),
            used=(NOTHING if unset is not None else column_needs(altered.old, old, way))
            - columns(altered.name, altered.kept),
        )
    if fill is not None:
        yield from fill.changes(_there(altered, new))
    yield from _numbers(altered, old, new, way)


def _unset(altered: Altered, old: Column, new: Column, way: Way) -> Change | None:
    """The default goes before what it calls is dropped, and is set again when that is there; None where it calls nothing."""
    defaults = old.default, new.default
    if (altered.name, new.name) in way.enum_defaults or not (
        isinstance(defaults[0], Default)
        and isinstance(defaults[1], Default)
        and way.shaken.calls(defaults[0].sql)
    ):
        return None
    return Change(
        AlterColumn(altered.name, new.name, default=None),
        _rank(altered, DROP_PART, new.name),
        makes=frozenset({a_step("no default", altered.name, new.name)}),
        used=column_needs(altered.old, old, way) - columns(altered.name, altered.kept),
    )


def _wanted(altered: Altered, old: Column, new: Column, way: Way) -> dict[str, Any]:
    """What AlterColumn is to set, apart from whether the column may be NULL."""
    wanted: dict[str, Any] = {}
    where = altered.name, new.name
    if old.type != new.type or (*where, "type") in way.forced:
        wanted["type"] = new.type
        expression = using(new.name, old.type.sql, new.type.sql) if way.abilities.casts else None
        if expression is not None:
            wanted["options"] = (("postgresql_using", expression),)
            # A default would have to be cast as well, which is refused: it is dropped and set again.
            if isinstance(old.default, Default):
                wanted["default"] = new.default
    if way.default_before(old) != new.default or (*where, "default") in way.forced:
        wanted["default"] = new.default
    if where in way.enum_defaults:
        wanted.pop("default", None)
    if old.comment != new.comment:
        wanted["comment"] = new.comment
    if old.autoincrement != new.autoincrement and not _renumbered(altered, old, new, way):
        wanted["autoincrement"] = new.autoincrement
    return wanted


def _renumbered(altered: Altered, old: Column, new: Column, way: Way) -> bool:
    """Whether a column must stop numbering the rows while its key is replaced."""
    if not way.abilities.numbers_need_keys:
        return False
    if True not in {old.autoincrement, new.autoincrement}:
        return False
    return altered.old.primary_key != altered.new.primary_key


def _numbers(altered: Altered, old: Column, new: Column, way: Way) -> Iterator[Change]:
    if not _renumbered(altered, old, new, way):
        return
    if old.autoincrement is True:
        off = a_step("numbers off", altered.name)
        operation = AlterColumn(altered.name, new.name, autoincrement=False)
        yield Change(operation, _rank(altered, 0, new.name), makes=frozenset({off}))
    if new.autoincrement is True:
        on = a_step("primary key", altered.name)
        operation = AlterColumn(altered.name, new.name, autoincrement=True)
        column = a_column(altered.name, new.name)
        rank = _rank(altered, TABLE, new.name)
        yield Change(operation, rank, uses=frozenset({on, column}))


def _whole_table(old: Table, new: Table) -> Iterator[Change]:
    """The table's comment, options and prefixes."""
    rank: Rank = (ALTER, str(new.name), TABLE, "")
    if old.comment != new.comment:
        yield Change(SetTableComment(new.name, new.comment, old.comment), rank)
    if old.options != new.options or old.prefixes != new.prefixes:
        before = tuple(option for option in old.options if option not in new.options)
        after = tuple(option for option in new.options if option not in old.options)
        operation = SetTableOptions(new.name, before, after)
        if old.prefixes != new.prefixes:
            operation = replace(operation, prefixes=new.prefixes)
        yield Change(operation, rank)
