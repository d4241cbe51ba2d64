"""Say at which revision databases are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from limbeck.actions.outcome import Place, StampOutcome
from limbeck.actions.unknown import checked
from limbeck.history import Stamp, plan_stamp
from limbeck.runner import silent
from limbeck.runner import stamp as run_stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck.database.live import LiveDatabase
    from limbeck.project import Project, Target
    from limbeck.runner import Report


def stamp(
    project: Project, to: Sequence[str], *, purge: bool = False, report: Report = silent
) -> tuple[StampOutcome, ...]:
    """Write into every database that it is at `to`, without running anything.

    `purge` forgets first what is written there, even revisions that no file has.

    Raises SelectorError, HistoryError, UnknownInDatabase and RunError.
    """

    def work(target: Target, database: LiveDatabase) -> StampOutcome:
        history = project.history

        def stamp_for(heads: frozenset[str]) -> Stamp:
            if purge:
                return Stamp(heads, plan_stamp(history, frozenset(), to).after)
            return plan_stamp(history, checked(heads, history, database), to)

        made = run_stamp(stamp_for, project.library, database, report)
        return StampOutcome(Place(target.name, target.shown), made)

    return tuple(project.visit(work))


def write_stamp(
    project: Project, revisions: Sequence[str], out: TextIO, *, purge: bool = False
) -> None:
    """Write the SQL of a stamp to `out`, connected to nothing; one of `revisions` may be `from:to`.

    Raises SelectorError and HistoryError.
    """
    history = project.history
    start: frozenset[str] = frozenset()
    to: list[str] = []
    for text in revisions:
        older, separator, newer = text.partition(":")
        if separator and older:
            start |= frozenset(plan_stamp(history, frozenset(), older).after)
        to.append(newer if separator else text)

    def one(target: Target) -> None:
        paper = target.paper(out, start)
        run_stamp(lambda heads: plan_stamp(history, start, to), project.library, paper)

    project.targets.each(one)
