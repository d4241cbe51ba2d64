"""
What all operations have in common.

Responsible for the protocol, for applying several operations in turn and for the way in which operations name
what they touch.  Does not know SQL.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar, Union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.schema import SchemaState, TableName

T = TypeVar("T")

ANYTHING: Final = "*"
"""In `Touches`: the operation may read or write things that cannot be known from it."""


class Unchanged(Enum):
    """The one value that says: this attribute stays as it is."""

    UNCHANGED = "unchanged"

    def __repr__(self) -> str:
        return "UNCHANGED"


UNCHANGED: Final = Unchanged.UNCHANGED
Change = Union[T, Unchanged]  # noqa: UP007 - mypy takes a type variable in this form only


class Touches(NamedTuple):
    """Names that an operation reads and writes: "users", "users.email", "billing.users.email", `ANYTHING`.

    A table's name stands for all that belongs to the table: who writes "users" meets who reads "users.email".
    """

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()


class Operation(Protocol):
    """One change of a schema.  Operations are frozen dataclasses."""

    def apply(self, state: SchemaState) -> SchemaState:
        """The schema after this change.  Raises SchemaError when it does not fit."""
        ...

    def inverse(self, state: SchemaState) -> Operation:
        """The change that undoes this one, given the schema before it.

        Raises NoInverse when there is none, SchemaError when this operation does not fit `state`.
        """
        ...

    @property
    def touches(self) -> Touches:
        """What it reads and writes."""
        ...


def apply(operations: Iterable[Operation], state: SchemaState) -> SchemaState:
    """`state` after all of `operations`, in order.  Raises SchemaError."""
    for operation in operations:
        state = operation.apply(state)
    return state


def invert(operations: Iterable[Operation], state: SchemaState) -> tuple[Operation, ...]:
    """The operations that undo all of `operations`, given the schema before the first.  Raises NoInverse."""
    undo: list[Operation] = []
    for operation in operations:
        undo.append(operation.inverse(state))
        state = operation.apply(state)
    return tuple(reversed(undo))


def within(table: TableName, part: str | None = None) -> str:
    """The name of a table, or of something that belongs to it, as `Touches` has it."""
    return str(table) if part is None else f"{table}.{part}"
