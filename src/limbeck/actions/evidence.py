"""
What the history of the models says about a rename.

Responsible for lines of the user's files in which one name took the place of another and all else stayed.  Does not
decide anything: it makes a rename more likely.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from limbeck import vcs

if TYPE_CHECKING:
    from limbeck.diff import Evidence
    from limbeck.models import Models
    from limbeck.schema import TableName

RENAMED = 0.4
"""What is added to the score when a line says so; two names without any likeness are asked about then, too."""


def from_git(models: Models) -> Evidence:
    """Whether some line of a module with models had the old name where it has the new one now.

    git is asked once, and only when there is something that may have been renamed.
    """

    @cache
    def changes() -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        files = [getattr(sys.modules.get(name), "__file__", None) for name in models.modules]
        return [pair for file in files if file for pair in vcs.changed_lines(Path(file))]

    def evidence(kind: str, table: TableName, old: str, new: str) -> float:
        return RENAMED if any(_renames(pair, old, new) for pair in changes()) else 0.0

    return evidence


def _renames(pair: tuple[tuple[str, ...], tuple[str, ...]], old: str, new: str) -> bool:
    """Whether one of the lines that are gone is one of the new ones, but for the name."""
    gone, came = pair
    word = re.compile(rf"\b{re.escape(old)}\b")
    wanted = {line.strip() for line in came}
    return any(
        word.search(line) and word.sub(new.replace("\\", r"\\"), line).strip() in wanted
        for line in gone
    )
