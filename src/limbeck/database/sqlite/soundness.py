"""
Whether a SQLite schema holds together around one table.

Responsible for the foreign keys to and from the table, and for the views and triggers that mention it: what was
wrong before, and what became wrong since.  Does not change anything.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.database.sqlite.catalog import SqliteCatalog
from limbeck.database.sqlite.tokens import literal, quoted, same, significant_words
from limbeck.errors import SchemaError, StatementFailed
from limbeck.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.database.compile import Dependent
    from limbeck.schema import TableName


@dataclass(frozen=True, slots=True)
class Soundness:
    """What is wrong around `table`.

    `violations` counts rows by (child table, number of the row, parent table), without the number for rows of
    the table itself, since they may get other numbers; `mismatches` are children whose key has no unique
    counterpart; `broken` are views and triggers, "view v" → what SQLite says; `whole` are those that work.
    """

    table: TableName
    violations: Counter[tuple[str, int | None, str]]
    mismatches: dict[str, str]
    broken: dict[str, str]
    whole: frozenset[str]

    @classmethod
    def of(cls, connection: sa.Connection, table: TableName) -> Soundness:
        """The state of things now."""
        violations: Counter[tuple[str, int | None, str]] = Counter()
        mismatches: dict[str, str] = {}
        schema = f"{quoted(table.schema)}." if table.schema else ""
        for child in _family(connection, table):
            check = f"PRAGMA {schema}foreign_key_check({quoted(child)})"
            try:
                violations.update(
                    (row[0], None if same(row[0], table.name) else row[1], row[2])
                    for row in connection.exec_driver_sql(check)
                )
            except sa.exc.OperationalError as error:  # each child by itself
                mismatches[child] = str(error.orig)
        verdicts = _verdicts(connection, table)
        broken = {name: message for name, message in verdicts.items() if message}
        whole = frozenset(name for name, message in verdicts.items() if not message)
        return cls(table, violations, mismatches, broken, whole)

    def blames(self, message: str) -> bool:
        """Whether SQLite's message is about a view or trigger that was broken before, here or elsewhere."""
        return message.startswith("error in ") and not any(
            message.startswith(f"error in {name}") for name in self.whole
        )

    def compare(self, now: Soundness) -> tuple[str, ...]:
        """What should be told about the change since; raises when it must not stay.

        Raises StatementFailed for foreign keys that are violated now and were not, SchemaError for triggers that
        do not work any more.  A view that does not is told: its author may be about to make it anew.
        """
        same_table = {self.table.name: now.table.name}
        known = Counter(
            {
                (same_table.get(c, c), row, same_table.get(p, p)): n
                for (c, row, p), n in self.violations.items()
            }
        )
        new = now.violations - known
        if new:
            (child, row, parent), _ = next(iter(new.items()))
            where = f"row {row}" if row is not None else "a row"
            raise StatementFailed(
                f"{sum(new.values())} new foreign key violations; the first: {where} of {child} refers to "
                f"a row that {parent} does not have",
                statement=f"PRAGMA foreign_key_check({now.table.name})",
                hint="correct the rows in the same revision, before the table is changed",
            )
        for child, message in now.mismatches.items():
            if child not in self.mismatches and now.table.name == self.table.name:
                raise StatementFailed(
                    f"a foreign key of {child} lost what it refers to: {message}",
                    hint=f"drop the foreign key of {child} first",
                )
        return tuple(self._broken_now(now))

    def _broken_now(self, now: Soundness) -> Iterator[str]:
        for name, message in now.broken.items():
            if name in self.broken:
                continue
            if name.startswith("trigger"):
                raise SchemaError(
                    f"{name} does not fit table {now.table} any more: {message}",
                    hint=f"DROP {name.upper()[:7]}{name[7:]} first, and create it anew after the change",
                )
            yield f"{name} does not fit table {now.table} any more: {message}"


def left_over(connection: sa.Connection, table: TableName) -> tuple[str, ...]:
    """What removes a copy of the table that Alembic made and did not finish.

    It is certain to be one when the table itself is there and has as many rows at least.
    """
    name = f"_alembic_tmp_{table.name}"
    schema = f"{quoted(table.schema)}." if table.schema else ""
    exists = connection.exec_driver_sql(
        f"SELECT 1 FROM {schema}sqlite_master WHERE type = 'table' AND name = {literal(name)}"
    ).scalar()
    if not exists:
        return ()
    more = connection.exec_driver_sql(
        f"SELECT (SELECT count(*) FROM {schema}{quoted(name)}) > (SELECT count(*) FROM {schema}{quoted(table.name)})"
    ).scalar()
    return () if more else (f"DROP TABLE {schema}{quoted(name)}",)


def _family(connection: sa.Connection, table: TableName) -> list[str]:
    """The table, and those that refer to it."""
    schema = f"{quoted(table.schema)}." if table.schema else ""
    argument = f", {literal(table.schema)}" if table.schema else ""
    rows = connection.exec_driver_sql(
        f"SELECT DISTINCT m.name FROM {schema}sqlite_master AS m, "
        f"pragma_foreign_key_list(m.name{argument}) AS f WHERE m.type = 'table' "
        f"AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND lower(f.\"table\") = lower({literal(table.name)})"
    )
    return list(dict.fromkeys([table.name, *(row[0] for row in rows)]))


def _verdicts(connection: sa.Connection, table: TableName) -> dict[str, str]:
    """What SQLite says about each view and trigger that mentions the table; "" for those that work."""
    catalog = SqliteCatalog(lambda sql: connection.exec_driver_sql(sql).all())
    found: dict[str, str] = {}
    for dependent in catalog.dependents(table):
        if dependent.kind not in ("view", "trigger"):
            continue
        message = ""
        try:
            for probe in _probes(dependent, catalog):
                connection.exec_driver_sql(f"EXPLAIN {probe}").close()
        except sa.exc.OperationalError as error:
            message = str(error.orig)
        found[f"{dependent.kind} {dependent.name}"] = message
    return found


def _probes(dependent: Dependent, catalog: SqliteCatalog) -> Iterator[str]:
    """Statements that SQLite can prepare only if the view or trigger is in order; they are never carried out."""
    schema = f"{quoted(dependent.schema)}." if dependent.schema else ""
    if dependent.kind == "view":
        yield f"SELECT * FROM {schema}{quoted(dependent.name)}"
        return
    # A temporary trigger may be on a table of any database; SQLite looks its name up as in the trigger.
    on = quoted(dependent.table) if dependent.schema == "temp" else schema + quoted(dependent.table)
    words = significant_words(dependent.sql)
    event = next(word for word in words if word in ("DELETE", "INSERT", "UPDATE"))
    if event == "DELETE":
        yield f"DELETE FROM {on}"
    elif event == "INSERT":
        yield f"INSERT INTO {on} DEFAULT VALUES"
    else:
        for column, hidden in catalog.column_names(dependent.table, dependent.schema):
            if not hidden:
                yield f"UPDATE {on} SET {quoted(column)} = {quoted(column)}"
