"""
How branches are in each other's way, by what they add and change.

Responsible for two open branches, and for one and the main branch.  Pure; does not know what revisions do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.actions.edited import is_edit
from limbeck.actions.guard.open_branches import Collision
from limbeck.actions.problem import ambiguous

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from limbeck.actions.git_sides import Delta
    from limbeck.actions.guard.joined import Joined
    from limbeck.actions.guard.open_branches import Open
    from limbeck.files.held import Held
    from limbeck.history import History


@dataclass(frozen=True)
class Trunk:
    """The main branch: how people call it, its files by path, and its history."""

    name: str
    files: Mapping[str, Held]
    history: History


def with_trunk(trunk: Trunk, branch: Open, joined: Joined, theirs: Delta) -> Collision | None:
    """How a branch, which did `theirs`, is in the way of the main one; None when it is not."""
    known = trunk.history
    both = [
        one
        for one in joined.both
        if any(held is not None and held.id for change in one for held in change)
    ]
    edits = [
        change.before.id
        for key, change in theirs.items()
        if change.before is not None and key in branch.changed and is_edit(change)
    ]
    heads = [
        id
        for ids, _ in ambiguous(_heads(known, branch))
        if not known.keys().isdisjoint(ids) and not branch.new.keys().isdisjoint(ids)
        for id in ids
    ]
    kinds = {
        "same id": [one.id for one in joined.twice],
        "same file": [one.theirs.key for one in both],
        "edited": edits,
        "heads": [] if joined.twice or branch.problem else heads,
    }
    return _collision(branch.name, trunk.name, kinds)


def between(trunk: Trunk, left: Open, right: Open) -> Collision | None:
    """How two branches are in each other's way; None when they are not, or one is a part of the other."""
    same = left.new.keys() & right.new.keys()
    twice = [id for id in same if not _alike(left.new[id], right.new[id])]
    mine, other = left.new.keys() - same, right.new.keys() - same
    heads = [
        id
        for ids, _ in ambiguous(_heads(trunk.history, left, right))
        if not mine.isdisjoint(ids) and not other.isdisjoint(ids)
        for id in ids
        if id in mine or id in other
    ]
    kinds = {
        "same id": sorted(id for id in twice if left.new[id].path != right.new[id].path),
        "same file": sorted(
            {
                *(left.new[id].path for id in twice if left.new[id].path == right.new[id].path),
                *_same_files(left, right, other),
            }
        ),
        "same label": sorted(_own_labels(left, mine) & _own_labels(right, other)),
        "heads": heads,
    }
    return _collision(left.name, right.name, kinds)


def _collision(left: str, right: str, kinds: Mapping[str, Sequence[str]]) -> Collision | None:
    found = {kind: about for kind, about in kinds.items() if about}
    if not found:
        return None
    about = tuple(dict.fromkeys(word for words in found.values() for word in words))
    return Collision(left, right, tuple(found), about)


def _heads(known: History, *branches: Open) -> dict[str, tuple[str, ...]]:
    """The heads of the main branch and some others together, with the labels that lead to each."""
    followed = frozenset[str]().union(*(branch.below for branch in branches))
    heads = {id: tuple(sorted(known.branch_labels(id))) for id in known.real_heads - followed}
    for branch in branches:
        heads.update({id: those for id, those in branch.labels.items() if id not in followed})
    return heads


def _same_files(left: Open, right: Open, other: Iterable[str]) -> list[str]:
    """The files that both change, each in its own way, or bring with another revision in them."""
    edited = left.changed.keys() & right.changed.keys()
    paths = {one.path: id for id, one in left.new.items()}
    brought = [right.new[id].path for id in other if paths.get(right.new[id].path, id) != id]
    return [*(key for key in edited if not _alike(left.changed[key], right.changed[key])), *brought]


def _alike(one: Held | None, other: Held | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.path == other.path and one.content == other.content


def _own_labels(branch: Open, ids: Iterable[str]) -> frozenset[str]:
    found = (branch.new[id].revision for id in ids)
    return frozenset(label for one in found if one is not None for label in one.labels)
