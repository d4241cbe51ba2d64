"""
SQLite's catalog: `sqlite_master`.

Responsible for finding a table's text and that of everything that belongs to it or mentions it.  Does not know what
the texts say; `values` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from limbeck.database.compile import Dependent
from limbeck.database.sqlite.parser import parse
from limbeck.database.sqlite.tokens import literal, mentions, quoted, same
from limbeck.database.sqlite.values import table
from limbeck.errors import SchemaError

if TYPE_CHECKING:
    from limbeck.schema import Table, TableName

Query = Callable[[str], Iterable[Sequence[Any]]]
"""Rows of a query, whatever it is sent through."""


class SqliteCatalog:
    """`sqlite_master`, behind a function that sends queries."""

    def __init__(self, query: Query) -> None:
        self.query = query

    def table(self, name: TableName) -> Table:
        """The table as a value.  Raises SchemaError when there is none."""
        rows = self.dependents(name)
        indexes = (row.sql for row in rows if row.kind == "index")
        return table(parse(rows[0].sql), indexes, name)

    def dependents(self, name: TableName) -> tuple[Dependent, ...]:
        """The table's row, then its indexes and triggers, then the views and triggers that mention it."""
        found = [row for row in self._rows(name.schema) if row.table or row.kind == "view"]
        own = next(
            (row for row in found if row.kind == "table" and same(row.name, name.name)), None
        )
        if own is None:
            raise self._missing(name, found)
        if name.schema is None:
            found += [row for row in self._rows("temp") if row.kind in ("trigger", "view")]
        near = [row for row in found if row.kind == "index" and same(row.table, name.name)]
        near += [
            row
            for row in found
            if row.kind in ("trigger", "view")
            and (same(row.table, name.name) or mentions(row.sql, name.name))
        ]
        return (own, *near)

    def triggers_of(self, view: TableName) -> tuple[str, ...]:
        """The statements that made the triggers on a view, those of this connection alone included."""
        rows = [*self._rows(view.schema), *(self._rows("temp") if view.schema is None else ())]
        return tuple(r.sql for r in rows if r.kind == "trigger" and same(r.table, view.name))

    def _rows(self, schema: str | None) -> list[Dependent]:
        source = f"{quoted(schema)}.sqlite_master" if schema else "sqlite_master"
        # Without SQL: what SQLite makes by itself for unique constraints.
        rows = self.query(
            f"SELECT type, name, tbl_name, sql FROM {source} WHERE sql IS NOT NULL ORDER BY rowid"
        )
        return [Dependent(kind, name, sql, table, schema) for kind, name, table, sql in rows]

    def _missing(self, name: TableName, found: list[Dependent]) -> SchemaError:
        left = f"_alembic_tmp_{name.name}"
        if not any(row.kind == "table" and same(row.name, left) for row in found):
            return SchemaError(f"there is no table {name}")
        return SchemaError(
            f"there is no table {name}, but {left}, which Alembic made to copy the rows of {name.name}"
            " into and did not rename: it may hold the only copy of them",
            hint=f"ALTER TABLE {quoted(left)} RENAME TO {quoted(name.name)}",
        )

    def column_names(self, table: str, schema: str | None = None) -> list[tuple[str, int]]:
        """The columns of a table or view, and how they are hidden: 0 not at all, 2 virtual, 3 stored."""
        where = f", {literal(schema)}" if schema and schema != "temp" else ""
        rows = self.query(f"SELECT name, hidden FROM pragma_table_xinfo({literal(table)}{where})")
        return [(column, hidden) for column, hidden in rows]
