"""What the verbs say while a step is half done, on a server that commits each change of structure."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from limbeck.cli.schemas import schema
from tests.databases.runs import rows
from tests.unit.cli.conftest import Terminal

if TYPE_CHECKING:
    from typing import Any

REVISION = '''"""{message}

Revision ID: {id}
Create Date: 2026-01-01 10:00:00
"""
import os
import signal
import sqlalchemy as sa
from limbeck import op

revision = {id!r}
down_revision = {parent!r}


def upgrade():
    {up}


def downgrade():
    {down}
'''
ADD = """op.add_column("t", sa.Column("a", sa.Integer))
    op.execute("INSERT INTO t (x) VALUES (1)")
    op.add_column("t", sa.Column("b", sa.Integer))
    """
DROP = """op.drop_column("t", "b")
    """
FAIL = 'op.execute("SELECT nonsense FROM nowhere")'
KILL = "os.kill(os.getpid(), signal.SIGKILL)"
UP = "between r1 and r2: stopped after statement 3 of r2"
DOWN = "between r1 and r2: stopped after statement 1 of the downgrade of r2"


class Shop(Terminal):
    """Types commands in a project of two revisions."""

    url: str

    def write(self, up: str, down: str) -> None:
        """Write the second revision."""
        text = REVISION.format(id="r2", parent="r1", message="add columns", up=up, down=down)
        (self.versions / "r2.py").write_text(text, encoding="utf-8")

    def dies(self, *words: str) -> None:
        """Type a command whose process does not survive it."""
        ended = subprocess.run([sys.executable, "-m", "limbeck", *words], check=False)
        assert ended.returncode == -9

    def document(self, verb: str, *words: str) -> Any:
        """What a verb tells programs."""
        found = json.loads(self(verb, *words, "--json").out)
        jsonschema.validate(found, schema(verb))
        return found["targets"][0]


@pytest.fixture
def shop(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mariadb_url: str,
    capsys: pytest.CaptureFixture[str],
) -> Shop:
    """A table; columns are to be added to it."""
    monkeypatch.chdir(tmp_path)
    for name in ("LIMBECK_CONFIG", "ALEMBIC_CONFIG", "LIMBECK_URL"):
        monkeypatch.delenv(name, raising=False)
    made = Shop(tmp_path, capsys)
    made.url = mariadb_url
    made.versions.mkdir(parents=True)
    (tmp_path / "limbeck.toml").write_text(f'url = "{mariadb_url}"\n', encoding="utf-8")
    up = 'op.create_table("t", sa.Column("x", sa.Integer))'
    text = REVISION.format(
        id="r1", parent=None, message="make a table", up=up, down='op.drop_table("t")'
    )
    (made.versions / "r1.py").write_text(text, encoding="utf-8")
    return made


@pytest.mark.parametrize("killed", [False, True])
def test_a_half_done_upgrade(shop: Shop, killed: bool) -> None:
    shop.write(ADD + (KILL if killed else FAIL), DROP)
    if killed:
        shop.dies("upgrade", "head")
    else:
        assert shop("upgrade", "head").code == 1
    assert shop("current").out == f"r1\n{UP}\n"
    checked = shop("current", "--check-heads")
    assert checked.code == 8
    assert f"{UP}" in checked.err
    assert "limbeck upgrade r2" in checked.err
    assert f"problem[interrupted]: {UP}" in shop("status").out
    assert shop("status", "--check").code == 1
    for words in (("downgrade", "base"), ("downgrade", "-1"), ("upgrade", "r1"), ("plan", "r1")):
        refused = shop(*words)
        assert refused.code == 7
        assert UP in refused.err
        assert "limbeck upgrade r2" in refused.err
    assert "upgrade r1 -> r2, add columns (goes on after statement 3)" in shop("plan").out
    (step,) = shop.document("plan")["steps"]
    assert step["goes_on_after"] == 3
    (left,) = shop.document("current")["half_done"]
    assert left == {"revision": "r2", "direction": "up", "statements": 3, "text": UP}
    shop.write(ADD, DROP)
    assert shop("upgrade", "r2").code == 0
    assert rows(shop.url, "SELECT x, a, b FROM t") == [(1, None, None)]
    assert shop("current", "--check-heads").code == 0
    assert shop("status", "--check").code == 0


@pytest.mark.parametrize("killed", [False, True])
def test_a_half_done_downgrade(shop: Shop, killed: bool) -> None:
    shop.write(ADD, DROP + (KILL if killed else FAIL))
    assert shop("upgrade").code == 0
    if killed:
        shop.dies("downgrade", "r1")
    else:
        assert shop("downgrade", "r1").code == 1
    refused = shop("upgrade", "head")
    assert refused.code == 7
    assert "r2 is half undone" in refused.err
    assert "limbeck downgrade r1" in refused.err
    assert shop("current").out == f"r2 (head)\n{DOWN}\n"
    assert shop("current", "--check-heads").code == 8
    assert shop("status", "--check").code == 1
    assert DOWN in shop("status").out
    assert "(goes on after statement 1)" in shop("plan", "r1", "--down").out
    shop.write(ADD, DROP + 'op.drop_column("t", "a")')
    assert shop("downgrade", "r1").code == 0
    assert shop("upgrade", "head").code == 0
    assert shop("current", "--check-heads").code == 0


def test_a_stamp_ends_it(shop: Shop) -> None:
    shop.write(ADD + FAIL, DROP)
    shop("upgrade", "head")
    assert shop("stamp", "r2").code == 0
    assert shop("status", "--check").code == 0
    assert shop("current").out == "r2 (head)\n"
    assert " void " in shop("history", "--applied").out
    shop.document("history", "--applied")
