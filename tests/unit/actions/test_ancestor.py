"""What is replayed of a long history leads to what all of it does, as far as two sides are concerned."""

from __future__ import annotations

import random
import textwrap
from typing import TYPE_CHECKING

from benchmarks.histories import write
from limbeck.actions.alike import first_target
from limbeck.actions.ancestor import Ancestor
from limbeck.actions.conflicts import conflicts
from limbeck.config import load
from limbeck.project import Project

if TYPE_CHECKING:
    from pathlib import Path


def long_history(folder: Path, count: int) -> tuple[Project, str]:
    """A project with one head, and that head."""
    (folder / "limbeck.toml").write_text('url = "postgresql+psycopg://nowhere/x"\n')
    heads = write(folder / "migrations", "limbeck", "dag", count)
    return Project.open(load(folder / "limbeck.toml")), heads.shown[0]


def revision(folder: Path, id: str, down: str, body: str) -> None:
    (folder / "migrations" / "versions" / f"{id}.py").write_text(
        f'"""{id}"""\nimport sqlalchemy as sa\nfrom limbeck import op\n\nrevision = "{id}"\n'
        f"down_revision = {down!r}\n\n\ndef upgrade():\n{textwrap.indent(body, '    ')}\n"
    )


def test_the_tables_that_are_asked_for_are_as_the_whole_history_leaves_them(tmp_path: Path) -> None:
    project, _ = long_history(tmp_path, 200)
    ancestor = Ancestor(project, first_target(project), project.history)
    whole = ancestor.whole()
    for table in random.Random(1).sample(list(whole), 10):
        assert ancestor.about({table.name.name})[table.name] == table


def test_a_name_that_no_file_says_is_found_all_the_same(tmp_path: Path) -> None:
    project, head = long_history(tmp_path, 60)
    computed = 'op.create_table("user" + "s", sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Integer))'
    revision(tmp_path, "a", head, computed)
    revision(tmp_path, "b", "a", 'op.drop_column("users", "x")')
    revision(tmp_path, "c", "a", 'op.create_index("ix", "users", ["x"])')
    project.library.reload()
    (pair,) = conflicts(project, ["b", "c"])
    assert (pair.verdict.kind.value, pair.first) == ("ordered", "c")


def test_what_was_renamed_long_ago_is_followed(tmp_path: Path) -> None:
    project, head = long_history(tmp_path, 60)
    table = 'op.create_table("folk", sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Integer))'
    revision(tmp_path, "r1", head, table)
    revision(tmp_path, "r2", "r1", 'op.rename_table("folk", "people")')
    revision(tmp_path, "b", "r2", 'op.drop_column("people", "x")')
    revision(tmp_path, "c", "r2", 'op.execute("UPDATE people SET x = 1")')
    project.library.reload()
    (pair,) = conflicts(project, ["b", "c"])
    assert (pair.verdict.kind.value, pair.first) == ("ordered", "c")
