"""
Values that rows have, and that a change takes away.

Responsible for counting them before a revision is written: a server refuses such a change, or makes something else of
the values, when it is too late to think about it.  Knows the values that types and checks list; does not know what is
to become of the rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.diff import Diff, Loss
from limbeck.diff.narrowing import listed_values, literals
from limbeck.operations import UNCHANGED, AddConstraint, AlterColumn, ReplaceEnum
from limbeck.schema import Check, SchemaState, TableName
from limbeck.schema.mentions import mentions
from limbeck.schema.typenames import is_array

if TYPE_CHECKING:
    from limbeck.operations import Operation

Place = tuple[TableName, str]
"""A table and a column, by the names that they have now."""


def losses(
    connection: sa.Connection, found: Diff, rows: Callable[[TableName], bool]
) -> tuple[Loss, ...]:
    """What would be lost of what is there; `rows` tells whether a table has any."""
    known = {id(loss.operation): loss for loss in found.destructive}
    result: list[Loss] = []
    for operation in found.operations:
        loss = known.get(id(operation))
        counts = _counts(connection, operation, found)
        if counts:
            what = (
                f"values that rows have, so that the upgrade fails until they are changed: {counts}"
            )
            result.append(Loss(operation, what))
        elif loss is not None and counts is None and _has_rows(operation, found, rows):
            result.append(loss)
    return tuple(result)


def _has_rows(operation: Operation, found: Diff, rows: Callable[[TableName], bool]) -> bool:
    """Whether the table that an operation is about has rows; what is about no table counts as such."""
    table = getattr(operation, "table", None)
    return not isinstance(table, TableName) or rows(_old_table(table, found))


def _counts(connection: sa.Connection, operation: Operation, found: Diff) -> str | None:
    """Values, and how many rows of which column have them; "" for none, None where no values are taken away."""
    escapes = connection.dialect.name in {"mysql", "mariadb"}
    places = list(_taken_away(operation, found, escapes=escapes))
    if not places:
        return None
    texts = [
        f"{value!r} in {number} {'row' if number == 1 else 'rows'} of {table}.{column}"
        for (table, column), values in places
        for value, number in _held(connection, found.before, (table, column), values)
    ]
    return ", ".join(texts)


def _taken_away(
    operation: Operation, found: Diff, *, escapes: bool
) -> Iterator[tuple[Place, list[str]]]:
    """Columns, and the values that no row may have in them any more."""
    if isinstance(operation, ReplaceEnum) and operation.removed:
        for table, column, _ in operation.columns:
            place = _place(table, column, found)
            if place is not None:
                yield place, list(operation.removed)
    elif isinstance(operation, AlterColumn) and operation.type is not UNCHANGED:
        place = _place(operation.table, operation.column, found)
        if place is not None:
            before = found.before[place[0]][place[1]].type.sql
            kept = listed_values(operation.type.sql)
            gone = [_text(value) for value in listed_values(before) if kept and value not in kept]
            if gone:
                yield place, gone
    elif isinstance(operation, AddConstraint) and isinstance(operation.constraint, Check):
        yield from _checked(operation.table, operation.constraint, found, escapes=escapes)


def _checked(
    table: TableName, check: Check, found: Diff, *, escapes: bool
) -> Iterator[tuple[Place, list[str]]]:
    """What the check of an Enum that is a text for the server no longer allows, and the one before it did."""
    (column, *others) = list(getattr(check.origin, "columns", ())) or [None]
    kind = getattr(column, "type", None)
    if column is None or others or not isinstance(kind, sa.Enum):
        return
    place = _place(table, str(column.name), found)
    if place is None:
        return
    for old in found.before[place[0]].constraints:
        if isinstance(old, Check) and mentions(old.sql, place[1]):
            gone = [value for value in _strings(old.sql, escapes) if value not in kind.enums]
            if gone:
                yield place, gone


def _place(table: TableName, column: str, found: Diff) -> Place | None:
    """Where a column is now; None when it is not there yet."""
    old = _old_table(table, found)
    name = next(
        (
            before
            for (of, before), new in found.renames.columns.items()
            if (of, new) == (table, column)
        ),
        column,
    )
    return (old, name) if old in found.before and name in found.before[old] else None


def _old_table(table: TableName, found: Diff) -> TableName:
    return next((old for old, new in found.renames.tables.items() if new == table), table)


def _text(literal: str) -> str:
    """What a string of SQL says."""
    return literal[1:-1].replace("''", "'")


_ESCAPED = re.compile(r"'((?:[^'\\]|''|\\.)*)'", re.DOTALL)


def _strings(sql: str, escapes: bool) -> list[str]:
    """What the strings in an expression say; where the server `escapes`, a backslash is before a quote."""
    if not escapes:
        return [_text(one) for one in literals(sql)]
    return [re.sub(r"\\(.)", r"\1", one).replace("''", "'") for one in _ESCAPED.findall(sql)]


def _held(
    connection: sa.Connection, state: SchemaState, place: Place, values: list[str]
) -> Iterator[tuple[str, int]]:
    """Those of the values that rows have in a column, and how many."""
    table, name = place
    source = sa.table(table.name, sa.column(name), schema=table.schema)
    column: sa.ColumnElement[str] = sa.cast(source.c[name], sa.Text)
    kind = state[table][name].type.sql
    if is_array(kind):
        column = sa.func.unnest(sa.cast(source.c[name], sa.ARRAY(sa.Text)))
    elif connection.dialect.name in {"mysql", "mariadb"}:
        column = sa.cast(source.c[name], sa.CHAR)
    each = sa.select(column.label("value")).select_from(source).subquery()
    query = sa.select(each.c.value, sa.func.count()).group_by(each.c.value).order_by(each.c.value)
    if kind.lower().startswith("set("):
        found = [(str(text).split(","), int(number)) for text, number in connection.execute(query)]
        for value in values:
            number = sum(count for texts, count in found if value in texts)
            if number:
                yield value, number
        return
    for value, number in connection.execute(query.where(each.c.value.in_(values))):
        yield str(value), int(number)
