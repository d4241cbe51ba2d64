"""
Several heads, explained.

Responsible for what one wants to know of a fork at a glance: where it parts, who brought each side, what the two do to
each other.  Imports SQLAlchemy only where there is a fork.  Does not know how it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck import dag, vcs
from limbeck.errors import LimbeckError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from limbeck.actions.conflicts import Pair
    from limbeck.history import History
    from limbeck.project import Project
    from limbeck.vcs import Commit

    Brought: TypeAlias = Callable[[str], Commit | None]

MOST_HEADS = 4
MOST_REVISIONS = 200
"""Of one side.  More are not judged unasked: it would take longer than a glance."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One side of a fork: its head, what the other sides have not, and the commit that brought it, where git knows."""

    head: str
    revisions: tuple[str, ...]
    commit: Commit | None


@dataclass(frozen=True, slots=True)
class Fork:
    """Heads that have an ancestor in common.

    `ancestors` are the nearest ones.  `pairs` are the verdicts; `unjudged` says why there are none, or none for some database.
    """

    ancestors: tuple[str, ...]
    branches: tuple[Branch, ...]
    pairs: tuple[Pair, ...] = ()
    unjudged: str = ""


def forks(
    project: Project, heads: Sequence[str], brought: Brought | None = None
) -> tuple[Fork, ...]:
    """The heads, each fork by itself; lines that have nothing in common are none.

    `brought` says which commit has brought a revision; without it, git is asked about its file.
    """
    history = project.history
    return tuple(_fork(project, ids, brought) for ids in _related(history, heads) if len(ids) > 1)


def branches(
    project: Project, ids: Sequence[str], brought: Brought | None = None
) -> tuple[Branch, ...]:
    """What each of the heads `ids` holds that is not common to all."""
    history = project.history
    shared = set.intersection(*(history.closure([id]) for id in ids))
    return tuple(
        Branch(
            id,
            tuple(history.ordered(history.closure([id]) - shared)),
            brought(id) if brought else vcs.brought_by(project.library.path(id)),
        )
        for id in ids
    )


def _related(history: History, heads: Sequence[str]) -> list[list[str]]:
    """The heads, those together that some revision is a parent of, near or far."""
    groups: list[tuple[set[str], list[str]]] = []
    for head in heads:
        below = dag.reachable([head], history.parents)
        met = [group for group in groups if group[0] & below]
        rest = [group for group in groups if not group[0] & below]
        together = [id for _, ids in met for id in ids]
        groups = [*rest, (below.union(*(seen for seen, _ in met)), [*together, head])]
    return [ids for _, ids in groups]


def _fork(project: Project, ids: list[str], brought: Brought | None) -> Fork:
    history = project.history
    ancestors = tuple(history.ordered(history.common_ancestors(ids)))
    sides = branches(project, ids, brought)
    if len(ids) > MOST_HEADS or any(len(side.revisions) > MOST_REVISIONS for side in sides):
        return Fork(
            ancestors, sides, unjudged="there are many revisions; `limbeck conflicts` judges them"
        )
    from limbeck.actions.alike import alike
    from limbeck.actions.conflicts import judged_for

    try:
        pairs = judged_for(alike(project, unasked=True), ids)
    except LimbeckError as error:
        return Fork(ancestors, sides, unjudged=error.message.partition("\n")[0])
    return Fork(ancestors, sides, pairs)
