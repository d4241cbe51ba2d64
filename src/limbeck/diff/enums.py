"""
The values of an enum, before and after.

Responsible for telling what must be done: values renamed, added beside others, or a new type where some are removed
or in another order, since PostgreSQL can do neither to a type that is there.  Does not know columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from limbeck.diff.candidates import question, value_score
from limbeck.operations import AddEnumValue, Operation, RenameEnumValue, ReplaceEnum
from limbeck.operations.enums import EnumColumn

if TYPE_CHECKING:
    from limbeck.diff.candidates import Evidence, RenameQuestion
    from limbeck.schema import Enum

Renamed = Mapping[str, str]


def must_replace(before: Enum, after: Enum, renamed: Renamed) -> bool:
    """Whether values are removed or in another order, so that a new type must take the place of the old one."""
    kept = [renamed.get(value, value) for value in before.values]
    there = set(kept)
    return [value for value in after.values if value in there] != kept


def value_operations(
    before: Enum, after: Enum, renamed: Renamed, columns: tuple[EnumColumn, ...]
) -> list[Operation]:
    """What turns the values of `before` into those of `after`.

    `columns` are those that have the type all the time, with the default that each has afterwards.
    """
    pairs = tuple((old, renamed[old]) for old in before.values if old in renamed)
    if must_replace(before, after, renamed):
        return [ReplaceEnum(before.name, before.values, after.values, columns, pairs)]
    names: list[Operation] = [RenameEnumValue(before.name, old, new) for old, new in pairs]
    there = [renamed.get(value, value) for value in before.values]
    return [*names, *_additions(after, there)]


def _additions(after: Enum, there: list[str]) -> Iterator[Operation]:
    """Each new value behind the one before it, or in front of all."""
    placed = set(there)
    last = there[-1] if there else None
    previous: str | None = None
    for value in after.values:
        if value not in placed:
            if previous == last:
                yield AddEnumValue(after.name, value)
                last = value
            elif previous is None:
                yield AddEnumValue(after.name, value, before=there[0])
            else:
                yield AddEnumValue(after.name, value, after=previous)
            placed.add(value)
        previous = value


def value_questions(
    before: Enum, after: Enum, renamed: Renamed, dropped: frozenset[str], evidence: Evidence
) -> Iterator[RenameQuestion]:
    """Values that are gone while new ones look like them, unless that is decided."""
    settled = {*renamed, *dropped}
    new = [v for v in after.values if v not in before.values and v not in renamed.values()]
    for value in before.values:
        if value not in after.values and value not in settled:
            scores = [
                (other, value_score(before.values, value, after.values, other)) for other in new
            ]
            yield from question("enum value", before.name, value, scores, evidence)
