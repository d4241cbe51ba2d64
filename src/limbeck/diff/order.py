"""
A correct order of changes.

Responsible for turning what changes make, remove and need into edges, and for one order of them that is always the
same.  Does not know which changes there are.

    what needed something   ──▶  what removes or changes it
    what removes something  ──▶  what makes it anew
    what makes something    ──▶  what changes it  ──▶  what will need it
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from limbeck.diff.change import Change, Resource

_Index = dict["Resource", list[int]]


def ordered(changes: Sequence[Change]) -> list[Change]:
    """The changes, each after those that it must come after; among those that are free the lowest rank is first.

    Where changes wait for each other in a circle the lowest rank goes first all the same.
    """
    after, waiting = _graph(changes)
    ready = [(change.rank, place) for place, change in enumerate(changes) if not waiting[place]]
    heapq.heapify(ready)
    result: list[Change] = []
    left = dict.fromkeys(range(len(changes)))
    while left:
        if not ready:
            heapq.heappush(ready, min((changes[place].rank, place) for place in left))
        _, place = heapq.heappop(ready)
        if place not in left:
            continue
        del left[place]
        result.append(changes[place])
        for later in after[place]:
            waiting[later] -= 1
            if not waiting[later] and later in left:
                heapq.heappush(ready, (changes[later].rank, later))
    return result


def _graph(changes: Sequence[Change]) -> tuple[list[set[int]], list[int]]:
    """For each change those that come after it, and for how many it waits."""
    after: list[set[int]] = [set() for _ in changes]
    waiting = [0] * len(changes)
    for first, second in _edges(changes):
        if first != second and second not in after[first]:
            after[first].add(second)
            waiting[second] += 1
    return after, waiting


def _edges(changes: Sequence[Change]) -> Iterator[tuple[int, int]]:
    makers = _by_resource(change.makes for change in changes)
    removers = _by_resource(change.removes for change in changes)
    alterers = _by_resource(change.alters for change in changes)
    for place, change in enumerate(changes):
        for resource in change.used:
            for later in (*removers.get(resource, ()), *alterers.get(resource, ())):
                yield place, later
        for resource in change.uses:
            for earlier in (*makers.get(resource, ()), *alterers.get(resource, ())):
                yield earlier, place
        for resource in change.removes:
            for later in (*makers.get(resource, ()), *alterers.get(resource, ())):
                yield place, later
        for resource in change.makes:
            for later in alterers.get(resource, ()):
                yield place, later


def _by_resource(given: Iterable[frozenset[Resource]]) -> _Index:
    index: _Index = defaultdict(list)
    for place, resources in enumerate(given):
        for resource in resources:
            index[resource].append(place)
    return index
