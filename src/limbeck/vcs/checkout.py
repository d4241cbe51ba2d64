"""
A git checkout that is guarded.

Responsible for running git in it, also where git itself has started us: it then says by GIT_DIR and GIT_INDEX_FILE what is
meant, relative to where it stands.  Does not know revisions, nor what is written into the checkout.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from limbeck.errors import Refused, UsageError

_PATIENCE = 60  # seconds


class Git:
    """The checkout that `folder` is in; `top` is its uppermost folder.

    Raises UsageError where there is none.
    """

    def __init__(self, folder: Path) -> None:
        self.top = folder
        if self.ask("--version") is None:
            raise UsageError("there is no git command", hint="install git")
        top = self.ask("rev-parse", "--show-toplevel")
        if not top:
            raise _no_checkout(self, folder)
        self.top = Path(top)

    def ask(self, *words: str) -> str | None:
        """What a git command says, without the end of the last line; None when it fails."""
        answer = self.raw(*words)
        return None if answer is None else answer.decode("utf-8", "surrogateescape").rstrip("\n")

    def raw(self, *words: str, stdin: bytes = b"") -> bytes | None:
        """The same to the letter."""
        done = self._run(words, stdin)
        return None if done is None or done.returncode else done.stdout

    def tell(self, *words: str, stdin: bytes = b"") -> str:
        """What a git command says that must not fail.  Raises Refused with its complaint."""
        done = self._run(words, stdin)
        if done is None or done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip() if done else "it does not answer"
            raise Refused(f"git {words[0]}: {said}")
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def path(self, name: str) -> Path:
        """Where git keeps `name`: among what all checkouts of a repository share, or with this one."""
        return (self.top / self.tell("rev-parse", "--git-path", name)).absolute()

    def within(self, path: Path) -> str:
        """`path` as git names it, relative to the top.  UsageError when it is elsewhere."""
        try:
            return path.resolve().relative_to(self.top.resolve()).as_posix()
        except ValueError:
            raise UsageError(
                f"{path} is not in the git checkout {self.top}",
                hint="limbeck guard works where the revisions are",
            ) from None

    def commit(self, ref: str) -> str:
        """The full id of a commit; "" when `ref` names none."""
        return self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}") or ""  # fmt: skip

    def shown(self, path: Path) -> str:
        """`path` as messages name it."""
        try:
            return path.relative_to(self.top).as_posix()
        except ValueError:
            return str(path)

    def _run(
        self, words: tuple[str, ...], stdin: bytes
    ) -> subprocess.CompletedProcess[bytes] | None:
        try:
            return subprocess.run(  # noqa: S603 - no shell, and words of our own
                ["git", "-c", "core.quotePath=false", *words],  # noqa: S607 - the user's own git
                cwd=self.top,
                input=stdin,
                capture_output=True,
                check=False,
                timeout=_PATIENCE,
                env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            )
        except (OSError, subprocess.SubprocessError):
            return None


def settle_environment() -> None:
    """Make what git has said about itself in the environment hold in every folder.

    In a hook, git gives paths that start where it stands, and takes the current folder for the top of the checkout when
    GIT_DIR is set alone.  All that this process and its children ask git afterwards is about the same checkout.
    """
    if "GIT_DIR" not in os.environ and "GIT_INDEX_FILE" not in os.environ:
        return
    top = subprocess.run(
        ["git", "rev-parse", "--show-toplevel"],  # noqa: S607 - the user's own git
        capture_output=True,
        check=False,
        text=True,
    ).stdout.strip()
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_COMMON_DIR"):
        if name in os.environ:
            os.environ[name] = str(Path(os.environ[name]).absolute())
    if top and "GIT_DIR" in os.environ:
        os.environ["GIT_WORK_TREE"] = top


def _no_checkout(git: Git, folder: Path) -> UsageError:
    if git.ask("rev-parse", "--is-bare-repository") == "true":
        return UsageError(
            f"{folder} belongs to a bare repository, which has no files that could be guarded",
            hint="`limbeck guard check` in CI needs a checkout; install the guard where people commit",
        )
    if git.ask("rev-parse", "--git-dir") is not None:
        return UsageError(
            f"git has a repository for {folder}, but no checkout there",
            hint="set GIT_WORK_TREE beside GIT_DIR, or go where the files are checked out",
        )
    return UsageError(f"{folder} is not in a git repository", hint="git init")
