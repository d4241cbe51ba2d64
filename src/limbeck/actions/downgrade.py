"""Move databases down."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from limbeck.actions.offline import write, wrong_way
from limbeck.actions.outcome import Outcome, Place
from limbeck.actions.unknown import checked
from limbeck.errors import NotReachable, SelectorError, UsageError
from limbeck.history import plan_downgrade, resolve, resolve_downgrade
from limbeck.runner import run, silent

if TYPE_CHECKING:
    from limbeck.database.live import LiveDatabase
    from limbeck.history import History, Plan
    from limbeck.project import Project, Target
    from limbeck.runner import Report


def downgrade(
    project: Project, to: str, *, dry_run: bool = False, report: Report = silent
) -> tuple[Outcome, ...]:
    """Undo in every database what builds on `to`, which may be anything that `limbeck downgrade` understands.

    `dry_run` carries everything out and rolls it back, where the database can.

    Raises SelectorError, HistoryError, UnknownInDatabase and RunError.
    """

    def work(target: Target, database: LiveDatabase) -> Outcome:
        history = project.history

        def plan_for(applied: frozenset[str]) -> Plan:
            known = checked(applied, history, database, project.library.locations)
            return plan_downgrade(
                history, known, resolve_downgrade(history, to, history.tips(known))
            )

        result = run(plan_for, project.library, database, report)
        return Outcome(Place(target.name, target.shown), result.plan, result.heads)

    return tuple(project.visit(work, dry_run=dry_run))


def write_downgrade(project: Project, revisions: str, out: TextIO) -> None:
    """Write the SQL of a downgrade to `out`, connected to nothing; `revisions` is `from:to`.

    Raises UsageError when it is not, SelectorError (NotReachable when the range leads up), HistoryError, CannotCompile
    and ScriptFailed.
    """
    history = project.history
    older, separator, newer = revisions.partition(":")
    if not separator or not older:
        raise UsageError(
            "without a database, a downgrade must be told where it starts",
            hint=f"limbeck downgrade head:{newer or older} --sql",
        )
    start = resolve(history, older)
    try:
        to = resolve_downgrade(history, newer or "base", start)
    except NotReachable:
        if _leads_up(history, start, newer):
            raise wrong_way("upgrade", revisions) from None
        raise
    plan = plan_downgrade(history, frozenset(history.closure(start)), to)
    write(project, plan, out)


def _leads_up(history: History, start: frozenset[str], to: str) -> bool:
    try:
        found = resolve(history, to, start)
    except SelectorError:
        return False
    return start < history.closure(found)
