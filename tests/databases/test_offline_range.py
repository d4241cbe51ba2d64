"""Scripts that begin in the middle of a history: what earlier revisions made is known."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from limbeck.cli.main import main
from tests.databases.sqlite_bench import without_dots

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

FIRST = """
from limbeck import op
import sqlalchemy as sa

revision = "one"
down_revision = None


def upgrade() -> None:
    op.create_table("person", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(40)))
    op.execute("CREATE TRIGGER quiet AFTER DELETE ON person BEGIN SELECT 1; END")


def downgrade() -> None:
    op.drop_table("person")
"""
SECOND = """
from limbeck import op

revision = "two"
down_revision = "one"


def upgrade() -> None:
    op.alter_column("person", "name", nullable=False)


def downgrade() -> None:
    op.alter_column("person", "name", nullable=True)
"""


def test_a_range_knows_what_came_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "versions").mkdir()
    (tmp_path / "limbeck.toml").write_text('url = "sqlite:///online.db"\nmigrations = "."\n')
    (tmp_path / "versions" / "one.py").write_text(FIRST)
    (tmp_path / "versions" / "two.py").write_text(SECOND)
    assert main(["upgrade", "one"]) == 0
    assert main(["upgrade", "one:two", "--sql"]) == 0
    up = capsys.readouterr().out
    assert main(["downgrade", "two:one", "--sql"]) == 0
    down = capsys.readouterr().out
    before = _schema(tmp_path)
    with closing(sqlite3.connect("online.db")) as connection:
        connection.executescript(without_dots(up))
    assert "NOT NULL" in _schema(tmp_path)["person"]
    assert _schema(tmp_path)["quiet"] == before["quiet"]
    with closing(sqlite3.connect("online.db")) as connection:
        connection.executescript(without_dots(down))
    assert "NOT NULL" not in _schema(tmp_path)["person"].partition("name")[2]
    assert main(["current"]) == 0
    assert capsys.readouterr().out.split()[0] == "one"


PARENT_AND_CHILD = """
from limbeck import op
import sqlalchemy as sa

revision = "one"
down_revision = None


def upgrade() -> None:
    op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table("child", sa.Column("id", sa.Integer, primary_key=True), sa.Column("parent_id", sa.Integer))
    op.create_index("ix_parent_id", "child", ["parent_id"])


def downgrade() -> None:
    with op.batch_alter_table("child", recreate="always") as batch:
        batch.alter_column("parent_id", new_column_name="kept")
    op.drop_table("parent")
"""
BOUND = """
from limbeck import op
import sqlalchemy as sa

revision = "two"
down_revision = "one"


def upgrade() -> None:
    with op.batch_alter_table("child") as batch:
        batch.add_column(sa.Column("age", sa.Integer, nullable=False, server_default="7"))
        batch.create_foreign_key("fk_parent", "parent", ["parent_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("child") as batch:
        batch.drop_constraint("fk_parent", type_="foreignkey")
        batch.drop_column("age")
"""


def test_all_the_way_down_is_the_same_on_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where the last revision undone recreates what the one before has recreated."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "versions").mkdir()
    (tmp_path / "limbeck.toml").write_text('url = "sqlite:///online.db"\nmigrations = "."\n')
    (tmp_path / "versions" / "one.py").write_text(PARENT_AND_CHILD)
    (tmp_path / "versions" / "two.py").write_text(BOUND)
    assert main(["upgrade", "head"]) == 0
    with closing(sqlite3.connect("online.db")) as connection:
        connection.executescript(
            "INSERT INTO parent VALUES (1); INSERT INTO child (id, parent_id) VALUES (5, 1);"
        )
    shutil.copy("online.db", "offline.db")
    capsys.readouterr()
    assert main(["downgrade", "head:base", "--sql"]) == 0
    script = capsys.readouterr().out
    assert main(["downgrade", "base"]) == 0
    with closing(sqlite3.connect("offline.db")) as connection:
        connection.executescript(without_dots(script))
    catalogs = [_catalog(tmp_path / name) for name in ("online.db", "offline.db")]
    assert catalogs[0] == catalogs[1]
    assert [name for _, name, _ in catalogs[1]] == ["child", "ix_parent_id"]
    for name in ("online.db", "offline.db"):
        with closing(sqlite3.connect(name)) as connection:
            assert connection.execute("SELECT id, kept FROM child").fetchall() == [(5, 1)]
            assert connection.execute("SELECT * FROM alembic_version").fetchall() == []


def _catalog(file: Path) -> list[tuple[str, str, str]]:
    """Type, name and SQL, whatever its indents, of everything that is not limbeck's own or SQLite's."""
    query = """SELECT type, name, replace(sql, char(9), '    ') FROM sqlite_master WHERE sql IS NOT NULL
               AND tbl_name NOT IN ('alembic_version', 'limbeck_journal') ORDER BY name"""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def _schema(folder: Path) -> dict[str, str]:
    with closing(sqlite3.connect(folder / "online.db")) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master"))
