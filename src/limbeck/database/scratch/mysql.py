"""
MySQL and MariaDB: one database on the same server for each schema, since a schema is a database there.

Responsible for making them like the real ones (character set, collation), for removing them, and what killed runs
have left.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.database.engine import told
from limbeck.database.scratch.names import PREFIX, is_left_over, new_name
from limbeck.errors import NoScratch

if TYPE_CHECKING:
    from limbeck.database.scratch import Request, Scratch


@contextmanager
def database(request: Request) -> Iterator[Scratch]:
    """A database of its own for each schema.  Raises NoScratch when this role may not make one."""
    if "database" not in request.allow:
        raise NoScratch("No scratch database can be had: no way to have one is allowed.")
    first = new_name()
    names = {
        schema: first if schema is None else f"{first}_{number}"
        for number, schema in enumerate(request.schemas)
    }
    engine = request.engine()
    made: list[str] = []
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as server:
            try:
                _tidy(server)
                for schema, name in names.items():
                    _create(server, schema, name, request, made)
                with _inside(request, first, names) as found:
                    yield found
            finally:
                for name in made:
                    server.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
    finally:
        engine.dispose()


def _create(
    server: sa.Connection, schema: str | None, name: str, request: Request, made: list[str]
) -> None:
    charset, collation = _like(request.connection, schema)
    try:
        server.exec_driver_sql(
            f"CREATE DATABASE {name} CHARACTER SET {charset} COLLATE {collation}"
        )
    except sa.exc.DBAPIError as error:
        raise NoScratch(
            f"No scratch database can be had: {told(error, request.connection.engine.url)}.",
            hint=f"GRANT ALL ON `{PREFIX.replace('_', chr(92) + '_')}%`.* TO the user that limbeck connects as",
        ) from error
    made.append(name)


def _like(connection: sa.Connection, schema: str | None) -> tuple[str, str]:
    row = connection.execute(
        sa.text(
            "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata"
            " WHERE schema_name = coalesce(:schema, database())"
        ),
        {"schema": schema},
    ).one_or_none()
    if row is None:
        row = connection.exec_driver_sql(
            "SELECT @@character_set_database, @@collation_database"
        ).one()
    return str(row[0]), str(row[1])


def _tidy(server: sa.Connection) -> None:
    names = server.execute(
        sa.text("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE :ours"),
        {"ours": PREFIX.replace("_", r"\_") + "%"},
    ).scalars()
    for name in names:
        # With the number of a further schema behind it.
        if is_left_over(name) or is_left_over(name.rpartition("_")[0]):
            try:
                server.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
            except sa.exc.DBAPIError:
                pass  # somebody else's


@contextmanager
def _inside(request: Request, name: str, names: dict[str | None, str]) -> Iterator[Scratch]:
    from limbeck.database.scratch import Scratch

    engine = request.engine(name)
    schemas = {schema: None if schema is None else own for schema, own in names.items()}
    try:
        with engine.connect() as connection:
            mode = request.connection.exec_driver_sql("SELECT @@sql_mode").scalar_one()
            connection.execute(sa.text("SET SESSION sql_mode = :mode"), {"mode": mode})
            yield Scratch(connection, name, "database", schemas)
            connection.rollback()
    finally:
        engine.dispose()
