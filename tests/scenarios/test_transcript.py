"""When an output counts as the one that was written down, and when it does not."""

from __future__ import annotations

import pytest

from tests.scenarios.transcript import Command, File, Matcher, parse

A, B, C = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("done", "done"),
        ("done in 12 ms", "done in 0.4 s"),
        ("2026-11-22 15:48 UTC", "2031-01-02 03:04 UTC"),
        ("created 2026-11-22T15:48:01+00:00", "created 2031-01-02T03:04:05+02:00"),
        ("versions/2026-11-22_create.py", "versions/2031-01-02_create.py"),
        ("versions/20261122_1548_create.py", "versions/20310102_0304_create.py"),
        ("a    b", "a b"),
        ("a ... z", "a b c z"),
        ("first\n...\nlast", "first\nlast"),
        ("first\n...\nlast", "first\n1\n2\nlast"),
        (f"{A} -> {B}, {A}", f"{B} -> {C}, {B}"),
    ],
)
def test_what_matches(expected: str, actual: str) -> None:
    assert Matcher().matches(tuple(expected.splitlines()), actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("done", "not done"),
        ("done", "done\nand more"),
        ("done\nand more", "done"),
        ("12 revisions", "13 revisions"),
        ("a b", "ab"),
        ("a ... z", "a\nz"),
        (f"{A} -> {A}", f"{B} -> {C}"),
        ("(1.5)", "1x5"),
    ],
)
def test_what_does_not(expected: str, actual: str) -> None:
    assert not Matcher().matches(tuple(expected.splitlines()), actual)


def test_an_id_is_the_same_in_later_outputs_and_commands() -> None:
    matcher = Matcher()
    assert matcher.matches((f"new {A}",), f"new {B}")
    assert not matcher.matches((f"old {A}",), f"old {C}")
    assert matcher.with_ids(f"upgrade {A}") == f"upgrade {B}"


def test_one_id_is_not_written_in_two_ways() -> None:
    matcher = Matcher()
    assert not matcher.matches((f"{A} and {B}",), f"{C} and {C}")
    assert matcher.matches((f"new {A}",), f"new {C}")
    assert not matcher.matches((f"and {B}",), f"and {C}")


def test_the_parts_of_a_transcript() -> None:
    markdown = '```python title="a.py"\nx = 1\n```\n\n```sh\nno\n```\n\n```console\n$ a\nb\n$ c\n> d\n```\n'
    assert parse(markdown) == [
        File(2, "a.py", "x = 1\n"),
        Command(10, "a", ("b",), 12),
        Command(12, "c\nd", (), 14),
    ]


def test_a_console_block_starts_with_a_command() -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse("```console\noutput\n```\n")
