"""
How the version table and the journal are changed.

Responsible for the statements, and for needing few of them.  Does not know what they are to say, nor when a transaction
ends.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database import catalog, entries
from limbeck.database.catalog import SILENT
from limbeck.database.entries import COLUMNS
from limbeck.database.journal.note import Note, moved, refused
from limbeck.database.progress import Asked
from limbeck.errors import JournalDisagrees

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Sequence

    from limbeck.database.journal.running import Row
    from limbeck.database.version import VersionTable
    from limbeck.history import Step

_CHANGING = (
    "outcome", "finished_at", "duration_ms", "heads", "applied", "number", "statement", "progress", "error",
)  # fmt: skip
_CHANGED = frozenset({"version_table", "id", "revision", "direction", "started_at", *_CHANGING})
"""What has to be said of a row that is there: what changes, and what is never NULL."""


class Writing:
    """Writes to the version table `versions` and the journal `name` on `connection`."""

    def __init__(self, connection: sa.Connection, versions: VersionTable, name: str | None) -> None:
        self._connection = connection
        self._versions = versions
        self.name = name
        self._waiting: str | None = None
        self._note: Note | None = None

    def create_versions(self) -> None:
        """Make the version table."""
        self._text(self._versions.create())

    def create_journal(self) -> None:
        """Make the journal, which another history of the same database may be making at this moment."""
        catalog.create_if_missing(self._connection, self._journal)

    def widen(self) -> None:
        """Make room for long ids, where the length of a column means something."""
        text = self._versions.widen()
        if text is not None:
            self._text(text)

    def move(self, before: frozenset[str], after: frozenset[str]) -> None:
        """Turn the rows of the version table into `after`.  Raises JournalDisagrees when they were not `before`.

        One change may wait until `done` is called.
        """
        self._waiting = self._note = None
        texts = self._versions.move(before, after)
        if len(texts) == 1 and self._writes_together:
            self._waiting = texts[0]
            return
        for text in texts:
            self._move(text)

    def _move(self, text: str) -> None:
        rows = self._text(text).rowcount
        if rows != 1:
            raise _disagreement(text, rows)

    def done(self, *, along: bool = False) -> Note | None:
        """Everything was said: what still waits is written; or it is given back, where it can go `along` with a statement."""
        move, self._waiting = self._waiting, None
        note, self._note = self._note, None
        if move is not None:
            self._move(move)
        if note is None or (along and self._writes_together):
            return note
        self.send(note)
        return None

    def send(self, note: Note) -> None:
        """Write a note by itself."""
        if note.move is not None:
            if self._sent_as_one(note):
                return
            self._move(note.move)
        self._connection.exec_driver_sql(note.write, note.parameters)

    def _sent_as_one(self, note: Note) -> bool:
        """Whether the server has taken a note as one statement; otherwise nothing has happened."""
        if not self._writes_together:
            return False
        try:
            self._connection.exec_driver_sql(*note.alone())
        except sa.exc.DBAPIError as error:
            if self.came_apart(note, error):
                self._writes_together = False
                return False
            raise
        return True

    def came_apart(self, note: Note, error: sa.exc.DBAPIError) -> bool:
        """Whether the server would not take `note` and something else as one, so that nothing has happened.

        Raises JournalDisagrees when it was the note that failed.
        """
        rows = moved(error)
        if rows is not None and note.move is not None:
            raise _disagreement(note.move, rows) from None
        return refused(error)

    @cached_property
    def _writes_together(self) -> bool:
        """Whether several statements can be sent as one: on MariaDB, by drivers that write parameters into the text."""
        dialect: Any = self._connection.dialect  # what MySQL's has beyond the others
        return (
            dialect.name in {"mysql", "mariadb"}
            and dialect.is_mariadb
            and dialect.paramstyle in {"format", "pyformat"}
        )

    def forget(
        self, outcome: str, *, ids: Collection[int] | None = None, step: Step | None = None
    ) -> None:
        """Let nobody go on with these rows (all: with neither) any more; `outcome` is what they become."""
        c = self._journal.c
        which = [c.version_table == self._versions.name, c.progress.is_not(None)]
        if ids is not None:
            which.append(c.id.in_(ids))
        if step is not None:
            which += [c.revision == step.revision, c.direction == step.direction.value]
        error = sa.func.coalesce(c.error, "interrupted")
        change = self._journal.update().where(*which)
        self._connection.execute(change.values(progress=None, outcome=outcome, error=error))

    def rename(self, old: str, new: str) -> None:
        """Let the journal say `new` wherever it says `old`."""
        from limbeck.database.journal.renaming import rename

        rename(self._connection, self._journal, self._versions.name, old, new)

    def write(self, new: Sequence[Row], known: Sequence[Row]) -> None:
        """Write rows, `new` ones and those that are `known` by their id; they may wait until `done` is called."""
        for row in (*new, *known):
            row["version_table"] = self._versions.name
        if self._connection.dialect.name in {"mysql", "mariadb"}:
            self._upsert(new, known)
            return
        if known:
            values = [
                {**row, "its_table": row["version_table"], "its_id": row["id"]} for row in known
            ]
            self._connection.execute(self._update, values)
        if new:
            self._connection.execute(self._journal.insert(), list(new))

    @cached_property
    def _journal(self) -> sa.Table:
        assert self.name is not None
        return entries.journal_table(self.name, self._versions.schema)

    @cached_property
    def _update(self) -> sa.Update:
        c = self._journal.c
        mine = (c.version_table == sa.bindparam("its_table")) & (c.id == sa.bindparam("its_id"))
        change = self._journal.update().where(mine)
        return change.values({name: sa.bindparam(name) for name in _CHANGING})

    def _upsert(self, new: Sequence[Row], known: Sequence[Row]) -> None:
        """New and known rows in one statement of MySQL's: a step ends and the next begins in it.

        Written by hand, because it is executed for each change of structure.
        """
        if not new and not known:
            return
        mark = "?" if self._connection.dialect.paramstyle == "qmark" else "%s"
        parameters: list[Any] = []  # strings, numbers
        written = [_values(row, _CHANGED, mark, parameters) for row in known]
        written += [_values(row, COLUMNS, mark, parameters) for row in new]
        before, after = self._upsert_around
        move, self._waiting = self._waiting, None
        self._note = Note(move, f"{before}{', '.join(written)}{after}", tuple(parameters))

    @cached_property
    def _upsert_around(self) -> tuple[str, str]:
        dialect: Any = self._connection.dialect  # what MySQL's has beyond the others
        quoted = dialect.identifier_preparer.format_table(self._journal)
        newer = not dialect.is_mariadb and (dialect.server_version_info or ()) >= (8, 0, 20)
        alias, value = (" AS fresh", "fresh.{0}") if newer else ("", "VALUES({0})")
        changes = ", ".join(f"{name} = {value.format(name)}" for name in _CHANGING)
        return (
            f"INSERT INTO {quoted} ({', '.join(COLUMNS)}) VALUES ",
            f"{alias} ON DUPLICATE KEY UPDATE {changes}",
        )

    def _text(self, text: str) -> sa.CursorResult[Any]:
        return self._connection.exec_driver_sql(text, execution_options=SILENT)


def _disagreement(text: str, rows: int) -> JournalDisagrees:
    """`text`, which moves a row of the version table, has moved `rows`."""
    if rows == 0:
        return JournalDisagrees(
            "The version table was changed by somebody else while revisions were running.",
            hint="limbeck current",
        )
    return JournalDisagrees(
        f"The version table has several rows where there should be one:\n{text}",
        hint="delete the rows that are there twice; a primary key keeps them out",
    )


_DROPS_MORE = re.compile(r"\bDROP\s+(?:SCHEMA|DATABASE|OWNED)\b", re.IGNORECASE)


def may_drop(text: str, name: str) -> bool:
    """Whether the statement `text` could drop the table `name`."""
    lower = text.lower()
    return "drop" in lower and (name.lower() in lower or _DROPS_MORE.search(text) is not None)


_CREATES = r"\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:\S+\.)?[\"`[]?{}[\"`\]]?\s*\("


def makes(text: str, name: str) -> bool:
    """Whether the statement `text` makes a table called `name`."""
    if name.lower() not in text.lower():
        return False
    return re.match(_CREATES.format(re.escape(name)), text, re.IGNORECASE) is not None


def _values(row: Row, columns: Container[str], mark: str, parameters: list[Any]) -> str:
    """The values of `row` in `columns`, and NULL in the others, as INSERT wants them."""
    written = []
    for name in COLUMNS:
        value = row[name] if name in columns else None
        if value is None:
            written.append("NULL")
        elif isinstance(value, Asked):
            parameters += [value.before, value.after]
            query = value.query.replace("%", "%%") if mark == "%s" else value.query
            written.append(f"CONCAT({mark}, ({query}), {mark})")
        else:
            parameters.append(value)
            written.append(mark)
    return f"({', '.join(written)})"
