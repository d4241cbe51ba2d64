"""SQLite: a scratch database is one in memory; other schemas are attached to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from limbeck.database.scratch import Request, Scratch


@contextmanager
def in_memory(request: Request) -> Iterator[Scratch]:
    """A database that was never anywhere else."""
    from limbeck.database.scratch import Scratch

    engine = sa.create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            preparer = connection.dialect.identifier_preparer
            schemas = [schema for schema in request.schemas if schema is not None]
            for schema in schemas:
                if schema not in {"main", "temp"}:
                    connection.exec_driver_sql(
                        f"ATTACH ':memory:' AS {preparer.quote_identifier(schema)}"
                    )
            connection.rollback()
            yield Scratch(
                connection, ":memory:", "memory", {schema: schema for schema in request.schemas}
            )
            connection.rollback()
    finally:
        engine.dispose()
