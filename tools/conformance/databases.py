"""
The databases that the suite wants to find.

Responsible for their names, for making what is missing, and for dropping at the end what was made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa

_SCHEMAS = ("test_schema", "test_schema_2")
_EXTENSIONS = ("hstore", "citext")


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
