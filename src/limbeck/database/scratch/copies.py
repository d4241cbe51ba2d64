"""
Copies of a scratch database, each of which can go its own way.

Responsible for having a state a second time: by a copy where the server makes one (PostgreSQL's templates, SQLite's
backup), by doing again what was done elsewhere.  Everything is removed at the end.  Does not know what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database.scratch.names import new_name
from limbeck.errors import NoScratch
from limbeck.values import dataclass

if TYPE_CHECKING:
    from limbeck.database.scratch import Scratch, ScratchSource

Work = Callable[[sa.Connection], None]
"""Something that is done to a database, and committed."""


@dataclass(frozen=True)
class Place:
    """A scratch database in some state; `done` is what has led to it from an empty one."""

    engine: sa.Engine
    name: str
    done: tuple[Work, ...] = ()


class Copies:
    """Scratch databases from one source; `shown` says what they are, for people.

    `beside` is a database of the server that one can be connected to while another one is copied, where that is known.
    """

    def __init__(
        self, source: ScratchSource, schemas: Sequence[str | None], beside: str | None = None
    ) -> None:
        self._source = source
        self._schemas = schemas
        self._beside = beside
        self.shown = ""

    @contextmanager
    def empty(self) -> Iterator[Place]:
        """A database without anything in it.  Raises NoScratch."""
        with ExitStack() as stack:
            made = stack.enter_context(self._source(self._schemas))
            self.shown = str(made)
            yield Place(self._engine(made), made.name)

    @contextmanager
    def copy(self, place: Place) -> Iterator[Place]:
        """The same once more.  Raises NoScratch."""
        dialect = place.engine.dialect.name
        if dialect == "postgresql":
            copied = _by_template(place, self._beside)
        elif dialect == "sqlite" and not [s for s in self._schemas if s not in {None, "main"}]:
            copied = _by_backup(place)
        else:
            copied = self._again(place)
        with copied as made:
            yield made

    @contextmanager
    def _again(self, place: Place) -> Iterator[Place]:
        with self.empty() as made:
            here = made
            for work in place.done:
                here = do(work, here)
            yield here

    @staticmethod
    def _engine(made: Scratch) -> sa.Engine:
        """An engine for the database; the connection that came with it is given back, unless it is all there is."""
        made.connection.rollback()
        engine = made.connection.engine
        if engine.dialect.name == "sqlite":
            driver = made.connection.connection.dbapi_connection
            return _only(driver)
        made.connection.close()
        return engine


def do(work: Work, place: Place) -> Place:
    """The place after something was done there; raises whatever that raises."""
    with place.engine.connect() as connection:
        work(connection)
        connection.commit()
    return Place(place.engine, place.name, (*place.done, work))


def look(place: Place, question: Callable[[sa.Connection], Any]) -> Any:
    """What is found there: Any, since it is whatever the question gives."""
    with place.engine.connect() as connection:
        answer = question(connection)
        connection.rollback()
        return answer


def _only(driver: object) -> sa.Engine:
    """An engine whose only connection is `driver`, which who made it closes: the database ends with it."""
    return sa.create_engine("sqlite://", creator=lambda: driver, poolclass=sa.pool.StaticPool)


@contextmanager
def _by_backup(place: Place) -> Iterator[Place]:
    import sqlite3

    with ExitStack() as stack:
        target = sqlite3.connect(":memory:", check_same_thread=False)
        stack.callback(target.close)
        with place.engine.connect() as connection:
            source: Any = connection.connection.dbapi_connection
            source.backup(target)
        yield Place(_only(target), place.name, place.done)


@contextmanager
def _by_template(place: Place, beside: str | None) -> Iterator[Place]:
    """PostgreSQL copies a database to which nobody is connected."""
    from limbeck.database.scratch.postgresql import drop

    name = new_name()
    url = place.engine.url
    place.engine.dispose()
    with ExitStack() as stack:
        connection = stack.enter_context(_server(url, beside))
        try:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {place.name}")
        except sa.exc.DBAPIError as error:
            raise _no_copy(error) from error
        stack.callback(drop, connection, name)
        engine = sa.create_engine(url.set(database=name), poolclass=sa.pool.NullPool)
        stack.callback(engine.dispose)
        yield Place(engine, name, place.done)


def _no_copy(error: sa.exc.DBAPIError) -> NoScratch:
    return NoScratch(
        f"A scratch database cannot be copied: {str(error.orig).strip()}",
        hint="set scratch to the address of a server where you may create databases",
    )


@contextmanager
def _server(url: sa.URL, beside: str | None) -> Iterator[sa.Connection]:
    """A connection that is to none of the databases that are copied."""
    names = [name for name in (beside, "postgres") if name is not None]
    for number, name in enumerate(names, 1):
        server = sa.create_engine(
            url.set(database=name), poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT"
        )
        try:
            connection = server.connect()
        except sa.exc.DBAPIError as error:
            if number == len(names):
                raise _no_copy(error) from error
            continue
        try:
            yield connection
        finally:
            connection.close()
            server.dispose()
        return
