"""
Carry out a plan on paper.

Responsible for what a script must know of the database that it is meant for, for handing on whole scripts only, and
for what to tell an author whose revision needs a database.  Connects to nothing.
"""

from __future__ import annotations

from functools import cache
from io import StringIO
from typing import IO, TYPE_CHECKING, TextIO, cast

from limbeck.errors import NotReachable, ScriptFailed
from limbeck.history import plan_upgrade
from limbeck.runner import run

if TYPE_CHECKING:
    from typing_extensions import Self

    from limbeck.database.paper import PaperDatabase
    from limbeck.history import Plan
    from limbeck.project import Project, Target


_OWN = frozenset({"dialect", "engine"})
"""What a connection has by itself, not by its class."""

_KEPT_IN_MEMORY = 1_000_000
"""Characters of a script."""


def write(project: Project, plan: Plan, out: TextIO) -> None:
    """Write the SQL of `plan` to `out`, for each database.

    Nothing is written when that fails.  Raises CannotCompile, and ScriptFailed for a revision that asks the database
    something.
    """

    def one(target: Target) -> None:
        @cache
        def earlier() -> PaperDatabase:
            paper = target.paper(_Nowhere(), frozenset())
            before = plan_upgrade(project.history, frozenset(), plan.before)
            run(lambda applied: before, project.library, paper)
            return paper

        paper = target.paper(script, plan.before, earlier if plan.before else None)
        run(lambda applied: plan, project.library, paper)

    # A client at the other end of a pipe would carry out the half of a script.
    with _Draft() as draft:
        script = cast("TextIO", draft)  # as far as anybody asks
        try:
            project.targets.each(one)
        except ScriptFailed as error:
            if error.hint is None and misses_connection(error.__cause__):
                error.hint = "offline op.get_bind() is None: there is no connection; see op.get_context().as_sql"
            raise
        draft.hand_on(out)


class _Draft:
    """A script that nobody has seen yet: there are many short texts, and what is long waits in a file."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._length = 0
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, text: str) -> int:
        """The script goes on with `text`."""
        self._texts.append(text)
        self._length += len(text)
        if self._length > _KEPT_IN_MEMORY:
            self._put_away()
        return len(text)

    def _put_away(self) -> None:
        if self._file is None:
            from tempfile import TemporaryFile

            self._file = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - closed at the end of our scope
        self._file.write("".join(self._texts))
        self._texts, self._length = [], 0

    def hand_on(self, out: TextIO) -> None:
        """Write all of it to `out`."""
        if self._file is not None:
            from shutil import copyfileobj

            self._file.seek(0)
            copyfileobj(self._file, out)
        out.write("".join(self._texts))


class _Nowhere(StringIO):
    """Takes what nobody reads."""

    def write(self, text: str) -> int:
        """Forget `text`."""
        return len(text)


def misses_connection(cause: BaseException | None) -> bool:
    """Whether a revision asked None for what connections have, or made SQLAlchemy do so."""
    import sqlalchemy as sa

    if isinstance(cause, AttributeError):
        return cause.obj is None and (
            cause.name in _OWN or hasattr(sa.Connection, cause.name or "")
        )
    unbound = (sa.exc.NoInspectionAvailable, sa.exc.UnboundExecutionError)
    return isinstance(cause, unbound)


def wrong_way(verb: str, revisions: str) -> NotReachable:
    """A range whose ends are the other way round; `verb` is the one that was meant."""
    way, only = ("up", "down") if verb == "upgrade" else ("down", "up")
    return NotReachable(
        f"{revisions!r} leads {way}, and this only goes {only}",
        hint=f"`limbeck {verb} {revisions} --sql`",
    )
