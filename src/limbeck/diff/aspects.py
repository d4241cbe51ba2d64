"""
A schema, taken apart into what can change by itself.

Responsible for the smallest things that two people can change without being in each other's way: a type, a default, an
index, a value of an enum.  Does not know who changes them, nor why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from limbeck.schema import Constraint, Enum, Index
from limbeck.schema.edit import constraint_involves, index_involves

if TYPE_CHECKING:
    from limbeck.schema import Column, SchemaState, Table, TableName

Aspect = tuple[object, ...]
"""What it is, and whose: `("column", users, "email", "type")`."""

ATTRIBUTES = ("type", "nullable", "default", "comment", "autoincrement")
"""What operations change about a column."""


def aspects(state: SchemaState) -> dict[Aspect, object]:
    """Everything that there is, by what it is; the order of columns and of values is no part of it."""
    found: dict[Aspect, object] = {}
    for table in state:
        found.update(_of_table(table))
    for key, item in state.objects.items():
        if isinstance(item, Enum):
            found.update({("value", key, value): True for value in item.values})
            found["object", key] = replace(item, values=(), origin=None)
        else:
            found["object", key] = item
    return found


def _of_table(table: Table) -> Iterator[tuple[Aspect, object]]:
    name = table.name
    yield ("table", name), table.prefixes
    if table.comment is not None:
        yield ("comment", name), table.comment
    for option, value in table.options:
        yield ("option", name, option), value
    for column in table.columns:
        yield from _of_column(("column", name, column.name), column)
    for constraint in table.constraints:
        yield ("constraint", name, _called(constraint)), constraint
    for index in table.indexes:
        yield ("index", name, _called(index)), index


def _of_column(aspect: Aspect, column: Column) -> Iterator[tuple[Aspect, object]]:
    yield aspect, column.options
    for attribute in ATTRIBUTES:
        value = getattr(column, attribute)
        if value is not None:
            yield (*aspect, attribute), value


def _called(part: Constraint | Index) -> object:
    """What tells it from others: its name, or without one all that it is."""
    return part.name if part.name is not None else part


def changed(before: SchemaState, after: SchemaState) -> dict[Aspect, tuple[object, object]]:
    """What is other in `after`, with its values in both; None for what is not there."""
    mine, theirs = aspects(before), aspects(after)
    return {
        aspect: (mine.get(aspect), theirs.get(aspect))
        for aspect in {**mine, **theirs}
        if mine.get(aspect) != theirs.get(aspect)
    }


def went_along(
    aspect: Aspect, value: object, before: Mapping[Aspect, object], after: Mapping[Aspect, object]
) -> bool:
    """Whether something that is `value` goes with a table or column that is in `before` and not in `after`."""
    kind, *rest = aspect
    if kind in {"object", "value"}:
        return False
    if ("table", rest[0]) in before and ("table", rest[0]) not in after:
        return True
    table = cast("TableName", rest[0])
    gone = [one for one in before if one[:2] == ("column", table) and len(one) == 3]
    columns = [str(one[2]) for one in gone if one not in after]
    if kind == "column":
        return rest[1] in columns
    if isinstance(value, Index):
        return any(index_involves(value, column) for column in columns)
    if isinstance(value, Constraint):
        return any(constraint_involves(value, column, table) for column in columns)
    return False


def shown(aspect: Aspect) -> str:
    """An aspect in words: "type of column users.email"."""
    kind, *rest = aspect
    if kind == "object":
        return str(rest[0])
    if kind == "value":
        return f"value {rest[1]!r} of {rest[0]}"
    if kind == "column":
        where = f"column {rest[0]}.{rest[1]}"
        return f"{rest[2]} of {where}" if len(rest) > 2 else where
    if len(rest) == 1:
        return f"{kind} {rest[0]}" if kind == "table" else f"{kind} of table {rest[0]}"
    name = rest[1] if isinstance(rest[1], str) else "without a name"
    return f"{kind} {name} of table {rest[0]}"
