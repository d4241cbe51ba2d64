"""Which parents revisions get when one side of a fork is put behind the other."""

from __future__ import annotations

import pytest

from limbeck.errors import UsageError
from limbeck.history import History, Revision
from limbeck.history.rebase import changed, moved_by, rebase, reid
from tests.drawings import sketch

FORK = sketch.history("""
        ,-- c1 -- c2
    a1 -+
        `-- b1 -- b2
""")
WITH_A_MERGE = History(
    [
        Revision("a1"),
        Revision("c1", ("a1",)),
        Revision("b1", ("a1",)),
        Revision("b2", ("a1",)),
        Revision("m1", ("b1", "b2")),
        Revision("b3", ("m1",)),
    ]
)
JOINED_ON_THE_WAY = History(
    [
        Revision("a1"),
        Revision("c1", ("a1",)),
        Revision("b1", ("a1",)),
        Revision("m1", ("b1", "c1")),
        Revision("c2", ("c1",)),
    ]
)


def test_a_chain_moves_as_one() -> None:
    rewrites = rebase(FORK, ["b2"], "c2")
    assert [(one.after.id, one.after.parents) for one in rewrites] == [("b1", ("c2",))]
    assert moved_by(FORK, ["b2"], "c2") == ["b1", "b2"]
    assert changed(FORK, rewrites).heads == {"b2"}


def test_a_merge_within_stays() -> None:
    rewrites = rebase(WITH_A_MERGE, ["b3"], "c1")
    assert {one.after.id: one.after.parents for one in rewrites} == {"b1": ("c1",), "b2": ("c1",)}
    after = changed(WITH_A_MERGE, rewrites)
    assert set(after.parents("m1")) == {"b1", "b2"}
    assert after.heads == {"b3"}


def test_a_merge_with_the_other_side_loses_that_parent() -> None:
    rewrites = rebase(JOINED_ON_THE_WAY, ["m1"], "c2")
    assert {one.after.id: one.after.parents for one in rewrites} == {"b1": ("c2",), "m1": ("b1",)}


def test_there_must_be_something_to_move() -> None:
    with pytest.raises(UsageError, match="a1 is already below c2"):
        rebase(FORK, ["a1"], "c2")
    with pytest.raises(UsageError, match="c2 is already behind c1"):
        rebase(FORK, ["c2"], "c1")


def test_another_id_changes_what_refers_to_it_and_no_label() -> None:
    history = History(
        [
            Revision("a123", labels=("abcd",)),
            Revision("b123", ("a123",)),
            Revision("x123", requires=("a123",)),
            Revision("y123", requires=("abcd",)),
        ]
    )
    rewrites = reid(history, history["a123"], "n1", history.above("a123"))
    after = {one.after.id: one.after for one in rewrites}
    assert after.keys() == {"n1", "b123", "x123"}
    assert after["b123"].parents == ("n1",)
    assert after["x123"].requires == ("n1",)
