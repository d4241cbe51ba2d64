"""
Hypothesis strategies: any history, and any state of a database that it can have been moved to.

Responsible for covering what real histories are like and what they should not be like: redundant edges, merges of
many, requirements across branches, several bases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from limbeck.history import History, Revision

if TYPE_CHECKING:
    from collections.abc import Callable


@st.composite
def revisions(draw: Callable[..., object], most: int = 12) -> list[Revision]:
    """Revisions of a sound history, each after those that it builds on."""
    found: list[Revision] = []
    for number in range(draw_int(draw, 0, most)):
        ids = [revision.id for revision in found]
        parents = draw_some(draw, ids, 3)
        # Mostly on top of what is there, as people do.
        if ids and not parents and draw_int(draw, 0, 3):
            parents = ids[-1:]
        requires = draw_some(draw, ids, 2) if draw_int(draw, 0, 3) == 0 else []
        created = f"2026-01-0{draw_int(draw, 1, 9)}"
        # Ids that do not sort as they were made.
        id = f"{(number * 7) % 13:x}{number:03}"
        found.append(Revision(id, tuple(parents), tuple(requires), (), f"no. {number}", created))
    return found


def draw_int(draw: Callable[..., object], low: int, high: int) -> int:
    number = draw(st.integers(low, high))
    assert isinstance(number, int)
    return number


def draw_some(draw: Callable[..., object], ids: list[str], most: int) -> list[str]:
    """Up to `most` of `ids`."""
    if not ids:
        return []
    found = draw(st.lists(st.sampled_from(ids), max_size=most, unique=True))
    assert isinstance(found, list)
    return found


def histories(most: int = 12) -> st.SearchStrategy[History]:
    """Sound histories, the empty one among them."""
    return revisions(most).map(History)


@st.composite
def some_of(draw: Callable[..., object], history: History) -> frozenset[str]:
    """Any revisions of `history`, with or without what they build on."""
    return frozenset(draw_some(draw, list(history), len(history)))


def maximal(history: History, ids: frozenset[str]) -> frozenset[str]:
    """By definition: those of `ids` that are not below another one of them."""
    return frozenset(
        id for id in ids if not any(id in history.closure([other]) for other in ids - {id})
    )
