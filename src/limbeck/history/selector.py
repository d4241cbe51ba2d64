"""
The parts of what a person types for a revision.

Responsible for splitting `billing@ae10+2` into its parts.  Does not know any history, so it cannot tell whether
there is a `billing` or an `ae10`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import SelectorError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STEPS = re.compile(r"(?P<symbol>.*?)(?P<steps>[+-]\d+)")


class Selector(NamedTuple):
    """One thing a person typed for revisions: `branch@symbol+steps`.

    `branch` is a label, an id or the beginning of one.  `symbol` is `head`, `heads`, `base`, `current`, an id, a
    label or the beginning of one; empty when only steps were given.  `steps` are to be walked from there.
    """

    branch: str
    symbol: str
    steps: int
    text: str

    @property
    def is_relative(self) -> bool:
        """Whether it starts from where the database stands."""
        return self.steps != 0 and self.symbol in ("", "current")


def parse(text: str) -> Selector:
    """The parts of one selector.  Raises SelectorError when it is empty."""
    text = text.strip()
    branch, at, rest = text.rpartition("@")
    if not rest or (at and not branch):
        raise SelectorError(
            f"{text!r} does not say which revision is meant",
            hint="an id or the beginning of one, `head`, `base`, `+1`, `-1`, a label, or LABEL@head",
        )
    steps = _STEPS.fullmatch(rest)
    if steps:
        return Selector(branch, steps["symbol"], int(steps["steps"]), text)
    return Selector(branch, rest, 0, text)


def parts(selectors: str | Iterable[str]) -> Iterator[str]:
    """Each selector of several: given one by one, or with commas or spaces between them."""
    for text in [selectors] if isinstance(selectors, str) else selectors:
        yield from text.replace(",", " ").split() or [text]


def split_range(text: str) -> tuple[str, str] | None:
    """The two sides of `a:b`, either of which may be empty; None when `text` is no range.

    Raises SelectorError when there is more than one colon.
    """
    older, colon, newer = text.strip().partition(":")
    if not colon:
        return None
    if ":" in newer:
        raise SelectorError(
            f"{text!r} has more than one colon", hint="a range is START:END, START: or :END"
        )
    return older.strip(), newer.strip()
