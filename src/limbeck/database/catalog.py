"""
The few questions about a catalog that every run asks.

Responsible for asking them in one statement, without SQLAlchemy's Inspector, which costs more than the rest of a run
that finds nothing to do.  Does not know what the tables are for.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from limbeck.database.version import literal

SILENT = {"no_parameters": True}
"""Execution options of a text that goes to the driver as it is."""


def existing_tables(
    connection: sa.Connection, names: Sequence[str], schema: str | None
) -> frozenset[str]:
    """Those of `names` that are tables in `schema`, or where the connection looks by itself."""
    dialect = connection.dialect
    make = {"sqlite": _sqlite, "postgresql": _postgresql, "mysql": _mysql, "mariadb": _mysql}
    if dialect.name not in make:
        return frozenset(n for n in names if dialect.has_table(connection, n, schema=schema))
    text = make[dialect.name](dialect, names, schema)
    rows = connection.exec_driver_sql(text, execution_options=SILENT).scalars()
    return frozenset(str(name) for name in rows)


def _listed(dialect: sa.Dialect, values: Sequence[str]) -> str:
    return ", ".join(literal(value, dialect) for value in values)


def _sqlite(dialect: sa.Dialect, names: Sequence[str], schema: str | None) -> str:
    catalog = (
        f"{dialect.identifier_preparer.quote(schema)}.sqlite_master" if schema else "sqlite_master"
    )
    return (
        f"SELECT name FROM {catalog} WHERE type = 'table' AND name IN ({_listed(dialect, names)})"
    )


def _postgresql(dialect: sa.Dialect, names: Sequence[str], schema: str | None) -> str:
    quote = dialect.identifier_preparer.quote
    found = [
        f"to_regclass({literal('.'.join(quote(part) for part in (schema, name) if part), dialect)})"
        for name in names
    ]
    return f"SELECT relname FROM pg_catalog.pg_class WHERE oid IN ({', '.join(found)})"


def _mysql(dialect: sa.Dialect, names: Sequence[str], schema: str | None) -> str:
    where = literal(schema, dialect) if schema else "DATABASE()"
    return (
        "SELECT table_name FROM information_schema.tables"
        f" WHERE table_schema = {where} AND table_name IN ({_listed(dialect, names)})"
    )


def create_if_missing(connection: sa.Connection, table: sa.Table) -> None:
    """Make `table`, which another history of the same database may be making at this moment."""
    create = CreateTable(
        table, if_not_exists=connection.dialect.name in {"postgresql", "sqlite", "mysql", "mariadb"}
    )
    if connection.dialect.name != "postgresql":
        connection.execute(create)
        return
    try:
        with connection.begin_nested():
            connection.execute(create)
    except (sa.exc.IntegrityError, sa.exc.ProgrammingError):
        # PostgreSQL: two sessions may both find that it does not exist.
        if not existing_tables(connection, [table.name], table.schema):
            raise


def user_name(connection: sa.Connection) -> str:
    """Who we are to the server; empty where there are no users."""
    queries = {
        "postgresql": "SELECT CURRENT_USER",
        "mysql": "SELECT CURRENT_USER()",
        "mariadb": "SELECT CURRENT_USER()",
        "mssql": "SELECT SUSER_SNAME()",
        "oracle": "SELECT USER FROM DUAL",
    }
    query = queries.get(connection.dialect.name)
    if query is None:
        return ""
    return str(connection.exec_driver_sql(query, execution_options=SILENT).scalar() or "")
