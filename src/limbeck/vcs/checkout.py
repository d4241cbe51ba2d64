"""
A git checkout that is guarded.

Responsible for telling git to do something in it, and for refusing where git does not.  Does not know revisions, nor what is
written into the checkout.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.errors import Refused, UsageError
from limbeck.vcs.git import run
from limbeck.vcs.trees import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PATIENCE = 60  # seconds


class Git(Repository):
    """The checkout that `folder` is in.  Raises UsageError where there is none."""

    top: Path

    def __init__(self, folder: Path) -> None:
        found = Repository.of(folder)
        if found is None or found.top is None:
            raise _no_checkout(found, folder)
        super().__init__(found.top, found.top)

    def ask(self, *words: str) -> str | None:
        """What a git command says, without the end of the last line; None when it fails."""
        answer = self.raw(*words)
        return None if answer is None else os.fsdecode(answer).rstrip("\n")

    def raw(
        self, *words: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None
    ) -> bytes | None:
        """The same to the letter, for a command that reads `stdin`; `variables` are for its environment."""
        done = run(self.top, *words, stdin=stdin, seconds=_PATIENCE, variables=variables)
        return None if done is None or done.returncode else done.stdout

    def tell(self, *words: str, stdin: bytes = b"") -> str:
        """What a git command says that must not fail.  Raises Refused with its complaint."""
        done = run(self.top, *words, stdin=stdin, seconds=_PATIENCE)
        if done is None or done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip() if done else "it does not answer"
            raise Refused(f"git {words[0]}: {said}")
        return os.fsdecode(done.stdout).rstrip("\n")

    def path(self, name: str) -> Path:
        """Where git keeps `name`: among what all checkouts of a repository share, or with this one."""
        return (self.top / self.tell("rev-parse", "--git-path", name)).absolute()

    def named(self, path: Path) -> str:
        """`path` as git names it, relative to the top.  UsageError when it is elsewhere."""
        found = self.within(path)
        if found is None:
            raise UsageError(
                f"{path} is not in the git checkout {self.top}",
                hint="limbeck guard works where the revisions are",
            )
        return found

    def all_named(self, paths: Iterable[Path]) -> list[str]:
        """Those of `paths` that are in the checkout, each once."""
        return list(dict.fromkeys(name for path in paths for name in [self.within(path)] if name))

    def shown(self, path: Path) -> str:
        """`path` as messages name it."""
        try:
            return path.relative_to(self.top).as_posix()
        except ValueError:
            return str(path)


def _no_checkout(found: Repository | None, folder: Path) -> UsageError:
    if run(folder, "--version") is None:
        return UsageError("there is no git command", hint="install git")
    if found is None:
        return UsageError(f"{folder} is not in a git repository", hint="git init")
    if found.is_bare():
        return UsageError(
            f"{folder} belongs to a bare repository, which has no files that could be guarded",
            hint="`limbeck guard check` in CI needs a checkout; install the guard where people commit",
        )
    return UsageError(
        f"git has a repository for {folder}, but no checkout there",
        hint="set GIT_WORK_TREE beside GIT_DIR, or go where the files are checked out",
    )
