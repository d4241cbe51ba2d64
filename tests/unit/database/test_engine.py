"""What is said when a database cannot be reached."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from limbeck.database.engine import call, dialect_of, engine_for
from limbeck.errors import CannotConnect, ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("url", "module", "package"),
    [
        ("mysql+mysqldb://h/d", "MySQLdb", "mysqlclient"),
        ("postgresql+psycopg2://h/d", "psycopg2", "psycopg2-binary"),
        ("mysql+pymysql://h/d", "pymysql", "pymysql"),
    ],
)
def test_a_missing_driver_is_called_by_its_package(
    monkeypatch: pytest.MonkeyPatch, url: str, module: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    with pytest.raises(CannotConnect) as caught:
        engine_for(url)
    assert caught.value.hint == f"pip install {package}"


@pytest.mark.parametrize("ask", [engine_for, dialect_of])
def test_a_port_that_is_no_number(ask: Callable[[str], object]) -> None:
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        ask("postgresql://u:tiger@h:bad/x")
    assert "tiger" not in str(caught.value)


def test_a_file_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CannotConnect) as caught:
        call(f"sqlite:///{tmp_path}/away/app.db", lambda connection: None)
    assert f"the folder {tmp_path / 'away'} does not exist" in str(caught.value.hint)


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CannotConnect) as caught:
        call(f"sqlite:///{tmp_path}", lambda connection: None)
    assert "may read and write the file" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("postgres://ada:secret@host/shop", "did you mean postgresql://... ?"),
        ("postgres+psycopg://host/shop", "did you mean postgresql+psycopg://... ?"),
        ("nosuch://host", "install the package that brings it, or correct the url"),
        ("postgresql+nosuch://host", "install the package that brings it, or correct the url"),
    ],
)
def test_a_dialect_that_is_not_there(url: str, hint: str) -> None:
    with pytest.raises(ConfigError, match="knows no dialect") as caught:
        dialect_of(url)
    assert caught.value.hint == hint
    assert "secret" not in str(caught.value)
