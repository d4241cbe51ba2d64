"""
What came of comparing two things.

Responsible for the three answers.  Does not know what is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from limbeck.compat.util import to_tuple


class ComparisonResult(NamedTuple):
    """Whether what the models say and what the database says is the same, and, if not, in which respect."""

    status: Literal["equal", "different", "skip"]
    message: str

    @property
    def is_equal(self) -> bool:
        """They are the same."""
        return self.status == "equal"

    @property
    def is_different(self) -> bool:
        """They are not the same."""
        return self.status == "different"

    @property
    def is_skip(self) -> bool:
        """They cannot be compared; they count as the same."""
        return self.status == "skip"

    @classmethod
    def Equal(cls) -> ComparisonResult:
        """The same."""
        return cls("equal", "equal")

    @classmethod
    def Different(cls, reason: str | Sequence[str]) -> ComparisonResult:
        """Not the same."""
        return cls("different", ", ".join(to_tuple(reason)))

    @classmethod
    def Skip(cls, reason: str | Sequence[str]) -> ComparisonResult:
        """Not to be compared."""
        return cls("skip", ", ".join(to_tuple(reason)))
