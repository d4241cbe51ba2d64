"""
From single revisions to a map in which each knows what is next to it.

Responsible for labels, dependencies and cycles.  Does not resolve what people type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from limbeck import dag
from limbeck.compat import util
from limbeck.compat.script.errors import (
    CycleDetected,
    DependencyCycleDetected,
    ResolutionError,
    RevisionError,
    RevisionNotPresent,
)
from limbeck.compat.script.revision import Revision

Map = dict[Any, Revision | None]


def read(revisions: list[Revision]) -> Map:
    """The map of `revisions`.

    Raises RevisionError: a name taken twice, a parent or dependency that is not there, a cycle.
    """
    by_id: dict[str, Revision] = {}
    for one in revisions:
        if one.revision in by_id:
            util.warn(f"Revision {one.revision} is present more than once")
        by_id[one.revision] = one
        one.nextrev = one._all_nextrev = frozenset()
        one.branch_labels = set(one._orig_branch_labels)
    map_: Map = dict(by_id)
    _name_branches(by_id, map_)
    for one in by_id.values():
        one._resolved_dependencies = tuple(_dependencies(one, map_))
    _connect(by_id)
    _refuse_cycles(by_id)
    _spread_labels(by_id)
    _normalise(by_id)
    map_[None] = map_[()] = None
    return map_


def _name_branches(by_id: dict[str, Revision], map_: Map) -> None:
    for one in by_id.values():
        for label in one._orig_branch_labels:
            other = map_.get(label)
            if other is not None:
                raise RevisionError(
                    f"Branch name '{label}' in revision {one.revision} already used by revision"
                    f" {other.revision}"
                )
            map_[label] = one


def _dependencies(one: Revision, map_: Map) -> Iterable[str]:
    for name in util.to_tuple(one.dependencies, default=()):
        found = map_.get(name)
        if found is None:
            candidates = [id for id in map_ if len(name) >= 4 and id.startswith(name)]
            if len(candidates) != 1:
                raise ResolutionError(
                    f"Revision {one.revision} depends on '{name}', which is not present", name
                )
            found = map_[candidates[0]]
        assert found is not None
        yield found.revision


def _connect(by_id: dict[str, Revision]) -> None:
    for one in by_id.values():
        for below in one._all_down_revisions:
            if below not in by_id:
                util.warn(f"Revision {below} referenced from {one!r} is not present")
                raise RevisionNotPresent(
                    f"Revision {one.revision} follows '{below}', which no file has",
                    hint="limbeck history says what git knows of it",
                )
            by_id[below].add_nextrev(one)


def _refuse_cycles(by_id: dict[str, Revision]) -> None:
    for edges, error in (
        (lambda one: one._versioned_down_revisions, CycleDetected),
        (lambda one: one._all_down_revisions, DependencyCycleDetected),
    ):
        members = _cycle(by_id, edges)
        if members:
            raise error(members)


def _cycle(by_id: dict[str, Revision], edges: Callable[[Revision], tuple[str, ...]]) -> list[str]:
    ordered = set(dag.topological(list(by_id), lambda id: edges(by_id[id])))
    left = [id for id in by_id if id not in ordered]
    # What only builds on a cycle is no part of it.
    above: dict[str, list[str]] = {id: [] for id in left}
    for id in left:
        for below in edges(by_id[id]):
            if below in above:
                above[below].append(id)
    ends = set(dag.topological(left, above.__getitem__))
    return [id for id in left if id not in ends]


def _spread_labels(by_id: dict[str, Revision]) -> None:
    """A label is on everything above it, and below it down to where the line forks."""
    for one in [one for one in by_id.values() if one._orig_branch_labels]:
        labels = one._orig_branch_labels
        for id in dag.reachable([one.revision], lambda id: by_id[id].nextrev):
            by_id[id].branch_labels.update(labels)
        line = one
        while len(line._versioned_down_revisions) == 1:
            line = by_id[line._versioned_down_revisions[0]]
            if line.is_branch_point:
                break
            line.branch_labels.update(labels)


def _normalise(by_id: dict[str, Revision]) -> None:
    """Leave out dependencies that a parent, or another dependency, brings along."""
    for one in by_id.values():
        if not one._resolved_dependencies:
            one._normalized_resolved_dependencies = ()
            continue
        brought = dag.reachable(
            one._versioned_down_revisions, lambda id: by_id[id]._all_down_revisions
        )
        one._normalized_resolved_dependencies = tuple(
            id for id in one._resolved_dependencies if id not in brought
        )
