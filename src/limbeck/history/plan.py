"""
From what is applied to a database to what should be, step by step.

Responsible for which revisions run, in which order, and for the heads before and after each.  Does not run
anything, and does not know what a revision does.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from limbeck.history import puzzled
from limbeck.history.resolve import branch_root, check_known, read, resolve
from limbeck.history.selector import parts
from limbeck.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from limbeck.history.downward import Downgrade
    from limbeck.history.history import History


class Direction(Enum):
    """Whether a revision is applied or undone."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Step:
    """Run one revision in one direction, which moves the heads from `before` to `after`."""

    revision: str
    direction: Direction
    before: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps, in order, and the heads before the first and after the last of them."""

    steps: tuple[Step, ...]
    before: frozenset[str]
    after: frozenset[str]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Move the heads from `before` to `after` without running anything."""

    before: frozenset[str]
    after: frozenset[str]


def plan_upgrade(history: History, applied: frozenset[str], to: Iterable[str]) -> Plan:
    """Apply all that `to` needs and that is not applied yet.

    `applied` are the ids of all revisions that ran, not only the heads: after a rebase a revision may have come
    to lie below an applied one without having run here, and then it is part of the plan.

    Raises UnknownRevision when something is applied that the history does not have.
    """
    check_known(history, applied)
    start = heads = history.tips(applied)
    # What lies below an applied revision never becomes a head when it is made up for.
    covered = history.closure(applied)
    steps = []
    for id in history.ordered(history.closure(to) - applied):
        after = heads if id in covered else heads.difference(history.below(id)).union((id,))
        steps.append(Step(id, Direction.UP, heads, after))
        heads = after
    return Plan(tuple(steps), start, heads)


def plan_downgrade(history: History, applied: frozenset[str], to: Downgrade) -> Plan:
    """Undo what `to` says, and everything applied that builds on it, newest first.

    Raises UnknownRevision when something is applied that the history does not have.
    """
    check_known(history, applied)
    start = heads = history.tips(applied)
    unwanted = applied & history.descendants(to.undo)
    bared = _Bared(history, applied) if unwanted else None
    steps = []
    for id in reversed(history.ordered(unwanted)):
        assert bared is not None
        after = heads.difference((id,)).union(bared.by(id))
        steps.append(Step(id, Direction.DOWN, heads, after))
        heads = after
    return Plan(tuple(steps), start, heads)


class _Bared:
    """What comes to light when applied revisions are undone one after another, from the top."""

    def __init__(self, history: History, applied: frozenset[str]) -> None:
        self._history = history
        self._applied = applied
        self._users = dict.fromkeys(history.closure(applied), 0)
        for id in self._users:
            for lower in history.below(id):
                self._users[lower] += 1

    def by(self, id: str) -> list[str]:
        """The applied revisions that nothing applied builds on any more once `id` is undone."""
        found: list[str] = []
        todo = [id]
        while todo:
            for lower in self._history.below(todo.pop()):
                self._users[lower] -= 1
                if not self._users[lower]:
                    # One that never ran here hides what is below it no longer.
                    (found if lower in self._applied else todo).append(lower)
        return found


def plan_stamp(history: History, heads: frozenset[str], to: str | Iterable[str]) -> Stamp:
    """Say that the database is at `to`, which may be ids or anything that `resolve` understands.

    A new place takes over from the heads that are above or below it; heads on unrelated branches stay.  `base`,
    or nothing at all, clears everything; `branch@base` clears one branch.

    Raises what `resolve` raises, and UnknownRevision when the database holds an id that is not in the history.
    """
    check_known(history, heads)
    texts = [
        part for text in ([to] if isinstance(to, str) else to) for part in _parts(history, text)
    ]
    if not texts:
        return Stamp(heads, frozenset())
    places: set[str] = set()
    gone: set[str] = set()
    for text in texts:
        selector = read(history, text)
        if selector.is_relative and selector.steps < 0:
            raise puzzled.stamp_downward(text)
        found = resolve(history, text, heads)
        places |= found
        gone |= heads & _related(history, text, found)
    return Stamp(heads, history.tips(places | (heads - gone)))


def _parts(history: History, text: str) -> Iterable[str]:
    return [text] if text in history else parts(text)


def _related(history: History, text: str, found: frozenset[str]) -> set[str]:
    """What `found` takes over from; for no place at all, what is on the branch that `text` names."""
    if found:
        return history.closure(found) | history.descendants(found)
    branch = read(history, text).branch
    if not branch:
        return set(history)
    root = [branch_root(history, branch)]
    return history.closure(root) | history.descendants(root)
