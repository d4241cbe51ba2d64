"""
From an address to a connection, whatever the driver.

Responsible for drivers that are made for asyncio, for connecting, and for errors that tell no password.  Does not know
what the connection is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast

import sqlalchemy as sa
from sqlalchemy.pool import NullPool, SingletonThreadPool, StaticPool

from limbeck.database.drivers import relieve
from limbeck.errors import CannotConnect, ConfigError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")
Address = Union[str, sa.URL, sa.Engine, sa.Connection, "AsyncEngine", "AsyncConnection"]

# Drivers whose package has another name than their module.
_PACKAGES = {
    "MySQLdb": "mysqlclient",
    "mysql": "mysql-connector-python",
    "psycopg2": "psycopg2-binary",
    "psycopg": '"psycopg[binary]"',
}

_DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite", "oracle", "mssql")

OURS = "limbeck_ours"
"""Execution option of connections that were made here, not handed in: another one like it can be made."""


def dialect_of(url: str | sa.URL) -> sa.Dialect:
    """The dialect that `url` names, without its driver being imported; "oracle" alone is enough."""
    text = f"{url}://" if isinstance(url, str) and ":" not in url else url
    parsed = _url(text)
    try:
        return parsed.get_dialect()()
    except sa.exc.NoSuchModuleError as error:
        raise ConfigError(
            f"SQLAlchemy knows no dialect {parsed.drivername!r}: {error}",
            hint=_other_dialect(parsed.drivername)
            or "install the package that brings it, or correct the url",
        ) from None


def _other_dialect(name: str) -> str:
    """The hint for a name that is nearly one of SQLAlchemy's own; empty for others."""
    import difflib  # only for people who have mistyped

    dialect, plus, driver = name.partition("+")
    near = difflib.get_close_matches(dialect, _DIALECTS, n=1)
    return f"did you mean {near[0]}{plus}{driver}://... ?" if near and near[0] != dialect else ""


def _url(url: str | sa.URL) -> sa.URL:
    try:
        return sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # ValueError: a port that is no number
        # SQLAlchemy's message shows all of it.
        raise ConfigError(
            "The url of the database cannot be read.",
            hint='it looks like "postgresql+psycopg://user:password@host/database" or "sqlite:///file.db"',
        ) from None


def engine_for(url: str | sa.URL) -> sa.Engine:
    """An engine that keeps no connections; also for drivers that are made for asyncio."""
    parsed = _url(url)
    memory = parsed.get_backend_name() == "sqlite" and _in_memory(parsed)
    arguments: dict[str, Any] = {} if memory else {"poolclass": NullPool}
    try:
        return relieve(sa.create_engine(parsed, **arguments))
    except sa.exc.NoSuchModuleError:
        dialect_of(parsed)
        raise
    except ModuleNotFoundError as error:
        raise CannotConnect(
            f"The driver of {parsed.drivername} is not installed: {error}.",
            hint=f"pip install {_package(error.name or parsed.drivername)}",
        ) from None


def _package(module: str) -> str:
    """What is to be installed so that `module` can be imported."""
    top = module.partition(".")[0]
    return _PACKAGES.get(top, top)


def _in_memory(url: sa.URL) -> bool:
    database = url.database or ""
    return database in {"", ":memory:"} or "mode=memory" in database or "mode" in url.query


def told(error: BaseException, url: sa.URL) -> str:
    """What `error` says, without the password of `url`."""
    cause = getattr(error, "orig", None) or error
    text = str(cause).strip() or type(cause).__name__
    password = url.password
    return text.replace(str(password), "***") if password else text


def call(target: Address, work: Callable[[sa.Connection], T]) -> T:
    """What `work` makes of a connection to `target`; closed afterwards unless it was given.

    Drivers that are made for asyncio work as well, even where an event loop is running in this thread (the
    work then happens in a thread of its own).

    Raises CannotConnect, without the password, when the database cannot be reached.
    """
    if isinstance(target, sa.Connection):
        return work(target)
    if isinstance(target, (str, sa.URL)):
        engine = engine_for(target)
        try:
            return _with_engine(engine, work)
        finally:
            engine.dispose(close=not engine.dialect.is_async)
    if isinstance(target, sa.Engine):
        return _with_engine(target, work)
    sync: Any = getattr(target, "sync_engine", None)
    if isinstance(sync, sa.Engine):
        return _with_engine(sync, work)
    raise ConfigError(
        "An AsyncConnection belongs to the event loop that made it.",
        hint="await connection.run_sync(...) and hand on the connection that it gives, or pass the AsyncEngine",
    )


