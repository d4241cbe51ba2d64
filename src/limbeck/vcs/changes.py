"""
Which commits changed which files of a folder.

Responsible for asking git once for all of them.  Does not know revisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.vcs.commits import Commit
from limbeck.vcs.git import run

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 60
_FORMAT = "%x1e%h%x1f%an%x1f%ad%x1f%s"


def changes_in(folder: Path) -> dict[Path, tuple[Commit, ...]]:
    """The commits that changed each file in `folder`, newest first, by its whole path; empty where git knows nothing."""
    done = run(
        folder, "log", "--no-renames", "--relative", "--date=short", f"--format={_FORMAT}", "--name-only",
        "--", ".", seconds=_SECONDS,
    )  # fmt: skip
    if done is None or done.returncode:
        return {}
    found: dict[Path, list[Commit]] = {}
    home = folder.resolve()
    for block in done.stdout.decode("utf-8", "replace").split("\x1e")[1:]:
        head, *names = block.split("\n")
        fields = head.split("\x1f")
        if len(fields) != 4:
            continue
        id, author, date, subject = fields
        for name in filter(None, names):
            commit = Commit(id, author, date, subject, name)
            found.setdefault(home / name, []).append(commit)
    return {path: tuple(commits) for path, commits in found.items()}
