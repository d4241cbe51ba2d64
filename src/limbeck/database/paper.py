"""
A database that only writes: the script of a run, for others to carry out.

Responsible for a script that the server's own client takes as it is, and that leaves what a run would leave, but for
the journal, which begins when limbeck next meets the database.  Does not connect to anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from limbeck.database.session import VERSION_TABLE, OpenDatabase
from limbeck.database.statements import runs_alone
from limbeck.database.version import VersionTable
from limbeck.errors import SchemaError
from limbeck.history import Direction, History, Stamp, Step
from limbeck.operations import Operation
from limbeck.schema import SchemaState, Table, TableName
from limbeck.values import dataclass

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.database.compile import Dependent
    from limbeck.database.sqlite.rehearsal import Rehearsal
    from limbeck.runner import Policy, Script, Statement


@dataclass(frozen=True, slots=True)
class _Form:
    """How a server's own client wants a script: what ends a statement, and what is around a transaction."""

    end: str = ";\n\n"
    begin: str = ""
    commit: str = ""


# MySQL and Oracle commit each change of structure by themselves; a transaction would promise too much.
_FORMS = {
    "postgresql": _Form(begin="BEGIN", commit="COMMIT"),
    "sqlite": _Form(begin="BEGIN", commit="COMMIT"),
    "mssql": _Form(end=";\n\nGO\n\n", begin="BEGIN TRANSACTION", commit="COMMIT"),
    "oracle": _Form(end="\n\n/\n\n"),
}


_PROGRAM = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:FUNCTION|PROCEDURE|TRIGGER|EVENT)\b.*;",
    re.IGNORECASE | re.DOTALL,
)


