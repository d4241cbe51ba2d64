"""
What statements that are believed done must have left in the catalog of MySQL or MariaDB.

Responsible for tables, columns, indexes, foreign keys and other constraints that were made or dropped, as far as the
texts say so plainly; what cannot be told is not expected.  Does not know who believes it, nor what happens when it is
not so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck.database.catalog import SILENT
from limbeck.database.changes import Made, altered, key, question, things

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

_ELSEWHERE = re.compile(
    r"\s*(?:CREATE|DROP)\s+(?:[^'\"(]*?\s)?(?:INDEX|VIEW|TRIGGER)\b", re.IGNORECASE
)
_PARTS = {"index", "constraint"}


class Effects:
    """What the texts added so far must have left, whatever order they undo one another in."""

    def __init__(self) -> None:
        self._expected: dict[tuple[str, str, str], Made] = {}

    def clear(self) -> None:
        """Expect nothing any more."""
        self._expected.clear()

    def add(self, text: str) -> None:
        """`text`, a change of structure, was carried out after all that was added before."""
        made = things(text)
        for thing in made:
            self._expect(thing)
        if made:
            return
        table = altered(text)
        if table is not None and not re.search(r"\bRENAME\b|\bCHANGE\b", text, re.IGNORECASE):
            self._expect(Made("table", table, "", there=True))
        elif not _ELSEWHERE.match(text):
            self.clear()

    def _expect(self, made: Made) -> None:
        table, name = key(made.table), key(made.name)
        if made.kind == "table":  # with all that is in it
            self._forget(lambda other: key(other.table) == table)
        else:
            self._expected["table", table, ""] = Made("table", made.table, "", there=True)
        if not made.there and made.kind == "column":  # indexes of it, and constraints, go with it
            self._forget(lambda other: key(other.table) == table and other.kind in _PARTS)
        if made.kind in _PARTS:  # a unique constraint is an index, too, and goes with it
            self._forget(lambda other: key(other.table) == table and key(other.name) == name)
        self._expected[made.kind, table, name] = made

    def _forget(self, is_gone: Callable[[Made], bool]) -> None:
        self._expected = {
            where: made for where, made in self._expected.items() if not is_gone(made)
        }

    def missing(self, connection: sa.Connection) -> str | None:
        """The first thing that is not so in the catalog, in words; None when all is."""
        if connection.dialect.name not in {"mysql", "mariadb"}:
            return None
        for made in self._expected.values():
            query = question(made, connection.dialect)
            there = connection.exec_driver_sql(query, execution_options=SILENT).scalar()
            if bool(there) is not made.there:
                return f"{_named(made)} {'is not there' if made.there else 'is still there'}"
        return None


def _named(made: Made) -> str:
    if made.kind == "table":
        return f"table {made.table}"
    return f"{made.kind} {made.name} of table {made.table}"
