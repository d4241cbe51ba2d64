"""
The scratch databases that the processes have made.

Responsible for looking into them, and for removing them whatever has happened.  Does not know what was done there.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.actions.snapshot import Rows, Snapshot
from limbeck.database.engine import call
from limbeck.database.entries import COLUMNS
from limbeck.database.read import read
from limbeck.database.scratch.rows import quoted, rows_of
from limbeck.errors import LimbeckError

if TYPE_CHECKING:
    from limbeck.schema import Table, TableName

_VERSION = ("version_num",)


@dataclass(frozen=True)
class Found:
    """A scratch database as it was found: without what the tools keep about revisions, and that apart."""

    snapshot: Snapshot
    versions: frozenset[tuple[str, str]]
    """The rows of each version table, with its name in front."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there but what the tools keep."""
        return not self.snapshot.schema and not self.snapshot.schema.objects and not self.versions


class Places:
    """What a file of the processes names, by the real database that each stands for."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def known(self) -> dict[str, dict[str, Any]]:
        """Each with what it takes to connect.  Any: the parameters of drivers."""
        if not self._file.exists():
            return {}
        places: dict[str, dict[str, Any]] = json.loads(self._file.read_text(encoding="utf-8"))
        return places

    def look(self) -> dict[str, Found]:
        """What is in each.  Raises CannotConnect."""
        return {real: call(_engine(place), _found) for real, place in self.known.items()}

    def remove(self) -> None:
        """Drop those that are on a server; a file goes with its folder."""
        for place in self.known.values():
            if place["dialect"] == "sqlite":
                continue
            # What cannot be dropped now is dropped by whoever makes the next scratch database.
            with suppress(LimbeckError, sa.exc.SQLAlchemyError):
                call(_engine(place, beside=True), partial(_drop, place))


def _engine(place: dict[str, Any], *, beside: bool = False) -> sa.Engine:
    """An engine for a place; `beside` it, for where its server lets everybody in."""
    name = f"{place['dialect']}+{place['driver']}"
    if place["dialect"] == "sqlite":
        return sa.create_engine(
            sa.URL.create(name, database=place["database"]), poolclass=sa.pool.NullPool
        )
    parameters = {**place["parameters"], place["key"]: place["database"]}
    options: dict[str, Any] = {}
    if beside:
        options["isolation_level"] = "AUTOCOMMIT"
        del parameters[place["key"]]
        if place["dialect"] == "postgresql":
            parameters[place["key"]] = "postgres"
    return sa.create_engine(
        f"{name}://", connect_args=parameters, poolclass=sa.pool.NullPool, **options
    )


def _drop(place: dict[str, Any], connection: sa.Connection) -> None:
    if place["dialect"] == "postgresql":
        from limbeck.database.scratch.postgresql import drop

        drop(connection, place["database"])
    else:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {place['database']}")


def _found(connection: sa.Connection) -> Found:
    schemas = _schemas(connection)
    everything = read(connection, schemas=schemas)
    versions = {table.name for table in everything if _columns(table) == _VERSION}
    journals = {table.name for table in everything if set(_columns(table)) >= set(COLUMNS)}
    schema = read(connection, schemas=schemas, leave_out=versions | journals)
    rows = {
        name: Rows(columns, tuple(sorted(found)))
        for name, columns, found in rows_of(connection, schema)
    }
    return Found(
        Snapshot(schema, rows),
        frozenset((str(name), row) for name in versions for row in _rows(connection, name)),
    )


def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def _rows(connection: sa.Connection, name: TableName) -> list[str]:
    text = f"SELECT version_num FROM {quoted(connection, name)}"
    return [str(row[0]) for row in connection.exec_driver_sql(text)]


def _schemas(connection: sa.Connection) -> tuple[str | None, ...]:
    """All of a PostgreSQL database's own; elsewhere the one that a database is."""
    if connection.dialect.name != "postgresql":
        return (None,)
    inspector = sa.inspect(connection)
    others = set(inspector.get_schema_names()) - {
        inspector.default_schema_name,
        "information_schema",
    }
    return (None, *sorted(name for name in others if not name.startswith("pg_")))
