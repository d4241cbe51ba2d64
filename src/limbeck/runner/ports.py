"""
What the runner asks of the world.

Four protocols behind which databases, files and every fault that a test wants to inject stand.  Nothing here
knows SQLAlchemy or a file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from limbeck.history import Direction, History, Stamp, Step
from limbeck.runner.events import Report
from limbeck.values import dataclass, field

if TYPE_CHECKING:
    # A run that has nothing to do needs no operations, and they take time to import.
    from limbeck.operations import Operation

Send = Callable[["Operation"], None]
"""Carries out one operation.  It has taken effect when this returns."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing to execute.

    `text` is for journals, logs and offline scripts, `executable` is what a driver wants (a SQLAlchemy
    construct; never looked at here).  `alone` statements cannot run inside a transaction, as CREATE INDEX
    CONCURRENTLY.  `quiet` ones are no part of a revision's own work and are not reported (session settings).
    """

    text: str
    executable: object = field(default=None, compare=False, repr=False)
    parameters: object = field(default=None, compare=False, repr=False)
    alone: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class HalfDone:
    """A step that was interrupted after something of it was committed: `statements` of it took effect.

    `parents` are those of its revision.  `error` is why it failed, None when it was killed or is being run.
    """

    revision: str
    direction: Direction
    statements: int
    parents: tuple[str, ...] = ()
    error: str | None = None

    def __str__(self) -> str:
        below = ", ".join(self.parents) or "<base>"
        what = "" if self.direction is Direction.UP else "the downgrade of "
        return (
            f"between {below} and {self.revision}: stopped after statement {self.statements}"
            f" of {what}{self.revision}"
        )

    @property
    def way_out(self) -> str:
        """What to type to get out of it."""
        below = " ".join(self.parents) or "base"
        verb, to = (
            ("upgrade", self.revision) if self.direction is Direction.UP else ("downgrade", below)
        )
        return (
            f"`limbeck {verb} {to}` finishes it; if you have finished or undone it by hand,"
            f" `limbeck stamp {self.revision}` or `limbeck stamp {below}` says so"
        )


class Journal(Protocol):
    """What has happened to one database, kept in that database."""

    def heads(self) -> frozenset[str]:
        """The rows of the version table; empty when there is none."""
        ...

    def applied(self, history: History) -> frozenset[str]:
        """Every revision that is in effect here.

        What is below the heads, unless the history was reshaped since, in which case only what did run.  Ids
        that the history does not have are left out, unless they are heads.
        """
        ...

    def begin(self, step: Step, script: Script) -> int:
        """`step` starts now; how many statements of it an interrupted run has carried out already."""
        ...

    def finish(self, step: Step) -> float:
        """All of `step` is done: the heads are now `step.after`; how many seconds it took."""
        ...

    def fail(self, step: Step, error: BaseException) -> None:
        """`step` stopped with `error`; its transaction, if it had one, is rolled back already."""
        ...

    def stamp(self, stamp: Stamp, history: History) -> None:
        """The heads are `stamp.after` from now on, because somebody says so."""
        ...


class Database(Protocol):
    """One open database."""

    @property
    def journal(self) -> Journal:
        """What has happened to it."""
        ...

    def tell(self, report: Report) -> None:
        """Report statements, waiting and notices to `report` from now on."""
        ...

    def half_done(self) -> Sequence[HalfDone]:
        """What interrupted runs have left half done, as of the last time that the journal was asked what is applied."""
        ...

    def compile(self, operation: Operation) -> Sequence[Statement]:
        """The statements that carry out `operation` here.  Raises CannotCompile."""
        ...

    def execute(self, statement: Statement) -> bool:
        """Carry out one statement.  Raises StatementFailed.

        False when a run that was interrupted had carried it out already, so that it was left out now.
        """
        ...

    def exclusive(self) -> AbstractContextManager[None]:
        """Keep other runs out until the end of the scope.  Raises Locked."""
        ...

    def run(self) -> AbstractContextManager[None]:
        """The scope of a whole run: one transaction where the policy says so and the database can."""
        ...

    def step(self, step: Step) -> AbstractContextManager[None]:
        """The scope of one step: a transaction of its own where the policy says so and the database can."""
        ...

    def verify(self, heads: frozenset[str]) -> None:
        """Read the heads on a fresh connection.  Raises NotCommitted when they are not `heads`."""
        ...


class Script(Protocol):
    """The body of a revision."""

    @property
    def checksum(self) -> str:
        """Hexadecimal digest of what the body does, indifferent to comments and format."""
        ...

    def check(self, direction: Direction) -> None:
        """Make sure that it can be run, as far as that shows without.  Raises BrokenHeader and ScriptFailed."""
        ...

    def run(self, direction: Direction, database: Database, send: Send) -> None:
        """Send what is to be done, in order.  Raises ScriptFailed."""
        ...


class Library(Protocol):
    """Where revisions are kept."""

    @property
    def history(self) -> History:
        """All revisions that there are."""
        ...

    def script(self, id: str) -> Script:
        """The body of a revision, by full id.  Raises UnknownRevision."""
        ...
