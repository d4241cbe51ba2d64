"""
PostgreSQL: a database on the same server; else an embedded server; else a transaction that is rolled back.

Responsible for making it like the real one (encoding, collation, default schema, extensions) and for removing it,
and what killed runs have left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database.engine import told
from limbeck.database.scratch.names import is_left_over, new_name
from limbeck.errors import NoScratch

if TYPE_CHECKING:
    from limbeck.database.scratch import Request, Scratch
    from limbeck.schema import Extension

_LIKE = """SELECT pg_encoding_to_char(encoding) AS encoding, datcollate, datctype,
    coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') AS provider,
    coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale,
    current_schema()::text AS here
    FROM pg_database d WHERE datname = current_database()"""


@contextmanager
def some_database(request: Request) -> Iterator[Scratch]:
    """The best that can be had, in the order of how alike it is."""
    ways = {"database": _database, "embedded": _embedded, "transaction": _transaction}
    failures: list[str] = []
    for kind, way in ways.items():
        if kind not in request.allow:
            continue
        with ExitStack() as stack:
            try:
                made = stack.enter_context(way(request))
            except (sa.exc.SQLAlchemyError, NoScratch, OSError) as error:
                failures.append(f"{kind}: {_why(error, request)}")
                continue
            yield made
            return
    raise NoScratch(
        "No scratch database can be had. "
        + "; ".join(failures or ["no way to have one is allowed"])
        + ".",
        hint="GRANT CREATEDB to the role, or pip install 'limbeck[embedded]'",
    )


def _why(error: BaseException, request: Request) -> str:
    if isinstance(error, NoScratch):
        return error.message.rstrip(".")
    return told(error, request.connection.engine.url).splitlines()[0]


def _like(connection: sa.Connection) -> Mapping[str, Any]:
    return dict(connection.exec_driver_sql(_LIKE).mappings().one())


@contextmanager
def _database(request: Request) -> Iterator[Scratch]:
    like = _like(request.connection)
    name = new_name()
    engine = request.engine()
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as server:
            _tidy(server)
            server.exec_driver_sql(f"CREATE DATABASE {name} {_options(like)}")
            try:
                with _inside(request, name, like, "database") as made:
                    yield made
            finally:
                drop(server, name)
    finally:
        engine.dispose()


def _options(like: Mapping[str, Any]) -> str:
    """So that names sort, and texts compare, as they do in the real one."""

    def literal(value: object) -> str:
        return "'" + str(value).replace("'", "''") + "'"

    text = (
        f"TEMPLATE template0 ENCODING {literal(like['encoding'])}"
        f" LC_COLLATE {literal(like['datcollate'])} LC_CTYPE {literal(like['datctype'])}"
    )
    if like["provider"] == "i" and like["locale"]:
        text += f" LOCALE_PROVIDER icu ICU_LOCALE {literal(like['locale'])}"
    elif like["provider"] == "b" and like["locale"]:
        text += f" LOCALE_PROVIDER builtin BUILTIN_LOCALE {literal(like['locale'])}"
    return text


def drop(server: sa.Connection, name: str) -> None:
    """Remove a scratch database, whoever is still connected to it."""
    force = " WITH (FORCE)" if int((server.dialect.server_version_info or (0,))[0]) >= 13 else ""
    server.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}{force}")


def _tidy(server: sa.Connection) -> None:
    """Remove what killed runs have left; what somebody is connected to stays."""
    for name in server.exec_driver_sql(
        r"SELECT datname FROM pg_database WHERE datname LIKE 'limbeck\_scratch\_%%'"
        if server.dialect.identifier_preparer._double_percents  # noqa: SLF001 - no public way
        else r"SELECT datname FROM pg_database WHERE datname LIKE 'limbeck\_scratch\_%'"
    ).scalars():
        if is_left_over(name):
            try:
                server.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
            except sa.exc.DBAPIError:
                pass  # in use after all, or somebody else's


@contextmanager
def _inside(request: Request, name: str, like: Mapping[str, Any], kind: str) -> Iterator[Scratch]:
    from limbeck.database.scratch import Scratch

    engine = request.engine(name)
    try:
        with engine.connect() as connection:
            missing = prepare(connection, like["here"], request.schemas, request.extensions)
            yield Scratch(connection, name, kind, {s: s for s in request.schemas}, missing)
            connection.rollback()
    finally:
        engine.dispose()


def prepare(
    connection: sa.Connection,
    here: str | None,
    schemas: tuple[str | None, ...],
    extensions: tuple[Extension, ...],
) -> dict[str, str]:
    """Schemas and extensions; gives the extensions that could not be made, and why.

    All of it stays in the transaction that is open then: the scratch database never holds anything for long.
    """
    quote = connection.dialect.identifier_preparer.quote_identifier
    places = {here or "public", *schemas, *(extension.schema for extension in extensions)} - {None}
    for schema in sorted(filter(None, places)):
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}")
    connection.exec_driver_sql(f"SET search_path = {quote(here or 'public')}")
    connection.exec_driver_sql("SET check_function_bodies = off")
    missing: dict[str, str] = {}
    for extension in extensions:
        within = f" SCHEMA {quote(extension.schema)}" if extension.schema else ""
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(
                    f"CREATE EXTENSION IF NOT EXISTS {quote(extension.extension)}{within} CASCADE"
                )
        except sa.exc.DBAPIError as error:
            missing[extension.extension] = str(error.orig).splitlines()[0]
    return missing


# Without the right to make a database


@contextmanager
def _embedded(request: Request) -> Iterator[Scratch]:
    from limbeck.database.scratch.embedded import server

    like = {**_like(request.connection), "datcollate": "C", "datctype": "C", "provider": "c"}
    with server() as address:
        url = address.set(drivername=request.connection.engine.url.drivername)
        from dataclasses import replace

        own = replace(request, url=url)
        name = new_name()
        engine = own.engine()
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name} {_options(like)}")
            with _inside(own, name, like, "embedded") as made:
                yield made
        finally:
            engine.dispose()


@contextmanager
def _transaction(request: Request) -> Iterator[Scratch]:
    """Schemas of our own in the real database, which nobody else sees, and which never are committed.

    Words that name another schema would be others here, so that only the default one can be had.
    """
    from limbeck.database.scratch import Scratch

    engine = sa.Engine(
        request.connection.engine.pool.recreate(),
        request.connection.dialect,
        request.connection.engine.url,
    )
    name = new_name()
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
            connection.exec_driver_sql(f"SET LOCAL search_path = {name}")
            connection.exec_driver_sql("SET LOCAL check_function_bodies = off")
            try:
                yield Scratch(connection, name, "transaction", {None: None})
            finally:
                connection.rollback()
    finally:
        engine.dispose()
