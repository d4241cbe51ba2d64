"""What a history answers about its graph; the drawings have more of this."""

from __future__ import annotations

import pytest

from limbeck.errors import NotReachable
from limbeck.history import History, Revision
from tests.drawings import sketch

FORK = sketch.history("""
       ,-- b1 -- b2 --.
    a -+              +-- m
       `-- c1 --------'
""")

LINES = sketch.history("""
    acc1 -- acc2 -- acc3
    net1 -- net2
    net2 requires accounts
    acc2 is labelled accounts, money
""")


def test_it_is_a_mapping_in_the_order_of_application() -> None:
    assert list(FORK) == ["a", "b1", "b2", "c1", "m"]
    assert FORK["m"].parents == ("b2", "c1")
    assert len(FORK) == 5
    assert "b1" in FORK
    assert "x" not in FORK
    with pytest.raises(KeyError):
        FORK["x"]


def test_dates_decide_where_the_graph_leaves_a_choice() -> None:
    later, earlier = "2026-02-01 10:00:00", "2026-01-01 10:00:00"
    history = History(
        [
            Revision("a"),
            Revision("b", ("a",), created=later),
            Revision("c", ("a",), created=earlier),
        ]
    )
    assert list(history) == ["a", "c", "b"]


def test_edges() -> None:
    assert FORK.parents("m") == ("b2", "c1")
    assert FORK.children("a") == ("b1", "c1")
    assert LINES.requires("net2") == ("acc2",)
    assert LINES.requires("net1") == ()
    assert LINES.below("net2") == ("net1", "acc2")
    assert LINES.above("acc2") == ("acc3", "net2")
    assert LINES.children("acc2") == ("acc3",)


def test_an_edge_is_counted_once_however_often_it_is_written() -> None:
    history = History([Revision("a"), Revision("b", ("a", "a"), ("a",))])
    assert history.below("b") == ("a",)
    assert history.children("a") == ("b",)
    assert history.above("a") == ("b",)
    assert history.branch_points == frozenset()


@pytest.mark.parametrize("name", ["acc2", "accounts", "mone", "acco"])
def test_a_requirement_may_be_an_id_a_label_or_the_beginning_of_one(name: str) -> None:
    history = LINES.without("net2").with_(Revision("net3", ("net1",), (name,)))
    assert history.requires("net3") == ("acc2",)


def test_closure_and_descendants_follow_parents_and_requirements() -> None:
    assert LINES.closure(["net2"]) == {"net2", "net1", "acc2", "acc1"}
    assert LINES.descendants(["acc1"]) == {"acc1", "acc2", "acc3", "net2"}
    assert LINES.closure([]) == set()


def test_a_lineage_follows_parents_alone() -> None:
    assert LINES.lineage("acc2") == {"acc1", "acc2", "acc3"}
    assert FORK.lineage("b1") == {"a", "b1", "b2", "m"}


def test_tips() -> None:
    assert FORK.tips(["a", "b1", "c1"]) == {"b1", "c1"}
    assert FORK.tips(["a", "m"]) == {"m"}
    assert LINES.tips(["acc2", "net2"]) == {"net2"}
    assert FORK.tips([]) == frozenset()


def test_common_ancestors_are_the_nearest() -> None:
    assert FORK.common_ancestors(["b2", "c1"]) == {"a"}
    assert FORK.common_ancestors(["b2", "b1"]) == {"b1"}
    assert FORK.common_ancestors(["m"]) == {"m"}
    assert LINES.common_ancestors(["acc3", "net2"]) == {"acc2"}
    assert LINES.common_ancestors(["acc3", "net1"]) == frozenset()
    assert FORK.common_ancestors([]) == frozenset()


def test_there_may_be_several_nearest_ones() -> None:
    crossed = History(
        [
            Revision("a"),
            Revision("b"),
            Revision("m", ("a", "b")),
            Revision("n", ("a", "b")),
        ]
    )
    assert crossed.common_ancestors(["m", "n"]) == {"a", "b"}


def test_a_label_covers_what_is_above_and_what_leads_only_there() -> None:
    history = sketch.history("""
             ,-- b1 -- b2 -- b3 -- b4
        a ---+
             `-- c1
        b2 is labelled billing
    """)
    covered = [id for id in history if history.branch_labels(id)]
    assert covered == ["b1", "b2", "b3", "b4"]
    assert history.branch_labels("b1") == {"billing"}
    assert history.labels == {"billing": "b2"}


def test_a_label_does_not_cover_a_merge_point_below() -> None:
    history = sketch.history("""
        b --.
            +-- m -- n -- p
        c --'
        p is labelled late
    """)
    assert [id for id in history if history.branch_labels(id)] == ["n", "p"]


def test_a_label_does_not_cover_what_another_branch_requires() -> None:
    history = sketch.history("""
        a1 -- a2 -- a3
        b1
        b1 requires a1
        a3 is labelled main
    """)
    assert [id for id in history if history.branch_labels(id)] == ["a2", "a3"]


def test_labels_meet_at_a_merge() -> None:
    history = FORK.with_(
        FORK["b1"]._replace(labels=("billing",)), FORK["c1"]._replace(labels=("cart",))
    )
    assert history.branch_labels("m") == {"billing", "cart"}
    assert history.branch_labels("b2") == {"billing"}
    assert history.branch_labels("a") == frozenset()


def test_names() -> None:
    assert LINES.named("acc2") == ("acc2",)
    assert LINES.named("money") == ("acc2",)
    assert set(LINES.named("acc")) == {"acc1", "acc2", "acc3"}
    assert LINES.named("mon") == ("acc2",)
    assert LINES.named("zzz") == ()
    assert LINES.named("") == ()


def test_a_whole_name_is_not_the_beginning_of_another() -> None:
    history = History([Revision("abcd"), Revision("abcde")])
    assert history.named("abcd") == ("abcd",)


def test_ids_of_three_characters_are_not_abbreviated() -> None:
    assert History([Revision("abc")]).named("ab") == ()


def test_changing_gives_another_history() -> None:
    longer = FORK.with_(Revision("n", ("m",)))
    assert longer.heads == {"n"}
    assert FORK.heads == {"m"}
    assert longer.without("n") == FORK
    moved = FORK.without("m").with_(Revision("c1", ("b2",)))
    assert moved.heads == {"c1"}


def test_walking_down_needs_a_way() -> None:
    assert FORK.walk(["m"], ["b1"]) == ["m", "b2", "b1"]
    assert FORK.walk(["b2"]) == ["b2", "b1", "a"]
    with pytest.raises(NotReachable, match="no way leads down from b2 to c1"):
        FORK.walk(["b2"], ["c1"])


def test_an_empty_history() -> None:
    empty = History()
    assert empty.heads == empty.real_heads == empty.bases == empty.branch_points == frozenset()
    assert list(empty) == []
    assert empty.walk([]) == []


def test_it_shows_itself_in_one_line() -> None:
    assert repr(FORK) == "<History of 5 revisions, heads: m>"
