"""The revisions that nothing builds on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.point import Point, points

if TYPE_CHECKING:
    from limbeck.project import Project


def heads(project: Project, *, resolve_dependencies: bool = False) -> tuple[Point, ...]:
    """The heads of the history, in the order in which they could be applied.

    `resolve_dependencies` leaves out those that another revision requires.
    """
    history = project.history
    found = history.real_heads if resolve_dependencies else history.heads
    return tuple(points(history, history.ordered(found)))
