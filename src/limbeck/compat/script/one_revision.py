"""
`Revision`: one point of a history, and what is next to it.

Responsible for its ids and names.  Does not know the map that it is in: that tells it what follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from limbeck.compat import util
from limbeck.compat.script.errors import DependencyLoopDetected, LoopDetected, RevisionError

if TYPE_CHECKING:
    from typing import TypeGuard

R = TypeVar("R")
_revision_illegal_chars = ["@", "-", "+", ":"]


class Revision:
    """One revision: its id, what is below it, and its names.

    `nextrev` are the ids of those that follow it, `_all_nextrev` with those that depend on it.
    """

    revision: str = None  # type: ignore[assignment]
    down_revision: str | Sequence[str] | None = None
    dependencies: str | Sequence[str] | None = None
    branch_labels: set[str] = None  # type: ignore[assignment]
    nextrev: frozenset[str] = frozenset()
    _all_nextrev: frozenset[str] = frozenset()
    _resolved_dependencies: tuple[str, ...]
    _normalized_resolved_dependencies: tuple[str, ...]
    _is_real_head_of_map = False

    def __init__(
        self,
        revision: str,
        down_revision: str | tuple[str, ...] | None,
        dependencies: str | tuple[str, ...] | None = None,
        branch_labels: str | tuple[str, ...] | None = None,
    ) -> None:
        if down_revision and revision in util.to_tuple(down_revision):
            raise LoopDetected(revision)
        if dependencies is not None and revision in util.to_tuple(dependencies):
            raise DependencyLoopDetected(revision)
        self.verify_rev_id(revision)
        self.revision = revision
        self.down_revision = tuple_rev_as_scalar(util.to_tuple(down_revision))
        self.dependencies = tuple_rev_as_scalar(util.to_tuple(dependencies))
        self._orig_branch_labels: tuple[str, ...] = util.to_tuple(branch_labels, default=())
        self.branch_labels = set(self._orig_branch_labels)
        self._resolved_dependencies = ()
        self._normalized_resolved_dependencies = ()

    @classmethod
    def verify_rev_id(cls, revision: str) -> None:
        """RevisionError for an id with characters that mean something in ranges."""
        illegal = [char for char in _revision_illegal_chars if char in revision]
        if illegal:
            shown = ", ".join(sorted(illegal))
            raise RevisionError(
                f"Character(s) '{shown}' not allowed in revision identifier '{revision}'"
            )

    def __repr__(self) -> str:
        args = [repr(self.revision), repr(self.down_revision)]
        if self.dependencies:
            args.append(f"dependencies={self.dependencies!r}")
        if self.branch_labels:
            args.append(f"branch_labels={self.branch_labels!r}")
        return f"{type(self).__name__}({', '.join(args)})"

    def add_nextrev(self, revision: Revision) -> None:
        """Note that `revision` follows this one, or depends on it."""
        self._all_nextrev = self._all_nextrev.union([revision.revision])
        if self.revision in revision._versioned_down_revisions:
            self.nextrev = self.nextrev.union([revision.revision])

    @property
    def _all_down_revisions(self) -> tuple[str, ...]:
        return util.dedupe_tuple((*self._versioned_down_revisions, *self._resolved_dependencies))

    @property
    def _normalized_down_revisions(self) -> tuple[str, ...]:
        """What is directly below: parents, and dependencies that no parent brings along."""
        return util.dedupe_tuple(
            (*self._versioned_down_revisions, *self._normalized_resolved_dependencies)
        )

    @property
    def _versioned_down_revisions(self) -> tuple[str, ...]:
        return util.to_tuple(self.down_revision, default=())

    @property
    def is_head(self) -> bool:
        """Whether nothing follows it."""
        return not self.nextrev

    @property
    def _is_real_head(self) -> bool:
        return not self._all_nextrev

    @property
    def is_base(self) -> bool:
        """Whether it has no parent."""
        return self.down_revision is None

    @property
    def _is_real_base(self) -> bool:
        return self.is_base and self.dependencies is None

    @property
    def is_branch_point(self) -> bool:
        """Whether several follow it."""
        return len(self.nextrev) > 1

    @property
    def _is_real_branch_point(self) -> bool:
        return len(self._all_nextrev) > 1

    @property
    def is_merge_point(self) -> bool:
        """Whether it has several parents."""
        return len(self._versioned_down_revisions) > 1


def is_revision(rev: Any) -> TypeGuard[Revision]:
    """Whether `rev` is a Revision."""
    return isinstance(rev, Revision)


def tuple_rev_as_scalar(rev: Sequence[R] | None) -> R | Sequence[R] | None:
    """Nothing as None, one as itself, several as they are."""
    if not rev:
        return None
    return rev[0] if len(rev) == 1 else rev
