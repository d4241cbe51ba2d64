"""The Python API, on each kind of database."""

from __future__ import annotations

import asyncio
import doctest
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, StaticPool

from limbeck import AsyncMigrator, Migrator, Settings
from limbeck.errors import (
    CannotConnect,
    DirtyConnection,
    MultipleHeads,
    NoConfig,
    UnknownInDatabase,
    UsageError,
)
from limbeck.history import Direction
from limbeck.runner import RunDone, StepDone

if TYPE_CHECKING:
    from collections.abc import Callable

    from limbeck.runner import Event
    from tests.servers import Kind

HEAD = '''"""{message}

Revision ID: {id}
Create Date: 2026-01-0{day} 10:00:00
"""
import sqlalchemy as sa
from limbeck import op

revision = {id!r}
down_revision = {parent!r}

'''
CUSTOMER = """
def upgrade():
    op.create_table("customer", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("customer")
"""
NOTE = """
def upgrade():
    op.add_column("customer", sa.Column("note", sa.String(50)))


def downgrade():
    op.drop_column("customer", "note")
"""


def write(folder: Path, id: str, parent: str | None, body: str, message: str, day: int) -> None:
    versions = folder / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    text = HEAD.format(id=id, parent=parent, message=message, day=day) + body
    (versions / f"{id}.py").write_text(text, encoding="utf-8")


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    """Two revisions: a table, and a column in it."""
    folder = tmp_path / "migrations"
    write(folder, "a1", None, CUSTOMER, "create customers", 1)
    write(folder, "b1", "a1", NOTE, "add a note", 2)
    return folder


def columns(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=NullPool)
    inspector = sa.inspect(engine)
    if not inspector.has_table("customer"):
        return set()
    return {column["name"] for column in inspector.get_columns("customer")}


def test_up_and_down(database_url: str, migrations: Path) -> None:
    migrator = Migrator(database_url, migrations=migrations)
    assert [step.revision for step in migrator.plan()] == ["a1", "b1"]
    assert columns(database_url) == set()

    outcome = migrator.upgrade()
    assert [step.revision for step in outcome.plan] == ["a1", "b1"]
    assert outcome.heads == migrator.current().heads == {"b1"}
    assert columns(database_url) == {"id", "note"}
    assert len(migrator.upgrade().plan) == 0

    assert [s.revision for s in migrator.plan("-1", direction=Direction.DOWN)] == ["b1"]
    assert migrator.downgrade("-1").heads == {"a1"}
    assert columns(database_url) == {"id"}
    assert migrator.downgrade("base").heads == frozenset()
    assert columns(database_url) == set()


def test_what_has_happened(database_url: str, migrations: Path) -> None:
    migrator = Migrator(database_url, migrations=migrations)
    migrator.upgrade()
    migrator.downgrade("a1")
    migrator.stamp("b1")
    told = [(e.direction, e.revision, e.outcome) for e in migrator.applied()]
    assert told == [
        ("up", "a1", "done"),
        ("up", "b1", "done"),
        ("down", "b1", "done"),
        ("stamp", "b1", "done"),
    ]


def test_status(database_url: str, migrations: Path) -> None:
    migrator = Migrator(database_url, migrations=migrations)
    migrator.upgrade("a1")
    status = migrator.status()
    assert status.current is not None
    assert status.current.heads == {"a1"}
    assert not status.current.at_heads
    assert [point.id for point in status.pending] == ["b1"]
    assert status.problems == ()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://ada:secret@127.0.0.1:1/db",
        "postgresql+psycopg://127.0.0.1:1/db?user=ada&password=secret",
    ],
)
@pytest.mark.parametrize("kind", [str, sa.make_url, sa.create_engine])
def test_the_address_never_shows_a_password(
    migrations: Path, url: str, kind: Callable[[str], Any]
) -> None:  # Any: an address of one of several kinds
    migrator = Migrator(kind(url), migrations=migrations)
    with pytest.raises(CannotConnect) as caught:
        migrator.upgrade()
    assert "secret" not in str(caught.value)
    status = migrator.status()
    assert "secret" not in repr(status)
    assert [problem.code for problem in status.problems] == ["X001"]


def test_an_edited_revision_is_noticed(database_url: str, migrations: Path) -> None:
    migrator = Migrator(database_url, migrations=migrations)
    migrator.upgrade()
    write(migrations, "b1", "a1", "# a comment\n" + NOTE, "add a note", 2)
    assert Migrator(database_url, migrations=migrations).status().problems == ()
    write(migrations, "b1", "a1", NOTE.replace("50", "60"), "add a note", 2)
    (problem,) = Migrator(database_url, migrations=migrations).status().problems
    assert problem.code == "edited"
    write(migrations, "b1", "a1", NOTE + "<<<<<<< HEAD\n", "add a note", 2)
    status = Migrator(database_url, migrations=migrations).status()
    assert [problem.code for problem in status.problems] == ["X004"]
    assert status.current is not None
    assert status.current.heads == {"b1"}
    assert "b1.py" in problem.text


