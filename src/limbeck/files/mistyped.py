"""
A name of the head with a slip in it.

Responsible for finding `down_revison = ...` in a file that has no `down_revision`, which would silently be the first of
a second history.  Does not know what the names mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import BrokenHeader

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_SLIPS = 2
"""So many letters may be missing, too many or wrong; two that changed places are two."""


def refuse_mistyped(missing: Collection[str], names: Iterable[str], source: str) -> None:
    """BrokenHeader when one of `names`, which a file gives a value, must be one of those that are `missing`."""
    for name in names:
        for meant in missing:
            if abs(len(name) - len(meant)) <= _SLIPS and distance(name, meant) <= _SLIPS:
                raise BrokenHeader(
                    f"{source} gives a value to {name}, and none to {meant}; did you mean {meant}?",
                    hint=f"write {meant} instead of {name}, or add {meant} = None",
                )


def distance(one: str, other: str) -> int:
    """How many letters must be put in, left out or changed to make `other` of `one` (Levenshtein's distance)."""
    row = list(range(len(other) + 1))
    for above, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], above
        for at, wanted in enumerate(other, 1):
            diagonal, row[at] = (
                row[at],
                min(row[at] + 1, row[at - 1] + 1, diagonal + (letter != wanted)),
            )
    return row[-1]
