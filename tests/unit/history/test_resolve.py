"""Selectors that the drawings do not show, and what the errors say and carry."""

from __future__ import annotations

import pytest

from limbeck.errors import (
    AmbiguousRevision,
    MultipleHeads,
    NotReachable,
    SelectorError,
    UnknownRevision,
)
from limbeck.history import History, Revision, resolve, resolve_downgrade, resolve_range
from tests.drawings import sketch

HISTORY = History(
    [
        Revision("1975ea83b712", doc="create account table\n\nmore"),
        Revision("ae1027a6acf1", ("1975ea83b712",), doc="add a column"),
        Revision("27c6a30d7c24", ("1975ea83b712",), labels=("shoppingcart",), doc="add cart"),
        Revision("27c7b0000000", ("27c6a30d7c24",), doc="fill cart"),
    ]
)
NONE: frozenset[str] = frozenset()


def refused(error: type[SelectorError], text: str, heads: frozenset[str] = NONE) -> SelectorError:
    with pytest.raises(error) as caught:
        resolve(HISTORY, text, heads)
    return caught.value


def test_several_at_once() -> None:
    expected = {"ae1027a6acf1", "27c6a30d7c24"}
    assert resolve(HISTORY, "ae10,27c6") == expected
    assert resolve(HISTORY, "ae10 27c6") == expected
    assert resolve(HISTORY, ["ae10", "shoppingcart"]) == expected
    assert resolve(HISTORY, []) == NONE
    assert resolve(HISTORY, ["base", "ae10"]) == {"ae1027a6acf1"}


def test_a_label_is_an_alias_of_the_revision_that_carries_it() -> None:
    assert resolve(HISTORY, "shoppingcart") == {"27c6a30d7c24"}
    assert resolve(HISTORY, "shop@head") == {"27c7b0000000"}
    assert resolve(HISTORY, "shoppingcart+1") == {"27c7b0000000"}


def test_a_branch_makes_an_abbreviation_clear() -> None:
    history = HISTORY.with_(Revision("27c6ffffffff", ("ae1027a6acf1",)))
    with pytest.raises(AmbiguousRevision):
        resolve(history, "27c6")
    assert resolve(history, "shoppingcart@27c6") == {"27c6a30d7c24"}
    assert resolve(history, "ae10@27c6") == {"27c6ffffffff"}


def test_names_that_look_like_steps() -> None:
    history = HISTORY.with_(
        HISTORY["ae1027a6acf1"]._replace(labels=("release-2",)),
        HISTORY["27c7b0000000"]._replace(labels=("release",)),
    )
    assert resolve(history, "release-2") == {"ae1027a6acf1"}
    assert resolve(history, "release-1") == {"27c6a30d7c24"}
    assert resolve(history, "release-2@head") == {"ae1027a6acf1"}
    assert resolve(history, "1975@release-2") == {"ae1027a6acf1"}


def test_ids_with_characters_of_selectors_can_be_given_whole() -> None:
    history = History([Revision("2026-01-02"), Revision("a,b", ("2026-01-02",))])
    assert resolve(history, "2026-01-02") == {"2026-01-02"}
    assert resolve(history, ["a,b"]) == {"a,b"}


def test_current_is_where_the_database_stands() -> None:
    heads = frozenset({"27c6a30d7c24", "ae1027a6acf1"})
    assert resolve(HISTORY, "current", heads) == heads
    assert resolve(HISTORY, "shoppingcart@current", heads) == {"27c6a30d7c24"}
    assert resolve(HISTORY, "current") == NONE


def test_steps_up_from_nothing_begin_at_the_base() -> None:
    assert resolve(HISTORY, "+1") == {"1975ea83b712"}
    assert resolve(HISTORY, "shoppingcart@+2") == {"27c6a30d7c24"}
    assert resolve(HISTORY, "base+1") == {"1975ea83b712"}


def test_steps_down_may_end_at_base() -> None:
    assert resolve(HISTORY, "ae10-2") == NONE
    assert isinstance(refused(NotReachable, "ae10-3"), NotReachable)


def test_an_empty_history_has_no_head() -> None:
    for text in ("head", "heads", "base", "current"):
        assert resolve(History(), text) == NONE


