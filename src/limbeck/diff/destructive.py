"""
Which operations lose data.

Responsible for saying so, in words for people.  Does not know whether there are rows, nor who allows what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.diff.narrowing import may_lose
from limbeck.diff.notes import Loss
from limbeck.operations import (
    UNCHANGED,
    AlterColumn,
    DropColumn,
    DropObject,
    DropTable,
    Operation,
    RecreateTable,
    ReplaceEnum,
    ReplaceObject,
)
from limbeck.schema import Computed, Domain, SchemaState, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def losses(operations: Iterable[Operation], before: SchemaState) -> Iterator[Loss]:
    """What is lost by `operations`, the first of which meets `before`.  Raises SchemaError when one does not fit."""
    state = before
    for operation in operations:
        words = loss(operation, state)
        if words is not None:
            yield Loss(operation, words)
        state = operation.apply(state)


def loss(operation: Operation, state: SchemaState) -> str | None:
    """What an operation loses, given the schema before it; None when it loses nothing."""
    if isinstance(operation, DropTable):
        return f"table {operation.table} with all its rows"
    if isinstance(operation, DropColumn):
        return _dropped_column(operation, state)
    if isinstance(operation, AlterColumn) and operation.type is not UNCHANGED:
        return _narrowed(operation, operation.type, state)
    if isinstance(operation, ReplaceEnum) and operation.removed:
        values = ", ".join(repr(value) for value in operation.removed)
        return f"{values} of enum {operation.name}: refused while rows have it"
    if isinstance(operation, ReplaceObject):
        return _narrowed_domain(operation)
    if isinstance(operation, DropObject) and operation.key.kind == "sequence":
        return f"the number that {operation.key} has reached"
    if isinstance(operation, RecreateTable):
        inner = [found.what for found in losses(operation.operations, state)]
        return "; ".join(inner) or None
    return None


def _dropped_column(operation: DropColumn, state: SchemaState) -> str | None:
    column = state[operation.table][operation.column] if operation.table in state else None
    if column is not None and isinstance(column.default, Computed):
        return None
    return f"column {operation.table}.{operation.column} with its values"


def _narrowed_domain(operation: ReplaceObject) -> str | None:
    old, new = operation.before, operation.after
    if not isinstance(old, Domain) or not isinstance(new, Domain):
        return None
    if old.type == new.type or not may_lose(old.type.sql, new.type.sql):
        return None
    return f"values of columns of {new.key} that {new.type.sql} cannot hold (it was {old.type.sql})"


def _narrowed(operation: AlterColumn, new: Type, state: SchemaState) -> str | None:
    old = state[operation.table][operation.column].type
    if old == new or not may_lose(old.sql, new.sql):
        return None
    where = f"{operation.table}.{operation.column}"
    return f"values of {where} that {new.sql} cannot hold (it was {old.sql})"
