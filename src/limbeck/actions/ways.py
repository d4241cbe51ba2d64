"""
The ways on which heads can be applied one after another.

Responsible for going them on copies of one database, each step once, and for what is to be compared afterwards: of few
heads the ends of all orders, of more whatever two ways to the same heads have led to.  Does not know how a head is applied,
nor how two snapshots are told apart.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from limbeck.actions.snapshot import Snapshot
    from limbeck.database.scratch.copies import Copies, Place

Path = tuple[str, ...]

ALL_ORDERS = 4
"""So many heads are run in every order; of more, each two change places in each state."""
ALL_STATES = 6
"""Of so many heads each state is come to, 64 at most; of more, those that lie beside one order."""


class Running(Protocol):
    """How heads are applied, and what comes of it."""

    def apply(self, place: Place, head: str) -> Place | str:
        """The place behind `head`, or why there is none."""
        ...

    def look(self, place: Place) -> Snapshot:
        """All that is there."""
        ...

    def broken(self, place: Place) -> frozenset[str]:
        """What is referred to there and missing."""
        ...

    def differ(self, one: Snapshot, other: Snapshot) -> bool:
        """Whether there may be anything that one has and the other has not."""
        ...


class Met(NamedTuple):
    """Two ways to the same heads: the first one, and what both have led to."""

    path: Path
    first: Snapshot
    later: Snapshot


class Ways(ABC):
    """What was found: `met` are ways to be compared, `ends` the snapshots behind all heads that were come to.

    `own` is what some head breaks by itself.
    """

    complete = True
    """Whether nothing is left out that some order would come to."""

    def __init__(self, heads: Path, copies: Copies, running: Running) -> None:
        self.heads = heads
        self.met: list[Met] = []
        self.ends: list[Snapshot] = []
        self.own: frozenset[str] = frozenset()
        self._copies = copies
        self._running = running

    @abstractmethod
    def walk(self, start: Place) -> None:
        """Go them, from `start` on."""

    @property
    @abstractmethod
    def orders(self) -> Sequence[Path]:
        """The orders of which it is known whether they work."""

    @abstractmethod
    def error(self, path: Path) -> tuple[str, str]:
        """Why an order fails, and at which head; two empty texts where it does not."""

    @property
    def all_fail(self) -> bool:
        """Whether no order works."""
        return all(self.error(path)[0] for path in self.orders)

    @property
    def fails_alone(self) -> bool:
        """Whether some head fails where no other one has been."""
        return any(self.error((head,))[0] for head in self.heads)

    def _each(self, place: Place, heads: Sequence[str]) -> Iterator[tuple[Place, str]]:
        """Each head with a copy of `place`; the last one with `place` itself, which nobody needs any more."""
        for head in heads[:-1]:
            with self._copies.copy(place) as copy:
                yield copy, head
        yield from ((place, head) for head in heads[-1:])

    def _left(self, path: Path) -> Sequence[str]:
        return [head for head in self.heads if head not in path]


class EveryOrder(Ways):
    """All orders, the ends of which are compared; what two of them begin with is run once."""

    def __init__(self, heads: Path, copies: Copies, running: Running) -> None:
        super().__init__(heads, copies, running)
        self._errors: dict[Path, str] = {}
        self._first: tuple[Path, Snapshot] | None = None

    @property
    def orders(self) -> Sequence[Path]:
        """All."""
        return tuple(permutations(self.heads))

    def walk(self, start: Place) -> None:
        """Go them, from `start` on."""
        self._on(start, ())

    def error(self, path: Path) -> tuple[str, str]:
        """Why an order fails, and at which head; two empty texts where it does not."""
        begun = (path[:length] for length in range(1, len(path) + 1))
        return next(
            ((self._errors[one], one[-1]) for one in begun if one in self._errors), ("", "")
        )

    def _on(self, place: Place, path: Path) -> None:
        for here, head in self._each(place, self._left(path)):
            way = (*path, head)
            reached = self._running.apply(here, head)
            if isinstance(reached, str):
                self._errors[way] = reached
                continue
            if len(way) == len(self.heads):
                self._end(way, self._running.look(reached))
            elif len(way) == 1:
                self.own |= self._running.broken(reached)
            self._on(reached, way)

    def _end(self, way: Path, found: Snapshot) -> None:
        self.ends.append(found)
        if self._first is None:
            self._first = way, found
        else:
            self.met.append(Met(*self._first, found))


class EveryState(Ways):
    """Each set of applied heads, from which each other head is applied; two ways to one set are compared.

    Where none of them differ, any two neighbours may change places in any order, and so all orders are equal.
    """

    def __init__(self, heads: Path, copies: Copies, running: Running) -> None:
        super().__init__(heads, copies, running)
        self._errors: dict[tuple[frozenset[str], str], str] = {}
        self._first: dict[frozenset[str], tuple[Path, Snapshot]] = {}

    @property
    def orders(self) -> Sequence[Path]:
        """All."""
        return tuple(permutations(self.heads))

    def walk(self, start: Place) -> None:
        """Go them, from `start` on."""
        self._on(start, ())

    def error(self, path: Path) -> tuple[str, str]:
        """Why an order fails, and at which head; two empty texts where it does not."""
        for length, head in enumerate(path):
            why = self._errors.get((frozenset(path[:length]), head), "")
            if why:
                return why, head
        return "", ""

    def _on(self, place: Place, path: Path) -> None:
        for here, head in self._each(place, self._left(path)):
            new = frozenset({*path, head}) not in self._first
            reached = self._come(here, path, head)
            if reached is not None and new:
                self._on(reached, (*path, head))

    def _come(self, place: Place, path: Path, head: str) -> Place | None:
        """The place behind `head`, compared with what was there when these heads were first applied."""
        reached = self._running.apply(place, head)
        if isinstance(reached, str):
            self._errors[frozenset(path), head] = reached
            return None
        way, found = (*path, head), self._running.look(reached)
        first, before = self._first.setdefault(frozenset(way), (way, found))
        if before is not found and self._running.differ(before, found):
            self.met.append(Met(first, before, found))
        if len(way) == 1:
            self.own |= found.broken
        if len(way) == len(self.heads):
            self.ends.append(found)
        return reached


class BesideOneOrder(EveryState):
    """The states on the way of one order that works, and what each two of the heads that are left lead to from there."""

    complete = False

    def __init__(self, heads: Path, copies: Copies, running: Running) -> None:
        super().__init__(heads, copies, running)
        self._order: Path = ()
        self._failed: list[Path] = []

    @property
    def orders(self) -> Sequence[Path]:
        """The one, if it was found, and those that were begun and failed."""
        found = (self._order,) if len(self._order) == len(self.heads) else ()
        return (*found, *self._failed)

    def walk(self, start: Place) -> None:
        """Go them, from `start` on."""
        place = start
        while len(self._order) < len(self.heads):
            fails = self._swapped(place, self._order)
            if not fails:
                return
            # What others would fail behind had better wait.
            head = min(fails, key=lambda one: len(fails[one] & fails.keys()))
            way = (*self._order, head)
            reached = self._running.apply(place, head)
            if isinstance(reached, str):  # on a copy it had worked
                self._failed.append(way)
                return
            place, self._order = reached, way

    def _swapped(self, place: Place, path: Path) -> dict[str, set[str]]:
        """The heads that can come next, each with those that fail behind it."""
        found: dict[str, set[str]] = {}
        for head in self._left(path):
            with self._copies.copy(place) as here:
                reached = self._come(here, path, head)
                if reached is None:
                    continue
                others = self._each(reached, self._left((*path, head)))
                found[head] = {
                    other
                    for there, other in others
                    if self._come(there, (*path, head), other) is None
                }
        return found

    def _come(self, place: Place, path: Path, head: str) -> Place | None:
        reached = super()._come(place, path, head)
        if reached is None and (*path, head) not in self._failed:
            self._failed.append((*path, head))
        return reached


def ways(heads: Path, copies: Copies, running: Running) -> Ways:
    """Those that so many heads can be asked for."""
    if len(heads) <= ALL_ORDERS:
        return EveryOrder(heads, copies, running)
    kind: type[Ways] = EveryState if len(heads) <= ALL_STATES else BesideOneOrder
    return kind(heads, copies, running)
