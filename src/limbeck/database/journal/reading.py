"""
What the version table and the journal say.

Responsible for the queries, and for the values that rows become.  Does not change anything, and does not know what
is going to be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limbeck.database import catalog, entries
from limbeck.database.catalog import SILENT
from limbeck.database.entries import ADOPT, DONE, FAILED, STAMP, UP
from limbeck.database.progress import Unfinished
from limbeck.database.version import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import sqlalchemy as sa

    from limbeck.database.entries import Entry
    from limbeck.database.journal.running import Row, Running
    from limbeck.database.version import VersionTable

_INTERRUPTED = (
    "id", "revision", "direction", "outcome", "checksum", "parents", "progress", "error",
)  # fmt: skip
_STORED = ("number", "progress", "heads", "applied")


class Reading:
    """Asks the version table `versions` and the journal `name` (None: there is none) on `connection`.

    After `look_again` the connection sees what is committed by then.
    """

    def __init__(
        self,
        connection: sa.Connection,
        versions: VersionTable,
        name: str | None,
        look_again: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._versions = versions
        self._name = name
        self._look_again = look_again
        self._quote = connection.dialect.identifier_preparer.quote
        self._quoted = ".".join(self._quote(part) for part in (versions.schema, name) if part)
        self._mine = f"version_table = {literal(versions.name, connection.dialect)}"

    def tables(self) -> tuple[bool, bool]:
        """Whether there is a version table, and whether there is a journal."""
        names = [self._versions.name, *([self._name] if self._name is not None else [])]
        found = catalog.existing_tables(self._connection, names, self._versions.schema)
        return self._versions.name in found, self._name is not None and self._name in found

    def heads(self) -> frozenset[str]:
        """The rows of the version table, which is there."""
        heads = frozenset(map(str, self._text(self._versions.select).scalars()))
        # Another run may be making the journal at this moment: it is listed, and newer than what we look at.
        self._look_again()
        return heads

    def last(self) -> sa.Row[Any] | None:
        """Of the last row: `id`, `heads`, `applied`; and how many rows are `unfinished`."""
        return self._text(
            f"SELECT id, heads, applied, (SELECT count(*) FROM {self._quoted} WHERE {self._mine}"
            f" AND progress IS NOT NULL) AS unfinished FROM {self._quoted} WHERE {self._mine}"
            f" AND id = (SELECT max(id) FROM {self._quoted} WHERE {self._mine})"
        ).first()

    def replayed(self) -> set[str]:
        """What the rows since somebody last said what is applied add up to."""
        found: set[str] = set()
        rows = self._text(
            f"SELECT revision, direction, revisions FROM {self._quoted}"
            f" WHERE {self._mine} AND outcome = '{DONE}' ORDER BY id"
        )
        for row in rows:
            if row.direction in {STAMP, ADOPT}:
                found = set(entries.read_ids(row.revisions))
            else:
                (found.add if row.direction == UP else found.discard)(row.revision)
        return found

    def interrupted(self) -> list[Unfinished]:
        """The steps that interrupted runs have left, oldest first."""
        rows = self._text(
            f"SELECT {self._listed(_INTERRUPTED)} FROM {self._quoted}"
            f" WHERE {self._mine} AND progress IS NOT NULL ORDER BY id"
        )
        return [
            Unfinished.read(
                row.id,
                row.checksum or "",
                row.progress,
                revision=row.revision,
                direction=row.direction,
                parents=entries.read_ids(row.parents),
                error=(row.error or "") if row.outcome == FAILED else None,
            )
            for row in rows
        ]

    def entries(self) -> list[Entry]:
        """All rows, oldest first."""
        rows = self._text(
            f"SELECT {self._listed(entries.COLUMNS)} FROM {self._quoted}"
            f" WHERE {self._mine} ORDER BY id"
        )
        return [entries.entry(row) for row in rows.mappings()]

    def stored(self, running: Running) -> Row | None:
        """What the database has of a running row that was written, and perhaps committed; None when it has none."""
        if running.id is None:
            return None
        row = self._text(
            f"SELECT {self._listed(_STORED)} FROM {self._quoted} WHERE {self._mine}"
            f" AND id = {running.id} AND started_at = '{entries.written(running.started)}'"
        ).first()
        return None if row is None else dict(zip(_STORED, row, strict=True))

    def _listed(self, columns: Iterable[str]) -> str:
        return ", ".join(map(self._quote, columns))

    def _text(self, text: str) -> sa.CursorResult[Any]:
        return self._connection.exec_driver_sql(text, execution_options=SILENT)
