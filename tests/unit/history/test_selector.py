"""Splitting what a person typed; no history is needed for that."""

from __future__ import annotations

import pytest

from limbeck.errors import SelectorError
from limbeck.history.selector import parse, parts, split_range


@pytest.mark.parametrize(
    ("text", "branch", "symbol", "steps"),
    [
        ("ae10", "", "ae10", 0),
        ("head", "", "head", 0),
        ("+2", "", "", 2),
        ("-1", "", "", -1),
        ("ae10+2", "", "ae10", 2),
        ("head-2", "", "head", -2),
        ("billing@head", "billing", "head", 0),
        ("billing@+1", "billing", "", 1),
        ("billing@ae10-1", "billing", "ae10", -1),
        ("my-feature@head", "my-feature", "head", 0),
        ("my-feature", "", "my-feature", 0),
        ("release-2.1", "", "release-2.1", 0),
        (" ae10 ", "", "ae10", 0),
    ],
)
def test_parts_of_a_selector(text: str, branch: str, symbol: str, steps: int) -> None:
    found = parse(text)
    assert (found.branch, found.symbol, found.steps) == (branch, symbol, steps)
    assert found.text == text.strip()


@pytest.mark.parametrize("text", ["", "  ", "@", "billing@", "@head"])
def test_half_a_selector(text: str) -> None:
    with pytest.raises(SelectorError, match="does not say which revision"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "relative"),
    [("+1", True), ("current-1", True), ("billing@-1", True), ("current", False), ("a+1", False)],
)
def test_relative_to_where_the_database_stands(text: str, relative: bool) -> None:
    assert parse(text).is_relative is relative


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        ("a, b c", ["a", "b", "c"]),
        (["a", "b,c"], ["a", "b", "c"]),
        ([], []),
    ],
)
def test_several_selectors(given: str | list[str], found: list[str]) -> None:
    assert list(parts(given)) == found


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("a:b", ("a", "b")),
        (":b", ("", "b")),
        ("a:", ("a", "")),
        (":", ("", "")),
        (" a : b ", ("a", "b")),
        ("a", None),
    ],
)
def test_ranges(text: str, sides: tuple[str, str] | None) -> None:
    assert split_range(text) == sides


def test_a_range_has_two_sides() -> None:
    with pytest.raises(SelectorError, match="more than one colon"):
        split_range("a:b:c")