def test_unknown() -> None:
    error = refused(UnknownRevision, "ae1027a6acg1")
    assert (
        error.message == "no revision or branch label is called 'ae1027a6acg1', or begins with it"
    )
    assert error.hint == "did you mean 'ae1027a6acf1'?"
    assert refused(UnknownRevision, "shopingcart").hint == "did you mean 'shoppingcart'?"
    assert "'head'" in str(refused(UnknownRevision, "haed").hint)
    assert refused(UnknownRevision, "zzzz").hint == "`limbeck history` lists all revisions"


def test_an_unknown_branch() -> None:
    assert "'nowhere'" in refused(UnknownRevision, "nowhere@head").message


def test_ambiguous() -> None:
    error = refused(AmbiguousRevision, "27")
    assert error.message.splitlines() == [
        "'27' may be any of 2 revisions:",
        "    27c6a30d7c24  add cart",
        "    27c7b0000000  fill cart",
    ]


def test_many_candidates_are_not_all_listed() -> None:
    history = History(Revision(f"aa{number:03}") for number in range(100))
    with pytest.raises(AmbiguousRevision) as caught:
        resolve(history, "aa")
    assert len(caught.value.message.splitlines()) == 10
    assert caught.value.message.endswith("and 92 more")


def test_several_heads() -> None:
    error = refused(MultipleHeads, "head")
    assert isinstance(error, MultipleHeads)
    assert error.heads == ("27c7b0000000", "ae1027a6acf1")
    assert error.message.splitlines() == [
        "'head' means one revision, but there are 2 heads; they part at 1975ea83b712:",
        "    *    27c7b0000000  fill cart  (after 1 more)",
        "    | *  ae1027a6acf1  add a column",
        "    |-'",
        "    *    1975ea83b712  create account table",
    ]
    hint = str(error.hint)
    assert 'limbeck merge -m "merge heads" 27c7b0000000 ae1027a6acf1' in hint
    assert "`heads`" in hint


def test_several_heads_below_which_another_required_one_lies() -> None:
    history = sketch.history("""
        a1 -- a2
        b1 -- b2
        b2 requires a2
    """)
    with pytest.raises(MultipleHeads) as caught:
        resolve(history, "head")
    assert caught.value.heads == ("a2", "b2")


def test_no_head_is_on_the_branch_but_a_required_revision_is() -> None:
    history = sketch.history("""
        a1 -- a2 -- a3
        b1
        b1 requires a2
        a1 is labelled alpha
    """)
    assert resolve(history, "alpha@+1", frozenset({"b1"})) == {"a3"}


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("ae10", {"ae1027a6acf1"}, {"ae1027a6acf1"}),
        (":", set(), {"27c7b0000000", "ae1027a6acf1"}),
        ("base:head-0", set(), None),
        ("1975:shoppingcart@head", {"1975ea83b712"}, {"27c7b0000000"}),
        ("shoppingcart@base:", set(), {"27c7b0000000"}),
        ("shoppingcart@-1:", {"27c6a30d7c24"}, {"27c7b0000000"}),
        ("1975:shoppingcart@+1", {"1975ea83b712"}, {"27c6a30d7c24"}),
        ("-1:current", {"1975ea83b712"}, {"ae1027a6acf1"}),
        ("-9:current", set(), {"ae1027a6acf1"}),
        ("current:", {"ae1027a6acf1"}, {"27c7b0000000", "ae1027a6acf1"}),
    ],
)
def test_ranges(text: str, lower: set[str], upper: set[str] | None) -> None:
    if upper is None:
        with pytest.raises(MultipleHeads):
            resolve_range(HISTORY, text)
        return
    found = resolve_range(HISTORY, text, frozenset({"ae1027a6acf1"}))
    assert (set(found.lower), set(found.upper)) == (lower, upper)


@pytest.mark.parametrize("text", ["current", "+1", "shoppingcart@+1", "current+1"])
def test_a_database_that_is_ahead_of_the_files(text: str) -> None:
    error = refused(UnknownRevision, text, frozenset({"zz9"}))
    assert error.message == "the database stands at 'zz9', which no revision file has"
    with pytest.raises(UnknownRevision, match="stands at 'zz9'"):
        resolve_downgrade(HISTORY, "-1", frozenset({"zz9"}))
    assert resolve(HISTORY, "ae10", frozenset({"zz9"})) == {"ae1027a6acf1"}
