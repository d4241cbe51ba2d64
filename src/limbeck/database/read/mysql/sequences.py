"""
MariaDB's sequences, each of which is a table with one row.

Responsible for reading those rows in one statement.  Does not know tables that are no sequences.
"""

from __future__ import annotations

import json
from collections.abc import Sequence as Many
from typing import TYPE_CHECKING, NamedTuple

from limbeck.database.read.mysql.programs import backticked
from limbeck.database.read.mysql.query import rows
from limbeck.schema import Sequence, TableName

if TYPE_CHECKING:
    import sqlalchemy as sa


class SequenceRow(NamedTuple):
    """What a sequence was made with."""

    start_value: int
    minimum_value: int
    maximum_value: int
    increment: int
    cache_size: int
    cycle_option: int


_LARGEST = 2**63 - 2
_CACHE = 1000


Found = tuple[TableName, SequenceRow]
"""A sequence's name, and what it was made with."""


def found(connection: sa.Connection, names: Many[TableName]) -> list[Found]:
    """What the server says of these sequences, in one round trip, or none when there are none."""
    if not names:
        return []
    fields = ", ".join(SequenceRow._fields)
    selects = (
        f"SELECT {number}, json_array({fields}) FROM {_quoted(name)}"
        for number, name in enumerate(names)
    )
    answers = rows(connection, " UNION ALL ".join(selects))
    return [(names[number], SequenceRow(*json.loads(text))) for number, text in answers]


def _quoted(name: TableName) -> str:
    return ".".join(backticked(part) for part in (name.schema, name.name) if part)


def sequence(name: TableName, row: SequenceRow) -> Sequence:
    """A sequence; what the server takes by itself is left out."""
    down = row.increment < 0
    least, largest = (-(2**63) + 1, -1) if down else (1, _LARGEST)
    start = row.maximum_value if down else row.minimum_value
    return Sequence(
        name,
        start=None if row.start_value == start else row.start_value,
        increment=None if row.increment == 1 else row.increment,
        minvalue=None if row.minimum_value == least else row.minimum_value,
        maxvalue=None if row.maximum_value == largest else row.maximum_value,
        cache=None if row.cache_size == _CACHE else row.cache_size,
        cycle=bool(row.cycle_option),
    )
