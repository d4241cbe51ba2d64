"""
What is wrong with a project, as a value.

Responsible for saying it in one form wherever it is found, and for what is wrong with heads.  Does not know who shows it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from limbeck.actions.point import Point
    from limbeck.errors import LimbeckError
    from limbeck.files import RevisionFolder

FAILED = 1
_REFUSED = 7


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong.

    `code` is that of an error, or one of "narrow-table", "interrupted", "failed", "edited", "deleted", "moved",
    "moved-elsewhere", "stale-head" and what `guard check` notes.  `exit_code` is what a check ends with because of it; 0 for what is only
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
    for ids, labels in ambiguous({p.id: p.labels for p in heads if not p.effective_head}):
        word = f"{labels[0]}@head" if labels else "head"
        yield Problem(
            "S003",
            f"{len(ids)} heads, so that `{word}` is not clear: {', '.join(ids)}",
            f'limbeck merge -m "merge heads" {" ".join(ids)}',
            6,
        )


def stale_head(folder: RevisionFolder) -> Iterator[Problem]:
    """A file HEAD by which git would miss a fork, or find one where there is none.

    Raises HistoryError when the revisions do not form a history.
    """
    from limbeck.files import heads

    wanted = heads.outdated(folder)
    if wanted is not None:
        names = ", ".join(sorted(folder.history.heads)) or "none"
        yield Problem(
            "stale-head",
            f"{folder.shown(heads.place(folder))} does not say what is true: the heads are {names}",
            "limbeck guard keep, then `git add` it",
            _REFUSED,
        )


def ambiguous(
    heads: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Heads that the same labels lead to, and those labels; each head comes with all that it is under."""
    shared = Counter(label for labels in heads.values() for label in labels)
    groups: dict[tuple[str, ...], list[str]] = {}
    for id, labels in heads.items():
        if all(shared[label] > 1 for label in labels):
            groups.setdefault(labels, []).append(id)
    for labels, ids in groups.items():
        if len(ids) > 1:
            yield tuple(ids), labels
