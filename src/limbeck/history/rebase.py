"""
Put one side of a fork behind the other.

Responsible for which revisions get which parents then, and for an id that becomes another, as edits of revision files.
Does not know whether somebody has run them, nor whether they work in the new order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck import dag
from limbeck.errors import UsageError
from limbeck.history.history import History
from limbeck.history.reshape import Rewrite

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.history.revision import Revision


def moved_by(history: History, heads: Iterable[str], onto: str) -> list[str]:
    """What `heads` have on their lines and `onto` has not below it, in order; all are ids.

        ,-- c1          moved_by(b2, onto=c1):  b1, b2
    a1 -+
        `-- b1 -- b2
    """
    return history.ordered(dag.reachable(heads, history.parents) - history.closure([onto]))


def rebase(history: History, heads: Iterable[str], onto: str) -> tuple[Rewrite, ...]:
    """The edits that put what `heads` have more than `onto` behind `onto`; all are ids.

    A parent that `onto` has below it becomes `onto`; it is left out where another parent moves along, so that a merge
    of the two sides loses that parent, and merges within the moved side stay.

    Raises UsageError when there is nothing to move, or all of it is behind `onto` already.
    """
    heads = tuple(heads)
    moved = moved_by(history, heads, onto)
    named = ", ".join(history.ordered(heads))
    if not moved:
        raise UsageError(
            f"{named or 'base'} is already below {onto}: there is nothing to move",
            hint="`limbeck heads` lists what can be moved",
        )
    along = frozenset(moved)
    rewrites = []
    for id in moved:
        before = history[id]
        kept = tuple(parent for parent in before.parents if parent in along)
        after = before._replace(parents=kept or (onto,))
        if after != before:
            rewrites.append(Rewrite(before, after))
    if not rewrites:
        raise UsageError(
            f"{named} is already behind {onto}: there is nothing to move",
            hint="`limbeck history --graph` shows the order",
        )
    changed(history, rewrites)
    return tuple(rewrites)


def changed(history: History, rewrites: Iterable[Rewrite]) -> History:
    """The history after `rewrites` that keep all ids.  HistoryError when they do not form one."""
    return history.with_(*(rewrite.after for rewrite in rewrites))


def reid(
    history: History, own: Revision, new: str, followers: Iterable[str]
) -> tuple[Rewrite, ...]:
    """The edits that give the revision `own` the id `new`: its own, then those of `followers` that refer to it.

    Whether `new` is free is for `check_id` to say.
    """
    rewrites = [Rewrite(own, own._replace(id=new))]
    for other in followers:
        before = history[other]
        after = before._replace(
            parents=tuple(new if parent == own.id else parent for parent in before.parents),
            requires=tuple(
                new if _means(history, name, own.id) else name for name in before.requires
            ),
        )
        if after != before:
            rewrites.append(Rewrite(before, after))
    return tuple(rewrites)


def _means(history: History, name: str, id: str) -> bool:
    """Whether a requirement means `id` by its id, or by the beginning of it; a label stays what it is."""
    return name == id or (name not in history.labels and history.named(name) == (id,))
