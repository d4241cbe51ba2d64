"""Move databases up."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from limbeck.actions.offline import write, wrong_way
from limbeck.actions.outcome import Outcome, Place
from limbeck.actions.several_heads import refuse_several_heads
from limbeck.actions.unknown import checked
from limbeck.history import plan_upgrade, resolve
from limbeck.runner import run, silent

if TYPE_CHECKING:
    from limbeck.database.live import LiveDatabase
    from limbeck.history import Plan
    from limbeck.project import Project, Target
    from limbeck.runner import Report


def upgrade(
    project: Project, to: str = "head", *, dry_run: bool = False, report: Report = silent
) -> tuple[Outcome, ...]:
    """Bring every database up to `to`, which may be anything that `limbeck upgrade` understands.

    `dry_run` carries everything out and rolls it back, where the database can.

    Raises SelectorError, HistoryError, UnknownInDatabase and RunError.
    """

    def work(target: Target, database: LiveDatabase) -> Outcome:
        history = project.history
        refuse_several_heads(project, to)

        def plan_for(applied: frozenset[str]) -> Plan:
            known = checked(applied, history, database, project.library.locations)
            return plan_upgrade(history, known, resolve(history, to, history.tips(known)))

        result = run(plan_for, project.library, database, report)
        return Outcome(Place(target.name, target.shown), result.plan, result.heads)

    refuse_several_heads(project, to)
    return tuple(project.visit(work, dry_run=dry_run))


def write_upgrade(project: Project, revisions: str, out: TextIO) -> None:
    """Write the SQL of an upgrade to `out`, connected to nothing.

    `revisions` is `to` for a database that holds nothing yet, or `from:to`.

    Raises SelectorError (NotReachable when the range leads down), HistoryError, CannotCompile and ScriptFailed.
    """
    history = project.history
    older, _, newer = revisions.partition(":") if ":" in revisions else ("", "", revisions)
    start = resolve(history, older) if older else frozenset()
    to = resolve(history, newer or "head", start)
    plan = plan_upgrade(history, frozenset(history.closure(start)), to)
    if plan.before and not plan.steps and to.isdisjoint(plan.before):
        raise wrong_way("downgrade", revisions)
    write(project, plan, out)
