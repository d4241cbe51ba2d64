"""
What is known of a database at any moment of a run, and what is to be written.

Responsible for the runner's view: steps begin, end and fail, and everything that they leave to be written is written at
once when a transaction commits, so that a thousand small revisions cost a few statements.  Does not begin or commit
anything, and does not know SQL.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.database import catalog, entries
from limbeck.database.entries import ADOPT, DOWN, FAILED, STAMP, UP, VOID, Seal
from limbeck.database.journal.known import Flushed, Known
from limbeck.database.journal.reading import Reading
from limbeck.database.journal.running import Row, Running, declaration
from limbeck.database.journal.writing import Writing, makes, may_drop
from limbeck.database.progress import Progress, Unfinished
from limbeck.database.version import NARROW
from limbeck.errors import RunError
from limbeck.history import Direction, History
from limbeck.runner import Notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from limbeck.database.entries import Entry
    from limbeck.database.journal.note import Note
    from limbeck.database.version import VersionTable
    from limbeck.history import Stamp, Step
    from limbeck.runner import Script

_WIDTHS = {"db_user": 255, "os_user": 255, "host": 255}


class TableJournal:
    """The version table `versions` and the journal `name` (None: there is none) of one connection.

    What is reported by `begin`, `finish` and so on is written by `flush`, which the session calls in each
    transaction just before it commits, and holds after `confirm`.  `save` makes the session commit now; after
    `look_again` the connection sees what is committed by then.
    """

    def __init__(
        self,
        connection: sa.Connection,
        versions: VersionTable,
        name: str | None,
        *,
        save: Callable[[], None],
        look_again: Callable[[], None],
        notice: Callable[[Notice], None],
    ) -> None:
        self._connection = connection
        self._reading = Reading(connection, versions, name, look_again)
        self._writing = Writing(connection, versions, name)
        self._kept = name is not None
        self._save = save
        self._notice = notice
        self._people: Row = {}
        self._wide = False
        self._forget_all(Known())

    def _forget_all(self, known: Known) -> None:
        self._history = History()
        self._now = self._committed = known
        self._rows: list[tuple[Row, bool]] = []  # and whether the database has it already
        self._also: list[Callable[[], None]] = []
        self._running: Running | None = None
        self._flushed: Flushed | None = None
        self._interrupted: dict[tuple[str, str], Unfinished] = {}
        self._stale: tuple[int, ...] = ()
        self._applied: set[str] = set()

    # Reading

    def heads(self) -> frozenset[str]:
        """The rows of the version table; empty when there is none."""
        has_versions, has_journal = self._reading.tables()
        heads = self._reading.heads() if has_versions else frozenset()
        self._forget_all(Known(has_versions, has_journal, heads))
        return heads

    def applied(self, history: History) -> frozenset[str]:
        """Every revision in effect here, and heads that `history` does not have."""
        heads = self.heads()
        self._history = history
        below = frozenset(history.closure(id for id in heads if id in history)) | heads
        last = self._reading.last() if self._now.has_journal else None
        applied, foreign = below, None
        if last is None or frozenset(entries.read_ids(last.heads)) != heads:
            foreign = below if heads or last is not None else None
        elif last.applied != str(Seal.of(below)):
            replayed = self._reading.replayed()
            applied = frozenset(id for id in replayed if id in history) | heads
        self._now = self._committed = replace(
            self._now, last_id=last.id if last else 0, seal=Seal.of(applied), foreign=foreign
        )
        if last is not None and last.unfinished:
            self._sort_out(self._reading.interrupted(), applied)
        self._applied = set(applied)
        return applied

    def _sort_out(self, found: list[Unfinished], applied: frozenset[str]) -> None:
        """What was interrupted, as far as the database still is where that happened."""
        there = [left for left in found if self._is_there(left, applied)]
        self._interrupted = {(left.revision, left.direction): left for left in there}
        self._stale = tuple(left.id for left in found if left not in there)

    def _is_there(self, left: Unfinished, applied: frozenset[str]) -> bool:
        if self._now.foreign is not None or not self._now.has_versions:
            return False  # somebody else has moved the database since
        if left.direction == UP:
            return left.revision not in applied and applied.issuperset(left.parents)
        return left.revision in applied

    def unfinished(self) -> tuple[Unfinished, ...]:
        """The steps that an interrupted run has left and that can be gone on with, as of the last `applied`."""
        return tuple(self._interrupted.values())

    def entries(self) -> list[Entry]:
        """The journal, oldest first; empty when there is none."""
        self.heads()
        return self._reading.entries() if self._now.has_journal else []

    # What a run reports

    def ensure(self) -> None:
        """Make the tables that are missing."""
        if not self._now.has_versions:
            self._writing.create_versions()
            self._wide = True
        self._now = replace(self._now, has_versions=True)
        self.ensure_journal()

    def ensure_journal(self) -> None:
        """Make the journal when it is missing."""
        if self._kept and not self._now.has_journal:
            self._writing.create_journal()
        self._now = replace(self._now, has_journal=self._kept)

    def prepare(self) -> None:
        """A run begins to write: make what is missing, and adopt what another tool has done."""
        self.ensure()
        self._people = self._who()
        if self._stale:
            stale = self._stale
            self._also.append(lambda: self._writing.forget(VOID, ids=stale))
        if self._now.foreign is not None and self._kept:
            heads = ", ".join(sorted(self._now.heads)) or "base"
            text = f"The journal starts at {heads}, where another tool has brought this database."
            self._notice(Notice("adopted", text))
        self._adopt()

    def _adopt(self) -> None:
        """A row that says what another tool has done, where that is not known yet."""
        foreign = self._now.foreign
        if foreign is not None and self._kept:
            self._declare(ADOPT, foreign)
        self._now = replace(self._now, foreign=None)

    def _declare(self, direction: str, applied: frozenset[str]) -> None:
        self._now = replace(self._now, seal=Seal.of(applied))
        row = declaration(direction, self._now.heads, applied, self._people)
        self._rows.append((row, False))

    def interrupted(self, step: Step) -> Unfinished | None:
        """What an interrupted run left of `step`."""
        return self._interrupted.get((step.revision, step.direction.value))

    def settled(self, step: Step, left: Unfinished) -> None:
        """What was left of `step` is this, now that the catalog was asked."""
        self._interrupted[step.revision, step.direction.value] = left

    def begin(self, step: Step, script: Script) -> int:
        """`step` starts now; how many statements of it an interrupted run has carried out already."""
        left = self._interrupted.pop((step.revision, step.direction.value), None)
        checksum = script.checksum
        progress = Progress(step.revision, checksum, left)
        revision = self._history.get(step.revision)
        parents = revision.parents if revision else ()
        running = Running(step, self._people, checksum, parents, self._now.place, progress)
        running.durable = len(progress.missing)
        running.replaces = left is not None
        self._running = running
        self._widen(step.after - step.before)
        return len(progress.missing)

    @property
    def progress(self) -> Progress | None:
        """How far the step under way has come."""
        return self._running.progress if self._running else None

    def finish(self, step: Step) -> float:
        """All of `step` is done: the heads are now `step.after`; how many seconds it took."""
        running = self._running
        assert running is not None
        # A revision may have committed by itself; it came to its end, so that worked.
        self.confirm()
        running.progress.end()
        heads = self._now.heads - (step.before - step.after) | (step.after - step.before)
        up = step.direction is Direction.UP
        seal = self._now.seal
        seal = seal.with_(step.revision) if up else seal.without(step.revision)
        (self._applied.add if up else self._applied.discard)(step.revision)
        self._now = replace(self._now, heads=heads, seal=seal)
        running.place = self._now.place
        row = running.done()
        self._end(running, row)
        return float(row["duration_ms"]) / 1000

    def _end(self, running: Running, row: Row) -> None:
        """`row` is the last word about the step."""
        if running.replaces and not running.stored:
            self._also.append(lambda: self._writing.forget(FAILED, step=running.step))
        self._rows.append((row, running.stored))
        self._running = None

    def fail(self, step: Step, error: BaseException) -> None:
        """`step` stopped with `error`; its transaction, if it had one, is rolled back already."""
        running, self._running = self._running, None
        if running is None or not self._kept:
            return
        try:
            self._adopt()  # what was to be adopted was rolled back with everything else
            # When a commit fails nobody but the database knows whether it happened.
            left = self._reading.stored(running) if self._now.has_journal else None
            running.place = self._now.place
            self._rows.append((running.failed(error, left), left is not None))
            self._save()
        except (sa.exc.SQLAlchemyError, RunError):
            # The connection may be what failed.  Nothing is lost but the note: the error itself is raised.
            self._rows = []

    def may_be_dropped_by(self, text: str) -> bool:
        """Whether the statement `text` looks as if it dropped the journal."""
        name = self._writing.name
        return name is not None and may_drop(text, name)

    def dropped_by(self, text: str) -> bool:
        """Whether the statement `text`, which has taken effect, has dropped the journal; it is made anew then."""
        if not self._now.has_journal or not self.may_be_dropped_by(text):
            return False
        has_versions, has_journal = self._reading.tables()
        if has_journal or not has_versions:
            return False
        self.confirm()
        self._writing.create_journal()
        self._start_anew()
        where = ", ".join(sorted(self._committed.heads)) or "base"
        text = f"A revision has dropped {self._writing.name}, where limbeck keeps its journal; it was made anew, and starts at {where}."
        self._notice(Notice("journal-dropped", text))
        return True

    def is_made_by(self, text: str) -> bool:
        """Whether the statement `text` would make the journal, which is there: what undoes a revision that drops it."""
        name = self._writing.name
        if name is None or not self._now.has_journal or not makes(text, name):
            return False
        self._notice(
            Notice(
                "journal-kept",
                f"A revision makes {name}, which is there: limbeck keeps it as it is.",
            )
        )
        return True

    def _start_anew(self) -> None:
        """The journal is empty: write what is applied, and whatever was not committed behind it."""
        applied = set(self._applied)
        for row, _ in reversed(self._rows):
            if row["direction"] in {UP, DOWN}:
                (applied.discard if row["direction"] == UP else applied.add)(row["revision"])
        heads = self._committed.heads
        start = declaration(ADOPT, heads, frozenset(applied), self._people)
        self._rows = [(start, False), *((row, False) for row, _ in self._rows)]
        if self._running is not None:
            self._running.stored, self._running.id = False, None

    def stamp(self, stamp: Stamp, history: History) -> None:
        """The heads are `stamp.after` from now on, because somebody says so."""
        self._widen(stamp.after)
        last = self._reading.last() if self._now.has_journal else None
        last_id = last.id if last is not None else 0
        self._committed = replace(self._committed, last_id=last_id)
        self._now = replace(self._now, heads=stamp.after, last_id=last_id, foreign=None)
        if self._kept:
            self._also.append(lambda: self._writing.forget(VOID))
        known = [id for id in stamp.after if id in history]
        self._declare(STAMP, frozenset(history.closure(known)) | stamp.after)

    def rename(self, old: str, new: str) -> None:
        """The revision `old`, which the database has or has had, is called `new` from now on, in all that is written here."""
        from limbeck.database.journal.renaming import renamed

        self._widen(frozenset({new}))
        now = self._now
        heads = frozenset(new if id == old else id for id in now.heads)
        seal = now.seal.without(old).with_(new) if old in self._applied else now.seal
        for row, _ in self._rows:
            row.update(renamed(row, old, new, applied=old in self._applied)[0])
        self._now = replace(now, heads=heads, seal=seal)
        if now.has_journal:
            self._also.append(lambda: self._writing.rename(old, new))

    def _who(self) -> Row:
        import getpass
        import socket

        from limbeck.version import __version__

        try:
            os_user = getpass.getuser()
        except (OSError, KeyError):  # a container may have a number only
            os_user = ""
        found = {
            "db_user": catalog.user_name(self._connection),
            "os_user": os_user,
            "host": socket.gethostname(),
        }
        cut = {name: text[: _WIDTHS[name]] for name, text in found.items()}
        return {**cut, "tool": f"limbeck {__version__}"}

    def _widen(self, ids: frozenset[str]) -> None:
        """Make room for `ids`, where the version table was made by a tool that thinks of short ones."""
        if self._wide or all(len(id) <= NARROW for id in ids) or not self._now.has_versions:
            return
        self._writing.widen()
        self._wide = True

    # Transactions

    def flush(self, *, along: bool = False) -> Note | None:
        """Write everything that is not written yet; the transaction commits next.

        What can go `along` with the statement that commits it is given back, to be sent with it.
        """
        self._flushed = None
        if self._now.has_versions:
            self._writing.move(self._committed.heads, self._now.heads)
        if self._now.has_journal:
            self._flush_journal()
        note = self._writing.done(along=along)
        running = self._running
        self._flushed = Flushed(
            self._now,
            len(self._rows),
            len(self._also),
            running,
            running.progress.number if running else 0,
            running.reached if running else 0,
        )
        return note

    def goes_alone(self, note: Note, error: sa.exc.DBAPIError) -> bool:
        """Whether `note`, which went along with a statement, was written by itself now: the server would not take both as one.

        Raises JournalDisagrees when the `error` is that of the note.
        """
        if not self._writing.came_apart(note, error):
            return False
        self._writing.send(note)
        return True

    def _flush_journal(self) -> None:
        for write in self._also:
            write()
        rows, running = list(self._rows), self._running
        if running is not None:
            if running.replaces and not running.stored:
                self._writing.forget(FAILED, step=running.step)
            rows.append((running.so_far(), running.stored))
        new = [row for row, stored in rows if not stored]
        # In the order of the rows; whoever writes holds the lock, so that nobody else takes the same.
        for id, row in enumerate(new, self._committed.last_id + 1):
            row["id"] = id
        self._now = replace(self._now, last_id=self._committed.last_id + len(new))
        if running is not None:
            running.id = rows[-1][0]["id"]
        self._writing.write(new, [row for row, stored in rows if stored])

    def confirm(self) -> None:
        """What `flush` has written is committed; other things may have happened since."""
        flushed, self._flushed = self._flushed, None
        if flushed is None:
            return
        self._committed = flushed.known
        del self._rows[: flushed.rows]
        del self._also[: flushed.also]
        running = self._running
        if running is not None and running is flushed.running:
            running.stored = flushed.known.has_journal
            running.durable = flushed.durable

    def find_out(self) -> None:
        """Whether what `flush` has written was committed is not known: ask the database."""
        flushed = self._flushed
        if flushed is None:
            return
        if flushed.running is not None and flushed.known.has_journal:
            stored = self._reading.stored(flushed.running)
            committed = stored is not None and stored["number"] == flushed.number
        else:
            committed = flushed.known.has_versions and self._reading.heads() == flushed.known.heads
        if committed:
            self.confirm()

    def stays(self) -> None:
        """What the step under way has done so far stays, whatever happens to the transaction."""
        if self._running is not None:
            self._running.durable = self._running.reached

    def rolled_back(self, *, everything: bool) -> None:
        """The transaction is gone; with `everything`, finished steps are gone with it."""
        self._flushed = None
        if everything:
            self._now, self._rows, self._also = self._committed, [], []
        if self._running is not None:
            progress = self._running.progress
            del progress.done[max(0, self._running.durable - len(progress.missing)) :]
