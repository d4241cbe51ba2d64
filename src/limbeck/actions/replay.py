"""
The schema that revisions lead to.

Responsible for replaying a history in memory, and on a scratch database where memory cannot know.  Does not know what
the schema is wanted for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.actions.deeds import why_not
from limbeck.actions.own import own_tables
from limbeck.errors import NoScratch, ScriptFailed
from limbeck.history import Plan, plan_upgrade
from limbeck.runner import run

if TYPE_CHECKING:
    from limbeck.database.replay import Opaque, Recorded, ReplayDatabase
    from limbeck.database.scratch import ScratchSource
    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState


@dataclass(frozen=True, slots=True)
class Replayed:
    """A schema, and how it is known.

    `recorded` is what the revisions did, `opaque` what could not be known in memory, `scratch` the database that was
    asked instead ("" when none was).  With `opaque` and without `scratch` the schema is a guess.
    """

    schema: SchemaState
    recorded: tuple[Recorded, ...] = ()
    opaque: tuple[Opaque, ...] = ()
    scratch: str = ""

    @property
    def certain(self) -> bool:
        """Whether the schema is what a database would have."""
        return not self.opaque or bool(self.scratch)


def replay(project: Project, target: Target, to: frozenset[str]) -> Replayed:
    """What the revisions up to `to` do, in memory; nothing is connected.

    A revision that asks the database for something, and fails without, is one of `opaque`.
    """
    from limbeck.database.engine import dialect_of
    from limbeck.database.replay import ReplayDatabase

    database = ReplayDatabase(
        dialect_of(target.url),
        policy=target.policy(),
        version_table=target.version_table,
        version_table_schema=target.version_table_schema,
        naming_convention=target.naming_convention,
        options=target.options,
    )
    plan = plan_upgrade(project.history, frozenset(), to)
    while plan.steps:
        plan = _carried_out(plan, project, database)
    return Replayed(database.state, tuple(database.recorded), tuple(database.opaque))


def _carried_out(plan: Plan, project: Project, database: ReplayDatabase) -> Plan:
    """What is left of a plan: the steps behind one that could not be done without a database."""
    try:
        run(lambda applied: plan, project.library, database)
    except ScriptFailed as error:
        reached = database.journal.heads()
        place = next((n for n, step in enumerate(plan) if step.before == reached), None)
        if place is None:
            raise
        database.give_up(plan.steps[place], why_not(error))
        return Plan(plan.steps[place + 1 :], database.journal.heads(), plan.after)
    return Plan((), plan.after, plan.after)


def schema_at(
    project: Project, target: Target, to: frozenset[str], scratch: ScratchSource | None = None
) -> Replayed:
    """As `replay`, asking a scratch database when something is opaque and one can be had."""
    found = replay(project, target, to)
    if not found.opaque or scratch is None:
        return found
    try:
        return _on_scratch(project, target, to, scratch, found)
    except NoScratch:
        return found


def _on_scratch(
    project: Project, target: Target, to: frozenset[str], scratch: ScratchSource, found: Replayed
) -> Replayed:
    from limbeck.database.read import read

    plan = plan_upgrade(project.history, frozenset(), to)
    schemas = project.settings.schemas or (None,)
    with scratch(schemas) as made:
        made.connection.rollback()
        inner = target._replace(address=made.connection, journal=None, join=False)
        inner.visit(lambda database: run(lambda applied: plan, project.library, database))
        schema = read(made.connection, schemas=schemas, leave_out=own_tables(target))
        made.connection.rollback()
        return Replayed(schema, found.recorded, found.opaque, str(made))
