"""
Revisions that import `op` from alembic, run by limbeck's runner.

Responsible for what is current while one runs: the operations of its database, and the arguments that `env.py` has for it.
Does not know where files come from.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from limbeck.compat.alias import install
from limbeck.compat.missing import missing
from limbeck.compat.operations.base import Operations
from limbeck.compat.runtime.environment import EnvironmentContext
from limbeck.compat.runtime.migration import MigrationContext
from limbeck.compat.runtime.running import applied_within, in_step
from limbeck.compat.runtime.steps import RevisionStep
from limbeck.compat.util.proxies import slot_of
from limbeck.dsl import Op
from limbeck.dsl.current import use
from limbeck.errors import ScriptFailed
from limbeck.files.script import PythonScript
from limbeck.project import ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from limbeck.dsl import OpenDatabase
    from limbeck.files.script import SqlScript
    from limbeck.history import Direction
    from limbeck.runner import Database, Send

log = logging.getLogger("alembic.runtime.migration")


def adapted(script: PythonScript | SqlScript) -> PythonScript | SqlScript:
    """The same body, run with what Alembic's names mean to it."""
    return ContextScript.around(script) if isinstance(script, PythonScript) else script


class ContextScript(PythonScript):
    """A Python file whose functions get what `context.run_migrations()` was given."""

    __slots__ = ()

    @classmethod
    def around(cls, script: PythonScript) -> ContextScript:
        """The same file."""
        return cls(
            script.id,
            script.path,
            source=script.source,
            content=script._content,
            bodies=script._bodies,
        )

    def _execute(self, module: ModuleType, code: CodeType) -> None:
        if _imports_alembic(code):
            install()
        try:
            super()._execute(module, code)
        except ScriptFailed as failed:
            # `alembic` is limbeck here, and lacks that name.
            if isinstance(failed.__cause__, ImportError):
                raise failed.__cause__ from None
            raise

    def _failed(self, error: Exception) -> ScriptFailed:
        gone = missing(error, self.path)
        if gone is None:
            return super()._failed(error)
        place = f"{self.source}, line {self._line(error.__traceback__)}"
        return ScriptFailed(f"{place}: {type(error).__name__}: {gone.text}", hint=gone.hint)

    def run(self, direction: Direction, database: Database, send: Send) -> None:
        """Call the function for `direction`.  Raises what PythonScript.run raises."""
        context = _context_of(database)
        if context is None:
            # A scratch database, or a replay: what `env.py` has made current is not for it.
            with slot_of(EnvironmentContext).without(), _operations_of_users(database):
                self._run_elsewhere(direction, database, send)
            return
        step = self._step(context, direction)
        log.info("Running %s", step)
        op = Op(cast("OpenDatabase", database), send)
        with in_step(context, database), Operations.context(context), use(op):
            with self.loaded() as module:
                function = self._function(module, step.name)
                self.call(function, op, context.arguments)
            with blamed(self):
                _tell(context, database, step)

    def _run_elsewhere(self, direction: Direction, database: Database, send: Send) -> None:
        """Run it with the arguments that `env.py` would have for a database of this kind."""
        arguments = getattr(database, "options", {}).get(ARGUMENTS)
        if not arguments:
            super().run(direction, database, send)
            return
        op = Op(cast("OpenDatabase", database), send)
        with self.loaded() as module, use(op), self._blaming_the_file():
            self.call(self._function(module, f"{direction.value}grade"), op, arguments)

    def call(self, function: Any, op: Op, arguments: Mapping[str, Any]) -> None:
        """Call a function of the file with `arguments`, and with the Op where it takes one that they lack."""
        takes_op = "op" not in arguments and not arguments and self._takes_op(function)
        with blamed(self):
            function(*((op,) if takes_op else ()), **arguments)

    def _step(self, context: MigrationContext, direction: Direction) -> RevisionStep:
        assert context.script is not None
        script = context.script.get_revision(self.id)
        return RevisionStep(context.script.revision_map, script, direction.value == "up")


def _context_of(database: Database) -> MigrationContext | None:
    """What `env.py` has configured, if `database` is the one that it is for."""
    environment: EnvironmentContext | None = slot_of(EnvironmentContext).peek()
    context = environment._migration_context if environment is not None else None
    if context is None or getattr(database, "connection", None) is not context.connection:
        return None
    return context


@contextmanager
def _operations_of_users(database: Database) -> Iterator[None]:
    """Let `alembic.op` know on a scratch database what users have registered; where they have not, it is limbeck's Op."""
    connection = getattr(database, "connection", None)
    if not isinstance(connection, sa.Connection) or not _some_are_registered():
        with slot_of(Operations).without():
            yield
        return
    context = MigrationContext(connection.dialect, connection, {})
    with in_step(context, database), Operations.context(context):
        yield


def _some_are_registered() -> bool:
    # private: a Dispatcher tells in no other way what it has
    kinds = (kind for kind, _ in Operations._to_impl._registry)
    return any(not getattr(kind, "__module__", "limbeck.").startswith("limbeck.") for kind in kinds)


def _imports_alembic(code: CodeType) -> bool:
    """Whether a file, or a function in it, has the name; then it is imported, or something harmless."""
    return any(name.partition(".")[0] == "alembic" for name in code.co_names) or any(
        _imports_alembic(inner) for inner in code.co_consts if isinstance(inner, CodeType)
    )


@contextmanager
def blamed(script: PythonScript) -> Iterator[None]:
    """What goes wrong inside is blamed on the file."""
    try:
        yield
    except Exception as error:
        script.blame(error)
        raise


def _tell(context: MigrationContext, database: Database, step: RevisionStep) -> None:
    """The functions that `on_version_apply` names hear of a step; the heads are followed only for them."""
    if not context.on_version_apply_callbacks:
        return
    before = context.heads_so_far
    if before is None:
        before = frozenset(context.get_current_heads())
    context.heads_so_far = step.moved(before)
    applied_within(context, database, step, context.heads_so_far, context.arguments)
