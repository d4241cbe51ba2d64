"""
The two engines: limbeck in this Python, Alembic in this one or another, each command in a process of its own.

Responsible for finding Alembic and for what a command came to.  Does not know what commands are for, nor compares.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limbeck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

DRIVER = Path(__file__).with_name("driver.py")
_VERSION = "import alembic, sys; sys.stdout.write(alembic.__version__)"


@dataclass(frozen=True)
class Engine:
    """A tool, and the Python that has it."""

    name: str
    python: str
    version: str


@dataclass(frozen=True)
class Asked:
    """How the tools are to be called: options in front of the verb, and the same for who reads settings by itself."""

    folder: Path
    words: tuple[str, ...]
    ini: str
    toml: str
    section: str

    @property
    def arguments(self) -> list[str]:
        """What was typed behind each -x."""
        pairs = zip(self.words, self.words[1:], strict=False)
        return [word for flag, word in pairs if flag == "-x"]


@dataclass(frozen=True)
class Ran:
    """What a command came to; `error` is "" when it succeeded, `refused` says what was stopped for safety."""

    out: str
    error: str
    refused: str
    facts: Mapping[str, Any] = field(default_factory=dict)  # Any: as JSON has it


def find_alembic(python: str | None, folder: Path) -> Engine | None:
    """Alembic in the Python that `python` names; else in this one, or in an environment beside the project.

    Raises UsageError when the one that was named is none, or has no Alembic.
    """
    if python is not None:
        # A path is one from here, wherever the processes stand; links stay, for an environment is known by them.
        found = _alembic_in(str(Path(python).absolute()) if os.sep in python else python)
        if isinstance(found, Engine):
            return found
        raise UsageError(
            f"--alembic {python}: {found}",
            hint="name the Python of an environment that has Alembic: --alembic .venv/bin/python",
        )
    for candidate in _candidates(folder):
        found = _alembic_in(candidate)
        if isinstance(found, Engine):
            return found
    return None


def _candidates(folder: Path) -> list[str]:
    places = [Path(sys.executable)]
    if os.environ.get("VIRTUAL_ENV"):
        places.append(Path(os.environ["VIRTUAL_ENV"], "bin", "python"))
    places += [folder / name / "bin" / "python" for name in (".venv", "venv")]
    return list(dict.fromkeys(str(place) for place in places if place.exists()))


def _alembic_in(python: str) -> Engine | str:
    """Alembic there, or why there is none."""
    try:
        run = subprocess.run(  # noqa: S603 - a Python that the user has named, or their own
            [python, "-c", _VERSION],
            capture_output=True,
            text=True,
            env=environment(),
            cwd=os.sep,  # a folder called alembic where we stand is no package
            check=False,
        )
    except OSError as error:
        return f"cannot be started: {error.strerror}"
    if run.returncode:
        last = next(iter(run.stderr.strip().splitlines()[-1:]), "it fails")
        return f"has no Alembic that can be imported ({last})"
    return Engine("alembic", python, run.stdout.strip())


def environment(**more: str) -> dict[str, str]:
    """The environment of processes in which `alembic` is what is installed, whoever has started this one."""
    kept = {name: value for name, value in os.environ.items() if name != "LIMBECK_COMPAT"}
    parts = [
        part
        for part in kept.get("PYTHONPATH", "").split(os.pathsep)
        if Path(part).parts[-2:] != ("compat", "startup")
    ]
    kept["PYTHONPATH"] = os.pathsep.join(part for part in parts if part)
    if not kept["PYTHONPATH"]:
        del kept["PYTHONPATH"]
    return kept | more


class Process:
    """Starts the commands of one engine, in `folder`, on the scratch databases that `places` names."""

    def __init__(
        self, engine: Engine, asked: Asked, folder: Path, order: Mapping[str, Any]
    ) -> None:
        self.engine = engine
        self.asked = asked
        self.folder = folder
        self.order = order
        self._number = 0

    def run(self, *words: str) -> Ran:
        """Do a verb; without words, say what the revision files say."""
        self._number += 1
        order = self.folder / f"order-{self._number}.json"
        answer = self.folder / f"answer-{self._number}.json"
        given = [*self.asked.words, *words] if words else []
        config = {
            "ini": self.asked.ini,
            "toml": self.asked.toml,
            "section": self.asked.section,
            "x": self.asked.arguments,
        }
        own = {"engine": self.engine.name, "words": given, "config": config, "answer": str(answer)}
        order.write_text(json.dumps({**self.order, **own}), encoding="utf-8")
        run = subprocess.run(  # noqa: S603 - as above
            [self.engine.python, str(DRIVER), str(order)],
            cwd=self.asked.folder,
            env=environment(LIMBECK_CACHE=str(self.folder / "cache"), NO_COLOR="1"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        told = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else {}
        error = str(told.get("error", ""))
        if run.returncode and not error:
            last = next(iter(run.stderr.strip().splitlines()[-1:]), "")
            error = last or f"exit code {run.returncode}"
        return Ran(run.stdout, error, str(told.get("refused", "")), told.get("facts", {}))
