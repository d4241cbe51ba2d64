"""
Reading a SQLite database: the text of its schema as a SchemaState.

Responsible for one statement for each file that is asked for, however many tables there are; a schema is the name of
an attached database.  Does not know what is to be done with the state.

SQLite keeps what the author wrote, so that the words are the author's, in one form (`words`).  Left out are virtual
tables with the tables that they keep, and what SQLite makes for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from limbeck.database.catalog import SILENT
from limbeck.database.read.sqlite import programs, tables
from limbeck.database.sqlite.tokens import quoted
from limbeck.schema import SchemaState, Standalone, Table, TableName

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["fingerprint", "read", "read_known"]

Wanted = Callable[[TableName], bool]


class Row(NamedTuple):
    """A row of sqlite_master."""

    type: str
    name: str
    table: str
    sql: str


def read(
    connection: sa.Connection,
    *,
    schemas: Sequence[str | None] = (None,),
    leave_out: Collection[TableName] = (),
    wanted: Wanted | None = None,
) -> SchemaState:
    """All that is in these databases; None is the connection's own.

    Left out are the tables of `leave_out` and those that are not `wanted`, with what hangs on them.  Raises SchemaError
    when a table's text cannot be taken apart.
    """
    return _read(connection, _all_rows(connection, schemas), leave_out, wanted)


def read_known(
    connection: sa.Connection,
    *,
    schemas: Sequence[str | None] = (None,),
    leave_out: Collection[TableName] = (),
    wanted: Wanted | None = None,
) -> tuple[SchemaState, str | None]:
    """What `read` gives, and its fingerprint, made of the very rows that were read."""
    rows = _all_rows(connection, schemas)
    return _read(connection, rows, leave_out, wanted), _hash(rows)


def fingerprint(connection: sa.Connection, *, schemas: Sequence[str | None] = (None,)) -> str:
    """A text that is another one whenever what `read` gives is: a hash of all texts."""
    return _hash(_all_rows(connection, schemas))


def _read(
    connection: sa.Connection,
    read: Mapping[str | None, list[Row]],
    leave_out: Collection[TableName],
    wanted: Wanted | None,
) -> SchemaState:
    gone = frozenset(leave_out)

    def is_wanted(name: TableName) -> bool:
        return name not in gone and (wanted is None or wanted(name))

    found: list[Table] = []
    objects: list[Standalone] = []
    for schema, rows in read.items():
        found += _tables(rows, schema, _hidden(connection, rows, schema), is_wanted)
        objects += _objects(rows, schema, is_wanted)
    return SchemaState(found, objects)


def _hash(read: Mapping[str | None, list[Row]]) -> str:
    found = [[*map(tuple, rows)] for rows in read.values()]
    return sha256(repr(found).encode("utf-8", "surrogatepass")).hexdigest()


def _all_rows(
    connection: sa.Connection, schemas: Sequence[str | None]
) -> Mapping[str | None, list[Row]]:
    return {schema: _rows(connection, schema) for schema in schemas}


def _rows(connection: sa.Connection, schema: str | None) -> list[Row]:
    source = f"{quoted(schema)}.sqlite_master" if schema else "sqlite_master"
    # Without SQL: what SQLite makes by itself for unique constraints.
    sql = f"SELECT type, name, tbl_name, sql FROM {source} WHERE sql IS NOT NULL ORDER BY name"
    return [Row(*row) for row in connection.exec_driver_sql(sql, execution_options=SILENT)]


def _hidden(connection: sa.Connection, rows: Sequence[Row], schema: str | None) -> frozenset[str]:
    """Virtual tables, and those in which they keep their data."""
    virtual = [row.name for row in rows if row.type == "table" and _is_virtual(row)]
    if not virtual:
        return frozenset()
    listed = connection.exec_driver_sql(
        f"SELECT name FROM pragma_table_list WHERE type = 'shadow' AND schema = '{_literal(schema)}'"
        if _version(connection) >= (3, 37, 0)
        else "SELECT NULL WHERE 0",
        execution_options=SILENT,
    )
    return frozenset((*virtual, *listed.scalars()))


def _version(connection: sa.Connection) -> tuple[int, ...]:
    text = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    return tuple(int(part) for part in str(text).split("."))


def _literal(schema: str | None) -> str:
    return (schema or "main").replace("'", "''")


def _is_virtual(row: Row) -> bool:
    return row.sql.lstrip().upper().split(None, 2)[1] == "VIRTUAL"


def _tables(
    rows: Sequence[Row], schema: str | None, hidden: frozenset[str], is_wanted: Wanted
) -> list[Table]:
    indexes: dict[str, list[str]] = {}
    for row in rows:
        if row.type == "index":
            indexes.setdefault(row.table, []).append(row.sql)
    found = [
        tables.table(row.sql, indexes.get(row.name, ()), TableName(row.name, schema))
        for row in rows
        if row.type == "table" and row.name not in hidden and not row.name.startswith("sqlite_")
    ]
    return [table for table in tables.resolved(found) if is_wanted(table.name)]


def _objects(rows: Sequence[Row], schema: str | None, is_wanted: Wanted) -> list[Standalone]:
    kinds = {row.name: row.type for row in rows if row.type in ("table", "view")}
    known = programs.Known({TableName(name, schema): kind for name, kind in kinds.items()})
    found: list[Standalone] = []
    for row in rows:
        name = TableName(row.name, schema)
        if row.type == "view" and is_wanted(name):
            found.append(programs.view(row.sql, name, known))
        elif row.type == "trigger" and is_wanted(TableName(row.table, schema)):
            found.append(programs.trigger(row.sql, name, row.table, known))
    return found
