"""
A program that uses Alembic's names as limbeck has them: everything here must pass `mypy --strict`.

Lines that end in `type: ignore` are mistakes that the types must find.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.compat import command, context, install, op
from limbeck.compat.autogenerate import compare_metadata, produce_migrations
from limbeck.compat.config import CommandLine, Config
from limbeck.compat.ddl.impl import DefaultImpl
from limbeck.compat.operations import Operations, ops
from limbeck.compat.runtime.environment import EnvironmentContext
from limbeck.compat.runtime.migration import MigrationContext
from limbeck.compat.script import Script, ScriptDirectory
from limbeck.compat.util import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable


class OwnImpl(DefaultImpl):
    """The words of a dialect of somebody's."""

    __dialect__ = "own"
    transactional_ddl = True


def process(
    migration: MigrationContext,
    revision: str | Iterable[str | None] | Iterable[str],
    directives: list[ops.MigrationScript],
) -> None:
    """Leave out what is empty."""
    if (
        directives
        and directives[0].upgrade_ops is not None
        and directives[0].upgrade_ops.is_empty()
    ):
        directives[:] = []


def upgrade_all(url: str) -> str | None:
    """A database brought to its head by a program."""
    install()
    config = Config("alembic.ini")
    config.set_main_option("sqlalchemy.url", url)
    try:
        command.upgrade(config, "head")
        command.upgrade(config, 3)  # type: ignore[arg-type]
    except CommandError as error:
        return str(error)
    scripts = ScriptDirectory.from_config(config)
    script: Script = scripts.get_revision("head")
    with EnvironmentContext(config, scripts, fn=lambda heads, context: []):
        scripts.run_env()
    CommandLine(prog="own").main(["current"])
    return script.revision


def compare(connection: sa.Connection, metadata: sa.MetaData) -> ops.MigrationScript:
    """What is missing in the database."""
    migration = MigrationContext.configure(connection, opts={"compare_type": True})
    for difference in compare_metadata(migration, metadata):
        print(difference)
    heads: tuple[str, ...] = migration.get_current_heads()
    print(heads)
    return produce_migrations(migration, metadata)


def configure(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """What `env.py` does."""
    context.configure(
        connection=connection, target_metadata=metadata, process_revision_directives=process
    )
    with context.begin_transaction():
        context.run_migrations()


def upgrade() -> None:
    """What a revision does."""
    op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("name", sa.String(50)))
    op.drop_table(1)  # type: ignore[arg-type]


def by_hand(connection: sa.Connection) -> None:
    """Operations without a revision."""
    operations = Operations(MigrationContext.configure(connection))
    operations.create_index("ix_account", "account", ["id"])
