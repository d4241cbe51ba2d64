"""Runs through `env.py` and `alembic.command`: locked, in a transaction of limbeck's, and never stuck on each other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compat.projects import Project, start
from tests.servers import Kind

APP = """
import limbeck.compat
limbeck.compat.install()
from alembic import command
from alembic.config import Config
config = Config("alembic.ini")
{}
"""


@pytest.fixture
def on_postgresql(tmp_path: Path, make_database: Callable[[Kind], str]) -> Project:
    return start(tmp_path / "project", make_database("postgresql"))


def app(project: Project, body: str, *, fails: bool = False) -> str:
    """What a program with `body` writes to stderr."""
    return project.python("-c", APP.format(body), fails=fails).err


def both(project: Project, *words: str) -> list[str]:
    """The stderr of two processes at once, which both succeed."""
    running = [
        subprocess.Popen(
            [sys.executable, *words], cwd=project.folder, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    try:
        said = [process.communicate(timeout=60)[1] for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()
    assert [process.returncode for process in running] == [0, 0], "\n".join(said)
    return said


CONCURRENTLY = """
def upgrade():
    op.get_bind().exec_driver_sql("SELECT 1")
    op.create_table("two", sa.Column("id", sa.Integer))
    with op.get_context().autocommit_block():
        # Not before the other run waits for this one.
        ask = op.get_bind().exec_driver_sql
        while not ask("SELECT count(*) > 1 FROM pg_stat_activity WHERE datname = current_database()").scalar():
            ask("SELECT pg_sleep(0.05)")
        ask("SELECT pg_sleep(1)")
        op.create_index("ix_two", "two", ["id"], postgresql_concurrently=True)
"""


@pytest.mark.parametrize("words", [("-m", "limbeck", "upgrade", "head"), ("app.py",)])
def test_a_run_that_waits_holds_no_transaction(
    on_postgresql: Project, words: tuple[str, ...]
) -> None:
    on_postgresql.write("app.py", APP.format("command.upgrade(config, 'head')"))
    on_postgresql.revision("b2", "a1", CONCURRENTLY)
    both(on_postgresql, *words)
    assert on_postgresql.heads == {"b2"}
    assert on_postgresql.rows("SELECT indexname FROM pg_indexes WHERE tablename = 'two'") == [
        ("ix_two",)
    ]


def test_a_connection_in_autocommit_is_taken_out_of_it(on_postgresql: Project) -> None:
    on_postgresql.env("""
        from alembic import context
        import sqlalchemy as sa

        url = context.config.get_main_option("sqlalchemy.url")
        with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
        """)
    on_postgresql.revision(
        "b2",
        "a1",
        "op.create_table('two', sa.Column('id', sa.Integer)); op.execute('SELECT * FROM nowhere')",
    )
    on_postgresql.limbeck("upgrade", "a1")
    for _ in range(2):
        assert "nowhere" in on_postgresql.limbeck("upgrade", "head", fails=True).err
        assert on_postgresql.tables() == {"one"}
    on_postgresql.revision("b2", "a1", "op.create_table('two', sa.Column('id', sa.Integer))")
    on_postgresql.limbeck("upgrade", "head")
    assert on_postgresql.tables() == {"one", "two"}
