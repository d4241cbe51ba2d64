"""Heads in projects whose `env.py` knows several databases, for each of which a revision does something else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.compat.projects import Project

if TYPE_CHECKING:
    from pathlib import Path

BODY = """
def upgrade(engine_name):
    globals()["upgrade_" + engine_name]()

def downgrade(engine_name):
    pass

def upgrade_engine1():
    {0}

def upgrade_engine2():
    {1}
"""
TABLE = 'op.create_table("{0}", sa.Column("id", sa.Integer, primary_key=True))'
COLUMN = 'op.add_column("{0}", sa.Column("note", sa.Integer))'


@pytest.fixture
def two(tmp_path: Path) -> Project:
    """A project with the databases engine1 and engine2; only in the second do both sides do the same."""
    project = Project(tmp_path, f"sqlite:///{tmp_path}/first.db")
    project.limbeck("init", "-t", "multidb", "migrations")
    ini = tmp_path / "alembic.ini"
    text = ini.read_text().replace("driver://user:pass@localhost/dbname2", "sqlite:///second.db")
    ini.write_text(text.replace("driver://user:pass@localhost/dbname", "sqlite:///first.db"))
    project.revision("a1", None, BODY.format(TABLE.format("one"), TABLE.format("two")))
    project.revision("b1", "a1", BODY.format("pass", COLUMN.format("two")))
    project.revision("b2", "a1", BODY.format(COLUMN.format("one"), COLUMN.format("two")))
    return project


def test_each_database_is_judged_with_what_its_revisions_do(two: Project) -> None:
    asked = two.limbeck("conflicts", "--prove", "--json", fails=True)
    found = json.loads(asked.out)
    assert [(pair["databases"], pair["verdict"]) for pair in found["pairs"]] == [
        (["engine1"], "disjoint"),
        (["engine2"], "same intent twice"),
    ]
    assert found["verdict"] == "same intent twice"
    assert [(one["databases"], one["outcome"]) for one in found["proofs"]] == [
        (["engine2"], "every order fails"),
        (["engine1"], "equal"),
    ]
    assert asked.code == 14
    refused = two.limbeck("merge", fails=True)
    assert "b1 and b2: same intent twice (on sqlite: engine2)" in refused.err
    assert "run on scratch databases (sqlite: engine1, " in refused.err


def test_what_is_kept_once_is_left_out_for_the_database_alone_that_has_it_twice(
    two: Project,
) -> None:
    merged = two.limbeck("merge", "--keep", "b1")
    assert "left out: migrations/versions/b2.py" in merged.err
    two.limbeck("upgrade", "head")
    for name, table in (("first", "one"), ("second", "two")):
        two.url = f"sqlite:///{two.folder}/{name}.db"
        assert two.rows(f"SELECT note FROM {table}") == []


def test_a_line_that_another_database_needs_is_not_left_out(two: Project) -> None:
    body = "def upgrade(engine_name):\n    op.add_column({!r}[engine_name], sa.Column('note', sa.Integer))\n"
    tables = {"engine1": "one", "engine2": "two"}
    two.revision("b2", "a1", body.format(tables) + "\ndef downgrade(engine_name):\n    pass\n")
    before = (two.folder / "migrations" / "versions" / "b2.py").read_bytes()
    refused = two.limbeck("merge", "--keep", "b1", fails=True)
    assert "leave it out by hand" in refused.err
    assert (two.folder / "migrations" / "versions" / "b2.py").read_bytes() == before
