"""The revisions, newest first; and what has happened to databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.point import Point, points
from limbeck.history import resolve_range

if TYPE_CHECKING:
    from limbeck.project import Project


def history(
    project: Project, revisions: str | None = None, *, indicate_current: bool = False
) -> tuple[Point, ...]:
    """The revisions of the range `revisions` (`a:b`, `:b`, `-3:`; all when left out), newest first.

    Databases are asked only for `indicate_current`, or when the range says `current`.

    Raises SelectorError and HistoryError; RunError when a database is asked.
    """
    at: frozenset[str] = frozenset()
    if indicate_current or (revisions and "current" in revisions):
        from limbeck.actions.current import heads_of_databases

        at = heads_of_databases(project)
    graph = project.history
    known = at & graph.keys()
    if revisions is None:
        ids = graph.ordered(graph)[::-1]
    else:
        found = resolve_range(graph, revisions, known)
        ids = graph.walk(found.upper, found.lower)
    return tuple(points(graph, ids, known))
