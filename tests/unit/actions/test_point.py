"""Revisions with their place in the graph."""

from __future__ import annotations

from limbeck.actions.point import Point, points
from limbeck.history import History, Revision

HISTORY = History(
    [
        Revision("a"),
        Revision("b", ("a",)),
        Revision("c", ("a",), labels=("side",)),
        Revision("d", ("b", "c")),
        Revision("x", requires=("d",)),
    ]
)


def place(id: str, current: frozenset[str] = frozenset()) -> Point:
    (point,) = points(HISTORY, [id], current)
    return point


def test_a_revision_that_several_follow() -> None:
    assert place("a").branch_point
    assert place("a").children == ("b", "c")
    assert not place("b").branch_point


def test_a_head_that_another_line_requires() -> None:
    assert (place("d").head, place("d").effective_head) == (True, True)
    assert (place("x").head, place("x").effective_head) == (True, False)
    assert place("x").requires == ("d",)
    assert not place("c").head


def test_labels_are_those_of_the_branch() -> None:
    assert (place("c").labels, place("d").labels, place("b").labels) == (("side",), ("side",), ())


def test_where_a_database_stands() -> None:
    assert place("b", frozenset({"b"})).current
    assert not place("c", frozenset({"b"})).current


def test_they_come_in_the_order_asked_for() -> None:
    assert [point.id for point in points(HISTORY, ["d", "a"])] == ["d", "a"]
