"""
limbeck's `check` and `revision --autogenerate` in a project whose `env.py` knows the models.

Responsible for one run of `env.py`: each database that it configures is compared, what users' functions make of that is
collected, and written if that is wanted.  Does not know flags, nor what is printed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limbeck.actions.autogenerate import undecided
from limbeck.actions.comparison import Comparison, Decisions, with_database, with_history
from limbeck.actions.edited import edited_in
from limbeck.actions.revision import NewRevision
from limbeck.compat.autogenerate.context import AutogenContext
from limbeck.compat.autogenerate.hooked import rules_of
from limbeck.compat.autogenerate.ours import Compare, Found, left, populate
from limbeck.compat.autogenerate.revisions import RevisionContext
from limbeck.compat.autogenerate.walk_wanted import COMPARISON, chosen, foreign, why_the_walk
from limbeck.compat.projects import ContextTarget
from limbeck.errors import LimbeckError, NotAtHead

if TYPE_CHECKING:
    from limbeck.actions.autogenerate import Ask
    from limbeck.actions.problem import Problem
    from limbeck.compat.operations import ops
    from limbeck.compat.projects import EnvironmentTargets
    from limbeck.compat.runtime.migration import MigrationContext
    from limbeck.database.live import LiveDatabase
    from limbeck.project import Project, Target

# Any: what `RevisionContext` takes
_ARGUMENTS: dict[str, Any] = {
    "message": None,
    "autogenerate": True,
    "sql": False,
    "head": "head",
    "splice": False,
    "branch_label": None,
    "version_path": None,
    "rev_id": None,
    "depends_on": None,
}


class Run:
    """One run of `env.py`.

    `arguments` are those of `alembic.command.revision`.  With `asks` questions are settled: by `ask`, or else
    Undecided names the flags.  `offline` runs the part of `env.py` that writes SQL, and compares with what the revisions
    lead to; then functions registered for "schema", which would ask the database, are not asked, and `unasked` says
    that there are some.  `why_the_walk` is the reason for which nothing was compared here, "" as a rule;
    `was_chosen` tells whether somebody has asked for it.  With `edits`, `edited` are revisions that a database has applied
    and that do something else by now.
    """

    def __init__(
        self,
        project: Project,
        environment: EnvironmentTargets,
        decisions: Decisions,
        arguments: dict[str, Any] | None = None,
        *,
        asks: bool = False,
        ask: Ask | None = None,
        quiet: bool = False,
        offline: bool = False,
        edits: bool = False,
    ) -> None:
        self.project = project
        self.environment = environment
        self.decisions = decisions
        self.why_the_walk = ""
        self.was_chosen = False
        self.found: list[tuple[Found, ops.UpgradeOps]] = []
        self._asks, self._ask, self._offline = asks, ask, offline
        self.edited: list[Problem] | None = [] if edits else None
        self.unasked = False
        self._error: LimbeckError | None = None
        self.scripts = environment.scripts
        if quiet:
            self.scripts.messaging_opts = {"quiet": True}
        self.made = RevisionContext(
            environment.config, self.scripts, {**_ARGUMENTS, **(arguments or {})}
        )

    def compare(self) -> tuple[Comparison, ...]:
        """Run `env.py`; what there is to do in each database, in the order in which they are configured.

        Raises what comparing raises, and ScriptFailed for what `env.py` raises.
        """
        self.environment.each(
            self._each,
            scripts=self.scripts,
            template_args=self.made.template_args,
            revision_context=self.made,
            **({"as_sql": True, "output_buffer": StringIO()} if self._offline else {}),
        )
        if self._error is not None:
            raise self._error
        written = {id(c) for one in self.made.generated_revisions for c in one.upgrade_ops_list}
        return tuple(
            left(found, [up] if id(up) in written else [], self._others(up))
            for found, up in self.found
        )

    def _others(self, own: ops.UpgradeOps) -> list[ops.UpgradeOps]:
        """Operations that functions of the user's have put into scripts of their own."""
        compared = {id(up) for _, up in self.found}
        first = bool(self.found) and self.found[0][1] is own
        if not first:
            return []
        scripts = self.made.generated_revisions
        return [c for one in scripts for c in one.upgrade_ops_list if id(c) not in compared]

    def _each(self, target: Target) -> None:
        # What is raised here is nothing that env.py did.
        if self._error is not None or self.why_the_walk:
            return
        assert isinstance(target, ContextTarget)
        try:
            self._one(target)
        except NotAtHead as error:
            error.message = f"Target database is not up to date. {_capital(error.message)}"
            self._error = error
        except LimbeckError as error:
            self._error = error

    def _one(self, target: ContextTarget) -> None:
        context = target.context
        context.opts.setdefault(COMPARISON, self.project.settings.comparison)
        autogen = AutogenContext(context)
        self.why_the_walk, self.was_chosen = why_the_walk(autogen), chosen(autogen)
        if self.why_the_walk:
            return
        project = self.project
        project.library.look_in(self.scripts.locations)
        rules = rules_of(autogen, project.settings, offline=self._offline)
        if self._offline:
            elsewhere = target._replace(address=_address(context))
            heads = tuple(sorted(project.history.heads))
            self._compared(
                autogen, heads, lambda: with_history(project, elsewhere, rules, self.decisions)
            )
            return

        def look(database: LiveDatabase) -> None:
            heads = context.get_current_heads()
            if self.edited is not None:
                self.edited += edited_in(project, target, database)
            self._compared(
                autogen,
                heads,
                lambda: with_database(project, target, database, rules, self.decisions),
            )

        target.visit(look)

    def _compared(self, autogen: AutogenContext, heads: tuple[str, ...], compare: Compare) -> None:
        context = autogen.migration_context
        processors = self._processors(context)
        self.unasked = self._offline and any(True for _ in foreign(autogen, "schema"))

        def look() -> Found:
            watched = bool(processors)
            return populate(autogen, compare, watched=watched, asks_others=not self._offline)

        found = look()
        while self._asks and found.undecided:
            self._settle(found)
            found = look()
        self._collect(autogen, found)
        for process in processors:
            process(context, heads, self.made.generated_revisions)
        for script in self.made.generated_revisions:
            self.made._rendered.add(id(script))

    def _processors(self, context: MigrationContext) -> list[Callable[..., Any]]:
        given = context.opts.get("process_revision_directives")
        return [given] if given else []

    def _settle(self, found: Found) -> None:
        if self._ask is None:
            raise undecided(found.undecided)
        answers = self._ask(found.undecided)
        self.decisions = replace(
            self.decisions,
            renames=(*self.decisions.renames, *answers.renames),
            fills=(*self.decisions.fills, *answers.fills),
        )

    def _collect(self, autogen: AutogenContext, found: Found) -> None:
        """Put what was found where the operations of this database belong."""
        made, comparison = self.made, found.comparison
        before = made._last_autogen_context
        made._next_tokens(autogen.migration_context)
        made._last_autogen_context = autogen
        losses = [*comparison.losses, *found.back.destructive]
        if before is not None:  # all are written under the last one
            autogen.objects = {**before.objects, **autogen.objects}
            losses = [*before.losses, *losses]
        autogen.losses = losses
        script = made.generated_revisions[-1]
        up, down = script.upgrade_ops_list[-1], script.downgrade_ops_list[-1]
        up.ops[:], down.ops[:] = found.up, found.down
        autogen.remarks[id(up)] = [
            f"not compared: {one.what}: {one.why}" for one in comparison.not_compared
        ]
        autogen.remarks[id(down)] = [note.text for note in found.back.notes]
        if before is not None:
            autogen.remarks.update(before.remarks)
        self.found.append((found, up))

    # Writing

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return all(
            container.is_empty()
            for script in self.made.generated_revisions
            for container in (*script.upgrade_ops_list, *script.downgrade_ops_list)
        )

    def write(self) -> tuple[NewRevision, ...]:
        """Write the files.  Raises what `ScriptDirectory.generate_revision` raises."""
        written = [script for script in self.made.generate_scripts() if script is not None]
        library = self.project.library
        library.reload()
        return tuple(
            NewRevision(library.history[script.revision], Path(script.path)) for script in written
        )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _address(context: MigrationContext) -> Any:  # Any: text, or a URL of SQLAlchemy's
    """The address that `env.py` gave where nothing is connected; at least the kind of database."""
    environment = context.environment_context
    given = environment.url if environment is not None else None
    return given if given is not None else f"{context.dialect.name}://"
