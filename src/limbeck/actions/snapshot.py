"""
All that is in a database: its structure, and its rows.

Responsible for telling two of them apart, in words.  Does not know how they came to be.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.diff import describe, diff
from limbeck.schema import Enum, TableName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from limbeck.schema import SchemaState

Row = tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """The rows of a table, as texts, under its columns."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def without(self, columns: Iterable[str]) -> Counter[Row]:
        """How often each row is there, without some columns."""
        gone = set(columns)
        kept = [number for number, name in enumerate(self.columns) if name not in gone]
        return Counter(tuple(row[number] for number in kept) for row in self.rows)


@dataclass(frozen=True)
class Snapshot:
    """A database at one moment; `broken` is what it refers to and has not."""

    schema: SchemaState
    rows: Mapping[TableName, Rows]
    broken: frozenset[str] = frozenset()


def structure_differences(one: Snapshot, other: Snapshot) -> list[str]:
    """What leads from the structure of `one` to that of `other`, one line each."""
    found = [describe(operation) for operation in diff(one.schema, other.schema).operations]
    for key, item in one.schema.objects.items():
        there = other.schema.objects.get(key)
        if isinstance(item, Enum) and isinstance(there, Enum) and item.values != there.values:
            values = f"{', '.join(item.values)}; or {', '.join(there.values)}"
            line = f"the values of {key}: {values}"
            found = [text for text in found if str(key.name) not in text] + [line]
    return found


def row_differences(
    one: Snapshot, other: Snapshot, unstable: Mapping[TableName, set[str]]
) -> Iterator[str]:
    """Which tables hold other rows, without columns that are `unstable`."""
    for name in sorted(one.rows.keys() & other.rows.keys(), key=str):
        aside = unstable.get(name, set())
        mine, theirs = one.rows[name].without(aside), other.rows[name].without(aside)
        if mine == theirs:
            continue
        columns = [c for c in one.rows[name].columns if c not in aside]
        a, b = _shown(mine - theirs, columns), _shown(theirs - mine, columns)
        yield f"rows of {name}: {a or 'nothing'}; or {b or 'nothing'}"


def _shown(rows: Counter[Row], columns: list[str]) -> str:
    texts = []
    for row in sorted(rows)[:3]:
        parts = ", ".join(f"{name}={value}" for name, value in zip(columns, row, strict=True))
        texts.append(f"({parts})")
    more = sum(rows.values()) - len(texts)
    return ", ".join(texts) + (f" and {more} more" if more > 0 else "")


def unstable_columns(one: Snapshot, again: Snapshot) -> dict[TableName, set[str]]:
    """The columns that are other ones when the same is done a second time, as times and chance are."""
    found: dict[TableName, set[str]] = {}
    for name in one.rows.keys() & again.rows.keys():
        mine, theirs = one.rows[name], again.rows[name]
        for number, column in enumerate(mine.columns):
            values = Counter(row[number] for row in mine.rows)
            if column not in theirs.columns:
                continue
            place = theirs.columns.index(column)
            if values != Counter(row[place] for row in theirs.rows):
                found.setdefault(name, set()).add(column)
    return found
