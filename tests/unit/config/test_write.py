"""Settings written by `init`, and what stays as it was."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from limbeck.config import add_section, load
from limbeck.errors import ConfigError, Refused

VALUES = {
    "migrations": "db",
    "url": 'sqlite:///quo"ted\\.db',
    "journal": False,
    "lock_timeout": 2.5,
}


def test_a_file_of_our_own(tmp_path: Path) -> None:
    file = tmp_path / "limbeck.toml"
    add_section(file, {**VALUES, "databases": {"one": {"schemas": ["a", "b"]}}})
    settings = load(file, name="one")
    assert settings.migrations == str(tmp_path / "db")
    assert str(settings.url) == 'sqlite:///quo"ted\\.db'
    assert settings.journal is None
    assert settings.lock_timeout == 2.5
    assert settings.schemas == ("a", "b")
    with pytest.raises(Refused):
        add_section(file, VALUES)


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"[project]\nname = 'x'\n",
        b"[project]\r\nname = 'x' # kept\r\n\r\n[tool.ruff]\r\nline-length = 9",
        b"\xef\xbb\xbf[tool.a]\nb = 'gr\xc3\xbc\xc3\x9fe'\n",
    ],
)
def test_a_pyproject_keeps_every_byte(tmp_path: Path, before: bytes) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_bytes(before)
    file.chmod(0o640)
    add_section(file, VALUES)
    after = file.read_bytes()
    assert after.startswith(before)
    assert load(file).migrations == str(tmp_path / "db")
    assert (b"\r\n" in after) == (b"\r\n" in before)
    if b"\r\n" in before:
        assert after.count(b"\n") == after.count(b"\r\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize("before", ["[tool.limbeck]\n", "[tool]\nlimbeck = {}\n"])
def test_a_section_that_is_there_is_not_touched(tmp_path: Path, before: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(before)
    with pytest.raises(Refused):
        add_section(file, VALUES)
    assert file.read_text() == before


def test_where_nothing_can_be_appended(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text("tool = { a = 1 }\n")
    with pytest.raises(ConfigError, match="cannot be added"):
        add_section(file, VALUES)
    assert file.read_text() == "tool = { a = 1 }\n"
    assert [*tmp_path.iterdir()] == [file]


def test_a_pyproject_that_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text("[")
    with pytest.raises(ConfigError, match="not valid TOML"):
        add_section(file, VALUES)
    assert file.read_text() == "["
