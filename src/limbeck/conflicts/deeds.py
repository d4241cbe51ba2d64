"""
What a side does, one thing at a time.

Responsible for the values that say which operation is asked for where, and which rows a statement reads and writes.
Does not know how either was found out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from limbeck.operations import Operation, RecreateTable
from limbeck.schema import TableName

EVERY: Final = "*"
"""In a `Cell`: whichever column."""

RowVerb = Literal["insert", "update", "delete", "read"]


class Cell(NamedTuple):
    """The values of one column in all rows of a table; with `EVERY`, of all columns."""

    table: TableName
    column: str


Pin = tuple[str, frozenset[str]]
"""A column, and the only values (as SQL) that it has in the rows concerned."""


@dataclass(frozen=True, slots=True)
class RowUse:
    """What one statement does to rows.

    `table` is the one whose rows are written, or read where nothing is; a DELETE `writes` no values, its rows go.  `needs` are columns that must be there for
    certain; `reads` may name more than there are.  `pins` say which rows: those that an UPDATE or DELETE finds, or
    that an INSERT makes.  `given` are the columns that an INSERT has values for; None where that is not said.
    """

    verb: RowVerb
    table: TableName
    reads: frozenset[Cell] = frozenset()
    writes: frozenset[Cell] = frozenset()
    needs: frozenset[Cell] = frozenset()
    pins: tuple[Pin, ...] = ()
    given: frozenset[str] | None = None
    tables: frozenset[TableName] = frozenset()
    copies: bool = False

    @property
    def changes_rows(self) -> bool:
        """Whether there are other rows afterwards than before."""
        return self.verb in {"insert", "delete"}


@dataclass(frozen=True, slots=True, eq=False)
class Deed:
    """One thing that a revision does: `place` is the file and line, `text` the words for it.

    Two deeds are never equal: doing the same twice is the very thing to be told.

    `rows` say what a statement does to rows.  With `unknown`, the reason, it is not known what it does at all.
    """

    revision: str
    place: str
    text: str
    operation: Operation
    rows: tuple[RowUse, ...] = ()
    unknown: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text


def flat(operation: Operation) -> tuple[Operation, ...]:
    """The operations inside a batch, one by one."""
    if not isinstance(operation, RecreateTable):
        return (operation,)
    return tuple(inner for one in operation.operations for inner in flat(one))
