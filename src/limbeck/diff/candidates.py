"""
What looks like a rename.

Responsible for scores between 0 and 1, from type, position, what is carried along, and likeness of names, and for the
questions that follow from them.  Decides nothing: a new name for an old thing and a new thing look alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, cast

from limbeck.diff import objects
from limbeck.diff.narrowing import family
from limbeck.diff.renames import FLAG, RenameKind, flag_value
from limbeck.operations import kind_of
from limbeck.schema.edit import constraint_involves, index_involves

if TYPE_CHECKING:
    from limbeck.diff.abilities import Abilities
    from limbeck.diff.renames import Decided
    from limbeck.schema import Column, Key, SchemaState, Table, TableName

PLAUSIBLE = 0.6
"""A pair of this score, or a higher one, is asked about."""

Evidence = Callable[[RenameKind, "TableName", str, str], float]
"""What else is known, as something between 0 and 1 to add to the score: kind, table, old name, new name."""


def no_evidence(kind: RenameKind, table: TableName, old: str, new: str) -> float:
    """Nothing else is known."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A new name that an old thing may have got; `score` is between 0 and 1."""

    new: str
    score: float


@dataclass(frozen=True, slots=True)
class RenameQuestion:
    """Something is gone, and something new looks like it: `candidates`, the most likely first.

    `table` is the table of a column (by its new name), the enum of a value, or the table or object itself.
    """

    kind: RenameKind
    table: TableName
    old: str
    candidates: tuple[Candidate, ...]

    @property
    def name(self) -> str:
        """What is gone, by its name."""
        inner = self.kind in {"column", "enum value"}
        return f"{self.table}.{self.old}" if inner else str(self.table)

    @property
    def flags(self) -> tuple[str, ...]:
        """What to add to the command, for each candidate."""
        return tuple(self._flag(candidate.new) for candidate in self.candidates)

    @property
    def drop_flag(self) -> str:
        """What to add to the command when it is none of them."""
        return self._flag(None)

    def _flag(self, new: str | None) -> str:
        return f"{FLAG} {flag_value(self.kind, self.table, self.old, new)}"


def likeness(old: str, new: str) -> float:
    """How much two names are alike, between 0 and 1; one that contains the other is rather like it."""
    a, b = old.lower(), new.lower()
    ratio = SequenceMatcher(None, a, b).ratio()
    shorter = min(len(a), len(b))
    return max(ratio, 0.7) if shorter > 2 and (a in b or b in a) else ratio


def column_score(old: Table, gone: Column, new: Table, added: Column) -> float:
    """How much a column that is new looks like one that is gone."""
    same_family = family(gone.type.sql) == family(added.type.sql)
    kind = 1.0 if gone.type == added.type else 0.5 if same_family else 0.0
    return (
        0.35 * kind
        + 0.35 * likeness(gone.name, added.name)
        + 0.10 * _same_place(old, gone.name, new, added.name)
        + 0.10 * (_carried(old, gone.name) == _carried(new, added.name))
        + 0.05 * (gone.nullable == added.nullable)
        + 0.05 * (gone.default == added.default)
    )


def _same_place(old: Table, gone: str, new: Table, added: str) -> float:
    """1 for the same neighbours on both sides, or the same number; less the farther they are apart."""
    before = [column.name for column in old.columns]
    after = [column.name for column in new.columns]
    i, j = before.index(gone), after.index(added)
    if i == j or (i and j and before[i - 1] == after[j - 1]):
        return 1.0
    return 1.0 - abs(i - j) / max(len(before), len(after))


def _carried(table: Table, column: str) -> list[str]:
    """What a column takes part in, as words that can be compared."""
    kinds = [
        str(kind_of(c)) for c in table.constraints if constraint_involves(c, column, table.name)
    ]
    kinds += [f"index {i.unique}" for i in table.indexes if index_involves(i, column)]
    return sorted(kinds)


