"""
What is said about two branches.

Responsible for the kinds of verdict and for which of them prevails.  Does not know how it is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.conflicts.deeds import Deed

Side = Literal[0, 1]
"""The left one, or the right one."""


class Kind(Enum):
    """What two branches, or two things that they do, are to each other."""

    DISJOINT = "disjoint"
    TWICE = "same intent twice"
    ORDERED = "ordered"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Clash:
    """Something that both sides are about: `what` names it, `why` says what comes of it.

    `left` and `right` are what each side does; None where it cannot be put down to one deed.  `first` is the side that
    must come first, of one that is ordered; `lost` when the other side then throws away what it did.
    """

    kind: Kind
    what: str
    why: str
    left: Deed | None = None
    right: Deed | None = None
    first: Side | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two branches do to each other, by what they say that they do; a hint, not a proof."""

    kind: Kind
    clashes: tuple[Clash, ...] = ()
    first: Side | None = None

    @property
    def lost(self) -> bool:
        """Whether the side that must come first works for nothing: the other one throws it away."""
        return self.kind is Kind.ORDERED and any(clash.lost for clash in self.clashes)

    @classmethod
    def of(cls, clashes: Iterable[Clash]) -> Verdict:
        """The verdict that follows from all clashes."""
        found = tuple(dict.fromkeys(clashes))
        kinds = {clash.kind for clash in found}
        firsts = {clash.first for clash in found if clash.kind is Kind.ORDERED}
        if Kind.CONFLICT in kinds or len(firsts) > 1:
            return cls(Kind.CONFLICT, found)
        for kind in (Kind.UNKNOWN, Kind.TWICE):
            if kind in kinds:
                return cls(kind, found)
        if firsts:
            return cls(Kind.ORDERED, found, firsts.pop())
        return cls(Kind.DISJOINT, found)
