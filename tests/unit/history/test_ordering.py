"""Branches that must run one after another."""

from __future__ import annotations

from limbeck.history import History, Revision, plan_upgrade
from limbeck.history.ordering import first_keeping, keeps, put_in_order


def history(*edges: str) -> History:
    made = []
    for edge in edges:
        id, _, below = edge.partition("<")
        made.append(Revision(id, tuple(below.split()), created=id))
    return History(made)


def test_the_order_of_the_history_is_kept_where_it_will_do() -> None:
    found = history("a", "b<a", "c<a")
    assert keeps(found, ("b", "c"))
    assert not keeps(found, ("c", "b"))
    assert first_keeping(found, [("c", "b"), ("b", "c")]) == ("b", "c")
    assert first_keeping(found, [("c", "b")]) is None


def test_the_first_revisions_of_a_branch_require_the_head_before_it() -> None:
    found = history("a", "b1<a", "b2<b1", "c1<a", "c2<c1")
    (rewrite,) = put_in_order(found, ("c2", "b2"))
    assert rewrite.before == found["b1"]
    assert rewrite.after.requires == ("c2",)
    changed = History([rewrite.after if r.id == "b1" else r for r in found.values()])
    steps = plan_upgrade(changed, frozenset(), ["b2", "c2"]).steps
    assert [step.revision for step in steps] == ["a", "c1", "c2", "b1", "b2"]


def test_three_branches() -> None:
    found = history("a", "b<a", "c<a", "d<a")
    requires = {r.after.id: r.after.requires for r in put_in_order(found, ("d", "b", "c"))}
    assert requires == {"b": ("d",), "c": ("b",)}
