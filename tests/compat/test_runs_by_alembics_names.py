"""Runs through `env.py` and `alembic.command`: locked, in a transaction of limbeck's, and never stuck on each other."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from limbeck.database.lock import Lock, lock_for
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


PATIENCE = 300
"""Seconds after which something will never happen, however busy the machine is."""


@dataclass
class Started:
    """A process, and the file that it writes its stderr to, where others can read it meanwhile."""

    process: subprocess.Popen[str]
    log: Path

    def until_it_waits(self) -> None:
        """Return when it says that another run is under way, which it does not before it has asked for the lock."""
        end = time.monotonic() + PATIENCE
        while "Waiting for another run" not in self.log.read_text():
            assert self.process.poll() is None, f"it did not wait:\n{self.log.read_text()}"
            assert time.monotonic() < end, f"it has not come so far:\n{self.log.read_text()}"
            time.sleep(0.05)


def started(project: Project, *words: str, log: str = "one.log") -> Started:
    """A process of Python's in the folder."""
    path = project.folder / log
    with path.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=project.folder, stderr=file, text=True
        )
    return Started(process, path)


@contextmanager
def all_end(*those: Started) -> Iterator[None]:
    """At the end of the scope they come to their end, and have succeeded; none of them outlives it."""
    try:
        yield
        codes = [one.process.wait(timeout=PATIENCE) for one in those]
    finally:
        for one in those:
            one.process.kill()
            one.process.wait()
    assert set(codes) == {0}, "\n".join(one.log.read_text() for one in those)


def both(project: Project, *words: str) -> None:
    """Two processes at once, which both succeed."""
    logs = ("one.log", "two.log")
    with all_end(*(started(project, *words, log=log) for log in logs)):
        pass


@contextmanager
def others_kept_out(project: Project) -> Iterator[tuple[sa.Connection, Lock]]:
    """A run of somebody else's is under way: its connection, and its lock, which is to be given back."""
    engine = sa.create_engine(project.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        lock = lock_for(connection, "alembic_version", None, joined=False)
        assert lock is not None
        assert lock.take()
        yield connection, lock
    engine.dispose()


CONCURRENTLY = """
import pathlib, time

def upgrade():
    op.get_bind().exec_driver_sql("SELECT 1")
    op.create_table("two", sa.Column("id", sa.Integer))
    with op.get_context().autocommit_block():
        # Not before the other run waits for this one.
        while not any("Waiting for" in log.read_text() for log in pathlib.Path().glob("*.log")):
            time.sleep(0.05)
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


VERBS = {
    "upgrade": "command.upgrade(config, 'b2')",
    "stamp": "command.stamp(config, 'b2')",
    "stamp that forgets": "command.stamp(config, 'b2', purge=True)",
    "ensure_version": "command.ensure_version(config)",
    "of several kinds": """
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
scripts = ScriptDirectory.from_config(config)
def steps(heads, context):
    return scripts._stamp_revs('a1', heads) + scripts._upgrade_revs('b2', 'a1') if 'b2' not in heads else []
with EnvironmentContext(config, scripts, fn=steps):
    scripts.run_env()
""",
}


VERSIONS = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num))"
)


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_made_while_another_run_is_under_way(
    tmp_path: Path, database_url: str, verb: str
) -> None:
    project = start(tmp_path / "project", database_url)
    project.write("app.py", APP.format(VERBS[verb]))
    with others_kept_out(project) as (connection, lock):
        run = started(project, "app.py")
        with all_end(run):
            run.until_it_waits()
            assert not sa.inspect(connection).get_table_names()
            # That run makes the table, and gets to its end.
            connection.exec_driver_sql(VERSIONS)
            lock.release()
    assert project.heads == (set() if verb == "ensure_version" else {"b2"})


def test_a_stamp_behind_another_run_starts_where_that_has_come(
    tmp_path: Path, database_url: str
) -> None:
    project = start(tmp_path / "project", database_url)
    project.revision("x1", None, "pass")
    project.write("app.py", APP.format("command.stamp(config, 'b2')"))
    with others_kept_out(project) as (connection, lock):
        run = started(project, "app.py")
        with all_end(run):
            run.until_it_waits()
            connection.exec_driver_sql(VERSIONS)
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('x1'), ('a1')")
            lock.release()
    assert project.heads == {"x1", "b2"}


def test_a_first_run_that_fails_leaves_an_empty_version_table_on_sqlite(
    tmp_path: Path, sqlite_url: str
) -> None:
    project = start(tmp_path / "project", sqlite_url)
    project.revision("a1", None, "op.execute('SELECT * FROM nowhere')")
    assert "nowhere" in app(project, "command.upgrade(config, 'head')", fails=True)
    assert project.heads == set()


def test_what_a_stamp_forgets_is_kept_when_it_fails(tmp_path: Path, database_url: str) -> None:
    project = start(tmp_path / "project", database_url)
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
            " CONSTRAINT a CHECK (version_num <> 'b2'))"
        )
        for head in ("nobody", "knows", "knows"):
            connection.execute(
                sa.text("INSERT INTO alembic_version VALUES (:head)"), {"head": head}
            )
    engine.dispose()
    app(project, "command.stamp(config, 'b2', purge=True)", fails=True)
    assert sorted(project.rows("SELECT version_num FROM alembic_version")) == [
        ("knows",),
        ("knows",),
        ("nobody",),
    ]
    app(project, "command.stamp(config, 'a1', purge=True)")
    assert project.rows("SELECT version_num FROM alembic_version") == [("a1",)]
    app(project, "command.stamp(config, 'base', purge=True)")
    assert project.heads == set()
    assert project.tables() == set()


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
