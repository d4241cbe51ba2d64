"""
Which statements of a step have taken effect.

Responsible for counting them, whether a revision sends operations or talks to the connection itself; for leaving out
what an interrupted run had done; and for noting a statement before it is sent where no transaction protects it.
Does not begin transactions, and does not know the form of the journal's rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from limbeck.database.catalog import SILENT
from limbeck.database.fresh import FreshTables
from limbeck.database.journal.note import may_go_along
from limbeck.database.progress import UnderWay
from limbeck.database.statements import (
    Kind,
    commits_first,
    is_temporary_table,
    kind_of,
    mark,
    may_commit,
    runs_alone,
)
from limbeck.errors import ResumeUncertain
from limbeck.runner import StatementDone, StatementStarted

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.database.effects import Effects
    from limbeck.database.journal import TableJournal
    from limbeck.database.journal.note import Note
    from limbeck.history import Step
    from limbeck.runner import Report


@dataclass(slots=True)
class _Sent:
    """A statement that is being executed; `wrapped` in a transaction of its own in an autocommit block."""

    text: str
    kind: Kind
    started: float
    wrapped: bool = False


class Account:
    """Counts the statements of the step that is under way on `connection`.

    `protected` says that a transaction takes back structure, too; where it does not, `commit` is called before each
    change of structure, so that the journal has it, or `write` where the server commits before it changes anything: it
    is told whether a note may go along with that change, and gives the one that does.  `nothing` is a statement without
    effect, sent in place of one that is left out.
    """

    def __init__(
        self,
        connection: sa.Connection,
        journal: TableJournal,
        *,
        nothing: str,
        protected: bool,
        write: Callable[[bool], Note | None],
        commit: Callable[[], None],
        report: Report,
    ) -> None:
        self._connection = connection
        self._journal = journal
        self._nothing = nothing
        self._protected = protected
        self._write = write
        self._commit = commit
        self._report = report
        self._step: Step | None = None
        self._sent: _Sent | None = None
        self._aside = 0
        self._note: Note | None = None  # waits for the statement that it goes along with
        self._effects: Effects | None = None  # of what was left out, in a step that goes on
        self._fresh = FreshTables()
        self.autocommit = False
        self.unsaved = False
        """Whether rows were written since the last commit."""
        event.listen(connection, "before_cursor_execute", self._before, retval=True)
        event.listen(connection, "after_cursor_execute", self._after)

    def close(self) -> None:
        """Count no longer."""
        event.remove(self._connection, "before_cursor_execute", self._before)
        event.remove(self._connection, "after_cursor_execute", self._after)

    def forget(self) -> None:
        """A run begins: others may have changed anything since the last."""
        self._fresh.forget()

    @property
    def open(self) -> bool:
        """Whether a step is under way, and has begun."""
        return self._step is not None and self._journal.progress is not None

    @contextmanager
    def of(self, step: Step) -> Iterator[None]:
        """The statements inside belong to `step`."""
        self._step, self._sent, self.unsaved = step, None, False
        self._effects = None
        try:
            yield
        finally:
            self._step = self._sent = None

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is executed inside is our own business and not counted."""
        self._aside += 1
        try:
            yield
        finally:
            self._aside -= 1

    @contextmanager
    def one_by_one(self) -> Iterator[None]:
        """Each statement inside is committed by itself."""
        self.autocommit = True
        try:
            yield
        finally:
            self._give_up()
            self.autocommit = False

    @contextmanager
    def counted(self, text: str, *, as_it_is: bool = False) -> Iterator[None]:
        """The scope in which an operation's statement is executed, whatever is sent for it.

        What is sent `as_it_is` takes the `note` along.
        """
        kind = kind_of(text)
        # Whoever writes op.execute("SELECT ...") wants an effect.
        self._begin(text, Kind.ROWS if kind is Kind.READ else kind, as_it_is=as_it_is)
        with self.aside():
            try:
                yield
            except BaseException:
                self._give_up()
                raise
        self._end()

    def note(self) -> Note | None:
        """What has to go along with the next statement; nobody has told the database yet."""
        note, self._note = self._note, None
        return note

    @property
    def _heard(self) -> bool:
        """Whether somebody else listens to what is sent, and wants to see each statement as it was written."""
        return len(self._connection.dispatch.before_cursor_execute) > 1 or (
            len(self._connection.dispatch.after_cursor_execute) > 1
        )

    def skips(self, text: str) -> bool:
        """Whether this statement was carried out by an interrupted run; it is reported then."""
        progress = self._journal.progress
        assert progress is not None
        if not progress.resumes:
            return False
        if kind_of(text) is Kind.SESSION:
            if is_temporary_table(text):
                raise self._lost(text)
            return False
        before = len(progress.done)
        if not progress.skips(mark(text)):
            self._look_for_effects()
            return False
        progress.number += 1
        if len(progress.done) > before + 1:
            self._effects = None  # the script left some out, and nobody knows what they did
        if kind_of(text) is not Kind.ROWS:
            self._expect(text)
        if not progress.resumes:
            self._look_for_effects()
        assert self._step is not None
        self._report(StatementDone(self._step, progress.number, text, skipped=True))
        return True

    def _expect(self, text: str) -> None:
        """`text` was left out: what it makes must be there; but the journal, if it was that, is back."""
        if self._journal.may_be_dropped_by(text):
            return
        if self._effects is None:
            from limbeck.database.effects import Effects

            self._effects = Effects()
        self._effects.add(text)

    def _look_for_effects(self) -> None:
        """What was left out so far must be there before anything else is done.  Raises ResumeUncertain."""
        if self._effects is None:
            return
        with self.aside():
            missing = self._effects.missing(self._connection)
        self._effects = None
        if missing is not None:
            assert self._step is not None
            raise ResumeUncertain(
                f"Revision {self._step.revision} was interrupted, and the database was changed by somebody else since:"
                f" after the statements that were carried out, {missing}.",
                hint="put the database where it was, or undo or finish the revision by hand;"
                " then `limbeck stamp` where the database is",
            )

    def _lost(self, text: str) -> ResumeUncertain:
        assert self._step is not None
        assert self._journal.progress is not None
        step, earlier = self._step, self._journal.progress.earlier
        number = len(earlier.done) if earlier is not None else 0
        finished, undone = (
            " ".join(sorted(heads)) or "base" for heads in (step.after, step.before)
        )
        return ResumeUncertain(
            f"Revision {step.revision} was interrupted after statement {number}, and uses a temporary table, which is"
            f" gone with what was in it:\n{text}",
            hint=f"do by hand what comes after statement {number}, then `limbeck stamp {finished}`;"
            f" or undo by hand what comes before, then `limbeck stamp {undone}` and run again",
        )

    # Statements that a revision sends through the connection itself

    def _before(
        self,
        connection: sa.Connection,
        cursor: Any,  # the driver's
        statement: str,
        parameters: Any,
        context: Any,
        executemany: bool,
    ) -> tuple[str, Any]:
        if self._aside or not self.open:
            return statement, parameters
        self._give_up()
        kind = kind_of(statement)
        if kind is Kind.SESSION:
            self._fresh.forget()  # USE, for one
        if kind is Kind.READ or (kind is Kind.SESSION and not is_temporary_table(statement)):
            return statement, parameters
        if self.skips(statement):
            return self._nothing, [()] if executemany else ()
        self._begin(statement, kind)
        return statement, parameters

    def _after(self, *_: Any) -> None:
        if not self._aside and self._sent is not None:
            self._end()

    # What happens around each

    def _begin(self, text: str, kind: Kind, *, as_it_is: bool = False) -> None:
        progress = self._journal.progress
        assert progress is not None
        assert self._step is not None
        progress.number += 1
        self._report(StatementStarted(self._step, progress.number, text))
        self._sent = sent = _Sent(text, kind, time.perf_counter())
        if kind is Kind.SESSION:
            self._fresh.forget()
            return
        if self.autocommit:
            sent.wrapped = not (runs_alone(text, self._connection.dialect.name) or may_commit(text))
            if sent.wrapped:
                self._own("BEGIN")
                return
        if self.autocommit or (not self._protected and kind is Kind.OTHER):
            self._announce(text, along=as_it_is and may_go_along(text) and not self._heard)
            self._fresh.sent(text)

    def _announce(self, text: str, *, along: bool) -> None:
        """Let the journal know of a statement that no transaction protects, before it is sent, or `along` with it."""
        from limbeck.database import resume

        progress = self._journal.progress
        assert progress is not None
        dialect = self._connection.dialect
        with self.aside():
            before: tuple[str, ...] | None
            if self._fresh.lack(text):
                before, query = resume.ABSENT, None
            else:
                query = resume.query(dialect, text)
                before = None if query else resume.look(self._connection, text)
            progress.under_way = UnderWay(mark(text), text, before, query)
            if commits_first(text, dialect.name):
                self._note = self._write(along)
            else:
                self._commit()
        self.unsaved = False

    def _end(self) -> None:
        sent, self._sent = self._sent, None
        progress = self._journal.progress
        assert sent is not None
        assert progress is not None
        assert self._step is not None
        if sent.kind is not Kind.SESSION:
            progress.done.append(mark(sent.text))
            if not self._protected and sent.kind is Kind.OTHER:
                self._fresh.happened(sent.text)
            with self.aside():
                dropped = sent.kind is Kind.OTHER and self._journal.dropped_by(sent.text)
                self._keep(sent)
                if dropped and not self._protected:
                    self._commit()
        seconds = time.perf_counter() - sent.started
        self._report(StatementDone(self._step, progress.number, sent.text, seconds))

    def _keep(self, sent: _Sent) -> None:
        progress = self._journal.progress
        assert progress is not None
        way, progress.under_way = progress.under_way, None
        if sent.wrapped:
            self._journal.flush()
            self._own("COMMIT")
            self._journal.confirm()
        elif self.autocommit or (way is not None and way.before is None and way.query is None):
            # Nothing but this note will tell that it happened.
            self._commit()
        elif way is not None:
            self._journal.confirm()
            self._journal.stays()
        else:
            self.unsaved = True

    def _give_up(self) -> None:
        """A statement that was sent has failed."""
        sent, self._sent = self._sent, None
        self._note = None
        if sent is not None and sent.wrapped:
            self._own("ROLLBACK")

    def _own(self, text: str) -> None:
        with self.aside():
            self._connection.exec_driver_sql(text, execution_options=SILENT)
