"""
Carry out a plan, step by step, and say what happens.

Responsible for the order of things: look, lock, look again, plan, run, read back.  Does not know what a
transaction is on which database, nor where a plan comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from limbeck.errors import Refused
from limbeck.history import Direction, Plan, Stamp, Step
from limbeck.runner.events import (
    Event,
    Report,
    RunDone,
    RunStarted,
    Stamped,
    StepDone,
    StepFailed,
    StepStarted,
)
from limbeck.runner.ports import Database, HalfDone, Library, Script
from limbeck.values import dataclass

if TYPE_CHECKING:
    from limbeck.operations import Operation


@dataclass(frozen=True, slots=True)
class RunResult:
    """What was done, and the heads of the database afterwards (of a dry run: as they would be)."""

    plan: Plan
    heads: frozenset[str]


def silent(event: Event) -> None:
    """A report that nobody reads."""


def run(
    plan_for: Callable[[frozenset[str]], Plan],
    library: Library,
    database: Database,
    report: Report = silent,
) -> RunResult:
    """Bring `database` where `plan_for` says, given all revisions that are applied.

    When it says that there is nothing to do, nothing is locked and nothing written.  Otherwise it is asked a
    second time when the lock is ours, for then another run may have done the work.  A step that was
    interrupted continues behind its last finished statement; while there is one, nothing else is done.

    Raises RunError, Refused, BrokenHeader (before anything has run), and what `plan_for` raises.
    """
    database.tell(report)
    plan = plan_for(database.journal.applied(library.history))
    if not plan.steps and not database.half_done():
        report(RunStarted(plan))
        report(RunDone(plan.after))
        return RunResult(plan, plan.after)
    with database.exclusive():
        plan = plan_for(database.journal.applied(library.history))
        refuse_half_done(plan, database.half_done())
        scripts = checked(plan, library)
        report(RunStarted(plan))
        with database.run():
            for number, (step, script) in enumerate(scripts, 1):
                _step(step, script, number, len(plan), database, report)
        database.verify(plan.after)
    report(RunDone(plan.after))
    return RunResult(plan, plan.after)


def refuse_half_done(plan: Plan, half_done: Sequence[HalfDone]) -> None:
    """Raises Refused when something is half done that `plan` does not finish."""
    finished = {(step.revision, step.direction) for step in plan}
    for left in half_done:
        if (left.revision, left.direction) not in finished:
            done = "applied" if left.direction is Direction.UP else "undone"
            raise Refused(
                f"revision {left.revision} is half {done}; the database is {left}",
                hint=left.way_out,
            )


def checked(plan: Plan, library: Library) -> list[tuple[Step, Script]]:
    """Each step with its script.  Raises BrokenHeader and ScriptFailed for one that could not be run."""
    scripts = [(step, library.script(step.revision)) for step in plan]
    for step, script in scripts:
        script.check(step.direction)
    return scripts


def _step(
    step: Step, script: Script, number: int, total: int, database: Database, report: Report
) -> None:
    def send(operation: Operation) -> None:
        for statement in database.compile(operation):
            database.execute(statement)

    try:
        with database.step(step):
            report(StepStarted(step, number, total, database.journal.begin(step, script)))
            script.run(step.direction, database, send)
            seconds = database.journal.finish(step)
    except BaseException as error:
        database.journal.fail(step, error)
        report(StepFailed(step, str(error)))
        raise
    report(StepDone(step, seconds))


def stamp(
    stamp_for: Callable[[frozenset[str]], Stamp],
    library: Library,
    database: Database,
    report: Report = silent,
) -> Stamp:
    """Set the heads to what `stamp_for` says, given the heads as they are, without running anything.

    Raises RunError, and what `stamp_for` raises.
    """
    database.tell(report)
    with database.exclusive():
        made = stamp_for(database.journal.heads())
        with database.run():
            database.journal.stamp(made, library.history)
        database.verify(made.after)
    report(Stamped(made))
    return made
