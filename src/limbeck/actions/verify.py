"""
Run a revision up, down and up again, where nothing can be lost.

Responsible for the proof that a revision can be undone, given on a database to throw away.  Does not know how such a
database is had.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.actions.elsewhere import beside
from limbeck.actions.own import own_tables
from limbeck.database.read import read
from limbeck.diff import describe, diff
from limbeck.errors import OutOfStep
from limbeck.history import Downgrade, plan_downgrade, plan_upgrade
from limbeck.runner import run

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

    from limbeck.database.live import LiveDatabase
    from limbeck.history import Plan
    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState


@dataclass(frozen=True, slots=True)
class Verified:
    """What was run, and on what."""

    revision: str
    scratch: str


def verify(project: Project, target: Target, id: str) -> Verified:
    """Bring a scratch database beside `target` below revision `id`, then up, down and up.

    Raises OutOfStep when going down does not lead back to the schema before, or going up again leads elsewhere;
    NoScratch when there is no such database; and what running the revisions raises.
    """
    settings = project.settings

    def work(database: LiveDatabase) -> Verified:
        connection = database.connection
        have = read(connection, schemas=settings.schemas or (None,))
        source = beside(connection, settings, have, committing=True)
        with source(settings.schemas or (None,)) as made:
            made.connection.rollback()
            inner = target._replace(address=made.connection, journal=None, join=False)
            _up_down_up(project.with_targets(inner), inner, made.connection, id)
            return Verified(id, str(made))

    return target.visit(work)


def _up_down_up(project: Project, target: Target, connection: sa.Connection, id: str) -> None:
    history = project.history
    below = frozenset((*history[id].parents, *history[id].requires))

    def go(plan_for: Callable[[frozenset[str]], Plan]) -> SchemaState:
        """Where a plan leads, and the schema there."""
        target.visit(lambda database: run(plan_for, project.library, database))
        schemas = project.settings.schemas or (None,)
        found = read(connection, schemas=schemas, leave_out=own_tables(target))
        connection.rollback()
        return found

    def up(applied: frozenset[str]) -> Plan:
        return plan_upgrade(history, applied, {id})

    before = go(lambda applied: plan_upgrade(history, applied, below))
    after = go(up)
    again = go(lambda applied: plan_downgrade(history, applied, Downgrade(below, frozenset({id}))))
    _same(before, again, f"downgrading {id} does not lead back")
    _same(after, go(up), f"upgrading to {id} a second time leads elsewhere")


def _same(wanted: SchemaState, found: SchemaState, message: str) -> None:
    left = diff(found, wanted)
    if left:
        lines = "\n".join(f"  {describe(operation)}" for operation in left.operations)
        raise OutOfStep(f"{message}; what is missing there:\n{lines}", hint="correct the revision")
