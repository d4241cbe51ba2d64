"""Graphs of letters: an edge leads from a letter to those after the colon."""

from __future__ import annotations

import pytest

from limbeck import dag


def edges(text: str) -> dict[str, list[str]]:
    """`a: b c, b: c` → {"a": ["b", "c"], "b": ["c"], "c": []}."""
    graph: dict[str, list[str]] = {}
    for part in text.split(","):
        node, _, others = part.strip().partition(":")
        graph.setdefault(node, []).extend(others.split())
        for other in others.split():
            graph.setdefault(other, [])
    return graph


@pytest.mark.parametrize(
    ("graph", "start", "found"),
    [
        ("a: b, b: c, d: c", "a", "abc"),
        ("a: b, b: c, d: c", "bd", "bcd"),
        ("a: b, b: a", "a", "ab"),
        ("a: b", "", ""),
    ],
)
def test_reachable(graph: str, start: str, found: str) -> None:
    assert dag.reachable(start, edges(graph).__getitem__) == set(found)


@pytest.mark.parametrize(
    ("graph", "nodes", "order"),
    [
        ("b: a, c: b", "abc", "abc"),
        ("b: a, c: b", "cba", "abc"),
        # One line is finished before the next begins,
        ("b: a, x: b, c: a, y: c", "abcxy", "abxcy"),
        # and of several that could begin, the first one given does.
        ("b: a, x: b, c: a, y: c", "acbyx", "acybx"),
        # Where lines join, all of them are finished first.
        ("b: a, c: a, d: b c", "abcd", "abcd"),
        # Neighbours that are not asked about do not count.
        ("b: a, c: b", "ca", "ca"),
        ("", "", ""),
    ],
)
def test_topological(graph: str, nodes: str, order: str) -> None:
    assert "".join(dag.topological(nodes, edges(graph).__getitem__)) == order


def test_topological_leaves_out_what_is_on_a_cycle_or_leads_to_one() -> None:
    graph = edges("b: a, c: d, d: c, e: d")
    assert dag.topological("abcde", graph.__getitem__) == ["a", "b"]


@pytest.mark.parametrize(
    ("graph", "ring"),
    [
        ("a: b, b: c, c: a", "abca"),
        ("x: a, a: b, b: a", "aba"),
        ("a: a", "aa"),
        ("a: b, b: c, d: c", ""),
        # A node that is reached twice is not a cycle.
        ("a: b c, b: d, c: d", ""),
    ],
)
def test_cycle(graph: str, ring: str) -> None:
    assert "".join(dag.cycle(edges(graph), edges(graph).__getitem__)) == ring


@pytest.mark.parametrize(
    ("nodes", "tops"), [("abc", "c"), ("ab", "b"), ("bd", "bd"), ("ad", "d"), ("a", "a"), ("", "")]
)
def test_maximal(nodes: str, tops: str) -> None:
    graph = edges("a:, b: a, c: b, d: a")
    assert dag.maximal(nodes, graph.__getitem__, "abcd".index) == set(tops)


def test_a_line_of_a_hundred_thousand_does_not_overflow_the_stack() -> None:
    def below(node: int) -> list[int]:
        return [node - 1] if node else []

    nodes = range(100_000)
    assert dag.topological(nodes[::-1], below) == list(nodes)
    assert len(dag.reachable([99_999], below)) == 100_000
    assert dag.cycle(nodes[::-1], below) == []
