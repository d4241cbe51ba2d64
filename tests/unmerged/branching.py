"""A project in a git repository with an origin, and branches of revisions that are not joined."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from limbeck.config import load
from limbeck.project import Project

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ann Ärz",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Bob",
    "GIT_COMMITTER_EMAIL": "bob@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
CREATE = 'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True))'
FILE = '''"""{message}

Revision ID: {id}
"""
import sqlalchemy as sa
from limbeck import op

revision = {id!r}
down_revision = {parents!r}
branch_labels = {labels!r}


def upgrade() -> None:
    {up}
'''


def column(name: str, table: str = "users") -> str:
    """The body of a revision that adds a column."""
    return f'op.add_column("{table}", sa.Column("{name}", sa.String(50)))'


class Shop:
    """A checkout of `origin`; its project is in the folder `app`."""

    def __init__(self, root: Path, variables: dict[str, str]) -> None:
        self.root = root
        self.variables = variables
        self.versions = root / "app" / "migrations" / "versions"

    @classmethod
    def make(cls, folder: Path, variables: dict[str, str]) -> Shop:
        """A checkout whose branch `main` has the revision `a1`, and follows that of `origin`."""
        shop = cls(folder / "shop", variables)
        shop.versions.mkdir(parents=True)
        (shop.root / "app" / "limbeck.toml").write_text('url = "sqlite:///shop.db"\n')
        (shop.root / ".gitignore").write_text("__pycache__\n*.db*\n")
        shop.git("init", "--quiet", "--initial-branch", "main")
        shop.git("init", "--quiet", "--bare", "--initial-branch", "main", str(folder / "origin"))
        shop.git("remote", "add", "origin", str(folder / "origin"))
        shop.put("a1", None, CREATE)
        shop.commit("Users")
        shop.git("push", "--quiet", "--set-upstream", "origin", "main")
        return shop

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words],
            cwd=self.root if self.root.is_dir() else self.root.parent,
            env={**os.environ, **self.variables},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.rstrip("\n")

    def put(
        self,
        id: str,
        parents: str | tuple[str, ...] | None,
        up: str = "pass",
        *,
        name: str = "",
        labels: str | None = None,
    ) -> Path:
        """Write a revision."""
        path = self.versions / (name or f"{id}.py")
        text = FILE.format(id=id, parents=parents, up=up, labels=labels, message=f"about {id}")
        path.write_text(text, encoding="utf-8")
        return path

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def branch(self, name: str, start: str = "main") -> None:
        """Check out a new branch, which follows origin's main one."""
        self.git("checkout", "--quiet", "--no-track", "-b", name, start)
        self.git("branch", "--quiet", "--set-upstream-to", "origin/main")

    def others(self, id: str, parent: str | None = "a1", up: str = "pass") -> None:
        """Somebody else pushes a revision to origin's main branch, which is fetched; we stay where we are."""
        here = self.git("rev-parse", "--abbrev-ref", "HEAD")
        self.git("checkout", "--quiet", "main")
        path = self.put(id, parent, up)
        self.git("add", str(path))
        self.git("commit", "--quiet", "--message", f"Add {id}")
        self.git("push", "--quiet", "origin", "main")
        self.git("checkout", "--quiet", here)

    def pushed(self, name: str, id: str, parent: str = "a1", up: str = "pass", start: str = "main") -> None:  # fmt: skip
        """A branch of origin with one revision more."""
        self.branch(name, start)
        self.put(id, parent, up)
        self.commit(f"Add {id}")
        self.git("push", "--quiet", "origin", name)
        self.git("checkout", "--quiet", "main")

    @property
    def project(self) -> Project:
        return Project.open(load(self.root / "app" / "limbeck.toml"))
