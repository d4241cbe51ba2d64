"""At which revisions databases are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.actions.outcome import Place
from limbeck.actions.point import Point, points

if TYPE_CHECKING:
    from limbeck.database.live import LiveDatabase
    from limbeck.history import History
    from limbeck.project import Project
    from limbeck.runner import HalfDone


@dataclass(frozen=True, slots=True)
class Current:
    """Where one database stands.

    `heads` are the rows of its version table.  `points` are the revisions in effect that nothing in effect
    follows: the heads, and those that another line requires.  `unknown` are rows that no revision file has.
    `half_done` are steps that were interrupted: with one, the database is not at its heads, whatever the rows say.
    """

    place: Place
    heads: frozenset[str]
    points: tuple[Point, ...]
    unknown: tuple[str, ...]
    at_heads: bool
    half_done: tuple[HalfDone, ...] = ()


def current(project: Project) -> tuple[Current, ...]:
    """Where each database stands.  Raises HistoryError and RunError."""
    return tuple(
        project.visit(
            lambda target, database: look(
                Place(target.name, target.shown), database, project.history
            )
        )
    )


def heads_of_databases(project: Project) -> frozenset[str]:
    """The rows of all version tables.  Raises RunError."""
    heads = project.visit(lambda target, database: database.journal.heads())
    return frozenset[str]().union(*heads)


def look(place: Place, database: LiveDatabase, history: History) -> Current:
    """Where `database` stands.  Raises RunError."""
    heads = database.journal.heads()
    database.journal.applied(history)
    return standing(place, heads, history, database.half_done())


def standing(
    place: Place, heads: frozenset[str], history: History, half_done: tuple[HalfDone, ...] = ()
) -> Current:
    """What the version rows `heads` mean in `history`."""
    known = heads & history.keys()
    in_effect = history.closure(known)
    ends = [id for id in in_effect if in_effect.isdisjoint(history.children(id))]
    return Current(
        place,
        heads,
        tuple(points(history, history.ordered(ends))),
        tuple(sorted(heads - known)),
        at_heads=history.real_heads == heads and not half_done,
        half_done=half_done,
    )
