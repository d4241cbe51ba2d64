"""
How to read the files beside this one: two branches, what is said about them, and what running them shows.

    # One side drops the column that the other indexes.      what the pair is about
    on: postgresql mariadb                                    the databases it is run on, each by itself
    says: ordered                                             the verdict, without running anything
    runs: one order fails                                     the outcome of running both orders: the truth
    says on mariadb: conflict                                 where one database differs
    loses: yes                                                the first side's work is thrown away by the second
    --- ancestor                                              what `upgrade` of the common ancestor has in it
    --- left                                                  of the one side, and of the other
    --- right
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from limbeck.actions.conflicts import conflicts
from limbeck.config import load
from limbeck.project import Project

if TYPE_CHECKING:
    from tests.servers import Kind

FOLDER = Path(__file__).parent
_FILE = '''"""{id}"""
import sqlalchemy as sa
from limbeck import op

revision = "{id}"
down_revision = {down}


def upgrade() -> None:
{body}
'''


@dataclass
class Pair:
    """Two branches, on one kind of database."""

    name: str
    kind: Kind
    title: str
    says: str
    runs: str
    bodies: dict[str, str] = field(default_factory=dict)
    loses: bool = False

    def __str__(self) -> str:
        return f"{self.name} on {self.kind}"

    def project(self, folder: Path, url: str) -> Project:
        """The project that the pair is, written into `folder`."""
        versions = folder / "migrations" / "versions"
        versions.mkdir(parents=True, exist_ok=True)
        (folder / "limbeck.toml").write_text(f'url = "{url}"\n', encoding="utf-8")
        for id, body in self.bodies.items():
            down = None if id == "ancestor" else "ancestor"
            text = textwrap.indent(body or "pass", "    ")
            content = _FILE.format(id=id, down=repr(down), body=text)
            (versions / f"{id}.py").write_text(content, encoding="utf-8")
        return Project.open(load(folder / "limbeck.toml"))


def said(project: Project) -> str:
    """The verdict on the two sides of a project."""
    (pair,) = conflicts(project)
    return pair.verdict.kind.value


def read(path: Path) -> list[Pair]:
    """The pair in a file, once for each kind of database."""
    head, *parts = path.read_text(encoding="utf-8").split("\n--- ")
    lines = head.splitlines()
    settings = dict(line.split(": ", 1) for line in lines if not line.startswith("#"))
    bodies = {part.partition("\n")[0]: part.partition("\n")[2].strip("\n") for part in parts}
    title = lines[0].removeprefix("# ").rstrip(".")
    return [
        Pair(
            path.stem,
            cast("Kind", kind),
            title,
            settings.get(f"says on {kind}", settings.get("says", "")),
            settings.get(f"runs on {kind}", settings.get("runs", "")),
            bodies,
            settings.get("loses") == "yes",
        )
        for kind in settings["on"].split()
    ]


PAIRS = [pair for path in sorted(FOLDER.glob("*.txt")) for pair in read(path)]
