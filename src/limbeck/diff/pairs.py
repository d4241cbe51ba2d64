"""
Which constraint or index of one side is which of the other.

Responsible for finding counterparts: by name, else by structure.  Does not know what is done about a difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from limbeck.operations import kind_of
from limbeck.schema import Constraint, Index, Options, PrimaryKey

P = TypeVar("P", Constraint, Index)


@dataclass(frozen=True, slots=True)
class Pair(Generic[P]):
    """A part as it is and as it is to be; one of the two is None when it is new or gone."""

    before: P | None
    after: P | None

    @property
    def same(self) -> bool:
        """Whether nothing need be done: equal, or equal but for a name that one side does not have."""
        if self.before is None or self.after is None or not self.alike:
            return False
        return self.before.name == self.after.name or None in {self.before.name, self.after.name}

    @property
    def alike(self) -> bool:
        """Whether they are equal but for their names and comments."""
        if self.before is None or self.after is None:
            return False
        return structure(self.before) == structure(self.after)

    @property
    def renamed(self) -> bool:
        """Whether the name is all that differs."""
        return self.alike and not self.same


def structure(part: P) -> P:
    """The part without its name and comment, which no operation changes."""
    return replace(part, name=None, options=without(part.options, "comment"))


def without(options: Options, *names: str) -> Options:
    """The options but those of these names."""
    return tuple(option for option in options if option[0] not in names)


def pairs(before: tuple[P, ...], after: tuple[P, ...]) -> list[Pair[P]]:
    """Every part of both sides, with its counterpart: first those of `before`, then what is new, both in order.

    Counterparts have the same name; or are both the primary key; or have the same structure, first where one has no
    name (the server will have chosen one, or the model leaves it to the server), then where both have.
    """
    found: dict[int, int] = {}
    taken: set[int] = set()

    def match(fit: Callable[[P, P], bool]) -> None:
        for i, old in enumerate(before):
            if i in found:
                continue
            j = next((j for j, new in enumerate(after) if j not in taken and fit(old, new)), None)
            if j is not None:
                found[i] = j
                taken.add(j)

    for fit in (_equal, _named, _primary, _unnamed, _alike):
        if len(found) < len(before) and len(taken) < len(after):
            match(fit)
    result: list[Pair[P]] = []
    for i, old in enumerate(before):
        result.append(Pair(old, after[found[i]] if i in found else None))
    result.extend(Pair(None, new) for j, new in enumerate(after) if j not in taken)
    return result


def _kind(part: Constraint | Index) -> object:
    return "index" if isinstance(part, Index) else kind_of(part)


def _equal(before: P, after: P) -> bool:
    return before == after


def _named(before: P, after: P) -> bool:
    return before.name is not None and before.name == after.name and _kind(before) == _kind(after)


def _primary(before: P, after: P) -> bool:
    return isinstance(before, PrimaryKey) and isinstance(after, PrimaryKey)


def _unnamed(before: P, after: P) -> bool:
    return None in {before.name, after.name} and _alike(before, after)


def _alike(before: P, after: P) -> bool:
    return structure(before) == structure(after)
