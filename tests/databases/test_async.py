"""Drivers that are made for asyncio, with and without an event loop around."""

from __future__ import annotations

import asyncio
import importlib.util
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from limbeck.database.engine import call, call_async
from limbeck.database.live import LiveDatabase
from limbeck.errors import CannotConnect, ConfigError, StatementFailed
from tests.databases.runs import Shelf, Written, rows, sql, upgrade

if TYPE_CHECKING:
    from limbeck.runner import RunResult
    from tests.servers import Kind

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "mariadb": "mysql+aiomysql",
}
SHELF = Shelf(
    Written("one", sql("CREATE TABLE a (x INTEGER)", "INSERT INTO a VALUES (1)")), Written("two")
)


@pytest.fixture
def async_url(database_url: str, database_kind: Kind) -> str:
    url = sa.make_url(database_url).set(drivername=DRIVERS[database_kind])
    return url.render_as_string(hide_password=False)


def test_an_async_driver_does_the_same(async_url: str, database_url: str) -> None:
    assert upgrade(async_url, SHELF).heads == {"two"}
    assert upgrade(async_url, SHELF).plan.steps == ()
    assert rows(database_url, "SELECT x FROM a") == [(1,)]


def test_within_a_running_event_loop(async_url: str, database_url: str) -> None:
    async def main() -> RunResult:
        return upgrade(async_url, SHELF)  # called as if nothing were the matter

    assert asyncio.run(main()).heads == {"two"}
    assert rows(database_url, "SELECT x FROM a") == [(1,)]


def test_an_async_engine_and_an_async_connection(async_url: str, database_url: str) -> None:
    def work(connection: sa.Connection) -> frozenset[str]:
        with LiveDatabase(connection) as database:
            return SHELF.upgrade(database).heads

    async def main() -> None:
        engine = create_async_engine(async_url)
        assert await call_async(engine, work) == {"two"}
        async with engine.connect() as connection:
            assert await call_async(connection, work) == {"two"}
        await engine.dispose()

    asyncio.run(main())
    assert rows(database_url, "SELECT version_num FROM alembic_version") == [("two",)]


def test_errors_come_through(async_url: str) -> None:
    with pytest.raises(StatementFailed):
        upgrade(async_url, Shelf(Written("one", sql("SELECT nonsense FROM nowhere"))))


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(CannotConnect, match=r"asyncpg://u:\*\*\*@127"):
        upgrade("postgresql+asyncpg://u:secret@127.0.0.1:1/none", SHELF)


def test_without_greenlet_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "greenlet" else found(name)
    )
    with pytest.raises(ConfigError) as caught:
        call("sqlite+aiosqlite://", lambda connection: None)
    assert "limbeck[asyncio]" in (caught.value.hint or "")
