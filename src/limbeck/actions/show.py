"""Some revisions, in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.point import Point, points
from limbeck.history import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck.project import Project


def show(project: Project, revisions: str | Sequence[str]) -> tuple[Point, ...]:
    """The revisions that `revisions` mean; databases are asked only for `current`.

    Raises SelectorError and HistoryError; RunError when a database is asked.
    """
    heads: frozenset[str] = frozenset()
    asked = [revisions] if isinstance(revisions, str) else revisions
    if any("current" in text for text in asked):
        from limbeck.actions.current import heads_of_databases

        heads = heads_of_databases(project)
    history = project.history
    found = resolve(history, revisions, heads & history.keys(), looking=True)
    return tuple(points(history, history.ordered(found)))
