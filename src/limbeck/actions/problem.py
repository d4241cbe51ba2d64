"""
What is wrong with a project, as a value.

Responsible for saying it in one form wherever it is found, and for what is wrong with heads.  Does not know who shows it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.actions.point import Point
    from limbeck.errors import LimbeckError

FAILED = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong.

    `code` is that of an error, or one of "narrow-table", "interrupted", "failed", "edited", "deleted", "moved",
    "moved-elsewhere" and what `guard check` notes.  `exit_code` is what a check ends with because of it; 0 for what is only
    worth knowing.
    """

    code: str
    text: str
    hint: str | None
    exit_code: int = FAILED


def problem_of(error: LimbeckError) -> Problem:
    """An error as a problem."""
    return Problem(error.code, error.message, error.hint, error.exit_code)


def several_heads(heads: tuple[Point, ...]) -> Iterator[Problem]:
    """Heads that are one branch each, by a label of their own, are meant to be several."""
    real = [point for point in heads if not point.effective_head]
    shared = Counter(label for point in real for label in point.labels)
    unnamed = [point for point in real if all(shared[label] > 1 for label in point.labels)]
    for ids, word in _ambiguous(unnamed):
        yield Problem(
            "S003",
            f"{len(ids)} heads, so that `{word}` is not clear: {', '.join(ids)}",
            f'limbeck merge -m "merge heads" {" ".join(ids)}',
            6,
        )


def _ambiguous(unnamed: list[Point]) -> Iterator[tuple[list[str], str]]:
    """Heads that the same labels lead to, and how one would ask for one of them."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for point in unnamed:
        groups.setdefault(point.labels, []).append(point.id)
    for labels, ids in groups.items():
        if len(ids) > 1:
            yield ids, f"{labels[0]}@head" if labels else "head"
