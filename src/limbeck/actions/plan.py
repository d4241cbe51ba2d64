"""What an upgrade or a downgrade would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.outcome import Outcome, Place
from limbeck.actions.several_heads import refuse_several_heads
from limbeck.actions.unknown import checked
from limbeck.history import (
    Direction,
    plan_downgrade,
    plan_upgrade,
    resolve,
    resolve_downgrade,
)
from limbeck.runner import checked as check_scripts
from limbeck.runner import refuse_half_done

if TYPE_CHECKING:
    from limbeck.database.live import LiveDatabase
    from limbeck.project import Project, Target


def plan(
    project: Project, to: str = "head", direction: Direction = Direction.UP
) -> tuple[Outcome, ...]:
    """What moving every database to `to` would do; nothing is locked, changed or run.

    Raises SelectorError, HistoryError, UnknownInDatabase, RunError, and Refused as the move itself would.
    """

    def work(target: Target, database: LiveDatabase) -> Outcome:
        history = project.history
        applied = checked(
            database.journal.applied(history), history, database, project.library.locations
        )
        heads = history.tips(applied)
        if direction is Direction.UP:
            refuse_several_heads(project, to)
            made = plan_upgrade(history, applied, resolve(history, to, heads))
        else:
            made = plan_downgrade(history, applied, resolve_downgrade(history, to, heads))
        half_done = database.half_done()
        refuse_half_done(made, half_done)
        check_scripts(made, project.library)
        return Outcome(Place(target.name, target.shown), made, made.after, half_done)

    if direction is Direction.UP:
        refuse_several_heads(project, to)
    return tuple(project.visit(work))
