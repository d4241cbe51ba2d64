"""
How far a step has come, statement by statement, across runs that were interrupted.

Responsible for recognising the statements of a script that runs again from the top, so that each takes effect
once.  Does not know where progress is kept, nor how to look into a catalog.
"""

from __future__ import annotations

import json
from collections import deque
from typing import Any

from limbeck.errors import HistoryChanged
from limbeck.values import dataclass, field

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that the database completes when it is written: `before`, the answer to `query`, `after`."""

    before: str
    query: str
    after: str


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A statement that was about to be executed outside of a transaction.

    `before` is what the objects that it changes were like then; None when that cannot be known, or when the database
    finds it out by `query` in the moment in which this is written.
    """

    mark: str
    text: str
    before: tuple[str, ...] | None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What the journal knows of a step that was interrupted: row `id`, and the marks of what is `done`.

    `parents` are those of its `revision` then; `error` is why it failed, None when nobody was there to tell.
    """

    id: int
    checksum: str
    done: tuple[str, ...]
    under_way: UnderWay | None = None
    revision: str = ""
    direction: str = ""
    parents: tuple[str, ...] = ()
    error: str | None = None

    def written(self) -> str | Asked:
        """As the journal keeps it."""
        way = self.under_way
        if way is None or way.query is None:
            listed = way and [way.mark, way.text, way.before]
            return _encode({"done": self.done, "under_way": listed})
        text = _encode({"done": self.done, "under_way": [way.mark, way.text, [""]]})
        after = '"]]}'
        return Asked(text.removesuffix(after), way.query, after)

    @classmethod
    def read(cls, id: int, checksum: str, text: str, **others: Any) -> Unfinished:
        """What `written` has written, and the `others` of the fields."""
        found = json.loads(text)
        way = found["under_way"]
        before = way and way[2]
        return cls(
            id,
            checksum,
            tuple(found["done"]),
            UnderWay(way[0], way[1], None if before is None else tuple(before)) if way else None,
            **others,
        )


@dataclass
class Progress:
    """The statements of a step: `number` sent by the script so far, `done` by their marks.

    `missing` are marks of statements that an earlier run has carried out and that this one has not met yet.
    """

    revision: str
    checksum: str
    earlier: Unfinished | None = None
    number: int = 0
    done: list[str] = field(default_factory=list)
    missing: deque[str] = field(default_factory=deque)
    under_way: UnderWay | None = None

    def __post_init__(self) -> None:
        if self.earlier is not None:
            self.missing.extend(self.earlier.done)

    @property
    def resumes(self) -> bool:
        """Whether statements of an earlier run are still to be met."""
        return bool(self.missing)

    def skips(self, mark: str) -> bool:
        """Whether the next statement of the script has been carried out already.

        A script that is the same as it was, but now sends something else, decides by what it finds in the database
        (`if not has_table(...)`): what it leaves out it found done.  Raises HistoryChanged when it was edited where
        it had been carried out.
        """
        if not self.missing:
            return False
        if self._same_script():
            if mark not in self.missing:
                return False
            while self.missing[0] != mark:
                self.done.append(self.missing.popleft())
        elif self.missing[0] != mark:
            raise self._changed()
        self.done.append(self.missing.popleft())
        return True

    def end(self) -> None:
        """The script has come to its end.  Raises HistoryChanged when it ends before what was carried out."""
        if self.missing and not self._same_script():
            raise self._changed()

    def unfinished(self, id: int) -> Unfinished:
        """For the journal's row `id`."""
        return Unfinished(id, self.checksum, (*self.done, *self.missing), self.under_way)

    def _same_script(self) -> bool:
        return self.earlier is not None and self.earlier.checksum == self.checksum

    def _changed(self) -> HistoryChanged:
        place = len(self.done) + 1
        return HistoryChanged(
            f"Revision {self.revision} was interrupted after {len(self.done) + len(self.missing)} statements that"
            f" took effect, but its statement {place} is no longer the one that ran.",
            hint="restore the file as it was and run again; or finish the revision by hand and"
            f" `limbeck stamp {self.revision}`",
        )