def test_a_database_that_is_newer_than_the_code(database_url: str, migrations: Path) -> None:
    Migrator(database_url, migrations=migrations).upgrade()
    (migrations / "versions" / "b1.py").unlink()
    migrator = Migrator(database_url, migrations=migrations)
    for verb in (
        migrator.plan,
        migrator.upgrade,
        lambda: migrator.downgrade("base"),
        lambda: migrator.stamp("a1"),
    ):
        with pytest.raises(UnknownInDatabase) as caught:
            verb()
        assert caught.value.revisions == ("b1",)
        assert "b1  applied 20" in caught.value.message
    assert migrator.current().unknown == ("b1",)
    (problem,) = migrator.status().problems
    assert problem.code == "X009"
    assert migrator.stamp("a1", purge=True).stamp.after == {"a1"}
    assert migrator.current().unknown == ()


def test_another_tool_is_noticed(database_url: str, migrations: Path) -> None:
    migrator = Migrator(database_url, migrations=migrations)
    migrator.upgrade()
    with sa.create_engine(database_url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'a1'")
    status = migrator.status()
    assert [problem.code for problem in status.problems] == ["moved-elsewhere"]
    assert [point.id for point in status.pending] == ["b1"]


def test_a_narrow_version_table_is_noticed(
    make_database: Callable[[Kind], str], migrations: Path
) -> None:
    for kind in ("postgresql", "mariadb"):
        url = make_database(kind)
        with sa.create_engine(url, poolclass=NullPool).begin() as connection:
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        codes = [problem.code for problem in Migrator(url, migrations=migrations).status().problems]
        assert codes == ["narrow-table"]


def test_several_heads(sqlite_url: str, migrations: Path) -> None:
    write(migrations, "b2", "a1", "def upgrade(): pass\ndef downgrade(): pass\n", "other", 3)
    migrator = Migrator(sqlite_url, migrations=migrations)
    with pytest.raises(MultipleHeads) as caught:
        migrator.upgrade()
    assert caught.value.heads == ("b1", "b2")
    assert [problem.code for problem in migrator.status().problems] == ["S003"]
    assert migrator.upgrade("heads").heads == {"b1", "b2"}
    assert [point.id for point in migrator.heads()] == ["b1", "b2"]


def test_history_asks_no_database(migrations: Path) -> None:
    migrator = Migrator("postgresql+psycopg://nobody@127.0.0.1:1/none", migrations=migrations)
    assert [point.id for point in migrator.history()] == ["b1", "a1"]
    assert [point.id for point in migrator.history(":a1")] == ["a1"]


def test_a_dry_run_leaves_nothing(sqlite_url: str, postgresql_url: str, migrations: Path) -> None:
    for url in (sqlite_url, postgresql_url):
        migrator = Migrator(url, migrations=migrations)
        assert migrator.upgrade(dry_run=True).heads == {"b1"}
        assert migrator.current().heads == frozenset()
        assert columns(url) == set()


def test_an_engine_and_a_connection(database_url: str, migrations: Path) -> None:
    engine = sa.create_engine(database_url, poolclass=NullPool)
    assert Migrator(engine, migrations=migrations).upgrade("a1").heads == {"a1"}
    with engine.connect() as connection:
        assert Migrator(connection, migrations=migrations).upgrade().heads == {"b1"}
        assert not connection.in_transaction()
    assert columns(database_url) == {"id", "note"}


def test_a_connection_in_a_transaction_is_refused_or_joined(
    sqlite_url: str, postgresql_url: str, migrations: Path
) -> None:
    for url in (sqlite_url, postgresql_url):
        engine = sa.create_engine(url, poolclass=NullPool)
        with engine.connect() as connection, connection.begin() as transaction:
            with pytest.raises(DirtyConnection):
                Migrator(connection, migrations=migrations).upgrade()
            Migrator(connection, migrations=migrations, join=True).upgrade()
            transaction.rollback()
        assert Migrator(url, migrations=migrations).current().heads == frozenset()


def test_settings(database_url: str, migrations: Path) -> None:
    settings = Settings(
        root=migrations.parent, migrations=str(migrations), version_table="v", journal=None
    )
    migrator = Migrator(database_url, settings=settings)
    migrator.upgrade()
    assert migrator.applied() == ()
    names = sa.inspect(sa.create_engine(database_url, poolclass=NullPool)).get_table_names()
    assert set(names) == {"customer", "v"}
    with pytest.raises(UsageError):
        Migrator(database_url, settings=settings, migrations=migrations)
    other = settings._replace(version_table="w")
    assert Migrator(database_url, settings=other).current().heads == frozenset()


def test_settings_are_found_as_the_command_does(
    sqlite_url: str, migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(migrations)
    with pytest.raises(NoConfig):
        Migrator()
    (migrations.parent / "limbeck.toml").write_text(f'url = "{sqlite_url}"\n')
    assert Migrator().upgrade().heads == {"b1"}


def test_options_reach_the_scripts(sqlite_url: str, migrations: Path) -> None:
    body = (
        "def upgrade():\n    op.execute(f\"CREATE TABLE {op.get_context().opts['tenant']} (id int)\")\n\n\n"
        "def downgrade(): pass\n"
    )
    write(migrations, "c1", "b1", body, "per tenant", 3)
    Migrator(sqlite_url, migrations=migrations, options={"tenant": "acme"}).upgrade()
    assert sa.inspect(sa.create_engine(sqlite_url, poolclass=NullPool)).has_table("acme")


def test_events_are_reported(database_url: str, migrations: Path) -> None:
    events: list[Event] = []
    Migrator(database_url, migrations=migrations, report=events.append).upgrade()
    done = [event for event in events if isinstance(event, StepDone)]
    assert [event.step.revision for event in done] == ["a1", "b1"]
    assert isinstance(events[-1], RunDone)
    assert events[-1].heads == {"b1"}


def test_nothing_is_printed_and_no_logging_configured(
    database_url: str, migrations: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    handlers = list(logging.getLogger().handlers)
    Migrator(database_url, migrations=migrations).upgrade()
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger().handlers == handlers
    assert not logging.getLogger("limbeck").handlers


def test_four_threads_migrate_four_databases(
    make_database: Callable[[Kind], str], database_kind: Kind, migrations: Path
) -> None:
    urls = [make_database(database_kind) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda u: Migrator(u, migrations=migrations).upgrade(), urls))
    assert [outcome.heads for outcome in outcomes] == [{"b1"}] * 4
    assert [columns(url) for url in urls] == [{"id", "note"}] * 4


ASYNC = {"sqlite": "aiosqlite", "postgresql": "asyncpg", "mysql": "aiomysql"}


def asynchronous(url: str) -> sa.URL:
    parsed = sa.make_url(url)
    backend = parsed.get_backend_name()
    return parsed.set(drivername=f"{backend}+{ASYNC[backend]}")


@pytest.mark.parametrize("address", ["url", "sync url", "engine", "connection"])
def test_the_same_with_await(database_url: str, migrations: Path, address: str) -> None:
    async def work() -> None:
        engine = create_async_engine(asynchronous(database_url))
        text = asynchronous(database_url).render_as_string(hide_password=False)
        try:
            if address == "connection":
                async with engine.connect() as connection:
                    await go(AsyncMigrator(connection, migrations=migrations))
            else:
                addresses: dict[str, str | AsyncEngine] = {
                    "url": text,
                    "sync url": database_url,
                    "engine": engine,
                }
                given = addresses[address]
                await go(AsyncMigrator(given, migrations=migrations))
        finally:
            await engine.dispose()

    async def go(migrator: AsyncMigrator) -> None:
        assert [step.revision for step in await migrator.plan()] == ["a1", "b1"]
        assert (await migrator.upgrade()).heads == {"b1"}
        assert (await migrator.current()).heads == {"b1"}
        assert (await migrator.downgrade("-1")).heads == {"a1"}
        assert (await migrator.stamp("b1")).stamp.after == {"b1"}
        assert (await migrator.status()).problems == ()
        assert [entry.direction for entry in await migrator.applied()] == [
            "up", "up", "down", "stamp",
        ]  # fmt: skip
        assert len(await migrator.history()) == 2
        assert len(await migrator.heads()) == 1

    asyncio.run(work())
    assert columns(database_url) == {"id"}


def test_a_database_in_memory_is_the_one_of_the_engine(migrations: Path) -> None:
    async def work() -> None:
        engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
        await AsyncMigrator(engine, migrations=migrations).upgrade()
        async with engine.connect() as connection:
            found = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        await engine.dispose()
        assert "customer" in found

    asyncio.run(work())


def test_the_loop_goes_on_meanwhile(database_url: str, migrations: Path) -> None:
    """Three tasks of one loop upgrade one database: one does the work, the others wait without blocking it."""

    async def work() -> list[int]:
        url = asynchronous(database_url).render_as_string(hide_password=False)
        migrators = [AsyncMigrator(url, migrations=migrations) for _ in range(3)]
        outcomes = await asyncio.gather(*(migrator.upgrade() for migrator in migrators))
        return [len(outcome.plan) for outcome in outcomes]

    assert sorted(asyncio.run(work())) == [0, 0, 2]


def test_a_synchronous_connection_cannot_be_awaited(sqlite_url: str, migrations: Path) -> None:
    engine = sa.create_engine(sqlite_url, poolclass=NullPool)
    with engine.connect() as connection, pytest.raises(UsageError):
        AsyncMigrator(connection, migrations=migrations)


def test_the_example_in_the_docstring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "migrations", "4f1e", None, CUSTOMER, "create customers", 1)
    example = doctest.DocTestFinder(recurse=False).find(Migrator, globs={})[0]
    runner = doctest.DocTestRunner()
    assert runner.run(example) == (0, 3 + 1)
