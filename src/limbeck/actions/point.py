"""
A revision as people look at it: together with its place in the graph.

Responsible for the words that Alembic's users know for that place.  Does not know how it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from limbeck.history import History, Revision


class Point(NamedTuple):
    """A revision and its place in the graph.

    `head`: no revision follows it.  `effective_head`: it is one, but another revision requires it, so that a
    version table does not hold it.  `children` follow it, `requires` are full ids, `labels` those of the
    branches that it is on, in the order of the alphabet.  `current`: a database that was asked stands here.
    """

    revision: Revision
    head: bool
    effective_head: bool
    children: tuple[str, ...]
    requires: tuple[str, ...]
    labels: tuple[str, ...]
    current: bool = False

    @property
    def id(self) -> str:
        """The id of the revision."""
        return self.revision.id

    @property
    def branch_point(self) -> bool:
        """Whether several revisions follow it."""
        return len(self.children) > 1


def points(
    history: History, ids: Iterable[str], current: frozenset[str] = frozenset()
) -> Iterator[Point]:
    """Each of `ids` with its place; `current` are the ids at which a database stands."""
    heads, real_heads = history.heads, history.real_heads
    for id in ids:
        revision = history[id]
        labels = history.branch_labels(id)
        yield Point(
            revision,
            head=id in heads,
            effective_head=id in heads and id not in real_heads,
            children=history.children(id),
            requires=history.requires(id) if revision.requires else (),
            labels=tuple(sorted(labels)) if labels else (),
            current=id in current,
        )
