"""Tab in a real shell: what `limbeck completion` prints is sourced, and words are asked for as a user does."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

TAB = "\t"
SECONDS = 30.0


def needs(shell: str) -> pytest.MarkDecorator:
    """Skips where there is no such shell, and says so."""
    return pytest.mark.skipif(
        shutil.which(shell) is None,
        reason=f"{shell} is not installed: its completion is NOT tested",
    )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project, in which the shell starts; `limbeck` is found, and nobody's own settings are."""
    scripts = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", scripts + os.pathsep + os.environ["PATH"])
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.chdir(tmp_path)
    subprocess.run(["limbeck", "-q", "init", "--url", "sqlite:///app.db"], check=True)
    return tmp_path


@needs("fish")
@pytest.mark.parametrize(
    ("typed", "words"), [("upgr", {"upgrade"}), ("upgrade he", {"head", "heads"})]
)
def test_fish(project: Path, typed: str, words: set[str]) -> None:
    asked = f"limbeck completion fish | source; complete -C 'limbeck {typed}'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", asked],
        cwd=project,
        check=True,
        capture_output=True,
        text=True,
    )
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} == words


@needs("bash")
def test_bash(project: Path) -> None:
    terminal = Terminal(["bash", "--norc", "-i"])
    terminal.type('eval "$(limbeck completion bash)"; echo rea""dy\n', "\nready")
    terminal.type(f"limbeck upgr{TAB}", "limbeck upgrade ")
    terminal.close()


@needs("zsh")
def test_zsh(project: Path) -> None:
    terminal = Terminal(["zsh", "-f", "-i"])
    terminal.type("autoload -Uz compinit && compinit -u -D; echo rea''dy\n", "\nready")
    terminal.type('eval "$(limbeck completion zsh)"; echo do""ne\n', "\ndone")
    terminal.type(f"limbeck upgr{TAB}", "limbeck upgrade ")
    terminal.close()


class Terminal:
    """A shell that believes in a person."""

    def __init__(self, command: list[str]) -> None:
        ours, theirs = pty.openpty()
        self._end = ours
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)

    def type(self, keys: str, expected: str) -> None:
        """Press keys, and wait for an answer."""
        os.write(self._end, keys.encode())
        shown = ""
        end = time.monotonic() + SECONDS
        while expected not in shown:
            assert time.monotonic() < end, f"{expected!r} did not come, but: {shown!r}"
            if select.select([self._end], [], [], 0.2)[0]:
                shown += os.read(self._end, 4096).decode(errors="replace")

    def close(self) -> None:
        """Take it away."""
        self._process.kill()
        self._process.wait()
        os.close(self._end)
