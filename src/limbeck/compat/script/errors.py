"""
What can be wrong with a history, or with a name for a part of it, in the classes that users of Alembic catch.

They are CommandErrors, too, so that nothing of them reaches a person as a traceback.
"""

from __future__ import annotations

from collections.abc import Sequence

from limbeck.errors import HistoryError, SelectorError


class RevisionError(SelectorError, HistoryError):
    """Base of all of them."""


class RangeNotAncestorError(RevisionError):
    """The lower end of a range is not below its upper end."""

    def __init__(self, lower: object, upper: object) -> None:
        self.lower = lower
        self.upper = upper
        super().__init__(
            f"Revision {_or_base(lower)} is not an ancestor of revision {_or_base(upper)}"
        )


class MultipleHeads(RevisionError):
    """One head was asked for, and there are several."""

    def __init__(self, heads: Sequence[str], argument: str | None) -> None:
        self.heads = heads
        self.argument = argument
        super().__init__(
            f"Multiple heads are present for given argument '{argument}'; {', '.join(heads)}",
            hint='limbeck merge -m "merge heads" heads',
        )


class RevisionNotPresent(RevisionError, KeyError):
    """A revision follows one that no file has."""

    def __str__(self) -> str:
        return self.message


class ResolutionError(RevisionError):
    """A name that leads to no revision, or to several."""

    def __init__(self, message: str, argument: str) -> None:
        super().__init__(message, hint="limbeck history")
        self.argument = argument


class CycleDetected(RevisionError):
    """Revisions that are their own ancestors."""

    kind = "Cycle"

    def __init__(self, revisions: Sequence[str]) -> None:
        self.revisions = revisions
        super().__init__(f"{self.kind} is detected in revisions ({', '.join(revisions)})")


class DependencyCycleDetected(CycleDetected):
    """Revisions that depend on themselves by way of others."""

    kind = "Dependency cycle"


class LoopDetected(CycleDetected):
    """A revision that is its own parent."""

    kind = "Self-loop"

    def __init__(self, revision: str) -> None:
        super().__init__([revision])


class DependencyLoopDetected(DependencyCycleDetected, LoopDetected):
    """A revision that depends on itself."""

    kind = "Dependency self-loop"

    def __init__(self, revision: Sequence[str]) -> None:
        CycleDetected.__init__(self, [revision] if isinstance(revision, str) else revision)


def _or_base(end: object) -> str:
    if isinstance(end, (list, tuple)):
        return ", ".join(map(str, end)) or "base"
    return str(end or "base")
