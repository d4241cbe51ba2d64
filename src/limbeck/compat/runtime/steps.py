"""
What a run is made of, as `EnvironmentContext(fn=...)` gives and `on_version_apply` sees it.

Responsible for `RevisionStep`, a revision in one direction, and `StampStep`, a move of heads without anything being run.
Does not know which rows of the version table they change: `runtime.heads` does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from limbeck.compat import util
from limbeck.compat.runtime.info import MigrationInfo

if TYPE_CHECKING:
    from limbeck.compat.script.base import Script
    from limbeck.compat.script.revision import RevisionMap


class MigrationStep:
    """Base of the steps.  `migration_fn` is what is called to carry it out."""

    is_upgrade: bool
    migration_fn: Callable[..., Any]  # Any: what a user's function returns is not looked at

    if TYPE_CHECKING:

        @property
        def doc(self) -> str | None:
            """The first line of what the revision says about itself."""

        @property
        def info(self) -> MigrationInfo:
            """The step, as hooks are told of it."""

        @property
        def from_revisions(self) -> tuple[str, ...]:
            """Where it starts, what the revision requires included."""

        @property
        def from_revisions_no_deps(self) -> tuple[str, ...]:
            """Where it starts."""

        @property
        def to_revisions(self) -> tuple[str, ...]:
            """Where it ends, what the revision requires included."""

        @property
        def to_revisions_no_deps(self) -> tuple[str, ...]:
            """Where it ends."""

        def moved(self, heads: frozenset[str]) -> frozenset[str]:
            """The heads after this step, when it finds `heads`."""

    @property
    def name(self) -> str:
        """What is called, "upgrade", "downgrade" or "stamp_revision"."""
        return self.migration_fn.__name__

    @classmethod
    def upgrade_from_script(cls, revision_map: RevisionMap, script: Script) -> RevisionStep:
        """The step that applies a revision."""
        return RevisionStep(revision_map, script, is_upgrade=True)

    @classmethod
    def downgrade_from_script(cls, revision_map: RevisionMap, script: Script) -> RevisionStep:
        """The step that undoes a revision."""
        return RevisionStep(revision_map, script, is_upgrade=False)

    @property
    def is_downgrade(self) -> bool:
        """Whether it leads down."""
        return not self.is_upgrade

    @property
    def short_log(self) -> str:
        """The step in a few words: `upgrade a1 -> b2`."""
        return (
            f"{self.name} {util.format_as_comma(self.from_revisions_no_deps)}"
            f" -> {util.format_as_comma(self.to_revisions_no_deps)}"
        )

    def __str__(self) -> str:
        return f"{self.short_log}, {self.doc}" if self.doc else self.short_log


class RevisionStep(MigrationStep):
    """One revision, applied or undone."""

    def __init__(self, revision_map: RevisionMap, revision: Script, is_upgrade: bool) -> None:
        self.revision_map = revision_map
        self.revision = revision
        self.is_upgrade = is_upgrade

    @property
    def migration_fn(self) -> Callable[..., Any]:  # type: ignore[override]
        """The function of the file.  CommandError when it has none."""
        return self.revision.function("upgrade" if self.is_upgrade else "downgrade")

    @property
    def name(self) -> str:
        """The direction; the file need not be loaded to tell."""
        return "upgrade" if self.is_upgrade else "downgrade"

    def __repr__(self) -> str:
        return f"RevisionStep({self.revision.revision!r}, is_upgrade={self.is_upgrade!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, RevisionStep)
            and other.revision == self.revision
            and self.is_upgrade == other.is_upgrade
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def doc(self) -> str | None:
        """The first line of the docstring of the file."""
        return self.revision.doc

    def _ends(self, below: tuple[str, ...], *, source: bool) -> tuple[str, ...]:
        return below if source is self.is_upgrade else (self.revision.revision,)

    @property
    def from_revisions(self) -> tuple[str, ...]:
        """Where it starts, what the revision requires included."""
        return self._ends(self.revision._normalized_down_revisions, source=True)

    @property
    def from_revisions_no_deps(self) -> tuple[str, ...]:
        """Where it starts."""
        return self._ends(self.revision._versioned_down_revisions, source=True)

    @property
    def to_revisions(self) -> tuple[str, ...]:
        """Where it ends, what the revision requires included."""
        return self._ends(self.revision._normalized_down_revisions, source=False)

    @property
    def to_revisions_no_deps(self) -> tuple[str, ...]:
        """Where it ends."""
        return self._ends(self.revision._versioned_down_revisions, source=False)

    @property
    def _has_scalar_down_revision(self) -> bool:
        return len(self.revision._normalized_down_revisions) == 1

    def moved(self, heads: frozenset[str]) -> frozenset[str]:
        """The heads after this step, when it finds `heads`."""
        id, below = self.revision.revision, self.revision._normalized_down_revisions
        if self.is_upgrade:
            return heads.difference(below).union((id,))
        others = heads.difference((id,))
        covered = self.revision_map.closure(others)
        bared = [one for one in below if one not in covered]
        # What one of them requires is not a head beside it.
        return others.union(one for one in bared if one not in self.revision_map.under(bared))

    @property
    def info(self) -> MigrationInfo:
        """The step, as hooks are told of it."""
        return MigrationInfo(
            revision_map=self.revision_map,
            up_revisions=self.revision.revision,
            down_revisions=self.revision._normalized_down_revisions,
            is_upgrade=self.is_upgrade,
            is_stamp=False,
        )


class StampStep(MigrationStep):
    """A move of heads.  `branch_move` says that a head appears or goes, rather than that one becomes another."""

    def __init__(
        self,
        from_: str | Collection[str] | None,
        to_: str | Collection[str] | None,
        is_upgrade: bool,
        branch_move: bool,
        revision_map: RevisionMap | None = None,
    ) -> None:
        self.from_: tuple[str, ...] = util.to_tuple(from_, default=())
        self.to_: tuple[str, ...] = util.to_tuple(to_, default=())
        self.is_upgrade = is_upgrade
        self.branch_move = branch_move
        self.migration_fn = self.stamp_revision
        self.revision_map = revision_map

    doc: str | None = None

    def stamp_revision(self, **kw: Any) -> None:
        """Nothing is run."""

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, StampStep)
            and other.from_revisions == self.from_revisions
            and other.to_revisions == self.to_revisions
            and other.branch_move == self.branch_move
            and self.is_upgrade == other.is_upgrade
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def from_revisions(self) -> tuple[str, ...]:
        """The heads that go."""
        return self.from_

    @property
    def to_revisions(self) -> tuple[str, ...]:
        """The heads that come."""
        return self.to_

    from_revisions_no_deps = from_revisions
    to_revisions_no_deps = to_revisions

    def moved(self, heads: frozenset[str]) -> frozenset[str]:
        """The heads after this step, when it finds `heads`."""
        if self.branch_move:
            # A head appears beside what it forked from, or goes while the other side stays.
            return heads | set(self.to_) if self.is_upgrade else heads - set(self.from_)
        return heads.difference(self.from_).union(self.to_)

    @property
    def info(self) -> MigrationInfo:
        """The step, as hooks are told of it."""
        up, down = (self.to_, self.from_) if self.is_upgrade else (self.from_, self.to_)
        assert self.revision_map is not None
        return MigrationInfo(
            revision_map=self.revision_map,
            up_revisions=up,
            down_revisions=down,
            is_upgrade=self.is_upgrade,
            is_stamp=True,
        )
