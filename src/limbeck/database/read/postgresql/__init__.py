"""
Reading PostgreSQL, versions 12 to 17, through its catalogs.

Responsible for the whole state in a fixed number of round trips, in the server's own words, whatever the settings of
the connection.  Does not use SQLAlchemy's Inspector, and does not know models.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from limbeck.database.read.postgresql.fingerprint import fingerprint, seen
from limbeck.database.read.postgresql.state import read

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.schema import SchemaState, TableName

__all__ = ["fingerprint", "read", "read_known"]


def read_known(
    connection: sa.Connection,
    *,
    schemas: Sequence[str | None] = (None,),
    leave_out: Collection[TableName] = (),
    wanted: Callable[[TableName], bool] | None = None,
) -> tuple[SchemaState, str | None]:
    """What `read` gives, and its fingerprint; None when the database was changed while it was read."""
    before = seen(connection, schemas=schemas)
    state = read(connection, schemas=schemas, leave_out=leave_out, wanted=wanted)
    return state, before.fingerprint if before.is_still(connection, schemas) else None
