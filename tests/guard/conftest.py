"""A git repository with revisions in it, in which the guard is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from limbeck.config import load
from limbeck.files import heads
from limbeck.project import Project
from tests.guard import warm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from limbeck.history import History

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ann Ärz",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Bob",
    "GIT_COMMITTER_EMAIL": "bob@example.org",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_EDITOR": "true",
}
# What takes time, and is of no use in a folder that is thrown away.
CONFIG = "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[core]\n\tfsync = none\n"

REVISION = '''"""{about}

Revision ID: {id}
Revises: {parent}
Create Date: 2026-01-01 10:00:{second:02}
"""
import sqlalchemy as sa
from limbeck import op

revision = "{id}"
down_revision = {parent!r}


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    pass
'''


class Checkout:
    """A checkout with a project in `app`; `variables` are what its commands find in their environment.

    What is needed before something is tried is committed without hooks.
    """

    def __init__(self, root: Path, variables: Mapping[str, str]) -> None:
        self.root = root
        self.variables = dict(variables)
        self.folder = root / "app" / "migrations"

    def run(self, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=folder or self.root,
            env=self.variables,
            check=False,
            capture_output=True,
            text=True,
        )

    def git(self, *words: str) -> str:
        done = self.run("git", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.rstrip("\n")

    def limbeck(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run(self.variables["LIMBECK"], *words, folder=self.root / "app")

    @property
    def project(self) -> Project:
        return Project.open(load(self.root / "app" / "limbeck.toml"))

    @property
    def history(self) -> History:
        return self.project.history

    @property
    def order(self) -> str:
        """The history as one line of ids, each with the parents that it has."""
        found = self.history
        return ", ".join(f"{'+'.join(found[id].parents)}>{id}" for id in found)

    @property
    def head(self) -> str:
        """What HEAD says."""
        return (self.folder / "HEAD").read_text().splitlines()[-1]

    @property
    def is_clean(self) -> bool:
        return self.git("status", "--porcelain") == ""

    def add(self, id: str, parent: str | None, upgrade: str, *, commit: bool = True) -> Path:
        """A revision, HEAD as limbeck keeps it, and a commit of both."""
        path = self.folder / "versions" / f"{id}_it.py"
        text = REVISION.format(id=id, parent=parent, upgrade=upgrade, about=f"the revision {id}", second=len(list(path.parent.glob("*.py"))))  # fmt: skip
        path.write_text(text)
        heads.keep(self.project.library)
        if commit:
            self.commit(f"add {id}")
        return path

    def commit(self, message: str) -> None:
        """A commit of all that is here."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", message)

    def add_column(self, id: str, parent: str, column: str) -> Path:
        return self.add(id, parent, f'op.add_column("t", sa.Column("{column}", sa.Integer))')

    def fork(self) -> None:
        """Ada's `b1` on the branch `ada`, which is checked out, and `c1` on main; both behind `a1`."""
        self.git("checkout", "--quiet", "-b", "ada")
        self.add_column("b1", "a1", "note")
        self.git("checkout", "--quiet", "main")
        self.add_column("c1", "a1", "phone")
        self.git("checkout", "--quiet", "ada")

    def clone(self, *options: str) -> Checkout:
        """Another clone, with a guard of its own."""
        place = self.root.with_name(f"{self.root.name}-clone")
        self.git("clone", "--quiet", *options, self.root.as_uri(), str(place))
        other = Checkout(place, self.variables)
        assert other.limbeck("guard", "install", "--yes").returncode == 0
        return other


@pytest.fixture(scope="session")
def program() -> Iterator[Path]:
    """`limbeck`, started already."""
    # The name of a socket is short.
    with TemporaryDirectory(prefix="limbeck-") as folder:
        process, found = warm.start(Path(folder) / "bin")
        with process:
            yield found
            process.kill()


@pytest.fixture(scope="session")
def variables(tmp_path_factory: pytest.TempPathFactory, program: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "LIMBECK_", "PYTEST_", "COV_"))
    }
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(CONFIG)
    own = {"HOME": str(home), "LIMBECK_CACHE": str(home / "cache"), "LIMBECK": str(program)}
    return {**kept, **IDENTITY, **own}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Path:
    """What each test gets a copy of: it names no folder of its own."""
    made = Checkout(tmp_path_factory.mktemp("template") / "shop", variables)
    (made.folder / "versions").mkdir(parents=True)
    (made.root / "app" / "limbeck.toml").write_text('url = "sqlite:///shop.db"\n')
    (made.root / ".gitignore").write_text("shop.db*\n__pycache__\n")
    made.git("init", "--quiet", "--template", "", "--initial-branch", "main")
    (made.root / ".git" / "hooks").mkdir()
    made.add("a1", None, 'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True))')
    return made.root


@pytest.fixture
def bare(template: Path, variables: dict[str, str], tmp_path: Path) -> Checkout:
    """A checkout without a guard."""
    shutil.copytree(template, tmp_path / "shop", symlinks=True)
    return Checkout(tmp_path / "shop", variables)


@pytest.fixture(scope="session")
def guarded_template(template: Path, variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:  # fmt: skip
    made = Checkout(tmp_path_factory.mktemp("guarded") / "shop", variables)
    shutil.copytree(template, made.root, symlinks=True)
    done = made.limbeck("guard", "install", "--yes")
    assert done.returncode == 0, done.stderr
    made.commit("guard")
    return made.root


@pytest.fixture
def shop(guarded_template: Path, variables: dict[str, str], tmp_path: Path) -> Checkout:
    """A checkout with a guard, on the branch main, with the revision `a1`."""
    shutil.copytree(guarded_template, tmp_path / "shop", symlinks=True)
    return Checkout(tmp_path / "shop", variables)
