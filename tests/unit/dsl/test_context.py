"""What `op.get_context()` and `op.get_bind()` show."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from limbeck.errors import UsageError
from tests.unit.dsl.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_offline() -> None:
    database = Recorder(options={"version_table_schema": "meta"})
    op = database.op()
    context = op.get_context()
    assert context.as_sql
    assert op.get_bind() is None
    assert (context.bind, context.connection) == (None, None)
    assert context.dialect is database.dialect
    assert (context.version_table, context.version_table_schema) == ("alembic_version", "meta")
    assert (context.script, context.config) == (None, None)
    assert op.migration_context.as_sql


def test_online() -> None:
    with sa.create_engine("sqlite://").connect() as connection:
        database = Recorder(
            connection.dialect, connection, offline=False, options={"version_table": "versions"}
        )
        op = database.op()
        assert op.get_bind() is connection
        context = op.get_context()
        assert not context.as_sql
        assert context.bind is context.connection is connection
        assert context.version_table == "versions"
        assert context.version_table_schema is None
        assert context.opts == {"version_table": "versions"}


def test_autocommit_block_is_that_of_the_database() -> None:
    seen = []

    class Database(Recorder):
        @contextmanager
        def autocommit_block(self) -> Iterator[None]:
            seen.append("in")
            yield
            seen.append("out")

    with Database().op().get_context().autocommit_block():
        seen.append("inside")
    assert seen == ["in", "inside", "out"]


async def _count(connection: AsyncConnection, table: str, *, more: int) -> int:
    result = await connection.execute(sa.text(f"SELECT count(*) FROM {table}"))
    return int(result.scalar_one()) + more


def _migrate(connection: sa.Connection) -> int:
    connection.execute(sa.text("CREATE TABLE t (id INTEGER)"))
    connection.execute(sa.text("INSERT INTO t VALUES (1), (2)"))
    op = Recorder(connection.dialect, connection, offline=False).op()
    return op.run_async(_count, "t", more=40)


def test_run_async_shares_the_transaction() -> None:
    import asyncio

    async def main() -> int:
        engine = create_async_engine("sqlite+aiosqlite://")
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(_migrate)
        finally:
            await engine.dispose()

    assert asyncio.run(main()) == 42


def test_run_async_needs_an_asynchronous_driver() -> None:
    with sa.create_engine("sqlite://").connect() as connection:
        op = Recorder(connection.dialect, connection, offline=False).op()
        with pytest.raises(UsageError, match="asynchronous driver"):
            op.run_async(_count, "t", more=1)
