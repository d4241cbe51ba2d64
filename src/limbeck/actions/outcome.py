"""
What came of a run.

Responsible for the answer that upgrade, downgrade and stamp have in common.  Does not know how it came about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.values import dataclass

if TYPE_CHECKING:
    from limbeck.history import Plan, Stamp
    from limbeck.runner import HalfDone


@dataclass(frozen=True, slots=True)
class Place:
    """Which database: its name in the settings ("" without one), and its address without the password."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done to one database, and the heads it holds now (after a dry run: would hold).

    `half_done` are the steps of a plan that go on where an interrupted run stopped.
    """

    place: Place
    plan: Plan
    heads: frozenset[str]
    half_done: tuple[HalfDone, ...] = ()


@dataclass(frozen=True, slots=True)
class StampOutcome:
    """What one database is said to be at now."""

    place: Place
    stamp: Stamp
