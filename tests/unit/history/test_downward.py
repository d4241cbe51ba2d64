"""What is to be undone, and what is refused; the drawings show the plans that follow from it."""

from __future__ import annotations

import pytest

from limbeck.errors import AmbiguousRevision, MultipleHeads, NotReachable, UnknownRevision
from limbeck.history import Downgrade, Revision, resolve_downgrade
from tests.drawings import sketch

FORK = sketch.history("""
       ,-- b1 -- b2
    a -+
       `-- c1 -- c2
    b1 is labelled billing
    x1 -- x2
    x2 requires b1
""")
ALL = frozenset({"b2", "c2", "x2"})


@pytest.mark.parametrize(
    ("text", "target", "undo"),
    [
        ("base", None, {"a", "x1"}),
        ("a", "a", {"b1", "c1"}),
        ("billing@a", "a", {"b1"}),
        ("c2@a", "a", {"c1"}),
        ("b1", "b1", {"b2"}),
        ("billing", "b1", {"b2"}),
        ("b2", "b2", set()),
        ("billing@-1", "b1", {"b2"}),
        ("c1@-2", "a", {"c1"}),
        ("c2@-3", None, {"a"}),
        ("x1@-1", "x1", {"x2"}),
        ("billing@base", None, {"a"}),
        ("x2@base", None, {"x1"}),
        ("b2-1", "b1", {"b2"}),
        ("b2-2", "a", {"b1", "c1"}),
        ("billing@head-2", "a", {"b1"}),
        ("base+1", None, None),
        ("a@base+1", "a", {"b1", "c1"}),
    ],
)
def test_targets(text: str, target: str | None, undo: set[str] | None) -> None:
    if undo is None:
        with pytest.raises(NotReachable, match="can go several ways at base"):
            resolve_downgrade(FORK, text, ALL)
    else:
        to = frozenset([target] if target else [])
        assert resolve_downgrade(FORK, text, ALL) == Downgrade(to, frozenset(undo))


def test_one_step_down_from_one_head() -> None:
    found = resolve_downgrade(FORK, "-1", frozenset({"c2"}))
    assert found == Downgrade(frozenset({"c1"}), frozenset({"c2"}))
    assert resolve_downgrade(FORK, "current-2", frozenset({"c2"})).to == {"a"}


def test_steps_that_cannot_pass_a_merge_lead_elsewhere_than_back_to_them() -> None:
    merged = FORK.with_(Revision("m", ("b2", "c2")))
    with pytest.raises(NotReachable) as refused:
        resolve_downgrade(merged, "-2", frozenset({"m"}))
    hint = refused.value.hint
    assert hint == (
        "name the revision itself: `a`, where they part, or one that is still there afterwards, such as `b2`"
    )
    assert resolve_downgrade(merged, "a", frozenset({"m"})).to == {"a"}
    assert resolve_downgrade(merged, "b2", frozenset({"m"})).undo == {"m"}


def test_a_merge_can_be_the_last_step() -> None:
    merged = FORK.with_(Revision("m", ("b2", "c2")), Revision("n", ("m",)))
    found = resolve_downgrade(merged, "-2", frozenset({"n"}))
    assert found == Downgrade(frozenset({"b2", "c2"}), frozenset({"m"}))
    with pytest.raises(NotReachable, match="'-3' can go several ways at m"):
        resolve_downgrade(merged, "-3", frozenset({"n"}))


def test_one_step_down_from_several_heads_needs_a_branch() -> None:
    with pytest.raises(MultipleHeads) as caught:
        resolve_downgrade(FORK, "-1", frozenset({"b2", "c2"}))
    assert caught.value.heads == ("b2", "c2")
    assert caught.value.hint == "say on which branch: `b2@-1` or `c2@-1`"


def test_a_branch_that_is_applied_only_because_it_is_required() -> None:
    assert resolve_downgrade(FORK, "billing@-1", frozenset({"x2"})).undo == {"b1"}


def test_a_branch_of_which_nothing_is_applied() -> None:
    with pytest.raises(NotReachable, match="nothing of the branch 'c2' is applied"):
        resolve_downgrade(FORK, "c2@-1", frozenset({"b2"}))


def test_a_step_down_needs_something_applied() -> None:
    with pytest.raises(NotReachable, match="there is no revision that way"):
        resolve_downgrade(FORK, "-1", frozenset())


def test_base_needs_nothing_applied() -> None:
    assert resolve_downgrade(FORK, "base").to == frozenset()


def test_the_target_must_be_applied() -> None:
    with pytest.raises(NotReachable, match="cannot go down to c1: it is not applied"):
        resolve_downgrade(FORK, "c1", frozenset({"b2"}))


def test_up_is_not_down() -> None:
    with pytest.raises(NotReachable) as caught:
        resolve_downgrade(FORK, "+1", frozenset({"b1"}))
    assert caught.value.hint == "`limbeck upgrade +1`"


def test_names_are_looked_up_as_everywhere() -> None:
    with pytest.raises(UnknownRevision, match="x1 is not on the branch 'billing'"):
        resolve_downgrade(FORK, "billing@x1", ALL)
    with pytest.raises(UnknownRevision):
        resolve_downgrade(FORK, "zz", ALL)
    twins = sketch.history("abcd1 -- abcd2")
    with pytest.raises(AmbiguousRevision):
        resolve_downgrade(twins, "abcd", frozenset({"abcd2"}))
