"""
Work that is thrown away.

Responsible for telling whether a deed takes with it what an earlier one has made or written.  Does not know orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.conflicts.deeds import EVERY, flat
from limbeck.operations import (
    ANYTHING,
    AddConstraint,
    CreateIndex,
    DropColumn,
    DropObject,
    DropTable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.conflicts.deeds import Deed

_DROPPING = (DropTable, DropColumn, DropObject)


def throws_away(dropping: Deed, early: Deed) -> bool:
    """Whether `dropping` drops something that `early` is in: a table with a new column, a column with new values."""
    gone = {
        name
        for operation in flat(dropping.operation)
        if isinstance(operation, _DROPPING)
        for name in operation.touches.writes - {ANYTHING}
    }
    return any(
        made == name or made.startswith(f"{name}.") for made in _made(early) for name in gone
    )


def _made(deed: Deed) -> Iterator[str]:
    """The names of what a deed makes, changes or writes values into."""
    for operation in flat(deed.operation):
        if isinstance(operation, _DROPPING):
            continue
        touches = operation.touches
        yield from touches.writes - {ANYTHING}
        if isinstance(operation, (AddConstraint, CreateIndex)):  # they go with their columns
            yield from touches.reads - {ANYTHING}
    for use in deed.rows:
        if use.verb != "read":
            yield str(use.table)
        yield from (f"{table}.{column}" for table, column in use.writes if column != EVERY)