def table_score(gone: Table, added: Table) -> float:
    """How much a table that is new looks like one that is gone."""
    before = {(column.name, column.type) for column in gone.columns}
    after = {(column.name, column.type) for column in added.columns}
    most = max(len(before), len(after)) or 1
    shapes = sorted(str(kind_of(c)) for c in gone.constraints)
    same_shape = shapes == sorted(str(kind_of(c)) for c in added.constraints)
    types = [column.type.sql for column in gone.columns]
    new_types = [column.type.sql for column in added.columns]
    return (
        0.40 * len(before & after) / most
        + 0.30 * SequenceMatcher(None, types, new_types).ratio()
        + 0.20 * likeness(gone.name.name, added.name.name)
        + 0.10 * same_shape
    )


def value_score(before: tuple[str, ...], gone: str, after: tuple[str, ...], added: str) -> float:
    """How much a new value of an enum looks like one that is gone."""
    same = before.index(gone) == after.index(added) and len(before) == len(after)
    return 0.5 * same + 0.5 * likeness(gone, added)


def questions(
    before: SchemaState,
    after: SchemaState,
    decided: Decided,
    evidence: Evidence,
    abilities: Abilities,
) -> list[RenameQuestion]:
    """What is gone between the two and looks like something new, unless it is decided that it is dropped.

    `before` has the decided renames behind it.
    """
    found = list(_table_questions(before, after, decided, evidence))
    for table in after:
        if table.name in before and before[table.name] is not table:
            found += _column_questions(before[table.name], table, decided, evidence)
    for gone, added in objects.pairs(before, after, abilities):
        found += _object_questions(gone, added, before, after, decided, evidence)
    return found


def _object_questions(
    gone: Key,
    added: list[Key],
    before: SchemaState,
    after: SchemaState,
    decided: Decided,
    evidence: Evidence,
) -> Iterable[RenameQuestion]:
    kind, old = cast("RenameKind", gone.kind), gone.name.name
    if (kind, gone.name, old) in decided.dropped:
        return
    scores = [
        (
            new.name.name,
            0.6 * objects.sameness(before.objects[gone], after.objects[new])
            + 0.4 * likeness(old, new.name.name),
        )
        for new in added
    ]
    yield from question(kind, gone.name, old, scores, evidence)


def _table_questions(
    before: SchemaState, after: SchemaState, decided: Decided, evidence: Evidence
) -> Iterable[RenameQuestion]:
    added = [table for table in after if table.name not in before]
    for gone in sorted((t for t in before if t.name not in after), key=lambda t: str(t.name)):
        name = gone.name
        if ("table", name, name.name) in decided.dropped:
            continue
        scores = [
            (new.name.name, table_score(gone, new))
            for new in added
            if new.name.schema == name.schema
        ]
        yield from question("table", name, name.name, scores, evidence)


def _column_questions(
    old: Table, new: Table, decided: Decided, evidence: Evidence
) -> Iterable[RenameQuestion]:
    gone = [column for column in old.columns if column.name not in new]
    added = [column for column in new.columns if column.name not in old]
    if not added:
        return
    for column in gone:
        if ("column", new.name, column.name) not in decided.dropped:
            scores = [(other.name, column_score(old, column, new, other)) for other in added]
            yield from question("column", new.name, column.name, scores, evidence)


def question(
    kind: RenameKind,
    table: TableName,
    old: str,
    scores: Iterable[tuple[str, float]],
    evidence: Evidence,
) -> Iterable[RenameQuestion]:
    """The question about `old`, when one of the new names is plausible."""
    candidates = [
        Candidate(new, round(min(1.0, score + evidence(kind, table, old, new)), 3))
        for new, score in scores
    ]
    plausible = [candidate for candidate in candidates if candidate.score >= PLAUSIBLE]
    if plausible:
        best = sorted(plausible, key=lambda candidate: (-candidate.score, candidate.new))
        yield RenameQuestion(kind, table, old, tuple(best))
