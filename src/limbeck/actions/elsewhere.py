"""
Databases to throw away, for a project.

Responsible for where they come from: the server of the database, the one that the settings name, or one of our own
where nothing is connected.  Does not know what they are used for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from limbeck.actions.patience import waited_for
from limbeck.errors import NoScratch
from limbeck.schema import Extension

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.config import Settings
    from limbeck.database.scratch import Scratch, ScratchSource
    from limbeck.schema import SchemaState

# Ways in which revisions can be run: they commit, and a transaction that is rolled back cannot be committed.
COMMITTING = ("memory", "database", "embedded")


def beside(
    connection: sa.Connection,
    settings: Settings,
    schema: SchemaState | None = None,
    *,
    committing: bool = False,
) -> ScratchSource:
    """Scratch databases beside the one that is connected, with the extensions of `schema`."""
    from limbeck.database.scratch import KINDS, source

    found = [] if schema is None else list(schema.objects.values())
    return source(
        connection,
        url=settings.scratch.reveal() if settings.scratch is not None else None,
        extensions=[item for item in found if isinstance(item, Extension)],
        allow=COMMITTING if committing else KINDS,
    )


@contextmanager
def without_database(settings: Settings, dialect: sa.Dialect) -> Iterator[ScratchSource | None]:
    """Scratch databases where nothing is connected; None where none can be had.

    In memory for SQLite, else on the server that the settings name, else an embedded PostgreSQL.
    """
    with ExitStack() as stack:
        if dialect.name == "sqlite":
            yield _on("sqlite://", stack)
        elif settings.scratch is not None:
            yield _on(settings.scratch.reveal(), stack)
        elif dialect.name == "postgresql":
            yield _embedded
        else:
            yield None


@contextmanager
def somewhere(
    settings: Settings, dialect: sa.Dialect, address: str | sa.URL
) -> Iterator[ScratchSource | None]:
    """As `without_database`; where that has none, beside the database at `address`, if it can be reached."""
    from sqlalchemy.exc import SQLAlchemyError

    from limbeck.errors import CannotConnect

    with ExitStack() as stack:
        found = stack.enter_context(without_database(settings, dialect))
        if found is None:
            try:
                found = _on(address, stack)
            except (CannotConnect, SQLAlchemyError):
                found = None
        yield found


_DRIVERS = {"postgresql": ("psycopg", "psycopg2", "pg8000"), "mysql": ("pymysql", "MySQLdb")}
_NAMES = {"MySQLdb": "mysqldb"}


def _waiting(address: str | sa.URL) -> str | sa.URL:
    """The address with a driver that waits for answers, where there is one instead of one for asyncio."""
    from importlib.util import find_spec

    import sqlalchemy as sa

    url = sa.make_url(address)
    if not url.get_dialect().is_async:
        return address
    backend = url.get_backend_name()
    for driver in _DRIVERS.get("mysql" if backend == "mariadb" else backend, ()):
        if find_spec(driver) is not None:
            return url.set(drivername=f"{backend}+{_NAMES.get(driver, driver)}")
    return address


Like = tuple["ScratchSource", str, "str | None"]
"""Scratch databases, the server's name and version, and a database on it that one can be connected to."""


@contextmanager
def like(settings: Settings, dialect: sa.Dialect, address: str | sa.URL) -> Iterator[Like | None]:
    """Scratch databases for revisions to run in, as like the database at `address` as can be had; None where none can.

    On the server that the settings name, in memory for SQLite, beside the database if it answers, else an embedded
    PostgreSQL.  Raises NoScratch when the settings name one of another kind.
    """
    import sqlalchemy as sa
    from sqlalchemy.exc import SQLAlchemyError

    from limbeck.database.engine import engine_for
    from limbeck.database.scratch import source
    from limbeck.errors import CannotConnect

    where: str | sa.URL = "sqlite://" if dialect.name == "sqlite" else _waiting(address)
    if settings.scratch is not None:
        where = _waiting(settings.scratch.reveal())
        _refuse_other_kind(sa.make_url(where).get_backend_name(), dialect.name)
    with ExitStack() as stack:
        engine = engine_for(waited_for(where))
        stack.callback(engine.dispose)
        found: Like | None
        try:
            connection = stack.enter_context(engine.connect())
        except (CannotConnect, SQLAlchemyError):
            found = (
                (_embedded, "embedded PostgreSQL", None) if dialect.name == "postgresql" else None
            )
        else:
            made = source(connection, url=where, allow=COMMITTING)
            version = ".".join(map(str, connection.dialect.server_version_info or ()))
            connection.rollback()
            found = (
                made,
                f"{connection.dialect.name} {version}".strip(),
                sa.make_url(where).database,
            )
        yield found


def _refuse_other_kind(scratch: str, wanted: str) -> None:
    if scratch.replace("mariadb", "mysql") != wanted.replace("mariadb", "mysql"):
        raise NoScratch(
            f"No scratch database can be had: scratch in the settings is {scratch}, and the database is {wanted}.",
            hint="set scratch for each database in its own table of the settings",
        )


def _on(address: str | sa.URL, stack: ExitStack) -> ScratchSource:
    from limbeck.database.engine import engine_for
    from limbeck.database.scratch import source

    engine = engine_for(waited_for(address))
    stack.callback(engine.dispose)
    return source(stack.enter_context(engine.connect()), url=address, allow=COMMITTING)


@contextmanager
def _embedded(schemas: Sequence[str | None]) -> Iterator[Scratch]:
    """A server that is started when it is asked for.  Raises NoScratch when that is not possible."""
    from limbeck.database.scratch.embedded import server

    with ExitStack() as stack:
        url = stack.enter_context(server())
        yield stack.enter_context(_on(url, stack)(schemas))
