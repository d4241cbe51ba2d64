"""
Graph algorithms: what is reachable, in which order, and what is on top.

Responsible for any acyclic graph whose edges are given as a function from a node to its neighbours.  Does not
know what a node is; that the nodes are revisions, tables or files is the caller's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

N = TypeVar("N", bound=Hashable)
Edges = Callable[[N], Iterable[N]]


def reachable(start: Iterable[N], edges: Edges[N]) -> set[N]:
    """All nodes that `edges` lead to from `start`, and `start` itself."""
    seen = set(start)
    todo = list(seen)
    while todo:
        for node in edges(todo.pop()):
            if node not in seen:
                seen.add(node)
                todo.append(node)
    return seen


def topological(nodes: Sequence[N], edges: Edges[N]) -> list[N]:
    """`nodes`, each after those of its neighbours that are among them.

    Runs along one line as far as it can before it turns to the next; where there is a choice, the order of
    `nodes` decides.  A node that no other has for a neighbour can therefore be added or taken away without
    moving the others against each other.

    Nodes on a cycle, and those that lead to one, are left out: the result is then shorter than `nodes`, and
    `cycle` finds the reason.
    """
    users: dict[N, list[N]] = {node: [] for node in nodes}
    missing: dict[N, int] = {}
    ready: list[N] = []
    for node in nodes:
        count = 0
        for neighbour in edges(node):
            if neighbour in users:
                users[neighbour].append(node)
                count += 1
        missing[node] = count
        if not count:
            ready.append(node)
    ready.reverse()
    result: list[N] = []
    while ready:
        node = ready.pop()
        result.append(node)
        for user in reversed(users[node]):
            missing[user] -= 1
            if not missing[user]:
                ready.append(user)
    return result


def cycle(nodes: Iterable[N], edges: Edges[N]) -> list[N]:
    """Nodes of one cycle, in the direction of `edges`, the first repeated at the end; empty without a cycle."""
    done: set[N] = set()
    for start in nodes:
        path: dict[N, None] = {}
        todo: list[tuple[N, bool]] = [(start, False)]
        while todo:
            node, leaving = todo.pop()
            if leaving:
                del path[node]
                done.add(node)
            elif node in path:
                trail = list(path)
                return [*trail[trail.index(node) :], node]
            elif node not in done:
                path[node] = None
                todo.append((node, True))
                todo.extend((neighbour, False) for neighbour in edges(node))
    return []


def maximal(nodes: Iterable[N], edges: Edges[N], rank: Callable[[N], int]) -> frozenset[N]:
    """Those of `nodes` that no other of them reaches.

    `rank` must be smaller for each neighbour than for the node itself; a place in a topological order will
    do.  The search never goes below the lowest of `nodes`, which near the top of a long graph is next to
    nothing.
    """
    among = frozenset(nodes)
    if len(among) < 2:
        return among
    floor = min(map(rank, among))

    def above_floor(node: N) -> list[N]:
        return [neighbour for neighbour in edges(node) if rank(neighbour) >= floor]

    below = reachable({n for node in among for n in above_floor(node)}, above_floor)
    return among - below
