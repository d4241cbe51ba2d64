"""
A database that only exists as a value.

Responsible for the schema that revisions lead to, and for who did what; what it cannot know, it names.  Does not
compile anything and connects to nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

from limbeck.database.paper import PaperDatabase
from limbeck.database.replay.server import carried_out, followers
from limbeck.database.replay.understand import understand
from limbeck.database.types.origins import with_types
from limbeck.diff import describe
from limbeck.errors import SchemaError
from limbeck.operations import Execute, Operation
from limbeck.schema import SchemaState

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.history import Direction, Step
    from limbeck.runner import Statement


reading: ContextVar[int] = ContextVar("limbeck.reading", default=0)
"""The line at which whoever reads a revision, instead of executing it, has arrived."""


class Recorded(NamedTuple):
    """One operation of one revision; `line` is where its file asks for it, 0 if that cannot be told.

    `unknown` is why it is not known what it does to the schema; "" when it is.
    """

    revision: str
    direction: Direction
    operation: Operation
    line: int = 0
    unknown: str = ""


class Opaque(NamedTuple):
    """Something that a revision does and of which the result is not known, and why not."""

    revision: str
    what: str
    why: str
    line: int = 0


class _Nowhere(StringIO):
    """A script that nobody reads."""

    def write(self, text: str) -> int:
        return len(text)


class ReplayDatabase(PaperDatabase):
    """Carries operations out on `schema`, and keeps them; offline, as far as revisions can tell."""

    def __init__(
        self,
        dialect: sa.Dialect,
        schema: SchemaState | None = None,
        *,
        start: frozenset[str] = frozenset(),
        **given: Any,  # what PaperDatabase takes
    ) -> None:
        super().__init__(dialect, _Nowhere(), start=start, **given)
        self._schema = schema if schema is not None else SchemaState()
        self._running: Step | None = None
        self.recorded: list[Recorded] = []
        self.opaque: list[Opaque] = []

    @property
    def state(self) -> SchemaState:
        """The schema after everything so far; each type has one of SQLAlchemy's as its origin."""
        return with_types(self._schema, self.dialect)

    @contextmanager
    def step(self, step: Step) -> Iterator[None]:
        """What happens inside belongs to `step`."""
        self._running = step
        try:
            yield
        finally:
            self._running = None

    def give_up(self, step: Step, why: str) -> None:
        """Whatever `step` would still do is not known; go on behind it."""
        what = f"revision {step.revision}"
        self.opaque.append(Opaque(step.revision, what, why))
        self.recorded.append(Recorded(step.revision, step.direction, Execute(what), 0, why))
        self.journal.finish(step)

    def compile(self, operation: Operation) -> Sequence[Statement]:
        """Carry `operation` out here; there is nothing left to execute."""
        line = _line()
        if isinstance(operation, Execute):
            self._understood(operation, line)
        else:
            self._note(operation, line)
        return ()

    def _understood(self, operation: Execute, line: int) -> None:
        """A statement of the author's own, as far as it can be known what it does."""
        found = understand(operation, self.dialect, self._schema)
        if found.why is not None:
            self._unknown(found.text, found.why, line)
        if found.schema is not None:
            for one in found.operations or self._read(found.text) or (operation,):
                self._record(one, line)
            self._schema = found.schema
            return
        for one in found.operations:
            self._note(one, line)
        if found.why is not None or not found.operations:
            self._record(operation, line, found.why or "")

    def _read(self, text: str) -> list[Operation]:
        """What a statement says that SQLite itself has carried out; nothing where that is hard to read."""
        from limbeck.database.replay.definitions import operations_of
        from limbeck.database.replay.parsing import NotUnderstood, parsed

        try:
            return [
                operation
                for tree in parsed(text, self.dialect)
                for operation in operations_of(tree, self.dialect, self._schema)
            ]
        except (NotUnderstood, AttributeError, KeyError, TypeError, IndexError):
            return []

    def _record(self, operation: Operation, line: int, unknown: str = "") -> None:
        step = self._running
        if step is not None:
            made = Recorded(step.revision, step.direction, operation, line, unknown)
            self.recorded.append(made)

    def _note(self, operation: Operation, line: int) -> None:
        self._record(operation, line)
        try:
            self._schema = carried_out(operation, self._schema, self.dialect)
        except SchemaError as error:
            self._unknown(describe(operation), f"it does not fit what is known: {error}", line)
            return
        for key in followers(operation, self._schema, self.dialect):
            why = f"{key} names it, and the server has put the new name into its text"
            self._unknown(describe(operation), why, line)

    def _unknown(self, what: str, why: str, line: int) -> None:
        revision = self._running.revision if self._running is not None else ""
        self.opaque.append(Opaque(revision, what, why, line))


def _line() -> int:
    """The line of the revision's function from which an operation was asked for, or of its part for one database.

    Python gives revisions a module of their own, outside of this package; operations come from inside.
    """
    read = reading.get()
    if read:
        return read
    frame = sys._getframe(1)  # noqa: SLF001 - the traceback module would read source files
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        # In projects with several databases it may be in `upgrade_engine1`.
        called = frame.f_code.co_name.partition("_")[0]
        if called in {"upgrade", "downgrade"} and not name.startswith("limbeck."):
            return frame.f_lineno
        if frame.f_back is None:
            return 0
        frame = frame.f_back
    return 0
