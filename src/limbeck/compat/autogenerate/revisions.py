"""
A revision that is about to be written.

Responsible for what is collected while an `env.py` runs, once or for several databases, and for handing it to the
folder of revisions in the end.  Does not know how files are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from limbeck.compat import util
from limbeck.compat.autogenerate import compare, render
from limbeck.compat.autogenerate.context import AutogenContext
from limbeck.compat.operations import ops
from limbeck.compat.util import CommandError, DatabaseNotAtHead

if TYPE_CHECKING:
    from limbeck.compat.config import Config
    from limbeck.compat.runtime.migration import MigrationContext
    from limbeck.compat.script.base import Script, ScriptDirectory

Processor = Callable[["MigrationContext", Any, list[ops.MigrationScript]], Any]


class RevisionContext:
    """What one call of `revision` or `check` makes: `generated_revisions`, which the user's functions may change."""

    def __init__(
        self,
        config: Config,
        script_directory: ScriptDirectory,
        command_args: dict[str, Any],
        process_revision_directives: Processor | None = None,
    ) -> None:
        self.config = config
        self.script_directory = script_directory
        self.command_args = command_args
        self.process_revision_directives = process_revision_directives
        # Any: whatever templates use
        self.template_args: dict[str, Any] = {"config": config}
        self.generated_revisions: list[ops.MigrationScript] = [self._default_revision()]
        self._last_autogen_context: AutogenContext | None = None
        self._rendered: set[int] = set()
        """The revisions, by their identity, that have operations and are not empty templates."""

    def run_autogenerate(self, rev: Any, migration_context: MigrationContext) -> None:
        """Compare one database, which is at `rev`.  Raises DatabaseNotAtHead when that is not the head."""
        if self.command_args["sql"]:
            raise CommandError("Using --sql with --autogenerate does not make any sense")
        directory = self.script_directory
        if set(directory.get_revisions(rev)) != set(directory.get_revisions("heads")):
            raise DatabaseNotAtHead(
                "Target database is not up to date.", hint=_way_to_head(directory)
            )
        self._run_environment(rev, migration_context, autogenerate=True)

    def run_no_autogenerate(self, rev: Any, migration_context: MigrationContext) -> None:
        """Let the user's functions fill an empty revision."""
        self._run_environment(rev, migration_context, autogenerate=False)

    def _run_environment(
        self, rev: Any, migration_context: MigrationContext, autogenerate: bool
    ) -> None:
        self._next_tokens(migration_context)
        context = AutogenContext(migration_context, autogenerate=autogenerate)
        self._last_autogen_context = context
        if autogenerate:
            compare._populate_migration_script(context, self.generated_revisions[-1])
        for function in (
            self.process_revision_directives,
            migration_context.opts.get("process_revision_directives"),
        ):
            if function:
                function(migration_context, rev, self.generated_revisions)
        for script in self.generated_revisions:
            self._rendered.add(id(script))

    def _next_tokens(self, migration_context: MigrationContext) -> None:
        """Room for the operations of one database: the first takes what is there, each further one adds its own."""
        up, down = (migration_context.opts.get(f"{way}grade_token") for way in ("up", "down"))
        script = self.generated_revisions[-1]
        if id(script) in self._rendered:
            script._upgrade_ops.append(ops.UpgradeOps([], upgrade_token=up or "upgrades"))
            script._downgrade_ops.append(ops.DowngradeOps([], downgrade_token=down or "downgrades"))
            return
        self._rendered.add(id(script))
        script.upgrade_ops_list[-1].upgrade_token = up or "upgrades"
        script.downgrade_ops_list[-1].downgrade_token = down or "downgrades"

    def _default_revision(self) -> ops.MigrationScript:
        given = self.command_args
        return ops.MigrationScript(
            rev_id=given["rev_id"] or util.rev_id(),
            message=given["message"],
            upgrade_ops=ops.UpgradeOps([]),
            downgrade_ops=ops.DowngradeOps([]),
            head=given["head"],
            splice=given["splice"],
            branch_label=given["branch_label"],
            version_path=given["version_path"],
            depends_on=given["depends_on"],
        )

    def generate_scripts(self) -> Iterator[Script | None]:
        """Write the revisions."""
        for script in self.generated_revisions:
            yield self._to_script(script)

    def _to_script(self, migration_script: ops.MigrationScript) -> Script | None:
        variables = dict(self.template_args)
        if id(migration_script) in self._rendered:
            context = self._last_autogen_context
            assert context is not None
            context.imports = set(migration_script.imports or ())
            render._render_python_into_templatevars(context, migration_script, variables)
        assert migration_script.rev_id is not None
        return self.script_directory.generate_revision(
            migration_script.rev_id,
            migration_script.message,
            refresh=True,
            head=migration_script.head,
            splice=migration_script.splice,
            branch_labels=migration_script.branch_label,
            version_path=migration_script.version_path,
            depends_on=migration_script.depends_on,
            **variables,
        )


def _way_to_head(directory: ScriptDirectory) -> str:
    """What to type where a database is behind; `upgrade head` would be refused where there are several."""
    if len(directory.get_heads()) < 2:
        return "limbeck upgrade head"
    return (
        "`limbeck merge` joins the heads, then `limbeck upgrade head`; or `limbeck upgrade heads`"
    )
