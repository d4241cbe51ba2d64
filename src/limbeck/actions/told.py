"""
What each revision does and who has to do with it, for a page that shows it.

Responsible for the operations and the SQL of revisions as they would run one after another, for the commits that changed
their files, and for what journals say of them.  Connects to nothing.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from limbeck.actions.deeds import why_not
from limbeck.database.paper import PaperDatabase
from limbeck.diff import describe
from limbeck.errors import LimbeckError, ScriptFailed
from limbeck.history import Plan, plan_upgrade
from limbeck.operations import Execute
from limbeck.picture import Applied, Change, Told
from limbeck.runner import run

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractContextManager

    from limbeck.actions.stands import Standing
    from limbeck.history import Step
    from limbeck.operations import Operation
    from limbeck.project import Project, Target
    from limbeck.runner import Statement

_LONGEST = 20_000
"""Characters of one revision's SQL; a revision that loads data may have millions."""


def told(project: Project, ids: Collection[str], stands: Sequence[Standing]) -> dict[str, Told]:
    """What is known of the revisions `ids`."""
    work, problem = _performed(project, ids)
    changes = _changes(project, ids)
    applied = _applied(stands)
    found = {}
    for id in ids:
        operations, sql, unknown = work.get(id, ([], [], problem))
        text = "\n\n".join(sql)
        if len(text) > _LONGEST:
            text = f"{text[:_LONGEST]}\n\n-- {len(text) - _LONGEST} more characters"
        found[id] = Told(
            tuple(operations), text, unknown, changes.get(id, ()), tuple(applied.get(id, ()))
        )
    return found


_Work = tuple[list[str], list[str], str]
"""The operations of a revision in words, its SQL, and why that is not all."""


def _performed(project: Project, ids: Collection[str]) -> tuple[dict[str, _Work], str]:
    """What each revision does on paper; and why there is nothing for those that are missing."""
    from limbeck.actions.alike import first_target

    try:
        target = first_target(project)
    except LimbeckError as error:
        return {}, f"What it does is not shown: {error.message}"
    paper = _Noting(project, target)
    plan = plan_upgrade(project.history, frozenset(), frozenset(project.history.tips(ids)))
    while plan.steps:
        plan = _noted(plan, project, paper)
    return paper.work, ""


def _noted(plan: Plan, project: Project, paper: _Noting) -> Plan:
    """What is left of a plan: the steps behind one that could not be done without a database."""
    try:
        run(lambda applied: plan, project.library, paper)
    except LimbeckError as error:
        reached = paper.journal.heads()
        place = next((n for n, step in enumerate(plan) if step.before == reached), None)
        if place is None:
            return Plan((), plan.after, plan.after)
        paper.give_up(plan.steps[place], error)
        return Plan(plan.steps[place + 1 :], paper.journal.heads(), plan.after)
    return Plan((), plan.after, plan.after)


class _Nowhere(StringIO):
    """Takes what nobody reads."""

    def write(self, text: str) -> int:
        return len(text)


class _Noting(PaperDatabase):
    """Notes, by revision, what is asked for and what statements that makes."""

    def __init__(self, project: Project, target: Target) -> None:
        from limbeck.database.engine import dialect_of

        super().__init__(
            dialect_of(target.url),
            _Nowhere(),
            policy=target.policy(),
            version_table=target.version_table,
            version_table_schema=target.version_table_schema,
            naming_convention=target.naming_convention,
            options=target.options,
        )
        self.work: dict[str, _Work] = {}
        self._now: _Work = ([], [], "")

    def step(self, step: Step) -> AbstractContextManager[None]:
        """The scope of one step; what happens inside is noted for its revision."""
        self._now = self.work[step.revision] = ([], [], "")
        return super().step(step)

    def compile(self, operation: Operation) -> Sequence[Statement]:
        """The statements that carry out `operation`, which are noted."""
        operations, sql, _ = self._now
        made = super().compile(operation)
        if not isinstance(operation, Execute):
            operations.append(describe(operation))
        else:
            operations.extend(_shown(statement.text) for statement in made)
        sql.extend(f"{statement.text.strip().rstrip(';')};" for statement in made)
        return made

    def give_up(self, step: Step, error: LimbeckError) -> None:
        """What `step` would still do is not known; go on behind it."""
        operations, sql, _ = self._now
        said = why_not(error) if isinstance(error, ScriptFailed) else error.message
        why = f"The rest is not known without a database: {said}"
        self.work[step.revision] = (operations, sql, why)
        self.journal.finish(step)


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:119]}…"


def _changes(project: Project, ids: Collection[str]) -> Mapping[str, tuple[Change, ...]]:
    """The commits that changed the file of each revision, newest first; nothing without git."""
    from limbeck.vcs.changes import changes_in

    paths = {id: project.library.path(id) for id in ids}
    commits = {}
    for folder in {path.parent for path in paths.values()}:
        commits.update(changes_in(folder))
    return {
        id: tuple(Change(c.id, c.author, c.date, c.subject) for c in commits[path.resolve()])
        for id, path in paths.items()
        if path.resolve() in commits
    }


def _applied(stands: Sequence[Standing]) -> dict[str, list[Applied]]:
    """What the journals say of each revision, newest first."""
    found: dict[str, list[Applied]] = {}
    for stand in stands:
        for entry in reversed(stand.entries):
            one = Applied(
                stand.name or stand.address,
                entry.direction,
                entry.outcome,
                f"{entry.started:%Y-%m-%d %H:%M:%S}",
                f"{entry.os_user}@{entry.host}",
                entry.seconds,
            )
            found.setdefault(entry.revision, []).append(one)
    return found
