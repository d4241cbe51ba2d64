"""Addresses of databases, and that their passwords stay where they are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.config import DatabaseUrl, hide_password, hide_passwords
from limbeck.errors import ConfigError


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (
            "postgresql+psycopg://scott:tiger@host:5432/db",
            "postgresql+psycopg://scott:***@host:5432/db",
        ),
        ("postgresql://scott@host/db", "postgresql://scott@host/db"),
        ("postgresql://host:5432/db", "postgresql://host:5432/db"),
        ("mysql://u:p%40:/?x@h/d", "mysql://u:***@h/d"),
        ("mysql://u:a@b@h/d", "mysql://u:***@h/d"),
        ("mysql://:secret@h/d", "mysql://:***@h/d"),
        ("sqlite:///a.db", "sqlite:///a.db"),
        ("postgresql://h/d?user=u&password=tiger&x=1", "postgresql://h/d?user=u&password=***&x=1"),
        ("postgresql://h/d?sslpassword=tiger", "postgresql://h/d?sslpassword=***"),
        ("mssql+pyodbc:///?odbc_connect=PWD%3Dtiger", "mssql+pyodbc:///?odbc_connect=***"),
        ("not an address", "not an address"),
        ("scott:tiger@host/db", "scott:***@host/db"),
        ("?password=tiger", "?password=***"),
    ],
)
def test_shown_without_the_password(address: str, shown: str) -> None:
    assert hide_password(address) == shown
    assert str(DatabaseUrl(address)) == shown
    assert shown in repr(DatabaseUrl(address))


@given(st.text(st.characters(codec="utf-8")))
def test_no_password_is_ever_shown(password: str) -> None:
    url = DatabaseUrl(f"postgresql://scott:{password}@host/name")
    assert str(url) == "postgresql://scott:***@host/name"
    assert repr(url) == "DatabaseUrl('postgresql://scott:***@host/name')"


def test_no_password_is_shown_in_a_message() -> None:
    text = "from mysql://u:tiger@h/d to postgresql://h/d?password=tiger: 'u'@'h' was denied\n"
    shown = "from mysql://u:***@h/d to postgresql://h/d?password=*** 'u'@'h' was denied\n"
    assert hide_passwords(text) == shown


def test_a_per_cent_sign_needs_no_care() -> None:
    assert DatabaseUrl("postgresql://u:1%2%%@h/d").reveal() == "postgresql://u:1%2%%@h/d"


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    url = DatabaseUrl("env:MY_DATABASE")
    monkeypatch.delenv("MY_DATABASE", raising=False)
    with pytest.raises(ConfigError, match="MY_DATABASE, which is not set"):
        url.reveal()
    monkeypatch.setenv("MY_DATABASE", " postgresql://u:secret@h/d\n")
    assert url.reveal() == "postgresql://u:secret@h/d"
    assert str(url) == "env:MY_DATABASE"


def test_a_variable_that_holds_no_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_DATABASE", "secret")
    with pytest.raises(ConfigError) as caught:
        DatabaseUrl("env:MY_DATABASE").reveal()
    assert "secret" not in f"{caught.value.message} {caught.value.hint}"
    assert "env:MY_DATABASE" in caught.value.message


def test_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_bytes(b"\xef\xbb\xbfpostgresql://u:secret@h/d\r\n")
    assert DatabaseUrl("file:url", base=tmp_path).reveal() == "postgresql://u:secret@h/d"
    with pytest.raises(ConfigError, match="No such file"):
        DatabaseUrl("file:other", base=tmp_path).reveal()


def test_from_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings_for_test.py").write_text(
        """
class Wrapped:
    def __init__(self, text): self.text = text
    def get_secret_value(self): return self.text
class Url:
    def render_as_string(self, hide_password=True):
        return "sqlite://hidden" if hide_password else "sqlite:///shown.db"
class Settings:
    url = "sqlite:///attribute.db"
settings = Settings()
def function(): return "sqlite:///function.db"
wrapped = Wrapped("sqlite:///wrapped.db")
url = Url()
def failing(): raise ValueError("postgresql://u:secret@h/d is not good")
"""
    )
    monkeypatch.syspath_prepend(tmp_path)
    for attribute, file in {
        "settings.url": "attribute",
        "function": "function",
        "wrapped": "wrapped",
        "url": "shown",
    }.items():
        url = DatabaseUrl(f"settings_for_test:{attribute}")
        assert url.reveal() == f"sqlite:///{file}.db"
    with pytest.raises(ConfigError, match="fails with ValueError") as caught:
        DatabaseUrl("settings_for_test:failing").reveal()
    assert "secret" not in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.__cause__ is None
    with pytest.raises(ConfigError, match="fails with ModuleNotFoundError"):
        DatabaseUrl("no_such_module:url").reveal()
    sys.modules.pop("settings_for_test")


def test_a_relative_sqlite_file_is_meant_from_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    url = DatabaseUrl("sqlite+aiosqlite:///app.db?mode=ro", base=tmp_path)
    assert url.reveal() == f"sqlite+aiosqlite:///{tmp_path}/app.db?mode=ro"
    for untouched in ("sqlite://", "sqlite:///:memory:", "sqlite:////abs/a.db", "sqlite:///file:a"):
        assert DatabaseUrl(untouched, base=tmp_path).reveal() == untouched
    monkeypatch.chdir(tmp_path)
    assert DatabaseUrl("sqlite:///app.db", base=tmp_path).reveal() == "sqlite:///app.db"


def test_equal_when_they_say_the_same() -> None:
    assert DatabaseUrl("sqlite://") == DatabaseUrl(" sqlite:// ")
    assert len({DatabaseUrl("sqlite://"), DatabaseUrl("sqlite://")}) == 1
    assert DatabaseUrl("sqlite://") != "sqlite://"