async def call_async(target: Address, work: Callable[[sa.Connection], T]) -> T:
    """As `call`, without blocking the event loop; an AsyncConnection is used as it is."""
    import asyncio

    run_sync = getattr(target, "run_sync", None)
    if run_sync is not None:
        return cast("T", await run_sync(work))
    return await asyncio.to_thread(call, target, work)


def _with_engine(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    if engine.dialect.is_async:
        return _in_event_loop(engine, work)
    with _connected(engine) as connection:
        return work(connection)


@contextmanager
def _connected(engine: sa.Engine) -> Iterator[sa.Connection]:
    try:
        connection = engine.connect()
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise _cannot(error, engine) from None
    with connection:
        connection.execution_options(**{OURS: True})
        yield connection


def _cannot(error: BaseException, engine: sa.Engine) -> CannotConnect:
    where = engine.url.render_as_string(hide_password=True)
    return CannotConnect(
        f"Cannot connect to {where}: {told(error, engine.url)}",
        hint=_hint(engine.url),
    )


def _hint(url: sa.URL) -> str:
    if url.get_backend_name() != "sqlite":
        return "check the url, and that the server is running and lets this user in"
    folder = Path(url.database or "").absolute().parent
    if not _in_memory(url) and not str(url.database).startswith("file:") and not folder.is_dir():
        return f"the folder {folder} does not exist: make it, or correct the url"
    return "check the url, and that this user may read and write the file and its folder"


def _in_event_loop(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    """Run `work` in an event loop of its own: here, or in a thread when this one has a loop already."""
    import asyncio
    from contextvars import copy_context
    from importlib.util import find_spec
    from threading import Thread

    if find_spec("greenlet") is None:
        raise ConfigError(
            f"The driver {engine.dialect.driver} works with asyncio, for which SQLAlchemy needs greenlet.",
            hint="pip install 'limbeck[asyncio]'",
        )

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_bridged(engine, work))
    outcome: list[T] = []
    failure: list[BaseException] = []

    def target() -> None:
        try:
            outcome.append(asyncio.run(_bridged(engine, work)))
        except BaseException as error:  # raised again in the thread that waits
            failure.append(error)

    thread = Thread(target=copy_context().run, args=(target,), name="limbeck")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


async def _bridged(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    try:
        from sqlalchemy.ext.asyncio import AsyncEngine
    except ImportError as error:
        raise _needs_greenlet(error) from None
    # A pool belongs to one event loop; this one lives no longer than the call.
    own = AsyncEngine(_alike(engine))
    try:
        connection = await own.connect()
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise _cannot(error, engine) from None
    except (ImportError, ValueError) as error:
        if "greenlet" not in str(error):
            raise
        raise _needs_greenlet(error) from None
    try:

        def inside(sync: sa.Connection) -> T:
            sync.execution_options(**{OURS: True})
            return work(sync)

        return await connection.run_sync(inside)
    finally:
        await connection.close()
        await own.dispose()


def _needs_greenlet(error: BaseException) -> CannotConnect:
    return CannotConnect(
        f"Drivers that are made for asyncio need the package greenlet: {error}",
        hint='pip install "sqlalchemy[asyncio]"',
    )


def _alike(engine: sa.Engine) -> sa.Engine:
    """An engine that connects as `engine` does, with a pool of its own."""
    return sa.Engine(engine.pool.recreate(), engine.dialect, engine.url)


@contextmanager
def another(connection: sa.Connection) -> Iterator[sa.Connection]:
    """A second connection made as `connection` was; the same one where there cannot be a second."""
    pool = connection.engine.pool
    ours = connection.get_execution_options().get(OURS)
    if not ours or isinstance(pool, (StaticPool, SingletonThreadPool)):
        yield connection
        return
    engine = _alike(connection.engine)
    try:
        with engine.connect() as second:
            yield second
    finally:
        engine.dispose()
