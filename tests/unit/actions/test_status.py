"""What status says about heads."""

from __future__ import annotations

import pytest

from limbeck.actions.outcome import Place
from limbeck.actions.point import points
from limbeck.actions.problem import Problem, several_heads
from limbeck.actions.status import Status, TargetStatus
from limbeck.history import History, Revision


@pytest.mark.parametrize(
    ("revisions", "problem"),
    [
        ([Revision("a"), Revision("b", ("a",))], False),
        ([Revision("a"), Revision("b", ("a",)), Revision("c", ("a",))], True),
        ([Revision("a"), Revision("b", labels=("other",))], False),
        ([Revision("a", labels=("one",)), Revision("b", labels=("other",))], False),
        ([Revision("a"), Revision("b", requires=("a",))], False),
        # Two heads that have a label from one ancestor: `one@head` is as unclear as `head`.
        (
            [Revision("a", labels=("one",)), Revision("b", ("a",)), Revision("c", ("a",))],
            True,
        ),
        (
            [
                Revision("a", labels=("one",)),
                Revision("b", ("a",), labels=("left",)),
                Revision("c", ("a",), labels=("right",)),
            ],
            False,
        ),
        (
            [
                Revision("a", labels=("one",)),
                Revision("b", ("a",)),
                Revision("c", ("a",), labels=("other",)),
            ],
            False,
        ),
    ],
)
def test_several_heads_are_wrong_unless_they_are_named(
    revisions: list[Revision], problem: bool
) -> None:
    history = History(revisions)
    heads = tuple(points(history, history.ordered(history.heads)))
    assert [found.code for found in several_heads(heads)] == (["S003"] if problem else [])


def test_problems_come_in_their_order() -> None:
    first, second = Problem("one", "", None), Problem("two", "", None)
    target = TargetStatus(Place("", ""), None, (), (second,))
    status = Status(1, (), (first,), (target,))
    assert status.all_problems == (first, second)
    assert not status.is_pending
