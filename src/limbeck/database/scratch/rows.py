"""
Rows for a scratch database.

Responsible for a few rows in each table that satisfy its types, keys and checks, the same ones each time.  What the
server refuses is tried with other values; a table that takes none stays empty, which is said.  Does not know what the
rows are for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.database.scratch.values import Values
from limbeck.schema import Computed, Default, Identity, SchemaState, Table, TableName, View

if TYPE_CHECKING:
    from limbeck.schema import Column, ForeignKey

ROWS = 6
_TRIES = 40


def fill(connection: sa.Connection, state: SchemaState, *, varied: bool) -> dict[TableName, str]:
    """Put rows into the empty tables of `state`; gives the tables that stay empty, and why.

    `varied` rows have NULL where that is allowed, and values that are there twice; the others have neither.
    """
    empty: dict[TableName, str] = {}
    for table in _in_order(state):
        if _count(connection, table):
            continue
        why = _Filling(connection, table, state, varied=varied).fill()
        if why:
            empty[table.name] = why
    return empty


def _in_order(state: SchemaState) -> list[Table]:
    """Targets of foreign keys first, as far as that is possible."""
    names = {table.name: table for table in state}

    def below(name: TableName) -> list[TableName]:
        keys = names[name].foreign_keys
        return sorted({key.target for key in keys if key.target in names and key.target != name})

    done: dict[TableName, None] = {}

    def visit(name: TableName, above: frozenset[TableName]) -> None:
        if name in done or name in above:
            return
        for lower in below(name):
            visit(lower, above | {name})
        done[name] = None

    for name in sorted(names, key=str):
        visit(name, frozenset())
    return [names[name] for name in done]


def _count(connection: sa.Connection, table: Table) -> bool:
    text = f"SELECT 1 FROM {quoted(connection, table.name)} LIMIT 1"
    return connection.exec_driver_sql(text).first() is not None


def quoted(connection: sa.Connection, name: TableName) -> str:
    """The name of a table, as SQL."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    return ".".join(quote(part) for part in (name.schema, name.name) if part)


class _Filling:
    """Rows for one table."""

    def __init__(
        self, connection: sa.Connection, table: Table, state: SchemaState, *, varied: bool
    ) -> None:
        self.connection = connection
        self.table = table
        self.varied = varied
        self.values = Values(table, state, connection.dialect, varied=varied)
        self.columns = [column for column in table.columns if not _server_fills(column)]
        self.keys = [key for key in table.foreign_keys if key.columns]

    def fill(self) -> str:
        """Insert; "" when there is a row at least, else what the server said."""
        why = ""
        inserted = 0
        for number in range(ROWS):
            why = self._row(number)
            inserted += not why
            if why and not inserted:
                return why
        return ""

    def _row(self, number: int) -> str:
        why = "there is no value for it"
        for attempt in range(_TRIES):
            row = self._values(number, attempt)
            if row is None:
                return why
            why = self._insert(row)
            if not why:
                return ""
        return why

    def _values(self, number: int, attempt: int) -> dict[str, str] | None:
        """The values of a row as SQL; None where a parent is missing."""
        row = {column.name: self.values.of(column, number, attempt) for column in self.columns}
        for key in self.keys:
            parent = self._parent(key, number + attempt)
            if parent is not None:
                row.update(zip(key.columns, parent, strict=True))
            elif all(self.table[name].nullable for name in key.columns):
                row.update(dict.fromkeys(key.columns, "NULL"))
            else:
                return None
        return row

    def _parent(self, key: ForeignKey, number: int) -> tuple[str, ...] | None:
        """The values of a row of the target, in turn; None when it has none, or NULL shall stand there."""
        if self.varied and number == ROWS - 1 and all(self.table[c].nullable for c in key.columns):
            return None
        quote = self.connection.dialect.identifier_preparer.quote_identifier
        columns = ", ".join(quote(name) for name in key.target_columns)
        found = self.connection.exec_driver_sql(
            f"SELECT {columns} FROM {quoted(self.connection, key.target)} ORDER BY {columns} LIMIT {ROWS}"
        ).all()
        if not found:
            return None
        row = found[number % len(found)]
        return tuple(self.values.literal(str(value)) for value in row)

    def _insert(self, row: dict[str, str]) -> str:
        quote = self.connection.dialect.identifier_preparer.quote_identifier
        target = quoted(self.connection, self.table.name)
        if row:
            names = ", ".join(quote(name) for name in row)
            text = f"INSERT INTO {target} ({names}) VALUES ({', '.join(row.values())})"
        else:
            mysql = self.connection.dialect.name in {"mysql", "mariadb"}
            empty = "() VALUES ()" if mysql else "DEFAULT VALUES"
            text = f"INSERT INTO {target} {empty}"
        try:
            with self.connection.begin_nested():
                self.connection.execution_options(no_parameters=True).exec_driver_sql(text)
        except sa.exc.DBAPIError as error:
            return str(error.orig).partition("\n")[0]
        return ""


def _server_fills(column: Column) -> bool:
    """Whether the server has a value of its own: numbers of ours would get in the way of those to come."""
    default = column.default
    if isinstance(default, (Computed, Identity)) or column.autoincrement is True:
        return True
    return isinstance(default, Default) and default.sql.lower().startswith("nextval(")


def rows_of(
    connection: sa.Connection, state: SchemaState
) -> Iterator[tuple[TableName, tuple[str, ...], list[tuple[str, ...]]]]:
    """Each table with its columns, sorted, and its rows as texts, in any order."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    for table in sorted(state, key=lambda one: str(one.name)):
        columns = tuple(sorted(column.name for column in table.columns))
        if columns:
            names = ", ".join(quote(name) for name in columns)
            yield table.name, columns, _texts(connection, names, table.name)
    for item in state.objects.values():
        if isinstance(item, View) and item.materialized:
            name = quote(item.name.name)
            yield item.name, ("row",), _texts(connection, f"CAST({name} AS text)", item.name)


def _texts(connection: sa.Connection, what: str, table: TableName) -> list[tuple[str, ...]]:
    found = connection.exec_driver_sql(f"SELECT {what} FROM {quoted(connection, table)}")
    return [tuple(map(repr, row)) for row in found]


def broken(connection: sa.Connection, state: SchemaState) -> frozenset[str]:
    """What some servers take although it cannot work: views that fail, foreign keys that lead nowhere."""
    if connection.dialect.name == "postgresql":
        return frozenset()  # it minds
    found = {
        f"the foreign key of {table.name} ({', '.join(key.columns)}) leads to {key.target}, which is not there"
        for table in state
        for key in table.foreign_keys
        if key.target not in state and key.target.schema is None
    }
    for item in state.objects.values():
        if isinstance(item, View):
            try:
                name = quoted(connection, item.name)
                connection.exec_driver_sql(f"SELECT 1 FROM {name} WHERE 1 = 0").all()
            except sa.exc.DBAPIError as error:
                found.add(f"view {item.name} fails: {str(error.orig).strip()}")
    return frozenset(found)
