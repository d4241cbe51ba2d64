"""New revisions and merges: where they may go, and how they may be called."""

from __future__ import annotations

import pytest

from limbeck.errors import (
    BadIdentifier,
    DuplicateLabel,
    DuplicateRevision,
    MultipleHeads,
    Refused,
    UnknownRevision,
    UsageError,
)
from limbeck.history import (
    History,
    Revision,
    Rewrite,
    check_id,
    check_label,
    merge,
    new_revision,
)
from tests.drawings import sketch

LINE = sketch.history("a123 -- b123")
FORK = sketch.history("""
       ,-- b1 -- b2
    a -+
       `-- c1
    x1 -- x2
    b1 is labelled billing
    c1 requires x2
""")


def test_on_top_of_the_head() -> None:
    rewrite = new_revision(LINE, "c123", "add a table", created="2026-11-22 10:00:00")
    assert rewrite == Rewrite(
        None, Revision("c123", ("b123",), doc="add a table", created="2026-11-22 10:00:00")
    )


def test_the_first_one() -> None:
    assert new_revision(History(), "a", "").after.parents == ()


def test_a_line_of_its_own() -> None:
    after = new_revision(LINE, "n1", "", head="base", labels="networking").after
    assert after.parents == ()
    assert after.labels == ("networking",)


@pytest.mark.parametrize(
    ("head", "parents"),
    [
        ("b2", ("b2",)),
        ("billing@head", ("b2",)),
        ("x2", ("x2",)),
        (["c1", "b2"], ("c1", "b2")),
        ("c1,b2", ("c1", "b2")),
    ],
)
def test_on_a_head_that_is_named(head: str | list[str], parents: tuple[str, ...]) -> None:
    assert new_revision(FORK, "n1", "", head=head).after.parents == parents


def test_several_heads_need_a_choice() -> None:
    with pytest.raises(MultipleHeads) as caught:
        new_revision(FORK, "n1", "")
    assert caught.value.heads == ("b2", "x2", "c1")
    assert "limbeck merge" in str(caught.value.hint)
    assert "--head b2" in str(caught.value.hint)


def test_not_on_a_head() -> None:
    with pytest.raises(Refused) as caught:
        new_revision(FORK, "n1", "", head="a")
    assert caught.value.message == "a is not a head: b1, c1 already follow it"
    assert "--splice" in str(caught.value.hint)
    with pytest.raises(Refused, match="a123 is not a head: b123 already follows it"):
        new_revision(LINE, "n1", "", head="a123")


def test_splice_makes_a_branch() -> None:
    assert new_revision(FORK, "n1", "", head="a", splice=True).after.parents == ("a",)


def test_two_parents_must_be_apart() -> None:
    with pytest.raises(UsageError, match="a is already below b2"):
        new_revision(FORK, "n1", "", head=["b2", "a"], splice=True)


def test_dependencies() -> None:
    after = new_revision(FORK, "n1", "", head="x2", depends_on=["billing", "b2", "b2"]).after
    assert after.requires == ("billing", "b2")
    long = sketch.history("""
        abcdef
        uvwxyz
    """)
    after = new_revision(long, "n1", "", head="uvwxyz", depends_on="abc").after
    assert after.requires == ("abcdef",)


def test_a_dependency_is_one_revision() -> None:
    with pytest.raises(UsageError, match="'heads' means 2 revisions; a dependency is one"):
        new_revision(FORK, "n1", "", head="b2", depends_on="heads")
    with pytest.raises(UsageError, match="'base' means no revision; a dependency is one"):
        new_revision(FORK, "n1", "", head="b2", depends_on="base")
    with pytest.raises(UnknownRevision):
        new_revision(FORK, "n1", "", head="b2", depends_on="zz")


def test_merge() -> None:
    rewrite = merge(FORK, "heads", "m1", "join", labels="joined")
    assert rewrite.before is None
    assert rewrite.after == Revision("m1", ("b2", "x2", "c1"), (), ("joined",), "join")
    assert FORK.with_(rewrite.after).heads == {"m1"}
    assert merge(FORK, ["c1", "b2"], "m1", "").after.parents == ("c1", "b2")


def test_merge_needs_two() -> None:
    with pytest.raises(UsageError, match="nothing to merge: b123 is only one revision"):
        merge(LINE, "heads", "m1", "")
    with pytest.raises(UsageError, match="nothing to merge: b2 is only one revision"):
        merge(FORK, ["b2", "billing@head"], "m1", "")
    with pytest.raises(UsageError, match="nothing to merge: there is no revision"):
        merge(History(), "heads", "m1", "")


def test_merge_of_inner_revisions_needs_splice() -> None:
    with pytest.raises(Refused) as caught:
        merge(FORK, ["b1", "c1"], "m1", "")
    assert caught.value.hint == (
        "`limbeck merge b2 c1` joins the heads above them; "
        "`--splice` joins them all the same, which makes a branch"
    )
    assert merge(FORK, ["b1", "c1"], "m1", "", splice=True).after.parents == ("b1", "c1")


def test_an_id_that_is_taken() -> None:
    history = History([Revision("a", source="versions/a.py", labels=("first",))])
    with pytest.raises(DuplicateRevision, match=r"already that of versions/a\.py"):
        check_id(history, "a")
    with pytest.raises(DuplicateLabel, match=r"already the branch label of versions/a\.py"):
        check_id(history, "first")


def test_a_label_that_is_taken() -> None:
    with pytest.raises(DuplicateLabel, match="already that of revision b1"):
        new_revision(FORK, "n1", "", head="b2", labels="billing")
    with pytest.raises(DuplicateLabel, match="is also a revision id"):
        new_revision(FORK, "n1", "", head="b2", labels="c1")
    with pytest.raises(DuplicateLabel, match="is also a revision id"):
        new_revision(FORK, "n1", "", head="b2", labels="n1")


@pytest.mark.parametrize(
    "name", ["a@b", "a:b", "a+b", "a,b", "a b", "a\tb", "a\nb", "", "head", "current", "a/b", "a'b"]
)
def test_names_that_could_not_be_typed(name: str) -> None:
    with pytest.raises(BadIdentifier):
        check_id(FORK, name)
    with pytest.raises(BadIdentifier):
        check_label(FORK, name)


def test_a_hyphen_is_a_step_down_in_an_id_but_usual_in_a_label() -> None:
    with pytest.raises(BadIdentifier) as caught:
        check_id(FORK, "add-users")
    assert "'add_users'" in str(caught.value.hint)
    check_label(FORK, "add-users")


def test_names_that_are_too_long() -> None:
    check_id(FORK, "x" * 255)
    with pytest.raises(BadIdentifier, match="has 256 characters; at most 255 can be stored"):
        check_id(FORK, "x" * 256)
    with pytest.raises(BadIdentifier, match="has 33 characters; at most 32 can be stored"):
        new_revision(LINE, "x" * 33, "", longest=32)


@pytest.mark.parametrize("name", ["ae1027a6acf", "0001", "2026_11_22", "v1.2", "größer"])
def test_names_that_are_fine(name: str) -> None:
    check_id(FORK, name)
    check_label(FORK, name)
