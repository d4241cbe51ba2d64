"""
What of revisions is written anew when they get other parents.

Responsible for the values that say it.  Does not know how the new texts are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from limbeck.operations import Operation


@dataclass(frozen=True, slots=True)
class NewText:
    """The content that the file of a revision gets; `lines` are the numbers of those that were replaced."""

    revision: str
    path: str
    before: bytes
    content: bytes
    lines: frozenset[int] = frozenset()

    @property
    def difference(self) -> tuple[str, ...]:
        """What changes, as `git diff` shows it, without its head."""
        before, after = (
            one.decode("utf-8", "replace").splitlines() for one in (self.before, self.content)
        )
        return tuple(unified_diff(before, after, lineterm="", n=1))[2:]


@dataclass(frozen=True, slots=True)
class Regenerated:
    """What is to be written anew, and what stays although it might have to be; a line with the reason for each.

    `renamed` is what the other side gives other names.
    """

    texts: tuple[NewText, ...] = ()
    left: tuple[str, ...] = ()
    renamed: tuple[Operation, ...] = ()

    @property
    def contents(self) -> Mapping[str, bytes]:
        """The new contents by revision."""
        return {one.revision: one.content for one in self.texts}
