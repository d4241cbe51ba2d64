"""What git says about renames."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from limbeck.actions.evidence import RENAMED, from_git
from limbeck.models import load
from limbeck.schema import TableName

BEFORE = """
import sqlalchemy as sa

metadata = sa.MetaData()
users = sa.Table(
    "users", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("handle", sa.String(20)),
    sa.Column("age", sa.Integer),
)
"""
AFTER = BEFORE.replace('"handle"', '"login"').replace(
    'sa.Column("age", sa.Integer)', 'sa.Column("born", sa.Date)'
)
TABLE = TableName("users")


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    file = tmp_path / f"evident_{tmp_path.name.replace('-', '_')}.py"
    file.write_text(BEFORE, encoding="utf-8")
    return file


def git(folder: Path, *words: str) -> None:
    me = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", *me, *words], cwd=folder, check=True, capture_output=True)


def scores(file: Path) -> dict[tuple[str, str], float]:
    models = load(f"{file.stem}:metadata")
    evidence = from_git(models)
    pairs = [("handle", "login"), ("age", "born"), ("handle", "born")]
    return {(old, new): evidence("column", TABLE, old, new) for old, new in pairs}


WANTED = {("handle", "login"): RENAMED, ("age", "born"): 0.0, ("handle", "born"): 0.0}


def test_a_line_that_was_edited(module: Path) -> None:
    git(module.parent, "init", "-q")
    git(module.parent, "add", ".")
    git(module.parent, "commit", "-qm", "models")
    module.write_text(AFTER, encoding="utf-8")
    assert scores(module) == WANTED


def test_a_commit_that_changed_it(module: Path) -> None:
    git(module.parent, "init", "-q")
    for text in (BEFORE, AFTER):
        module.write_text(text, encoding="utf-8")
        git(module.parent, "add", ".")
        git(module.parent, "commit", "-qm", "models")
    assert scores(module) == WANTED


def test_without_git_nothing_is_known(module: Path) -> None:
    module.write_text(AFTER, encoding="utf-8")
    assert set(scores(module).values()) == {0.0}
