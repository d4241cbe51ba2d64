"""
The step under way, and the row of the journal that it becomes.

Responsible for what a row says about a step while it runs, when it is done and when it has failed.  Does not know
when a row is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from limbeck.database import entries
from limbeck.database.entries import DONE, FAILED, RUNNING, Seal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from limbeck.database.progress import Progress
    from limbeck.history import Step

Row = dict[str, Any]
"""A row of the journal, by column; they have several types."""

LONGEST_ERROR = 4000
"""Characters of an error that are kept."""
_LONGEST_REVISION = 255


class Place(NamedTuple):
    """Where the database stands: its heads, and the seal of what is applied."""

    heads: frozenset[str]
    seal: Seal


@dataclass
class Running:
    """The step under way, from where to where `place` has moved.

    `id` is that of its row, None before that is written; `stored` when it is in the database for good, as are the first
    `durable` statements.  `replaces` says that it goes on from the row of an earlier run.
    """

    step: Step
    people: Row
    checksum: str
    parents: tuple[str, ...]
    place: Place
    progress: Progress
    started: datetime = field(default_factory=entries.now)
    replaces: bool = False
    id: int | None = None
    stored: bool = False
    durable: int = 0

    @property
    def reached(self) -> int:
        """How many statements have been carried out, by whomever."""
        return len(self.progress.done) + len(self.progress.missing)

    def so_far(self) -> Row:
        """The row while it runs: what an interrupted run leaves for the next one."""
        progress = self.progress
        way = progress.under_way
        row = self._row(RUNNING)
        row.update(statement=way.text if way else None, progress=progress.unfinished(0).written())
        return row

    def done(self) -> Row:
        """The row when all of it is done."""
        return self._over(DONE)

    def failed(self, error: BaseException, left: Row | None) -> Row:
        """The row when it stopped with `error`; `left` is what was committed, for the next run to go on from."""
        row = self._over(FAILED)
        if left is not None:
            row.update(progress=left["progress"], heads=left["heads"], applied=left["applied"])
        row["error"] = (str(error) or type(error).__name__)[:LONGEST_ERROR]
        return row

    def _over(self, outcome: str) -> Row:
        moment = entries.now()
        row = self._row(outcome)
        row["finished_at"] = entries.written(moment)
        row["duration_ms"] = round((moment - self.started).total_seconds() * 1000)
        return row

    def _row(self, outcome: str) -> Row:
        place = self.place
        row = self._same.copy()
        row["outcome"] = outcome
        row["heads"] = entries.written_heads(place.heads)
        row["applied"] = str(place.seal)
        row["id"] = self.id
        row["number"] = self.progress.number
        return row

    @cached_property
    def _same(self) -> Row:
        """What the row says at any time."""
        step = self.step
        row = blank(step.revision, step.direction.value, RUNNING, self.started, self.place)
        row.update(self.people)
        row["checksum"] = self.checksum
        row["parents"] = entries.written_ids(self.parents)
        return row


def blank(revision: str, direction: str, outcome: str, started: datetime, place: Place) -> Row:
    """A row that says no more than it must."""
    row: Row = dict.fromkeys(entries.COLUMNS)
    row["revision"] = revision[:_LONGEST_REVISION]
    row["direction"] = direction
    row["outcome"] = outcome
    row["started_at"] = entries.written(started)
    row["heads"] = entries.written_heads(place.heads)
    row["applied"] = str(place.seal)
    return row


def declaration(direction: str, heads: Iterable[str], applied: frozenset[str], people: Row) -> Row:
    """A row that says what is applied: a stamp, or an adoption."""
    moment = entries.now()
    place = Place(frozenset(heads), Seal.of(applied))
    row = blank(", ".join(sorted(place.heads)), direction, DONE, moment, place)
    row.update(
        people,
        finished_at=row["started_at"],
        duration_ms=0,
        revisions=entries.written_ids(applied),
    )
    return row
