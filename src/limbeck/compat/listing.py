"""
What the verbs that only look print.

Responsible for the lines of `history`, `heads`, `branches`, `current`, `show` and `list_templates`, as scripts around Alembic
read them.  Does not change anything.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limbeck.compat import util

if TYPE_CHECKING:
    from limbeck.compat.config import Config
    from limbeck.compat.runtime.migration import MigrationContext
    from limbeck.compat.script.base import ScriptDirectory

    Run = Callable[..., None]


def templates(config: Config) -> None:
    """The kinds of projects that `init` knows."""
    config.print_stdout("Available templates:\n")
    for folder in sorted(Path(config.get_template_directory()).iterdir()):
        readme = folder / "README"
        if readme.is_file():
            synopsis = readme.read_text(encoding="utf-8").partition("\n")[0].rstrip()
            config.print_stdout("%s - %s", folder.name, synopsis)
    config.print_stdout("\nTemplates are used via the 'init' command, e.g.:")
    config.print_stdout("\n  alembic init --template generic ./scripts")


def show(config: Config, scripts: ScriptDirectory, rev: str, run: Run) -> None:
    """Everything about the revisions that a name leads to."""

    def here(heads: Any, context: MigrationContext) -> list[Any]:
        for one in scripts.get_revisions(heads):
            config.print_stdout(one.log_entry)
        return []

    if rev == "current":
        run(config, scripts, here)
        return
    for one in scripts.get_revisions(rev):
        if one is not None:
            config.print_stdout(one.log_entry)


def history(
    config: Config,
    scripts: ScriptDirectory,
    rev_range: str | None,
    verbose: bool,
    indicate_current: bool,
    run: Run,
) -> None:
    """The revisions of a range, newest first; the database is asked only when the range or a mark needs it."""
    base = head = None
    if rev_range is not None:
        if ":" not in rev_range:
            raise util.CommandError("History range requires [start]:[end], [start]:, or :[end]")
        base, head = rev_range.strip().split(":")
    environment = config.get_alembic_boolean_option("revision_environment") or indicate_current

    def display(base: Any, head: Any, currents: Any = ()) -> None:
        for one in scripts.walk_revisions(base=base or "base", head=head or "heads"):
            if indicate_current:
                one._db_current_indicator = one.revision in currents
            config.print_stdout(
                one.cmd_format(
                    verbose=verbose, include_branches=True, include_doc=True, include_parents=True
                )
            )

    def from_database(heads: Any, context: MigrationContext) -> list[Any]:
        here = ",".join(heads) if len(heads) < 2 else heads
        display(
            here if base == "current" else base,
            here if head == "current" else head,
            {one.revision for one in scripts.get_all_current(heads)} if heads else (),
        )
        return []

    if base == "current" or head == "current" or environment:
        run(config, scripts, from_database)
    else:
        display(base, head)


def heads(
    config: Config, scripts: ScriptDirectory, verbose: bool, resolve_dependencies: bool
) -> None:
    """The revisions that nothing follows."""
    if resolve_dependencies:
        found = scripts.get_revisions("heads")
    else:
        found = scripts.get_revisions(scripts.get_heads())
    for one in found:
        config.print_stdout(one.cmd_format(verbose, include_branches=True, tree_indicators=False))


def branches(config: Config, scripts: ScriptDirectory, verbose: bool) -> None:
    """The revisions that several others follow, with these."""
    for one in scripts.walk_revisions():
        if one.is_branch_point:
            followers = (scripts.get_revision(id) for id in one.nextrev)
            lines = "\n".join(
                f"   -> {follower.cmd_format(False, include_branches=True, include_doc=verbose)}"
                for follower in followers
            )
            config.print_stdout("%s\n%s\n", one.cmd_format(verbose, include_branches=True), lines)


def current(
    config: Config,
    scripts: ScriptDirectory,
    heads: Any,
    context: MigrationContext,
    verbose: bool,
    check_heads: bool,
) -> list[Any]:
    """Where the database is."""
    if verbose:
        assert context.connection is not None
        config.print_stdout(
            "Current revision(s) for %s:",
            util.obfuscate_url_pw(
                context.connection.engine.url.render_as_string(hide_password=False)
            ),
        )
    if check_heads and set(scripts.get_heads()) != set(heads):
        raise util.DatabaseNotAtHead(
            "Database is not on all head revisions", hint="limbeck upgrade heads"
        )
    for one in scripts.get_all_current(heads):
        config.print_stdout(one.cmd_format(verbose))
    return []
