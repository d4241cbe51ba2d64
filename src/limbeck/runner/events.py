"""
What a run reports while it runs.

Frozen records, nothing else.  The terminal, the JSON output and later the web page each turn the same stream
into their own form; the runner knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable

from limbeck.history import Plan, Stamp, Step
from limbeck.values import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """Another run holds the lock; `holder` describes it, `seconds` is how long we wait already."""

    holder: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The lock is ours and `plan` is what will be done; it may be empty."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class StepStarted:
    """Step `number` of `total` begins; `finished` statements of it were done by an interrupted run."""

    step: Step
    number: int
    total: int
    finished: int = 0


@dataclass(frozen=True, slots=True)
class StatementStarted:
    """Statement `number` of a step is about to be sent."""

    step: Step
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class StatementDone:
    """Statement `number` of a step has taken effect (`seconds` of wall time), or was `skipped` as done before."""

    step: Step
    number: int
    text: str
    seconds: float = 0.0
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step has come to its end; `seconds` of wall time."""

    step: Step
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class StepFailed:
    """A step stopped; `error` is its text without any password."""

    step: Step
    error: str


@dataclass(frozen=True, slots=True)
class Stamped:
    """The version rows were set without running anything."""

    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know that stops nothing; `code` is stable."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class RunDone:
    """Everything is committed and was read back; these are the heads now."""

    heads: frozenset[str]


Event = (
    Waiting
    | RunStarted
    | StepStarted
    | StatementStarted
    | StatementDone
    | StepDone
    | StepFailed
    | Stamped
    | Notice
    | RunDone
)
Report = Callable[[Event], None]
