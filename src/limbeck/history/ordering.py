"""
Branches that must run one after another.

Responsible for the requirement that says so (`depends_on`), where the history alone would run them otherwise.  Does not
know why the order matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.history.reshape import Rewrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from limbeck.history.history import History


def keeps(history: History, order: Sequence[str]) -> bool:
    """Whether the branches that end in the heads `order` run in this order anyway."""
    sides = _sides(history, order)
    return [id for side in sides for id in side] == history.ordered(
        id for side in sides for id in side
    )


def first_keeping(history: History, orders: Iterable[Sequence[str]]) -> Sequence[str] | None:
    """That of `orders` in which the branches run anyway; None when it is none of them."""
    found = list(orders)
    # Each head is the last of its side, so that no other order can be the one.
    runs = history.ordered(found[0]) if found else []
    return next((one for one in found if list(one) == runs and keeps(history, one)), None)


def put_in_order(history: History, order: Sequence[str]) -> tuple[Rewrite, ...]:
    """What lets the branches run in this order: the first revisions of each require the head before it."""
    rewrites = []
    for before, side in zip(order, _sides(history, order)[1:], strict=False):
        own = set(side)
        for id in side:
            if own.isdisjoint(history.below(id)):
                revision = history[id]
                after = revision._replace(requires=(*revision.requires, before))
                rewrites.append(Rewrite(revision, after))
    return tuple(rewrites)


def _sides(history: History, order: Sequence[str]) -> list[list[str]]:
    """What each head adds to those before it, without what all have in common."""
    seen = set.intersection(*(history.closure([head]) for head in order))
    sides = []
    for head in order:
        side = history.ordered(history.closure([head]) - seen)
        seen |= set(side)
        sides.append(side)
    return sides