class PaperDatabase(OpenDatabase):
    """Writes statements to `out`, for a database whose heads are `start`.

    On SQLite some operations must know what a table is like (those that recreate it).  `structure` gives the
    statements that made what is there at the start, triggers and views included, and `state` the same as values, where
    there are no statements; they are asked when the first operation asks.  Without them only what the script itself does
    is known.
    """

    offline = True

    def __init__(
        self,
        dialect: sa.Dialect,
        out: TextIO,
        *,
        start: frozenset[str] = frozenset(),
        state: Callable[[], SchemaState] | None = None,
        structure: Callable[[], Iterable[str]] | None = None,
        policy: Policy | None = None,
        version_table: str = VERSION_TABLE,
        version_table_schema: str | None = None,
        naming_convention: Mapping[str, Any] | None = None,
        options: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(
            dialect,
            policy=policy,
            version_table=version_table,
            version_table_schema=version_table_schema,
            naming_convention=naming_convention,
            options=options,
        )
        self._out = out
        self._form = _FORMS.get(dialect.name, _Form())
        self._ends_programs = dialect.name in {"mysql", "mariadb"}
        self._elsewhere = _Elsewhere(state)
        self._structure = structure or self._from_state
        self._rehearsal: Rehearsal | None = None
        self._compiler: Any = None
        self._open = False
        self._unenforced = False
        versions = VersionTable(dialect, version_table, version_table_schema)
        self.journal = PaperJournal(start, versions, write=self._write, remark=self._remark)

    @property
    def elsewhere(self) -> SchemaState:
        """On SQLite, what is known of tables in attached databases behind everything that was written."""
        return self._elsewhere.state

    # Statements

    def compile(self, operation: Operation) -> Sequence[Statement]:
        """The statements that carry out `operation` here.  Raises CannotCompile."""
        if self._compiler is None:
            from limbeck.database.compile import Compiler

            if self.dialect.name == "sqlite":
                self._rehearse()
            self._compiler = Compiler(
                self.dialect,
                tables=self._rehearsal,
                naming_convention=self.naming_convention,
                literal=True,
            )
        made: Sequence[Statement] = self._compiler.statements(operation)
        if self._rehearsal is not None:
            self._elsewhere.note(operation)
            self._rehearsal.note(statement.text for statement in made)
        return made

    @property
    def structure(self) -> tuple[str, ...]:
        """On SQLite, the statements that make what is there behind everything that was written."""
        return () if self._rehearsal is None else self._rehearsal.made()

    def _rehearse(self) -> None:
        """Know what SQL of the author's own made, too: a table that is recreated keeps its triggers and views."""
        from limbeck.database.sqlite.rehearsal import Rehearsal

        self._rehearsal = Rehearsal(self._elsewhere, self._structure)

    def _from_state(self) -> list[str]:
        from limbeck.database.compile import Compiler
        from limbeck.operations import CreateTable

        compiler = Compiler(self.dialect, literal=True)
        return [
            statement.text
            for table in self._elsewhere.start
            for statement in compiler.statements(CreateTable(table))
        ]

    def execute(self, statement: Statement) -> bool:
        """Write one statement down."""
        if type(statement.executable).__name__ == "Recreation":
            self._without_enforcement()
        if self._open and (statement.alone or runs_alone(statement.text, self.dialect.name)):
            with self.autocommit_block():
                self._write(statement.text)
        else:
            self._write(statement.text)
        return True

    def _without_enforcement(self) -> None:
        """Rows that refer to the table must not go with it; SQLite switches between two transactions only."""
        if self._unenforced:
            return
        self._unenforced = True
        with self.autocommit_block():
            # Without this SQLite's shell goes on after rows could not be copied, and drops the table they are in.
            # Whatever else reads the script stops at the line, before anything has happened.
            self._out.write(".bail on\n\n")
            self._write("PRAGMA foreign_keys=OFF")

    def autocommit_block(self) -> AbstractContextManager[None]:
        """A scope in which each statement is committed by itself; what was done before is committed first."""
        return self._outside()

    @contextmanager
    def _outside(self) -> Iterator[None]:
        open_, self._open = self._open, False
        if open_:
            self._write(self._form.commit)
        self._committed()
        yield
        if open_:
            self._write(self._form.begin)
        self._open = open_

    def _write(self, text: str) -> None:
        text = text.strip()
        end = self._form.end
        if self._ends_programs and _PROGRAM.match(text):
            # Its own semicolons would end it for MySQL's client.
            self._out.write(f"DELIMITER $$\n\n{text}$$\n\nDELIMITER ;\n\n")
            return
        if text.endswith(";") and end.startswith(";"):
            end = end[1:]
        self._out.write(text + end)

    def _remark(self, text: str) -> None:
        self._out.write(f"-- {text}\n\n")

    # Scopes

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Nobody else writes on this paper."""
        yield

    @contextmanager
    def run(self) -> Iterator[None]:
        """The scope of a whole run: one transaction where the policy says so and the server can."""
        with self._transaction(wanted=not self.policy.per_revision):
            if not self.policy.per_revision:
                self.journal.ensure()
            yield

    def step(self, step: Step) -> AbstractContextManager[None]:
        """The scope of one step: a transaction of its own where the policy says so and the server can."""
        if self.policy.per_revision:
            return self._step()
        self.journal.ensure()
        return nullcontext()

    @contextmanager
    def _step(self) -> Iterator[None]:
        with self._transaction(wanted=True):
            self.journal.ensure()
            yield

    @contextmanager
    def _transaction(self, *, wanted: bool) -> Iterator[None]:
        if not wanted or not self._form.begin or self._open:
            yield
            return
        self._write(self._form.begin)
        self._open = True
        yield
        self._open = False
        self._write(self._form.commit)
        self._committed()

    def _committed(self) -> None:
        if self._compiler is not None:
            self._compiler.committed()

    def verify(self, heads: frozenset[str]) -> None:
        """There is nothing to read."""


class PaperJournal:
    """The rows of the version table, as statements; `start` are the heads before the script."""

    def __init__(
        self,
        start: frozenset[str],
        versions: VersionTable,
        *,
        write: Callable[[str], None],
        remark: Callable[[str], None],
    ) -> None:
        self._heads = start
        self._versions = versions
        self._write = write
        self._remark = remark
        self._exists = bool(start)
        self._history: History | None = None

    def heads(self) -> frozenset[str]:
        """Those of the start, moved by what was written."""
        return self._heads

    def applied(self, history: History) -> frozenset[str]:
        """What is below the heads."""
        self._history = history
        return frozenset(history.closure(self._heads))

    def ensure(self) -> None:
        """Make the version table, where the script begins with an empty database."""
        if not self._exists:
            self._write(self._versions.create())
            self._exists = True

    def begin(self, step: Step, script: Script) -> int:
        """Say which revision the statements that follow belong to."""
        below = ", ".join(self._history.parents(step.revision)) if self._history else ""
        if step.direction is Direction.UP:
            self._remark(f"Running upgrade {below} -> {step.revision}")
        else:
            self._remark(f"Running downgrade {step.revision} -> {below}")
        return 0

    def finish(self, step: Step) -> float:
        """Move the version rows; writing takes no time."""
        self._move(step.before, step.after)
        return 0.0

    def fail(self, step: Step, error: BaseException) -> None:
        """The script ends here."""

    def stamp(self, stamp: Stamp, history: History) -> None:
        """Write the rows that somebody asks for."""
        self.ensure()
        self._remark(
            f"Running stamp_revision {', '.join(sorted(stamp.before))} -> {', '.join(sorted(stamp.after))}"
        )
        self._move(stamp.before, stamp.after)

    def _move(self, before: frozenset[str], after: frozenset[str]) -> None:
        for text in self._versions.move(before, after):
            self._write(text)
        self._heads = (self._heads - (before - after)) | after


class _Elsewhere:
    """Tables of attached databases, which a rehearsal does not have: what they were, and what was done to them since.

    Only the operations on them are kept: those of a long script, with all that they came from, fill the memory.
    """

    def __init__(self, start: Callable[[], SchemaState] | None) -> None:
        self._ask = start
        self._state: SchemaState | None = None
        self._pending: list[Operation] = []

    def note(self, operation: Operation) -> None:
        """The script goes on with `operation`."""
        table = getattr(operation, "table", None)
        name = table.name if isinstance(table, Table) else table
        if isinstance(name, TableName) and name.schema:
            self._pending.append(operation)

    @cached_property
    def start(self) -> SchemaState:
        """What the database is like when the script begins."""
        return self._ask() if self._ask is not None else SchemaState()

    @property
    def state(self) -> SchemaState:
        """What it is like behind everything that was noted."""
        state = self._state if self._state is not None else self.start
        pending, self._pending = self._pending, []
        for operation in pending:
            state = _applied(operation, state)
        self._state = state
        return state

    def table(self, name: TableName) -> Table:
        """The table.  Raises SchemaError when there is none."""
        return self.state[name]

    def dependents(self, name: TableName) -> tuple[Dependent, ...]:
        """Not known."""
        return ()


def _applied(operation: Operation, state: SchemaState) -> SchemaState:
    try:
        return operation.apply(state)
    except SchemaError:
        # It is about a table that this script has not made, of which nothing is known.
        return state
