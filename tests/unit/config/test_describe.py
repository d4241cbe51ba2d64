"""What `limbeck config` shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.config import describe, load
from limbeck.config.keys import KEYS

if TYPE_CHECKING:
    import pytest


def test_every_key_with_its_value_and_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LIMBECK_URL", "LIMBECK_CONFIG", "ALEMBIC_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "limbeck.toml"
    file.write_text(
        """
url = "postgresql://scott:tiger@host/db"
metadata = ["a:b", "c:d"]
journal = false
naming_convention = { ix = "ix_%(x)s" }
post_write_hooks = [{ name = "ruff", type = "module", module = "ruff", options = "format" }]
[databases.billing]
version_table = "v"
"""
    )
    rows = {row.key: row for row in describe(load(file, name="billing"))}
    assert set(rows) == {"file", "databases", "name", *(key.name for key in KEYS)} - {"naming"}
    assert rows["file"].value == str(file)
    assert rows["url"].value == "postgresql://scott:***@host/db"
    assert rows["metadata"].value == "a:b, c:d"
    assert rows["journal"].value == "none"
    assert rows["sourceless"] == ("sourceless", "false", "default")
    assert rows["naming_convention"].value == "ix = ix_%(x)s"
    assert rows["post_write_hooks"].value == "ruff (module ruff format)"
    assert rows["version_table"] == ("version_table", "v", "limbeck.toml [databases.billing]")
    assert "tiger" not in "".join(row.value for row in rows.values())
