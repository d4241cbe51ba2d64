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
def project(tmp_path: Path, sqlite_url: str) -> Project:
    return start(tmp_path / "project", sqlite_url)


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


def test_a_first_run_that_fails_leaves_an_empty_version_table_on_sqlite(project: Project) -> None:
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


def rebased(project: Project) -> None:
    """`b2` has run; `c1` now lies below it, and below a new head."""
    app(project, "command.upgrade(config, 'head')")
    table = "def upgrade():\n    op.create_table({0!r}, sa.Column('id', sa.Integer))\n\ndef downgrade():\n    op.drop_table({0!r})\n"
    project.revision("c1", "a1", table.format("below"))
    project.revision("b2", "c1", table.format("two"))
    project.revision("d4", "b2", table.format("above"))


@pytest.mark.parametrize(
    ("to", "after", "missing"),
    [("head", "d4", set()), ("b2", "b2", {"above"}), ("c1", "b2", {"above"}), ("+1", "d4", set())],
)
def test_what_a_rebase_put_below_the_heads_is_made_up_for(
    tmp_path: Path, database_url: str, to: str, after: str, missing: set[str]
) -> None:
    project = start(tmp_path / "project", database_url)
    rebased(project)
    app(project, f"command.upgrade(config, {to!r})")
    assert project.tables() == {"one", "two", "below", "above"} - missing
    assert project.heads == {after}
    app(project, "command.upgrade(config, 'head')")
    app(project, "command.downgrade(config, 'base')")
    assert project.tables() == set()


def test_what_never_ran_is_not_undone(tmp_path: Path, database_url: str) -> None:
    project = start(tmp_path / "project", database_url)
    rebased(project)
    app(project, "command.downgrade(config, 'a1')")
    assert project.tables() == {"one"}
    assert project.heads == {"a1"}


def test_without_a_journal_what_is_below_the_heads_has_run(project: Project) -> None:
    env = project.folder / "migrations" / "env.py"
    text = env.read_text()
    env.write_text(
        text.replace("connection=connection)", "connection=connection, limbeck_journal=None)")
    )
    rebased(project)
    app(project, "command.upgrade(config, 'head')")
    assert project.tables() == {"one", "two", "above"}


STAMP = """
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
scripts = ScriptDirectory.from_config(config)
engine = sa.create_engine(config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context = MigrationContext.configure(connection)
    context.stamp(scripts, "head")
    assert context.get_current_revision() == scripts.get_current_head()
"""


def test_a_context_stamps_as_the_verb_does(tmp_path: Path, database_url: str) -> None:
    project = start(tmp_path / "project", database_url)
    long = "c" * 40
    project.revision(long, "b2", "pass")
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(VERSIONS)
    engine.dispose()
    app(project, STAMP)
    assert project.heads == {long}
    assert project.rows("SELECT direction, heads FROM limbeck_journal") == [
        ("stamp", f'["{long}"]')
    ]


def test_a_context_stamps_in_the_transaction_of_the_caller(on_postgresql: Project) -> None:
    inside = STAMP.replace("engine.connect()", "engine.begin()")
    app(on_postgresql, f"{inside}    connection.rollback()\n")
    assert on_postgresql.rows("SELECT to_regclass('alembic_version')") == [(None,)]
    app(on_postgresql, inside)
    assert on_postgresql.heads == {"b2"}


BEHIND = """
from alembic import context
import sqlalchemy as sa

engine = sa.create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection)
    {}
"""
SCOPE = """
    with connection.begin():
        context.run_migrations()
        connection.execute(sa.text("SELECT 1"))
"""
HELD = """
    transaction = connection.begin()
    connection.execute(sa.text("SELECT 1"))
    context.run_migrations()
    transaction.commit()
"""


@pytest.mark.parametrize("body", [SCOPE, HELD])
def test_a_transaction_that_is_begun_behind_configure_is_the_callers(
    tmp_path: Path, database_url: str, body: str
) -> None:
    project = start(tmp_path / "project", database_url)
    project.env(BEHIND.format(body))
    app(project, "command.upgrade(config, 'a1')")
    project.limbeck("upgrade", "head")
    assert project.tables() == {"one", "two"}
    assert project.heads == {"b2"}


SETTINGS = {
    "limbeck.toml": "lock_timeout = 0.2\n",
    "pyproject.toml": "[tool.limbeck]\nlock_timeout = 0.2\n",
}


@pytest.mark.parametrize("file", SETTINGS)
def test_how_long_a_program_waits_is_a_setting(project: Project, file: str) -> None:
    project.write(file, SETTINGS[file])
    with others_kept_out(project) as (_, lock):
        said = app(project, "command.upgrade(config, 'head')", fails=True)
        lock.release()
    assert "Locked" in said
    app(project, "command.upgrade(config, 'head')")
    assert project.heads == {"b2"}


def test_how_long_a_program_waits_is_in_the_environment(project: Project) -> None:
    program = APP.format("command.stamp(config, 'head')")
    with others_kept_out(project) as (_, lock):
        ran = project.python("-c", program, fails=True, LIMBECK_LOCK_TIMEOUT="0.2")
        lock.release()
    assert "Locked" in ran.err


def test_a_program_keeps_no_journal_where_the_settings_say_so(project: Project) -> None:
    project.write("limbeck.toml", "journal = false\n")
    app(project, "command.upgrade(config, 'head')")
    tables = project.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    assert tables == [("alembic_version",), ("one",), ("two",)]


OPEN = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""


@pytest.mark.parametrize("words", [("-m", "limbeck", "upgrade", "head"), ("app.py",)])
def test_a_setting_of_the_session_keeps_no_transaction_open(
    on_postgresql: Project, words: tuple[str, ...]
) -> None:
    env = on_postgresql.folder / "migrations" / "env.py"
    setting = "context.execute('SET search_path TO apart')\n            context.run_migrations()"
    env.write_text(env.read_text().replace("    context.run_migrations()", f"    {setting}", 1))
    on_postgresql.write("app.py", APP.format("command.upgrade(config, 'head')"))
    with others_kept_out(on_postgresql) as (connection, lock):
        connection.exec_driver_sql("CREATE SCHEMA apart")
        run = started(on_postgresql, *words)
        with all_end(run):
            run.until_it_waits()
            end = time.monotonic() + PATIENCE
            while connection.exec_driver_sql(OPEN).scalar():
                assert time.monotonic() < end, "it waits within its transaction"
            lock.release()
    assert on_postgresql.tables("apart") == {"one", "two"}


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
