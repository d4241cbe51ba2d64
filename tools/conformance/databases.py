"""
The databases that the suite wants to find.

Responsible for their names, for making what is missing, and for dropping at the end what was made here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

import sqlalchemy as sa

DATABASES = {
    "sqlite": "sqlite:///:memory:",
    "postgresql": "postgresql+psycopg://postgres@127.0.0.1:5432/conformance",
    "mariadb": "mariadb+pymysql://root@127.0.0.1:3306/conformance?charset=utf8mb4",
}
_SCHEMAS = ("test_schema", "test_schema_2")
_EXTENSIONS = ("hstore", "citext")


def uri(database: str) -> str:
    """Where the database of that name is; `LIMBECK_CONFORMANCE_POSTGRESQL` and the like name another place."""
    return os.environ.get(f"LIMBECK_CONFORMANCE_{database.upper()}", DATABASES[database])


@contextmanager
def prepared(uri: str) -> Iterator[None]:
    """The database at `uri` with the schemas and extensions of the suite, dropped afterwards if it was made here."""
    url = sa.make_url(uri)
    kind = url.get_backend_name()
    if kind == "sqlite":
        yield
        return
    names = [str(url.database)] if kind == "postgresql" else [str(url.database), *_SCHEMAS]
    admin = url.set(database="postgres" if kind == "postgresql" else "mysql")
    made = [name for name in names if _create(admin, name)]
    if kind == "postgresql":
        _execute(url, *(f"CREATE SCHEMA IF NOT EXISTS {name}" for name in _SCHEMAS))
        _execute(url, *(f"CREATE EXTENSION IF NOT EXISTS {name}" for name in _EXTENSIONS))
        # A server may do without the locale; the tests only want the name.
        _execute(url, 'CREATE COLLATION IF NOT EXISTS "en_US" FROM "C"')
    try:
        yield
    finally:
        for name in made:
            _execute(admin, f"DROP DATABASE {name}")


@contextmanager
def fresh(database: str) -> Iterator[str]:
    """The address of an empty database with a name of its own, dropped afterwards; of SQLite, a file where one stands."""
    if database == "sqlite":
        yield "sqlite:///scenario.db"
        return
    url = sa.make_url(uri(database)).set(database=f"conformance_{uuid4().hex[:12]}")
    admin = url.set(database="postgres" if database == "postgresql" else "mysql")
    _execute(admin, f"CREATE DATABASE {url.database}")
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        force = " WITH (FORCE)" if database == "postgresql" else ""
        _execute(admin, f"DROP DATABASE {url.database}{force}")


def _create(admin: sa.URL, name: str) -> bool:
    """Whether the database was not there before."""
    with suppress(
        sa.exc.DBAPIError
    ):  # that it exists is the one thing that is expected to go wrong
        _execute(admin, f"CREATE DATABASE {name}")
        return True
    return False


def _execute(url: sa.URL, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
