"""
Running git.

Responsible for the process, and for git being asked about the same checkout wherever we stand, also when git itself has
started us and says by GIT_DIR what is meant.  Does not know what is asked.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

_SECONDS = 10
_SETTINGS = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}


def git(path: Path, *arguments: str) -> str | None:
    """The output of a git command run where `path` is; None when it fails, or when there is no git."""
    done = run(path, *arguments)
    return None if done is None or done.returncode else done.stdout.decode("utf-8", "replace")


def run(
    path: Path, *arguments: str, stdin: bytes = b"", seconds: float = _SECONDS
) -> subprocess.CompletedProcess[bytes] | None:
    """The end of a git command that reads `stdin`; None when there is no git, or it takes longer than `seconds`."""
    import subprocess

    try:
        return subprocess.run(  # noqa: S603 - no shell, and arguments of our own
            ["git", "-c", "core.quotePath=false", *arguments],  # noqa: S607 - the user's own git
            cwd=_folder(path),
            capture_output=True,
            check=False,
            timeout=seconds,
            input=stdin,
            env=_environment(),
        )
    except (OSError, subprocess.SubprocessError):
        return None


def _folder(path: Path) -> Path:
    """Where to start git: the nearest folder that there is."""
    while not path.is_dir() and path != path.parent:
        path = path.parent
    return path


def _environment() -> dict[str, str]:
    """The environment for git: nothing is fetched, nothing is locked, and paths in it hold in every folder.

    In a hook GIT_DIR may start where we stand; and where it is set alone, git takes the current folder for the top of the
    checkout.
    """
    found = {**os.environ, **_SETTINGS}
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_WORK_TREE"):
        if found.get(name):
            found[name] = os.path.abspath(found[name])  # noqa: PTH100 - Path would follow links
    given = found.get("GIT_DIR")
    if given and not found.get("GIT_WORK_TREE"):
        top = _top(Path(given))
        if top is not None:
            found["GIT_WORK_TREE"] = str(top)
    return found


def _top(given: Path) -> Path | None:
    """The checkout that a folder with git's own files belongs to, by where it is; None when it is not in one."""
    if given.name == ".git":
        return given.parent
    try:  # that of a linked worktree says where it is
        return Path((given / "gitdir").read_text(encoding="utf-8").strip()).parent
    except OSError:
        return None
