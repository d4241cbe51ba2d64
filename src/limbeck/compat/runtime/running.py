"""
Carrying out what `EnvironmentContext(fn=...)` asks for.

Responsible for runs that somebody drives by Alembic's names: the steps that `fn` gives go through limbeck's runner, so that
they are locked, journaled and read back like all others.  Where SQL is only written, or something else than a connection
stands in its place, the steps are simply done one after another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from limbeck.compat.runtime.heads import HeadMaintainer
from limbeck.compat.runtime.missed import UpgradeTo, plan_down
from limbeck.compat.runtime.opening import ContextDatabase, opened_with_version_table
from limbeck.compat.runtime.purging import stamp_anew
from limbeck.compat.runtime.steps import MigrationStep, RevisionStep, StampStep
from limbeck.compat.runtime.telling import Telling
from limbeck.errors import StatementFailed
from limbeck.history import Direction, History, Plan, Revision, Stamp, Step
from limbeck.runner import run as run_plan
from limbeck.runner import stamp as run_stamp

if TYPE_CHECKING:
    from limbeck.compat.runtime.migration import MigrationContext
    from limbeck.runner import Database, Script, Send

log = logging.getLogger("alembic.runtime.migration")


def run(context: MigrationContext, arguments: Mapping[str, Any]) -> None:
    """Do what the verb wants with the database of `context`; `arguments` reach the functions of revisions."""
    environment = context.environment_context
    if environment is not None and environment.visit is not None:
        environment.visit(context, arguments)
        return
    if context.as_sql or not isinstance(context.connection, sa.Connection):
        heads = _start(context)
        _one_by_one(context, heads, _asked(context, heads), arguments)
        return
    heads = () if context.purge else context.get_current_heads()
    steps = _asked(context, heads)
    if all(isinstance(step, StampStep) for step in steps) and (steps or context.purge):
        _stamped(context, heads, steps, arguments)
    elif not steps and not (heads and isinstance(context._migrations_fn, UpgradeTo)):
        _make_version_table(context, heads)
    elif all(isinstance(step, RevisionStep) for step in steps) and not context.purge:
        _by_the_runner(context, heads, steps, arguments)
    else:
        _locked_one_by_one(context, heads, steps, arguments)


def _asked(context: MigrationContext, heads: tuple[str, ...]) -> list[Any]:
    """What `fn` gives for these heads; steps of several kinds."""
    function = context._migrations_fn
    assert function is not None
    return list(function(heads, context))


def _start(context: MigrationContext) -> tuple[str, ...]:
    """The heads, where nobody else can be at work."""
    if context.purge:
        context._ensure_version_table(purge=True)
        return ()
    heads = context.get_current_heads()
    if not (context.as_sql or heads or context.opts.get("dont_mutate", False)):
        context._ensure_version_table()
    return heads


def _make_version_table(context: MigrationContext, heads: tuple[str, ...]) -> None:
    """There is nothing to run, but a version table is left behind, by a verb that may change the database."""
    if heads or context.opts.get("dont_mutate", False) or context._has_version_table():
        return
    with opened_with_version_table(context) as database, database.exclusive():
        pass


def _locked_one_by_one(
    context: MigrationContext,
    heads: tuple[str, ...],
    steps: list[Any],
    arguments: Mapping[str, Any],
) -> None:
    """Steps of several kinds, which the runner does not know, while other runs are kept out."""
    with opened_with_version_table(context) as database, database.exclusive():
        if context.purge:
            context._ensure_version_table(purge=True)
        else:
            found = context.get_current_heads()
            if set(found) != set(heads):
                heads, steps = found, _asked(context, found)
        _one_by_one(context, heads, steps, arguments)
        connection = context.connection
        if connection is not None and not context._in_external_transaction:
            connection.commit()


def _one_by_one(
    context: MigrationContext,
    heads: tuple[str, ...],
    steps: list[Any],
    arguments: Mapping[str, Any],
) -> None:
    maintainer = HeadMaintainer(context, heads)
    for number, step in enumerate(steps):
        with context.begin_transaction(_per_migration=True):
            if context.as_sql and not heads and not number:
                assert context.connection is not None
                context._version.create(context.connection)
            log.info("Running %s", step)
            if context.as_sql:
                context.impl.static_output(f"-- Running {step.short_log}")
            step.migration_fn(**arguments)
            maintainer.update_to_step(step)
            applied(context, step, maintainer.heads, arguments)


def applied_within(
    context: MigrationContext,
    database: Database,
    step: Any,
    heads: frozenset[str],
    arguments: Mapping[str, Any],
) -> None:
    """The same in the transaction of the step: they find the version table as it is when that commits."""
    if context.on_version_apply_callbacks:
        assert isinstance(database, ContextDatabase)
        with database.showing(heads):
            applied(context, step, heads, arguments)


def applied(context: MigrationContext, step: Any, heads: Any, arguments: Mapping[str, Any]) -> None:
    """Tell the functions that `on_version_apply` names that a step is done."""
    for callback in context.on_version_apply_callbacks:
        callback(ctx=context, step=step.info, heads=set(heads), run_args=dict(arguments))


def _by_the_runner(
    context: MigrationContext,
    heads: tuple[str, ...],
    steps: list[Any],
    arguments: Mapping[str, Any],
) -> None:
    library = _Steps(context, steps, arguments)

    with opened_with_version_table(context) as database:

        def plan_for(found: frozenset[str]) -> Plan:
            # Another run may have moved the heads while we waited for the lock.
            history = library.history
            now = history.tips(found & history.keys()) | (found - history.keys())
            library.steps = (
                steps if now == frozenset(heads) else _asked(context, tuple(sorted(now)))
            )
            return library.plan(now, found)

        try:
            run_plan(plan_for, library, database, Telling())
        except StatementFailed as error:
            # Programs around Alembic catch what SQLAlchemy raises.
            if isinstance(error.__cause__, sa.exc.DBAPIError):
                raise error.__cause__ from None
            raise


def _stamped(
    context: MigrationContext,
    heads: tuple[str, ...],
    steps: list[Any],
    arguments: Mapping[str, Any],
) -> None:
    asked = stamped(context, lambda heads: _asked(context, heads), heads, steps)
    tell(context, asked.steps, frozenset(asked.heads), arguments)


class _Asked(NamedTuple):
    """Heads that were found, and the steps from there."""

    heads: tuple[str, ...]
    steps: list[Any]


def stamped(
    context: MigrationContext,
    steps_from: Callable[[tuple[str, ...]], list[Any]],
    heads: tuple[str, ...],
    steps: list[Any],
) -> _Asked:
    """Move the heads by `steps`, which start from `heads`; from others they are asked for anew.

    What was done in the end.  Raises RunError.
    """

    def stamp_for(found: frozenset[str]) -> Stamp:
        nonlocal heads, steps
        if found != frozenset(heads):
            # Another run may have moved the heads while we waited for the lock.
            heads = tuple(sorted(found))
            steps = steps_from(heads)
        after = found
        for step in steps:
            log.info("Running %s", step)
            after = step.moved(after)
        return Stamp(found, after)

    library = _Steps(context, [], {})
    with opened_with_version_table(context) as database:
        if context.purge:
            stamp_anew(context, database, stamp_for(frozenset()), library.history)
        else:
            run_stamp(stamp_for, library, database, Telling())
    return _Asked(heads, steps)


def tell(
    context: MigrationContext,
    steps: Sequence[MigrationStep],
    heads: frozenset[str],
    arguments: Mapping[str, Any],
) -> None:
    """Tell the functions that `on_version_apply` names of steps that lead from `heads`, and are done."""
    after = heads
    for step in steps:
        after = step.moved(after)
        applied(context, step, after, arguments)


class _Steps:
    """The steps of `fn`, as a library that the runner takes revisions from."""

    def __init__(
        self, context: MigrationContext, steps: list[Any], arguments: Mapping[str, Any]
    ) -> None:
        self.context = context
        self.steps = steps
        self.arguments = arguments
        self.after: dict[str, frozenset[str]] = {}
        self._by_id: dict[str, Any] = {}
        self._folder = context.script.folder if context.script is not None else None

    @property
    def history(self) -> History:
        """All revisions that the steps know of."""
        if self._folder is not None:
            return self._folder.history
        maps = [step.revision_map for step in self.steps]
        if not maps:
            return History()
        return History(
            Revision(one.revision, one._versioned_down_revisions, one._resolved_dependencies)
            for one in maps[0]._revisions
        )

    def plan(self, heads: frozenset[str], applied: frozenset[str]) -> Plan:
        """The steps as limbeck has them, and those that make up for what never ran below the heads."""
        history = self.history
        covered = frozenset(history.closure(heads & history.keys()))
        missed = covered - applied
        function = self.context._migrations_fn
        if missed and self.steps and all(step.is_downgrade for step in self.steps):
            return self._known(plan_down(history, applied, self.steps))
        if missed and isinstance(function, UpgradeTo):
            self.steps = function.made_up(history, missed, heads, self.steps) + self.steps
        made = []
        before = heads
        for step in self.steps:
            id = step.revision.revision
            # What lies below a head never becomes one when it is made up for.
            after = before if step.is_upgrade and id in covered else step.moved(before)
            made.append(Step(id, _direction(step), before, after))
            before = after
        return self._known(Plan(tuple(made), heads, before))

    def _known(self, plan: Plan) -> Plan:
        """The same, whose scripts are asked for next."""
        self._by_id = {step.revision.revision: step for step in self.steps}
        self.after = {step.revision: step.after for step in plan}
        return plan

    def script(self, id: str) -> Script:
        """The body of a revision."""
        return _StepScript(self, self._by_id[id])


def _direction(step: Any) -> Direction:
    return Direction.UP if step.is_upgrade else Direction.DOWN


class _StepScript:
    """The body of a step: whatever its `migration_fn` does."""

    def __init__(self, library: _Steps, step: Any) -> None:
        self._library = library
        self._step = step

    @property
    def checksum(self) -> str:
        """That of the file."""
        from pathlib import Path

        from limbeck.files.script import PythonScript

        revision = self._step.revision
        return PythonScript(revision.revision, Path(revision.path)).checksum

    def check(self, direction: Direction) -> None:
        """Load the file.  Raises what it raises."""
        _ = self._step.migration_fn

    def run(self, direction: Direction, database: Database, send: Send) -> None:
        """Call the function of the revision.  Raises what it raises."""
        log.info("Running %s", self._step)
        with in_step(self._library.context, database):
            self._step.migration_fn(**self._library.arguments)
        library = self._library
        heads = library.after[self._step.revision.revision]
        applied_within(library.context, database, self._step, heads, library.arguments)


@contextmanager
def in_step(context: MigrationContext, database: Any) -> Iterator[None]:
    """While a revision runs, its operations are carried out by `database`."""
    context.running = context.impl.running = database
    try:
        yield
    finally:
        context.running = context.impl.running = None
