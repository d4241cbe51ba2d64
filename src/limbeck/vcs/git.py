"""
Running git.

Responsible for the process, and for git being asked about the same checkout wherever we stand, also when git itself has
started us and says by GIT_DIR what is meant.  Does not know what is asked.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

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
    path: Path,
    *arguments: str,
    stdin: bytes = b"",
    seconds: float = _SECONDS,
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes] | None:
    """The end of a git command that reads `stdin`; None when there is no git, or it takes longer than `seconds`.

    `variables` are for its environment, beside what is always there.
    """
    import subprocess

    try:
        return subprocess.run(  # noqa: S603 - no shell, and arguments of our own
            ["git", "-c", "core.quotePath=false", *arguments],  # noqa: S607 - the user's own git
            cwd=_folder(path),
            capture_output=True,
            check=False,
            timeout=seconds,
            input=stdin,
            env={**_environment(), **(variables or {})},
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
        top = _top(Path(given), Path.cwd())
        if top:
            found["GIT_WORK_TREE"] = top
    return found


@cache
def _top(given: Path, here: Path) -> str:
    """The checkout that a folder with git's own files belongs to; "" when it is in none.

    By where the folder is, else what git says where we stand, which in a hook is at the top.
    """
    if given.name == ".git":
        return str(given.parent)
    try:  # that of a linked worktree says where it is
        return str(Path((given / "gitdir").read_text(encoding="utf-8").strip()).parent)
    except OSError:
        pass
    import subprocess

    try:
        answer = subprocess.run(
            ["git", "rev-parse", "--show-toplevel"],  # noqa: S607 - the user's own git
            cwd=here, capture_output=True, check=False, timeout=_SECONDS, env={**os.environ, **_SETTINGS},
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return os.fsdecode(answer).rstrip("\n")
