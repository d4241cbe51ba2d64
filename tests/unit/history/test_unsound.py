"""Revisions that do not form a history: what is said, and what a program learns from the error."""

from __future__ import annotations

import pytest

from limbeck.errors import (
    AmbiguousRevision,
    CycleInHistory,
    DuplicateLabel,
    DuplicateRevision,
    HistoryError,
    MissingParent,
)
from limbeck.history import History, Revision


def revision(id: str, *parents: str, **more: tuple[str, ...]) -> Revision:
    return Revision(
        id,
        parents,
        more.get("requires", ()),
        more.get("labels", ()),
        source=f"versions/{id}.py",
    )


def test_two_files_with_one_id_are_both_named() -> None:
    copy = Revision("a", source="versions/copy_of_a.py")
    with pytest.raises(DuplicateRevision) as caught:
        History([revision("a"), copy])
    assert "'a' is used twice" in caught.value.message
    assert "versions/a.py" in caught.value.message
    assert "versions/copy_of_a.py" in caught.value.message
    assert caught.value.hint


def test_a_missing_parent_names_the_file() -> None:
    with pytest.raises(MissingParent) as caught:
        History([revision("b123", "a123")])
    assert caught.value.message == (
        "versions/b123.py says its parent is 'a123'; no file has 'a123'"
    )
    assert (caught.value.revision, caught.value.missing) == ("b123", "a123")
    assert "restore the file of 'a123'" in str(caught.value.hint)


def test_a_missing_parent_is_perhaps_only_mistyped() -> None:
    with pytest.raises(MissingParent) as caught:
        History([revision("ae1027a6acf"), revision("b", "ae1027a6acg")])
    assert "perhaps 'ae1027a6acf' is meant" in str(caught.value.hint)


def test_a_parent_is_never_an_abbreviation() -> None:
    with pytest.raises(MissingParent):
        History([revision("ae1027a6acf"), revision("b", "ae10")])


def test_a_missing_requirement_names_the_file() -> None:
    with pytest.raises(MissingParent) as caught:
        History([revision("b", requires=("accounts",))])
    assert caught.value.message == (
        "versions/b.py depends on 'accounts'; no file has this id or branch label"
    )
    assert (caught.value.revision, caught.value.missing) == ("b", "accounts")


def test_an_ambiguous_requirement() -> None:
    with pytest.raises(
        AmbiguousRevision, match=r"versions/c\.py depends on 'ab', which may be any"
    ):
        History([revision("ab12"), revision("ab34"), revision("c", requires=("ab",))])


def test_abbreviated_requirements_of_a_long_history() -> None:
    """Looking at each id for each requirement would take minutes."""
    count = 20_000
    line = [revision(f"{n:06}x") for n in range(count)]
    asking = [revision(f"z{n:06}", requires=(f"{n:06}",)) for n in range(count)]
    history = History([*line, *asking])
    assert history.requires("z000007") == ("000007x",)


def test_a_cycle_is_drawn() -> None:
    with pytest.raises(CycleInHistory) as caught:
        History([revision("a", "c"), revision("b", "a"), revision("c", "b"), revision("d")])
    assert caught.value.message.splitlines() == [
        "these revisions build on each other in a circle, each on the next:",
        "    ,-> a  versions/a.py",
        "    |   |",
        "    |   c  versions/c.py",
        "    |   |",
        "    `-- b  versions/b.py",
    ]


def test_a_cycle_may_go_through_a_requirement() -> None:
    with pytest.raises(CycleInHistory):
        History([revision("a", requires=("b",)), revision("b", "a")])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [(revision("a", "a"), "down_revision"), (revision("a", requires=("a",)), "depends_on")],
)
def test_a_revision_that_names_itself(wrong: Revision, field: str) -> None:
    with pytest.raises(CycleInHistory) as caught:
        History([wrong])
    assert caught.value.message == f"versions/a.py names itself in `{field}`"


def test_a_label_that_two_files_have() -> None:
    with pytest.raises(DuplicateLabel) as caught:
        History([revision("a", labels=("billing",)), revision("b", labels=("billing",))])
    assert "'billing' is used twice" in caught.value.message
    assert "versions/a.py" in caught.value.message
    assert "versions/b.py" in caught.value.message


def test_a_label_that_is_also_an_id() -> None:
    with pytest.raises(DuplicateLabel, match=r"also the id of versions/a\.py"):
        History([revision("a"), revision("b", labels=("a",))])


def test_a_label_written_twice_in_one_file_is_one_label() -> None:
    history = History([revision("a", labels=("billing", "billing"))])
    assert history.labels == {"billing": "a"}


def test_all_of_these_are_errors_of_the_history() -> None:
    for error in (CycleInHistory, DuplicateLabel, DuplicateRevision, MissingParent):
        assert issubclass(error, HistoryError)
