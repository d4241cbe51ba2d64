"""Scripts that cannot be made: nothing of them is written, and the error says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from limbeck.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

REVISION = """
from limbeck import op
import sqlalchemy as sa

revision = "{id}"
down_revision = {down!r}


def upgrade() -> None:
    {up}


def downgrade() -> None:
    pass
"""


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two revisions, the second of which is still to be written."""
    monkeypatch.chdir(tmp_path)
    versions = tmp_path / "versions"
    versions.mkdir()
    (tmp_path / "limbeck.toml").write_text('url = "sqlite:///a.db"\nmigrations = "."\n')
    first = REVISION.format(id="1a", down=None, up='op.execute("CREATE TABLE t (x INTEGER)")')
    (versions / "1a.py").write_text(first)
    return versions


def second(versions: Path, up: str) -> None:
    (versions / "2a.py").write_text(REVISION.format(id="2a", down="1a", up=up))


@pytest.mark.parametrize(
    ("up", "told"),
    [
        ("1 / 0", "2a.py, line 10"),
        ('op.alter_column("unknown", "x", nullable=False)', "what table unknown looks like"),
    ],
)
def test_there_is_a_whole_script_or_none(
    history: Path, capsys: pytest.CaptureFixture[str], up: str, told: str
) -> None:
    second(history, up)
    assert main(["upgrade", "head", "--sql"]) != 0
    written = capsys.readouterr()
    assert written.out == ""
    assert told in written.err


@pytest.mark.parametrize(
    ("up", "told"),
    [
        ('op.get_bind().execute(sa.text("SELECT 1"))', True),
        ("sa.inspect(op.get_bind()).get_table_names()", True),
        ("sa.Table('u', sa.MetaData()).create(op.get_bind())", True),
        ("None.strip()", False),
        ("sa.inspected", False),
    ],
)
def test_a_revision_that_asks_the_database_is_told_that_there_is_none(
    history: Path, capsys: pytest.CaptureFixture[str], up: str, told: bool
) -> None:
    second(history, up)
    assert main(["upgrade", "head", "--sql"]) == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert "2a.py, line 10" in written.err
    hint = (
        "hint: offline op.get_bind() is None: there is no connection; see op.get_context().as_sql"
    )
    assert (hint in written.err) is told


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("upgrade head:base", "downgrade head:base"),
        ("upgrade 2a:1a", "downgrade 2a:1a"),
        ("downgrade 1a:2a", "upgrade 1a:2a"),
        ("downgrade base:head", "upgrade base:head"),
        ("downgrade 1a:+1", "upgrade 1a:+1"),
    ],
)
def test_a_range_the_wrong_way_round(
    history: Path, capsys: pytest.CaptureFixture[str], typed: str, meant: str
) -> None:
    second(history, "pass")
    assert main([*typed.split(), "--sql"]) == 5
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith("error[S004]:")
    assert f"hint: `limbeck {meant} --sql`\n" in written.err
    assert main([*meant.split(), "--sql"]) == 0
    assert "alembic_version" in capsys.readouterr().out


@pytest.mark.parametrize("typed", ["upgrade 2a:2a", "upgrade heads:2a", "downgrade 1a:1a"])
def test_a_range_from_somewhere_to_the_same_place(
    history: Path, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    second(history, "pass")
    assert main([*typed.split(), "--sql"]) == 0
    assert "alembic_version" not in capsys.readouterr().out
