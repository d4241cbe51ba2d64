"""The revisions where the history parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.point import Point, points

if TYPE_CHECKING:
    from limbeck.project import Project


def branches(project: Project) -> tuple[tuple[Point, tuple[Point, ...]], ...]:
    """Each revision that several others follow, newest first, with those that follow it."""
    history = project.history
    forks = reversed(history.ordered(history.branch_points))
    return tuple(
        (fork, tuple(points(history, history.ordered(fork.children))))
        for fork in points(history, forks)
    )
