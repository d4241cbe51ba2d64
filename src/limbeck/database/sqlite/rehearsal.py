"""
A script for SQLite, tried on an empty database in memory while it is being written.

Responsible for knowing what a table and everything around it look like in the middle of a script, including what
was made by SQL of the author's own.  Does not know rows: only what changes structure is tried.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from limbeck.database.sqlite.catalog import SqliteCatalog
from limbeck.database.sqlite.tokens import significant_words
from limbeck.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from limbeck.database.compile import Dependent, TableSource
    from limbeck.schema import Table, TableName


class Rehearsal:
    """A TableSource that knows what the statements noted so far have made.

    `start` gives the statements that make what is there when the script begins; it is asked when the first table
    is.  For a table that nothing made here `known` is asked.
    """

    def __init__(self, known: TableSource, start: Callable[[], Iterable[str]] = tuple) -> None:
        self._known = known
        self._start: Callable[[], Iterable[str]] | None = start
        # Texts, not an open database: nobody has to remember to close it.
        self._texts: list[str] = []

    def note(self, texts: Iterable[str]) -> None:
        """The script goes on with these statements."""
        self._texts += [text for text in texts if _first_word(text) in _STRUCTURE]

    def made(self) -> tuple[str, ...]:
        """The statements that make everything as it is now."""
        with self._stage():
            return tuple(self._texts)

    def table(self, name: TableName) -> Table:
        """The table.  Raises SchemaError when there is none."""
        with self._stage() as catalog:
            return catalog.table(name) if _has(catalog, name) else self._known.table(name)

    def dependents(self, name: TableName) -> tuple[Dependent, ...]:
        """The table's statement and all that hangs on it, as far as it was made here."""
        with self._stage() as catalog:
            return catalog.dependents(name) if _has(catalog, name) else self._known.dependents(name)

    @contextmanager
    def _stage(self) -> Iterator[SqliteCatalog]:
        """The catalog after everything noted, which from then on is what makes the tables as they are now."""
        if self._start is not None:
            self._texts[:0] = self._start()
            self._start = None
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as stage:
            for text in self._texts:
                _try(stage, text)
            self._texts = [row[0] for row in stage.execute(_MADE)]
            yield SqliteCatalog(lambda sql: stage.execute(sql).fetchall())


_STRUCTURE = frozenset({"CREATE", "ALTER", "DROP"})
_WORD = re.compile(r"\s*([A-Za-z]+)")
# What hangs on something comes behind it.
_MADE = """
SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'
ORDER BY type = 'trigger', type = 'index', type = 'view', rowid
"""


def _first_word(text: str) -> str:
    """The first word of a statement, in capitals.  Only what begins with a comment must be looked at closely."""
    found = _WORD.match(text)
    return found[1].upper() if found else (significant_words(text) or [""])[0]


def _try(stage: sqlite3.Connection, text: str) -> None:
    try:
        stage.executescript(text)
    except sqlite3.Error:
        # It is about something that was not made here, so that it is not missed here either.
        return


def _has(catalog: SqliteCatalog, name: TableName) -> bool:
    try:
        return bool(catalog.dependents(name))
    except (SchemaError, sqlite3.Error):
        return False
