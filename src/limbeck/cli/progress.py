"""
What is shown while revisions run.

Responsible for the words for each event, and for one line per revision where there is no terminal.  Does not know
what is run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.revisions import titled
from limbeck.history import Direction
from limbeck.runner import (
    Event,
    Notice,
    Stamped,
    StatementDone,
    StatementStarted,
    StepDone,
    StepFailed,
    StepStarted,
    Waiting,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from limbeck.cli.output import Output
    from limbeck.history import History, Step

_SECONDS_BETWEEN_REMINDERS = 10.0
_SILENT = {StatementStarted, StepDone}


def described(step: Step, history: History) -> str:
    """`upgrade ae10 -> 27c6, add a column`."""
    revision = history[step.revision]
    parents = ", ".join(revision.parents)
    if step.direction is Direction.UP:
        return titled(f"upgrade {parents} -> {revision.id}", revision.message)
    return titled(f"downgrade {revision.id} -> {parents}", revision.message)


class Lines:
    """One line for each revision, as logs want it."""

    def __init__(self, output: Output, history: Callable[[], History]) -> None:
        self._output = output
        self._history = history
        self._reminded = 0.0

    def __call__(self, event: Event) -> None:
        """Write what `event` is worth."""
        text = self._text(event)
        if text:
            self._output.remark(text)

    def _text(self, event: Event) -> str:
        if type(event) in _SILENT:  # four of five events of a run of small revisions
            return ""
        match event:
            case StepStarted(step=step, finished=finished):
                if not finished and is_logged():
                    return ""
                again = f" (goes on after statement {finished})" if finished else ""
                return f"Running {described(step, self._history())}{again}"
            case StepFailed(step=step):
                return f"Stopped in {described(step, self._history())}"
            case Waiting():
                return self._waiting(event)
            case StatementDone(skipped=True, number=number):
                return f"  statement {number} was done before"
            case _:
                return remarked(event)

    def _waiting(self, event: Waiting) -> str:
        """Now and then, so that a log shows that somebody waits but is not filled by it."""
        if event.seconds and event.seconds - self._reminded < _SECONDS_BETWEEN_REMINDERS:
            return ""
        self._reminded = event.seconds
        return waiting(event)


def is_logged() -> bool:
    """Whether an `env.py` has set up logging so that each revision is told there already."""
    import logging

    logger = logging.getLogger("alembic.runtime.migration")
    return logger.isEnabledFor(logging.INFO) and logger.hasHandlers()


def waiting(event: Waiting) -> str:
    """The words for a lock that somebody else holds."""
    return f"Waiting for another run to finish ({event.holder}), {event.seconds:.0f} s"


def remarked(event: Event) -> str:
    """The words for what is told in the same way on a terminal and in a log; "" for all else."""
    match event:
        case Notice(code=code, text=text):
            return f"note[{code}]: {text}"
        case Stamped(stamp=stamp):
            before, after = ", ".join(sorted(stamp.before)), ", ".join(sorted(stamp.after))
            return f"Running stamp_revision {before} -> {after}"
        case _:
            return ""
