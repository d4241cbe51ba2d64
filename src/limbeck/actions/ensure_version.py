"""Make the version table."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from limbeck.database.live import LiveDatabase
    from limbeck.project import Project, Target


def ensure_version(project: Project) -> None:
    """Create the version table, and the journal beside it, in every database that has none.  Raises RunError."""

    def work(target: Target, database: LiveDatabase) -> None:
        with database.exclusive():
            database.journal.heads()
            with database.run():
                database.journal.ensure()

    project.visit(work)


def write_ensure_version(project: Project, out: TextIO) -> None:
    """Write the SQL that creates the version table to `out`, connected to nothing."""
    from limbeck.database.engine import dialect_of
    from limbeck.database.version import VersionTable

    def one(target: Target) -> None:
        table = VersionTable(
            dialect_of(target.url), target.version_table, target.version_table_schema
        )
        out.write(f"{table.create()};\n\n")

    project.targets.each(one)
