"""
Everything about a project and its databases on one page.

Responsible for looking at all of it even where a part is broken: what is wrong becomes a Problem, not an error.
Does not know how to repair anything, beyond the command that would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from limbeck.actions.current import Current, look
from limbeck.actions.edited import edited_here, edited_since_published
from limbeck.actions.outcome import Place
from limbeck.actions.point import Point, points
from limbeck.actions.problem import Problem, problem_of, several_heads, stale_head
from limbeck.errors import LimbeckError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from limbeck.database.entries import Entry
    from limbeck.database.live import LiveDatabase
    from limbeck.history import History
    from limbeck.project import Project, Target
    from limbeck.runner import HalfDone

_SUCCESS = 0


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """One database: where it stands, what is pending, what is wrong.

    `current` is None when the database cannot be asked.
    """

    place: Place
    current: Current | None
    pending: tuple[Point, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """The history and all databases.  `revisions` is their number, None when the history is broken."""

    revisions: int | None
    heads: tuple[Point, ...]
    problems: tuple[Problem, ...]
    targets: tuple[TargetStatus, ...]

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Those of the history, then those of each database."""
        return sum((target.problems for target in self.targets), self.problems)

    @property
    def is_pending(self) -> bool:
        """Whether a database has something to run."""
        return any(target.pending for target in self.targets)


def status(project: Project) -> Status:
    """Look at the history and at every database.  Raises ConfigError, nothing else."""
    first = not project.library.settled  # then `env.py` chooses the folders
    targets = _targets(project) if first else ()
    try:
        history = project.history
    except LimbeckError as error:
        return Status(None, (), (problem_of(error),), ())
    heads = tuple(points(history, history.ordered(history.heads)))
    targets = targets if first else _targets(project)
    problems = [
        *several_heads(heads),
        *_findings(project),
        *edited_since_published(project),
        *stale_head(project.library),
    ]
    return Status(len(history), heads, tuple(problems), targets)


def status_of(project: Project) -> TargetStatus:
    """Look at the one database of `project`; what is wrong with the history is among its problems.

    Raises ConfigError, nothing else.
    """
    found = status(project)
    if not found.targets:
        return TargetStatus(Place("", ""), None, (), found.problems)
    (target,) = found.targets
    return replace(target, problems=found.all_problems)


def _findings(project: Project) -> Iterator[Problem]:
    for finding in project.library.findings:
        yield Problem(
            finding.code, f"{finding.source}: {finding.message}", finding.hint or None, _SUCCESS
        )


def _targets(project: Project) -> tuple[TargetStatus, ...]:
    found: list[TargetStatus] = []
    project.targets.each(lambda target: found.append(_target(project, target)))
    return tuple(found)


def _target(project: Project, target: Target) -> TargetStatus:
    place = Place(target.name, "")
    try:
        place = Place(target.name, target.shown)
        return target.visit(lambda database: _look(project, project.history, place, database))
    except LimbeckError as error:
        return TargetStatus(place, None, (), (problem_of(error),))


def _look(project: Project, history: History, place: Place, database: LiveDatabase) -> TargetStatus:
    current = look(place, database, history)
    applied = database.journal.applied(history) & history.keys()
    pending = history.ordered(history.closure(history.real_heads) - applied)
    entries = database.journal.entries()
    problems = [
        *_unknown(current, database, project),
        *_from_journal(entries, current),
        *edited_here(entries, project, applied),
        *_narrow(database),
    ]
    return TargetStatus(place, current, tuple(points(history, pending)), tuple(problems))


def _unknown(current: Current, database: LiveDatabase, project: Project) -> Iterator[Problem]:
    if current.unknown:
        from limbeck.actions.unknown import not_in_files

        yield problem_of(not_in_files(current.unknown, database, project.library.locations))


def _from_journal(entries: Sequence[Entry], current: Current) -> Iterator[Problem]:
    """What is half done, and what the last row of the journal says about the last run."""
    for left in current.half_done:
        yield Problem("interrupted", _stopped(left), left.way_out)
    if not entries:
        return
    last = entries[-1]
    told = (last.revision, last.direction) in {
        (left.revision, left.direction.value) for left in current.half_done
    }
    if told:
        pass
    elif last.outcome == "running":
        yield Problem(
            "interrupted",
            f"{last.revision} ({last.direction}) was begun {last.started:%Y-%m-%d %H:%M} UTC by"
            f" {last.os_user}@{last.host} and has not ended; it stopped at statement {last.number}:"
            f" {last.statement}",
            "if nobody is running it any more, `limbeck upgrade` goes on where it stopped",
        )
    elif last.outcome == "failed":
        yield Problem(
            "failed",
            f"{last.revision} ({last.direction}) failed {last.started:%Y-%m-%d %H:%M} UTC: {last.error}",
            "limbeck history --applied",
            _SUCCESS,
        )
    done = [entry for entry in entries if entry.outcome == "done"]
    if done and done[-1].heads != current.heads:
        yield Problem(
            "moved-elsewhere",
            "another tool has moved this database since limbeck last did:"
            f" the journal says {_names(done[-1].heads)}, the version table {_names(current.heads)}",
            None,
            _SUCCESS,
        )


def _stopped(left: HalfDone) -> str:
    if left.error is None:
        return f"{left} (killed, unless it is running at this moment)"
    return f"{left}: {left.error}"


def _narrow(database: LiveDatabase) -> Iterator[Problem]:
    import sqlalchemy as sa

    if database.dialect.name == "sqlite":
        return
    inspector = sa.inspect(database.connection)
    name, schema = database.version_table, database.version_table_schema
    if not inspector.has_table(name, schema=schema):
        return
    columns = {
        column["name"]: column["type"] for column in inspector.get_columns(name, schema=schema)
    }
    length = getattr(columns.get("version_num"), "length", None)
    if length is not None and length < 255:
        yield Problem(
            "narrow-table",
            f"{name} holds ids of up to {length} characters; it is widened when a longer one arrives",
            None,
            _SUCCESS,
        )


def _names(ids: frozenset[str]) -> str:
    return ", ".join(sorted(ids)) or "<base>"
