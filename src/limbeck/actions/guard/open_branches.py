"""
Branches that are not merged, as values.

Responsible for what is known of one, and of two that collide.  Does not know how it is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from limbeck import dag

if TYPE_CHECKING:
    from limbeck.files.held import Held
    from limbeck.vcs import Ref


_GRAVITY = ("disjoint", "ordered", "unknown", "same intent twice", "conflict")


class Judged(NamedTuple):
    """A verdict: its word, the branch that must come first ("" for none), and why, one line for each clash.

    `where` says which databases it is for, where there are several kinds; it then is the gravest of theirs.
    """

    verdict: str
    first: str
    why: tuple[str, ...]
    dialect: str
    where: str = ""

    @property
    def gravity(self) -> int:
        """What of several counts is the greatest."""
        return _GRAVITY.index(self.verdict)


class Place(NamedTuple):
    """A branch in the order of merging, and why it stands there."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Collision:
    """Two branches that are in each other's way; `right` may be the main one.

    `kinds` are of "same id", "same file", "same label", "edited" (what the main one had before), "heads"; `judged` is the
    verdict on what they do, where there is one, `unjudged` why not.
    """

    left: str
    right: str
    kinds: tuple[str, ...]
    about: tuple[str, ...]
    judged: Judged | None = None
    unjudged: str = ""

    @property
    def grave(self) -> bool:
        """Whether somebody has to change something: a rebase or merge alone does not do."""
        if set(self.kinds) - {"heads"}:
            return True
        return self.judged is not None and self.judged.verdict in {"conflict", "same intent twice"}


@dataclass(frozen=True)
class Open:
    """A branch that is not merged: what it would add, by id, and what it would change or remove, by path.

    `behind` is what the main branch has since that it has not; `main` is how it is in the main branch's way.
    `problem` says why its files make no history, or cannot be read; it then takes part in nothing else.
    """

    ref: Ref
    new: Mapping[str, Held]
    changed: Mapping[str, Held | None]
    labels: Mapping[str, tuple[str, ...]]
    behind: tuple[str, ...] = ()
    main: Collision | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        """The name of the branch."""
        return self.ref.name

    @cached_property
    def below(self) -> frozenset[str]:
        """What the new revisions follow or require."""
        found = (one.revision for one in self.new.values() if one.revision)
        return frozenset(id for one in found for id in (*one.parents, *one.requires))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The new revisions in an order in which they could be applied."""
        parents = {id: one.revision.parents for id, one in self.new.items() if one.revision}
        edges = {id: [parent for parent in those if parent in parents] for id, those in parents.items()}  # fmt: skip
        return tuple(dag.topological(sorted(edges), edges.__getitem__))
