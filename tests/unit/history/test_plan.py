"""Plans as values, plans after a rebase, and stamps."""

from __future__ import annotations

import pytest

from limbeck.errors import UnknownRevision
from limbeck.history import (
    Direction,
    Downgrade,
    Plan,
    Revision,
    Stamp,
    Step,
    plan_downgrade,
    plan_stamp,
    plan_upgrade,
)
from tests.drawings import sketch

LINE = sketch.history("a -- b -- c")
FORK = sketch.history("""
       ,-- b1 -- b2
    a -+
       `-- c1
    x1 -- x2
    b1 is labelled billing
""")
NOTHING: frozenset[str] = frozenset()


def ids(text: str) -> frozenset[str]:
    return frozenset(text.split())


def test_a_plan_is_a_value() -> None:
    plan = plan_upgrade(LINE, ids("a"), ids("c"))
    steps = (
        Step("b", Direction.UP, ids("a"), ids("b")),
        Step("c", Direction.UP, ids("b"), ids("c")),
    )
    assert plan == Plan(steps, ids("a"), ids("c"))
    assert hash(plan) == hash(Plan(steps, ids("a"), ids("c")))
    assert list(plan) == list(steps)
    assert len(plan) == 2
    assert plan


def test_a_plan_without_steps_is_false_and_still_knows_the_heads() -> None:
    plan = plan_upgrade(LINE, ids("a b c"), ids("b"))
    assert not plan
    assert plan.before == plan.after == ids("c")


def test_what_a_rebase_put_below_is_made_up_for() -> None:
    """The version table says b2; c1 is now below it, and has never run here."""
    straight = FORK.with_(Revision("b1", ("c1",), labels=("billing",)))
    plan = plan_upgrade(straight, ids("a b1 b2"), ids("b2"))
    assert plan.steps == (Step("c1", Direction.UP, ids("b2"), ids("b2")),)


def test_undoing_from_above_a_hole_brings_up_what_is_below_it() -> None:
    straight = FORK.with_(Revision("b1", ("c1",), labels=("billing",)))
    plan = plan_downgrade(straight, ids("a b1 b2"), Downgrade(ids("c1"), ids("b1")))
    assert [(step.revision, step.after) for step in plan] == [
        ("b2", ids("b1")),
        ("b1", ids("a")),
    ]


def test_undoing_across_a_hole() -> None:
    plan = plan_downgrade(LINE, ids("a c"), Downgrade(ids("a"), ids("b")))
    assert plan.steps == (Step("c", Direction.DOWN, ids("c"), ids("a")),)


def test_a_database_that_is_ahead_of_the_files() -> None:
    for make in (
        lambda: plan_upgrade(LINE, ids("a zz9"), ids("c")),
        lambda: plan_downgrade(LINE, ids("a zz9"), Downgrade(NOTHING, ids("a"))),
        lambda: plan_stamp(LINE, ids("zz9"), "c"),
    ):
        with pytest.raises(UnknownRevision, match="stands at 'zz9', which no revision file has"):
            make()


@pytest.mark.parametrize(
    ("heads", "to", "after"),
    [
        ("", "b2", "b2"),
        ("", "heads", "b2 c1 x2"),
        ("a", "b2", "b2"),
        ("b2 c1 x2", "a", "a x2"),
        ("b2 c1 x2", "b1", "b1 c1 x2"),
        ("b2 c1 x2", "base", ""),
        ("b2 c1 x2", "billing@base", "c1 x2"),
        ("b2 c1 x2", "x2@base", "b2 c1"),
        ("b2 x2", "c1", "b2 c1 x2"),
        ("b1", "billing@head", "b2"),
        ("b1", "+1", "b2"),
        ("b2 x2", "current", "b2 x2"),
        ("x2", "x2", "x2"),
    ],
)
def test_stamp(heads: str, to: str, after: str) -> None:
    assert plan_stamp(FORK, ids(heads), to) == Stamp(ids(heads), ids(after))


@pytest.mark.parametrize("to", [["b1", "c1"], "b1,c1", "b1 c1", ids("b1 c1")])
def test_stamp_several(to: str | list[str] | frozenset[str]) -> None:
    assert plan_stamp(FORK, ids("b2 x1"), to).after == ids("b1 c1 x1")


def test_of_several_places_on_one_line_the_newest_counts() -> None:
    assert plan_stamp(FORK, NOTHING, ["b1", "b2", "a"]).after == ids("b2")


def test_base_of_one_branch_and_a_place_on_another() -> None:
    assert plan_stamp(FORK, ids("b2 x2"), ["billing@base", "c1"]).after == ids("c1 x2")


def test_stamp_nothing_clears_everything() -> None:
    assert plan_stamp(FORK, ids("b2 x2"), NOTHING).after == NOTHING
    assert plan_stamp(FORK, ids("b2 x2"), []).after == NOTHING
