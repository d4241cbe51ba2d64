"""
Which verbs there are.

One line for each, so that the help can be shown, and a verb found, without importing all of them.
"""

from __future__ import annotations

from typing import NamedTuple


class Verb(NamedTuple):
    """A verb as the help lists it; `limbeck.cli.commands.<module>` has the rest."""

    name: str
    help: str

    @property
    def module(self) -> str:
        """The name of the module below `limbeck.cli.commands`."""
        return self.name

    @property
    def dashed(self) -> str:
        """The name as other commands would spell it: `ensure-version` is understood as well."""
        return self.name.replace("_", "-")


VERBS = (
    Verb("init", "start a project: a folder for revisions, and the settings"),
    Verb("revision", "create a new revision file"),
    Verb("check", "say whether models and database, or models and revisions, are in step"),
    Verb("schema", "show the schema at a revision, or that of the database"),
    Verb("diff", "show what leads from one schema to another"),
    Verb("upgrade", "move the database up to a revision"),
    Verb("downgrade", "move the database down to a revision"),
    Verb("plan", "show what an upgrade or downgrade would do, and change nothing"),
    Verb("status", "show on one page where the database stands, what is pending and what is wrong"),
    Verb("current", "show at which revisions the database is"),
    Verb("heads", "show the revisions that nothing builds on"),
    Verb("branches", "show the revisions that several others build on"),
    Verb("history", "show the revisions, newest first"),
    Verb("show", "show one revision"),
    Verb("edit", "open the file of a revision in your editor"),
    Verb("conflicts", "say what branches do to each other, and prove it by running them"),
    Verb("merge", "join several heads into one"),
    Verb("rebase", "put one side of a fork behind the other"),
    Verb("reid", "give a revision another id, everywhere"),
    Verb("guard", "keep a repository on one head: see forks before they are merged"),
    Verb("stamp", "say at which revision the database is, without running anything"),
    Verb("ensure_version", "create the version table if there is none"),
    Verb("compat", "show that limbeck does in a project what Alembic does there"),
    Verb("run", "start another command, in which alembic is limbeck"),
    Verb("config", "show the effective settings and where each came from"),
    Verb("list_templates", "show the templates that init can use"),
    Verb("completion", "print the lines that make your shell complete limbeck's words"),
)
NAMES = frozenset(name for verb in VERBS for name in (verb.name, verb.dashed))
