"""
One shell in which the commands of a transcript are typed, one after the other.

Knows nothing of what the commands are, or what they should print.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

PATIENCE = 120  # seconds for one command


class Shell:
    """A shell in a folder: `cd`, `export` and `$?` mean what a reader expects of them."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self._mark = f"--{uuid4().hex}--"
        self._status = 0
        self._process = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            cwd=folder,
            env=_environment(folder) | variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def run(self, command: str) -> tuple[str, int]:
        """What the command prints, errors included, and its exit code."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(
            f"(exit {self._status}); eval {shlex.quote(command)} </dev/null\n"
            f'printf "%s%s\\n" {self._mark} $?\n'
        )
        process.stdin.flush()
        alarm = Timer(PATIENCE, process.kill)
        alarm.start()
        output = ""
        try:
            for line in process.stdout:
                before, mark, status = line.partition(self._mark)
                output += before
                if mark:
                    self._status = int(status)
                    return output, self._status
        finally:
            alarm.cancel()
        raise AssertionError(f"the shell ended, or took more than {PATIENCE} s:\n{output}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._process as process:
            process.kill()


def _environment(home: Path) -> dict[str, str]:
    """The environment of a plain terminal session, the same on every machine."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LIMBECK_", "PYTEST_", "GIT_", "XDG_"))
    }
    who = {"NAME": "Ada", "EMAIL": "ada@example.org"}
    return kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(home.parent),
        "USER": "ada",
        "LOGNAME": "ada",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        **{f"GIT_{role}_{key}": who[key] for role in ("AUTHOR", "COMMITTER") for key in who},
    }
