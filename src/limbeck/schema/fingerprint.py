"""
A state as a short text.

Responsible for a text that is another one whenever two states differ in anything but what takes no part in `==`, in
this process and in any other.  It may differ where they are equal: the order of tables counts.  Does not know where a
state came from.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import fields
from functools import cache
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from limbeck.schema.objects import Column, Exclude, Expression, Table

if TYPE_CHECKING:
    from limbeck.schema.state import SchemaState


def fingerprint(state: SchemaState) -> str:
    """The state's text, 40 characters long."""
    digest = blake2b(digest_size=20)
    for text in _texts(state):
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _texts(state: SchemaState) -> Iterator[str]:
    for table in state:
        # Built-in values are printed ten times as fast as classes, and most of a state is columns.
        yield repr((tuple(table.name), table.comment, table.prefixes, table.options))
        yield repr([_column(column) for column in table.columns])
        parts = [[_part(each) for each in some] for some in (table.constraints, table.indexes)]
        yield repr((parts, _expressions(table)))
    for item in state.objects.values():
        yield repr(item)


def _column(column: Column) -> tuple[object, ...]:
    return (
        column.name,
        column.type.sql,
        column.nullable,
        column.default and _part(column.default),
        column.comment,
        column.autoincrement,
        column.options,
    )


def _part(item: object) -> tuple[str, object]:
    """A value's kind, and all that it is compared by."""
    return type(item).__name__, _compared(cast("Hashable", type(item)))(item)


@cache
def _compared(kind: Hashable) -> Callable[[object], object]:
    return attrgetter(*[each.name for each in fields(cast("Any", kind)) if each.compare])


def _expressions(table: Table) -> list[list[bool]]:
    """Which elements are expressions: they are printed, and compared, as their text."""
    elements = [index.elements for index in table.indexes]
    elements += [
        tuple(element for element, _ in constraint.elements)
        for constraint in table.constraints
        if isinstance(constraint, Exclude)
    ]
    return [[isinstance(element, Expression) for element in one] for one in elements]
