"""
What is so at one moment, and what was written but may not be committed.

Responsible for the values alone.  Does not know how either is found out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.database.entries import Seal
from limbeck.database.journal.running import Place
from limbeck.values import dataclass

if TYPE_CHECKING:
    from limbeck.database.journal.running import Running

_EMPTY = Seal()


@dataclass(frozen=True, slots=True)
class Known:
    """What is so at one moment.

    Which tables there are, the heads, the last row's id, the seal of what is applied; and what another tool has applied,
    where the journal does not say so yet.
    """

    has_versions: bool = False
    has_journal: bool = False
    heads: frozenset[str] = frozenset()
    last_id: int = 0
    seal: Seal = _EMPTY
    foreign: frozenset[str] | None = None

    @property
    def place(self) -> Place:
        """Where the database stands."""
        return Place(self.heads, self.seal)


@dataclass(frozen=True, slots=True)
class Flushed:
    """What was written and is not known to be committed yet; `number` statements of the `running` step were sent."""

    known: Known
    rows: int
    also: int
    running: Running | None
    number: int
    durable: int
