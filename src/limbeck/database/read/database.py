"""
Reading whatever database is connected.

Responsible for choosing the reader: one of our own where there is one, else SQLAlchemy's Inspector.  Does not know
what they do.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.schema import SchemaState, TableName

_READERS = {"postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite"}


def read(
    connection: sa.Connection,
    *,
    schemas: Sequence[str | None] = (None,),
    leave_out: Collection[TableName] = (),
    wanted: Callable[[TableName], bool] | None = None,
) -> SchemaState:
    """All that is in these schemas, in the server's words; None is the one of names that have none.

    `leave_out` and `wanted` decide on tables and views, and on what hangs on them.  How often the server is asked does
    not depend on how many tables there are, where we have a reader of our own.
    """
    with _uncollected():
        state: SchemaState = _reader(connection).read(
            connection, schemas=schemas, leave_out=leave_out, wanted=wanted
        )
    return state


def fingerprint(connection: sa.Connection, *, schemas: Sequence[str | None] = (None,)) -> str:
    """A text that is another one whenever what `read` gives is; it may change more often."""
    return str(_reader(connection).fingerprint(connection, schemas=schemas))


def _reader(connection: sa.Connection) -> Any:
    """The module with the two functions."""
    return import_module(
        f"limbeck.database.read.{_READERS.get(connection.dialect.name, 'inspector')}"
    )


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: there are none here, and it would look through all rows again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
