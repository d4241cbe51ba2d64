"""
A database that acts: statements are carried out on a connection.

Responsible for what is one transaction, and for what is committed when a statement cannot be part of one.  Does not
know where revisions come from, how statements are counted (`account` does) nor what the journal's rows look like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event

from limbeck.database.account import Account
from limbeck.database.catalog import SILENT
from limbeck.database.engine import another
from limbeck.database.journal import TableJournal
from limbeck.database.lock import hold, lock_for, wait_for
from limbeck.database.progress import Unfinished
from limbeck.database.refusal import refusal
from limbeck.database.session import JOURNAL, VERSION_TABLE, OpenDatabase
from limbeck.database.statements import runs_alone
from limbeck.database.transactions import Transactions
from limbeck.database.version import VersionTable
from limbeck.errors import NotCommitted, Refused
from limbeck.history import Direction
from limbeck.runner import HalfDone, Notice

if TYPE_CHECKING:
    from typing_extensions import Self

    from limbeck.database.journal.note import Note
    from limbeck.history import Step
    from limbeck.operations import Operation
    from limbeck.runner import Policy, Statement


class LiveDatabase(OpenDatabase):
    """Carries statements out on `connection`.

    `journal` is the name of the journal's table, None to keep none.  A connection that is in a transaction
    already is refused (DirtyConnection) unless `join` says that the caller will commit it, or `adopt` that we are to.
    """

    connection: sa.Connection

    def __init__(
        self,
        connection: sa.Connection,
        *,
        policy: Policy | None = None,
        version_table: str = VERSION_TABLE,
        version_table_schema: str | None = None,
        journal: str | None = JOURNAL,
        naming_convention: Mapping[str, Any] | None = None,
        options: Mapping[str, object] | None = None,
        join: bool = False,
        adopt: bool = False,
    ) -> None:
        super().__init__(
            connection.dialect,
            policy=policy,
            version_table=version_table,
            version_table_schema=version_table_schema,
            naming_convention=naming_convention,
            options=options,
        )
        self.connection = connection
        self._transactions = Transactions(connection, join=join, adopt=adopt)
        self._lasting = self._transactions.rolls_ddl_back  # a step that fails leaves nothing behind
        self._versions = VersionTable(self.dialect, version_table, version_table_schema)
        self.journal = TableJournal(
            connection,
            self._versions,
            journal,
            save=self._save,
            look_again=self._transactions.look_again,
            notice=self._tell,
        )
        self._account = Account(
            connection,
            self.journal,
            nothing=self._versions.nothing(),
            protected=self._lasting,
            write=self._write,
            commit=self._commit,
            report=self._tell,
        )
        self._compiler: Any = None
        event.listen(connection, "commit", self._before_commit)
        self._writing = self._flushed = self._committed_by_revision = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the connection as it was found; also at the end of `with LiveDatabase(...) as database`."""
        event.remove(self.connection, "commit", self._before_commit)
        self._account.close()
        self._transactions.close()

    def half_done(self) -> tuple[HalfDone, ...]:
        """What interrupted runs have left half done, as of the last time that the journal was asked what is applied."""
        with self._account.aside():
            found = [self._half_done(left) for left in self.journal.unfinished()]
        return tuple(half for half in found if half is not None)

    def _half_done(self, left: Unfinished) -> HalfDone | None:
        from limbeck.database import resume

        way, failed = left.under_way, left.error is not None
        happened = way and resume.left_something(self.connection, way, failed=failed)
        if not left.done and (way is None or happened is False):
            return None  # all was rolled back, or the server refused the first statement
        number = len(left.done) + bool(happened)
        direction = Direction(left.direction)
        return HalfDone(left.revision, direction, number, left.parents, left.error)

    @property
    def _driver_error(self) -> type[Exception]:
        dbapi: Any = self.dialect.dbapi
        error: type[Exception] = dbapi.Error
        return error

    # Statements

    def compile(self, operation: Operation) -> Sequence[Statement]:
        """The statements that carry out `operation` here.  Raises CannotCompile."""
        if self._compiler is None:
            from limbeck.database.compile import Compiler
            from limbeck.database.read import Catalog

            self._compiler = Compiler(
                self.dialect,
                tables=Catalog(self.connection),
                naming_convention=self.naming_convention,
                schema_translate_map=self._schemas,
            )
        made: Sequence[Statement] = self._compiler.statements(operation)
        return made

    @property
    def _schemas(self) -> dict[str | None, str | None]:
        """The schemas that the connection puts in the place of others."""
        given = self.connection.get_execution_options().get("schema_translate_map")
        return dict(given or {})

    def execute(self, statement: Statement) -> bool:
        """Carry out one statement.  Raises StatementFailed.

        False when a run that was interrupted had carried it out already, so that it was left out now.
        """
        text = shown(statement, self.dialect)
        if statement.quiet or not self._account.open:
            self._carry_out(statement, text)
            return True
        if self._account.skips(text):
            return False
        if self.journal.is_made_by(text):
            return True
        counted = self._account.counted(text, as_it_is=_is_text(statement))
        with self._surroundings(statement, text), counted:
            self._carry_out(statement, text)
        return True

    def _surroundings(self, statement: Statement, text: str) -> AbstractContextManager[None]:
        """What has to be so around a statement that cannot simply be part of the transaction."""
        if _is_recreation(statement):
            return self._unenforced()
        if self._lasting and (statement.alone or runs_alone(text, self.dialect.name)):
            return self.autocommit_block()
        return nullcontext()

    def _carry_out(self, statement: Statement, text: str) -> None:
        executable: Any = statement.executable
        try:
            if _is_recreation(statement):
                from limbeck.database.recreate import carry_out

                for notice in carry_out(self.connection, executable):
                    self._report(Notice("recreated", notice))
            elif _is_text(statement):
                self._send(statement.text)
            else:
                parameters: Any = statement.parameters
                self.connection.execute(executable, parameters).close()
        except sa.exc.DBAPIError as error:
            raise refusal(error, text, self.connection.engine.url) from error

    def _send(self, text: str) -> None:
        """Send a text as it is, together with the journal's note about it where the server has both as one."""
        note = self._account.note()
        if note is not None:
            try:
                self.connection.exec_driver_sql(*note.before(text)).close()
            except sa.exc.DBAPIError as error:
                if not self.journal.goes_alone(note, error):
                    raise
            else:
                return
        self.connection.exec_driver_sql(text, execution_options=SILENT).close()

    def autocommit_block(self) -> AbstractContextManager[None]:
        """A scope in which each statement is committed by itself; what was done before is committed first.

        Raises Refused where nothing must be committed: in a dry run, and in a transaction of the caller's.
        """
        return self._committed_one_by_one()

    @contextmanager
    def _committed_one_by_one(self) -> Iterator[None]:
        if self._account.autocommit:
            yield
            return
        self._must_commit("a statement that cannot be part of a transaction")
        self._commit(begin=False)
        if not self._lasting:
            yield  # structure is committed anyway there, and the rows are below
            self._commit()
            return
        with self._transactions.autocommit(), self._account.one_by_one():
            yield
        self._transactions.begin()

    @contextmanager
    def _unenforced(self) -> Iterator[None]:
        """Without foreign keys being enforced, which SQLite switches only between two transactions.

        What is done inside is committed together with the note that it was done.
        """
        if self._transactions.joined or not self._pragma("foreign_keys"):
            yield
            return
        self._must_commit("recreating a table while foreign keys are enforced")
        self._commit(begin=False)
        self._enforce(on=False)
        try:
            self._transactions.begin()
            yield
            self._commit(begin=False)
        except BaseException:
            self._transactions.rollback()
            raise
        finally:
            self._enforce(on=True)
        self._transactions.begin()

    def _enforce(self, *, on: bool) -> None:
        with self._transactions.autocommit(), self._account.aside():
            self.connection.exec_driver_sql(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")

    def _pragma(self, name: str) -> Any:
        """The value of a setting of SQLite; they have several types."""
        with self._account.aside():
            return self.connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    def _must_commit(self, what: str) -> None:
        if self.policy.dry_run:
            raise Refused(
                f"A dry run is rolled back, but there is {what}.", hint="limbeck upgrade --plan"
            )
        if self._transactions.joined:
            raise Refused(
                f"The transaction is the caller's, but there is {what}.",
                hint="hand over a connection that is in no transaction",
            )

    # Transactions

    def _commit(self, *, begin: bool = True) -> None:
        """Commit what was done, together with the journal; a new transaction is open afterwards."""
        if not self._transactions.joined:
            self._transactions.begin()
        if self._writing:
            self._flush()
        self._flushed = True
        try:
            self._transactions.commit()
        finally:
            self._flushed = False
        self.journal.confirm()
        if self._compiler is not None:
            self._compiler.committed()
        if begin:
            self._transactions.begin()

    def _write(self, along: bool) -> Note | None:
        """Write the journal; the next statement commits it before it does anything.

        What can go `along` with that is given back.
        """
        self._transactions.begin()
        return self._flush(along=along)

    def _before_commit(self, connection: sa.Connection) -> None:
        """A revision commits by itself: the journal goes with it."""
        if self._flushed or not self._writing:
            return
        if self.policy.dry_run:
            self._must_commit("a revision that commits by itself")
        self._flush()
        self._committed_by_revision = True
        if self._compiler is not None:
            self._compiler.committed()

    def _flush(self, *, along: bool = False) -> Note | None:
        self._notice_commit()
        with self._account.aside():
            return self.journal.flush(along=along)

    def _notice_commit(self) -> None:
        """A revision has committed by itself since; had that failed, we would not have come here in peace."""
        if self._committed_by_revision:
            self._committed_by_revision = False
            self.journal.confirm()

    def _save(self) -> None:
        """Commit a note about a step that failed; the journal itself may have been rolled back with it."""
        if self._transactions.joined or self.policy.dry_run or self.connection.invalidated:
            return
        self._transactions.begin()
        with self._account.aside():
            self.journal.ensure_journal()
        self._commit(begin=False)

    def _undo(self) -> None:
        """Take back what can be taken back."""
        if self._transactions.joined:
            return
        try:
            self._transactions.abandon()
        except (sa.exc.SQLAlchemyError, self._driver_error):
            pass  # the connection is gone, and the transaction with it; the error that led here is raised
        self._notice_commit()
        if not self._lasting:
            self._find_out()
        self.journal.rolled_back(everything=self._lasting)

    def _find_out(self) -> None:
        """A statement that commits before it does anything has failed; whether it came so far, the database knows."""
        if self.connection.invalidated:
            return
        try:
            with self._account.aside():
                self.journal.find_out()
            self._transactions.rollback()
        except sa.exc.SQLAlchemyError:
            pass  # as above

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep other runs out until the end of the scope.  Raises Locked, and Refused for a dry run that stays."""
        if self.policy.dry_run and not self._lasting:
            mariadb = getattr(self.dialect, "is_mariadb", False)
            name = "MariaDB" if mariadb else self.dialect.name
            raise Refused(
                f"A dry run is not possible on {name}, which commits each change of structure.",
                hint="limbeck upgrade --sql shows what would be executed",
            )
        self._transactions.rollback()
        lock = None
        if self.policy.lock:
            with self._account.aside():
                lock = lock_for(
                    self.connection,
                    self.version_table,
                    self.version_table_schema,
                    joined=self._transactions.joined,
                )
            self._transactions.rollback()
        with hold(lock, self.policy.lock_timeout, self._report), self._sqlite_reserved():
            try:
                yield
            finally:
                self._end()

    def _end(self) -> None:
        try:
            self._transactions.rollback()
        except sa.exc.SQLAlchemyError:
            pass  # as in _undo

    @contextmanager
    def _sqlite_reserved(self) -> Iterator[None]:
        """On SQLite, wait for other writers before anything is read, and then keep them out."""
        if self.dialect.name != "sqlite" or self._transactions.joined:
            yield
            return
        patience = self._pragma("busy_timeout")
        self._transactions.rollback()
        unenforced = self.policy.dry_run and bool(self._pragma("foreign_keys"))
        self._transactions.rollback()
        if unenforced:  # a table may have to be recreated, and then it is too late
            self._enforce(on=False)
        self._set_patience(0)
        try:
            wait_for(self._reserve, _somebody, self.policy.lock_timeout, self._report)
            self._set_patience(self._longest_wait())
            yield
        finally:
            self._end()
            self._set_patience(patience)
            if unenforced:
                self._enforce(on=True)

    def _reserve(self) -> bool:
        try:
            with self._account.aside():
                self._transactions.begin()
        except sa.exc.OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            return False
        return True

    def _longest_wait(self) -> int:
        """Milliseconds that SQLite itself waits for readers when we commit."""
        timeout = self.policy.lock_timeout
        return 2**31 - 1 if timeout is None else min(int(timeout * 1000), 2**31 - 1)

    def _set_patience(self, milliseconds: int) -> None:
        # Not within a transaction of its own: it is no statement that a database would have to be asked for.
        with self._account.aside():
            raw: Any = self.connection.connection.cursor()
            raw.execute(f"PRAGMA busy_timeout={milliseconds}")
            raw.close()

    @contextmanager
    def run(self) -> Iterator[None]:
        """The scope of a whole run: one transaction where the policy says so and the database can."""
        self._transactions.begin()
        self._account.forget()
        self._writing = True
        try:
            with self._account.aside():
                self.journal.prepare()
            if not self._lasting:
                self._commit()
            yield
            if self.policy.dry_run:
                self._undo()
            else:
                self._commit(begin=False)
        except BaseException:
            self._undo()
            raise
        finally:
            self._writing = False

    @contextmanager
    def step(self, step: Step) -> Iterator[None]:
        """The scope of one step: a transaction of its own where the policy says so and the database can."""
        self._settle(step)
        self._transactions.begin()
        try:
            with self._account.of(step):
                yield
        except BaseException:
            self._undo()
            raise
        if self._lasting:
            if self.policy.per_revision and not self.policy.dry_run:
                self._commit(begin=False)
        elif self._account.unsaved:
            self._commit()

    def _settle(self, step: Step) -> None:
        """Find out whether the statement took effect that was under way when a run of `step` was interrupted."""
        left = self.journal.interrupted(step)
        if left is None or left.under_way is None:
            return
        from limbeck.database import resume

        with self._account.aside():
            found = resume.settle(self.connection, left.under_way)
            if found.clean:
                with self.autocommit_block():
                    for text in found.clean:
                        self.connection.exec_driver_sql(text, execution_options=SILENT)
        done = (*left.done, left.under_way.mark) if found.happened else left.done
        self.journal.settled(step, replace(left, done=done, under_way=None))

    def verify(self, heads: frozenset[str]) -> None:
        """Read the heads on a fresh connection.  Raises NotCommitted when they are not `heads`."""
        if self.policy.dry_run:
            return
        with self._account.aside(), another(self.connection) as connection:
            found = frozenset(
                connection.exec_driver_sql(
                    self._versions.select, execution_options=SILENT
                ).scalars()
            )
            if found != heads:
                raise NotCommitted(
                    f"The run came to its end, but the database is at {_named(found)} and not at {_named(heads)}.",
                    hint="limbeck current",
                )


def shown(statement: Statement, dialect: sa.Dialect) -> str:
    """The text of a statement, with placeholders where values are sent beside it."""
    executable: Any = statement.executable
    if isinstance(executable, sa.ClauseElement):
        return str(executable.compile(dialect=dialect))
    return statement.text


def _is_text(statement: Statement) -> bool:
    return statement.executable is None or isinstance(statement.executable, str)


def _is_recreation(statement: Statement) -> bool:
    return type(statement.executable).__name__ == "Recreation"


def _somebody() -> str:
    return "another program that writes to the database"


def _named(heads: frozenset[str]) -> str:
    return ", ".join(sorted(heads)) or "base"
