"""
The order of columns, and which of them cannot be changed but only be made anew.

Responsible for what follows from two versions of a table alone.  Does not know operations.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from limbeck.dag import topological
from limbeck.diff.shaken import NOTHING_SHAKEN, Shaken
from limbeck.schema import Column, Computed, Table
from limbeck.schema.mentions import mentions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from limbeck.diff.abilities import Abilities


def computed_from(column: Column, names: Iterable[str]) -> list[str]:
    """Those of `names` that a computed column is computed from."""
    if not isinstance(column.default, Computed):
        return []
    text = column.default.sql
    return [name for name in names if name != column.name and mentions(text, name)]


def recreated(
    old: Table, new: Table, abilities: Abilities, shaken: Shaken = NOTHING_SHAKEN
) -> frozenset[str]:
    """The columns that are on both sides, and must be dropped and added.

    No database lets a column become computed, or be computed otherwise; and where dependents block, what a computed
    column is computed from cannot get another type, nor what computes it be made again.
    """
    before = {column.name: column for column in old.columns}
    both = [(before[column.name], column) for column in new.columns if column.name in before]
    result = {
        was.name
        for was, is_ in both
        if (
            was.default != is_.default
            and (isinstance(was.default, Computed) or isinstance(is_.default, Computed))
        )
        or shaken.computed(was)
    }
    moving = set(result)
    if abilities.dependents_block:
        moving |= {
            was.name for was, is_ in both if was.type != is_.type or shaken.base(was) is not None
        }
    growing = bool(moving)
    while growing:
        more = {was.name for was, _ in both if computed_from(was, moving)} - result
        result |= more
        moving |= more
        growing = bool(more)
    return frozenset(result)


def arranged(
    old: Table, new: Table, abilities: Abilities, shaken: Shaken = NOTHING_SHAKEN
) -> tuple[Column, ...]:
    """The columns of `new` in the order that they get: those of `old` stay where they are.

    New ones are the last, or, where a database can do that, behind the one that the models have before them.
    """
    again = recreated(old, new, abilities, shaken)
    after = {column.name: column for column in new.columns}
    kept = [c.name for c in old.columns if c.name in after and c.name not in again]
    there = set(kept)
    if not abilities.moves_columns:
        return tuple(after[name] for name in (*kept, *_computed_last(new, there)))
    return tuple(after[name] for name in _beside(kept, list(after)))


def _beside(kept: list[str], wanted: list[str]) -> list[str]:
    """All of `wanted`: those that are `kept` in their order, each other one behind the one before it in `wanted`."""
    result = list(kept)
    for number, name in enumerate(wanted):
        if name not in result:
            result.insert(result.index(wanted[number - 1]) + 1 if number else 0, name)
    return result


def _computed_last(table: Table, there: Collection[str]) -> list[str]:
    """The columns that are not `there`, in order, but each computed one after those that it is computed from."""
    names = [column.name for column in table.columns if column.name not in there]
    sorted_names = topological(names, lambda name: computed_from(table[name], names))
    return [*sorted_names, *(name for name in names if name not in sorted_names)]


class Place(NamedTuple):
    """Where a column goes: behind another, before another, or to the end when both are None."""

    column: str
    before: str | None = None
    after: str | None = None


def places(old: Table, new: Table, again: Collection[str], abilities: Abilities) -> list[Place]:
    """The columns to be added or moved, in the order in which that is done, and where each goes.

    As few as possible of those that are there are moved: all but the longest run that is in order already.
    """
    there = {column.name: place for place, column in enumerate(old.columns)}
    names = [column.name for column in new.columns]
    kept = [name for name in names if name in there and name not in again]
    settled = set(_longest_run(kept, there) if abilities.moves_columns else kept)
    result: list[Place] = []
    for name in _computed_last(new, settled):
        place = names.index(name)
        earlier = next((n for n in reversed(names[:place]) if n in settled), None)
        later = next((n for n in names[place + 1 :] if n in settled), None)
        settled.add(name)
        if later is None or not abilities.moves_columns:
            # Behind all that is in its place already; one that is there already must be told so.
            result.append(Place(name, after=earlier if name in kept else None))
        elif earlier is not None:
            result.append(Place(name, after=earlier))
        else:
            result.append(Place(name, before=later))
    return result


def _longest_run(names: list[str], place: dict[str, int]) -> list[str]:
    """The longest subsequence of `names` whose places grow."""
    tails: list[int] = []
    last: list[int] = []
    previous = [-1] * len(names)
    for i, name in enumerate(names):
        position = bisect_left(tails, place[name])
        if position == len(tails):
            tails.append(place[name])
            last.append(i)
        else:
            tails[position] = place[name]
            last[position] = i
        previous[i] = last[position - 1] if position else -1
    run: list[str] = []
    i = last[-1] if last else -1
    while i >= 0:
        run.append(names[i])
        i = previous[i]
    return run[::-1]
