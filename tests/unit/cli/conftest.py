r"""A small project that has everything: a branch, a merge, a label, a dependency.

o1 (other) --depends on--> c1 (lab)
/  \\
                             zz   b2
|    |
b1   |
\\  /
a1
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from limbeck.cli.main import main

REVISIONS = {
    "a1": (None, None, None, "create users"),
    "b1": ("a1", None, None, "add email"),
    "b2": ("a1", None, None, "add phone"),
    "zz": ("b1", ("lab",), None, "index email"),
    "c1": (("b2", "zz"), None, None, "join them"),
    "o1": (None, ("other",), ("c1",), "other base"),
}
TEMPLATE = '''"""{message}

Revision ID: {id}
Revises: {revises}
Create Date: 2026-01-0{day} 10:00:00

"""
revision = {id!r}
down_revision = {parents!r}
branch_labels = {labels!r}
depends_on = {requires!r}


def upgrade():
    pass


def downgrade():
    pass
'''


def write_revision(
    folder: Path,
    id: str,
    parents: str | tuple[str, ...] | None,
    labels: tuple[str, ...] | None = None,
    requires: tuple[str, ...] | None = None,
    message: str = "a step",
    day: int = 1,
) -> Path:
    """Write a revision file that does nothing."""
    revises = parents if isinstance(parents, str) else ", ".join(parents or ())
    path = folder / f"{id}.py"
    path.write_text(
        TEMPLATE.format(
            id=id, parents=parents, labels=labels, requires=requires, message=message,
            revises=revises, day=day,
        ),
        encoding="utf-8",
    )  # fmt: skip
    return path


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


class Terminal:
    """Types commands in the folder of a project."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.versions = folder / "migrations" / "versions"
        self._capsys = capsys

    def __call__(self, *words: str) -> Ended:
        """Run `limbeck` with `words`."""
        self._capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as end:  # argparse
            code = end.code if isinstance(end.code, int) else 1
        written = self._capsys.readouterr()
        return Ended(code, written.out, written.err)


@pytest.fixture
def empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """A project without revisions."""
    monkeypatch.chdir(tmp_path)
    for name in ("LIMBECK_CONFIG", "ALEMBIC_CONFIG", "LIMBECK_URL", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "limbeck.toml").write_text('url = "sqlite:///app.db"\n', encoding="utf-8")
    (tmp_path / "migrations" / "versions").mkdir(parents=True)
    return Terminal(tmp_path, capsys)


@pytest.fixture
def limbeck(empty: Terminal) -> Terminal:
    """The project that is drawn above."""
    for day, (id, (parents, labels, requires, message)) in enumerate(REVISIONS.items(), 1):
        write_revision(empty.versions, id, parents, labels, requires, message, day)
    return empty
