"""
From a database, or from models, to schema values.

Responsible for one function for each source: `read` and `read_known` for a whole database, `Catalog` for one table of
whatever is connected; models are read by `limbeck.database.read.metadata`, which a run has no need to import.  Does not
know what is to be done with what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from limbeck.database.read.catalog import Catalog

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.schema import SchemaState, TableName

__all__ = ["Catalog", "fingerprint", "has_fingerprint", "read", "read_known"]

# Where the readers of a dialect are; all others are read through SQLAlchemy's Inspector.
_READERS = {
    "postgresql": "limbeck.database.read.postgresql",
    "sqlite": "limbeck.database.read.sqlite",
    "mysql": "limbeck.database.read.mysql",
    "mariadb": "limbeck.database.read.mysql",
}
_INSPECTOR = "limbeck.database.read.inspector"


def _reader(connection: sa.Connection) -> Any:
    """The module with `read` and `fingerprint` for a connection; typed Any, since it is chosen by name."""
    return import_module(_READERS.get(connection.dialect.name, _INSPECTOR))


def read(
    connection: sa.Connection,
    *,
    schemas: Sequence[str | None] = (None,),
    leave_out: Collection[TableName] = (),
    wanted: Callable[[TableName], bool] | None = None,
) -> SchemaState:
    """All that is in these schemas, in the server's own words; None is the connection's default one.

    Left out are the tables and views of `leave_out`, those that are not `wanted`, and what hangs on them.  The number
    of statements does not depend on the number of tables.
    """
    state: SchemaState = _reader(connection).read(
        connection, schemas=schemas, leave_out=leave_out, wanted=wanted
    )
    return state


def read_known(
    connection: sa.Connection,
    *,
    schemas: Sequence[str | None] = (None,),
    leave_out: Collection[TableName] = (),
    wanted: Callable[[TableName], bool] | None = None,
) -> tuple[SchemaState, str | None]:
    """What `read` gives, and the fingerprint of all that is in these schemas, at just that moment.

    None where nobody knows it: the database was changed meanwhile, or is read by SQLAlchemy's Inspector, to which a
    fingerprint costs as much as the reading.
    """
    reader = _reader(connection)
    given = {"schemas": schemas, "leave_out": leave_out, "wanted": wanted}
    if not has_fingerprint(connection):
        return reader.read(connection, **given), None
    found: tuple[SchemaState, str | None] = reader.read_known(connection, **given)
    return found


def has_fingerprint(connection: sa.Connection) -> bool:
    """Whether `fingerprint` costs less than reading."""
    return connection.dialect.name in _READERS


def fingerprint(
    connection: sa.Connection, *, schemas: Sequence[str | None] = (None,), like: str | None = None
) -> str:
    """A text that is another one whenever `read` would give another state; it may change more often.

    `like` is the one that it is likely to be.  Where that saves work, what was not there then is not looked for as long
    as nothing else tells of it; the answer is to be compared with that one.
    """
    given = {"like": like} if connection.dialect.name in _LIKENED else {}
    return str(_reader(connection).fingerprint(connection, schemas=schemas, **given))


_LIKENED = {"mysql", "mariadb"}
