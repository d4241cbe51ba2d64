"""Existing projects: alembic.ini and [tool.alembic], as they stand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from limbeck.config import load
from limbeck.config.alembic import interpolate
from limbeck.errors import ConfigError


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LIMBECK_URL", "LIMBECK_CONFIG", "ALEMBIC_CONFIG"):
        monkeypatch.delenv(name, raising=False)


def ini(folder: Path, text: str) -> Path:
    file = folder / "alembic.ini"
    file.write_text(text, encoding="utf-8")
    return file


GENERIC = """
[alembic]
script_location = %(here)s/alembic
file_template = %%(year)d_%%(month).2d_%%(rev)s_%%(slug)s
prepend_sys_path = .
timezone = UTC
truncate_slug_length = 20
sourceless = true
recursive_version_locations = false
output_encoding = utf-8
sqlalchemy.url = postgresql://scott:tiger@localhost/test
my_own_option = 3

[post_write_hooks]
hooks = black, ruff
black.type = console_scripts
black.entrypoint = black
black.options = -l 79 REVISION_SCRIPT_FILENAME
ruff.type = exec
ruff.executable = ruff
ruff.cwd = %(here)s

[loggers]
keys = root
"""


def test_a_generic_project(tmp_path: Path) -> None:
    file = ini(tmp_path, GENERIC)
    settings = load(directory=tmp_path)
    assert settings.style == "alembic"
    assert settings.file == file
    assert settings.migrations == f"{tmp_path}/alembic"
    assert settings.file_template == "%(year)d_%(month).2d_%(rev)s_%(slug)s"
    assert settings.prepend_sys_path == (str(tmp_path),)
    assert settings.timezone == "UTC"
    assert settings.truncate_slug_length == 20
    assert settings.sourceless
    assert not settings.recursive_version_locations
    assert settings.url is not None
    assert settings.url.reveal() == "postgresql://scott:tiger@localhost/test"
    assert settings.origin("url") == "alembic.ini [alembic]"
    black, ruff = settings.post_write_hooks
    assert (black.type, black.target) == ("console_scripts", "black")
    assert black.options == "-l 79 REVISION_SCRIPT_FILENAME"
    assert (ruff.type, ruff.target, ruff.cwd) == ("exec", "ruff", str(tmp_path))


def test_what_alembic_does_by_default(tmp_path: Path) -> None:
    ini(tmp_path, "[alembic]\nscript_location = db\n")
    settings = load(directory=tmp_path)
    assert settings.file_template == "%(rev)s_%(slug)s"
    assert settings.truncate_slug_length == 40
    assert settings.prepend_sys_path == ()
    assert settings.version_locations == ()


@pytest.mark.parametrize(
    ("separator", "written"),
    [
        ("path_separator = os", os.pathsep.join(["a", "%(here)s/b"])),
        ("path_separator = :", "a:%(here)s/b"),
        ("path_separator = ;", "a; %(here)s/b"),
        ("path_separator = space", "a   %(here)s/b"),
        ("path_separator = newline", "\n    a\n    %(here)s/b"),
        ("version_path_separator = ;", "a;%(here)s/b"),
        ("", "a, %(here)s/b"),
        ("", "a %(here)s/b"),
    ],
)
def test_several_version_locations(tmp_path: Path, separator: str, written: str) -> None:
    ini(
        tmp_path,
        f"[alembic]\nscript_location = db\n{separator}\nversion_locations = {written}\n",
    )
    settings = load(directory=tmp_path)
    assert settings.version_locations == (f"{tmp_path}/a", f"{tmp_path}/b")


def test_paths_for_python_may_be_separated_by_colons(tmp_path: Path) -> None:
    ini(tmp_path, "[alembic]\nscript_location = db\nprepend_sys_path = .:src, lib\n")
    settings = load(directory=tmp_path)
    assert settings.prepend_sys_path == (str(tmp_path), f"{tmp_path}/src", f"{tmp_path}/lib")


def test_an_unknown_separator(tmp_path: Path) -> None:
    ini(
        tmp_path,
        "[alembic]\nscript_location = db\npath_separator = tab\nversion_locations = a\n",
    )
    with pytest.raises(ConfigError, match="path_separator 'tab'"):
        load(directory=tmp_path)


def test_a_location_within_a_package(tmp_path: Path) -> None:
    ini(tmp_path, "[alembic]\nscript_location = app.db:migrations\n")
    assert load(directory=tmp_path).migrations == "app.db:migrations"


def test_sections_are_chosen_by_name(tmp_path: Path) -> None:
    ini(
        tmp_path,
        """
[DEFAULT]
sqlalchemy.url = sqlite:///shared.db
[alembic]
script_location = one
[second]
script_location = two
[not_a_database]
keys = x
""",
    )
    assert load(directory=tmp_path).migrations == f"{tmp_path}/one"
    second = load(directory=tmp_path, name="second")
    assert second.migrations == f"{tmp_path}/two"
    assert str(second.url) == "sqlite:///shared.db"
    assert second.origin("migrations") == "alembic.ini [second]"
    assert second.databases == ("second",)
    with pytest.raises(ConfigError, match="no database is named 'not_a_database'"):
        load(directory=tmp_path, name="not_a_database")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sqlalchemy.url = postgresql://scott:tiger@h/d\n", "line 1"),
        ("[alembic]\nscript_location = m\npostgresql//scott-tiger@h/d\n", "line 3"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_without_its_lines(
    tmp_path: Path, text: str, line: str
) -> None:
    ini(tmp_path, text)
    with pytest.raises(ConfigError, match=line) as caught:
        load(directory=tmp_path)
    assert "tiger" not in str(caught.value)


def test_a_password_with_per_cent_signs_that_nobody_escaped(tmp_path: Path) -> None:
    ini(tmp_path, "[alembic]\nscript_location = %(here)s/db\nsqlalchemy.url = pg://u:a%40b%c@h/d\n")
    settings = load(directory=tmp_path)
    assert settings.url is not None
    assert settings.url.reveal() == "pg://u:a%40b%c@h/d"


def test_a_password_with_per_cent_signs_that_are_escaped(tmp_path: Path) -> None:
    ini(tmp_path, "[alembic]\nscript_location = db\nsqlalchemy.url = pg://u:a%%40b@h/d\n")
    settings = load(directory=tmp_path)
    assert settings.url is not None
    assert settings.url.reveal() == "pg://u:a%40b@h/d"


def test_a_value_may_refer_to_another(tmp_path: Path) -> None:
    ini(
        tmp_path,
        "[alembic]\nbase = %(here)s/x\nscript_location = %(base)s/db\nsqlalchemy.url = env:DB\n",
    )
    assert load(directory=tmp_path).migrations == f"{tmp_path}/x/db"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%(here)s/a", "/h/a"),
        ("50%%", "50%"),
        ("50%", "50%"),
        ("%(rev)s_%(slug)s", "%(rev)s_%(slug)s"),
        ("%(here)s/50%/%%", "/h/50%/%%"),
        ("", ""),
    ],
)
def test_interpolation_falls_back_to_the_text(text: str, expected: str) -> None:
    assert interpolate(text, {"here": "/h"}) == expected


def test_the_placeholder_of_the_template_is_no_address(tmp_path: Path) -> None:
    ini(
        tmp_path,
        "[alembic]\nscript_location = db\nsqlalchemy.url = driver://user:pass@localhost/dbname\n",
    )
    assert load(directory=tmp_path).url is None


def test_a_byte_order_mark_and_letters_of_the_world(tmp_path: Path) -> None:
    text = "[alembic]\n# Länder\nscript_location = 世界\n"
    (tmp_path / "alembic.ini").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load(directory=tmp_path).migrations == f"{tmp_path}/世界"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[other]\nx = 1\n", r"has no section \[alembic\]"),
        ("[alembic]\nx = 1\n", "does not say where the revisions are"),
        ("x = 1\n", "is not a valid ini file"),
        ("[alembic]\nscript_location = a\ntruncate_slug_length = few\n", "must be a whole number"),
        ("[alembic]\nscript_location = a\n[post_write_hooks]\nhooks = x\n", "needs a type"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, text: str, expected: str) -> None:
    ini(tmp_path, text)
    with pytest.raises(ConfigError, match=expected):
        load(directory=tmp_path)


def test_a_folder_of_flask_migrate_says_how_it_is_run(tmp_path: Path) -> None:
    ini(tmp_path, "[alembic]\nx = 1\n")
    (tmp_path / "env.py").touch()
    with pytest.raises(ConfigError) as refused:
        load(directory=tmp_path)
    assert "limbeck run flask db" in str(refused.value.hint)


def test_tool_alembic_in_pyproject(tmp_path: Path) -> None:
    """The layout of Alembic's own pyproject template: the url stays in the ini file."""
    (tmp_path / "pyproject.toml").write_text(
        """
[tool.alembic]
script_location = "%(here)s/db"
file_template = "%%(rev)s"
version_locations = ["%(here)s/db/a", "b"]
prepend_sys_path = ["."]
recursive_version_locations = true
truncate_slug_length = 12
[[tool.alembic.post_write_hooks]]
name = "fmt"
type = "module"
module = "ruff"
options = "format REVISION_SCRIPT_FILENAME"
"""
    )
    ini(tmp_path, "[alembic]\nsqlalchemy.url = sqlite:///x.db\n")
    settings = load(directory=tmp_path)
    assert settings.migrations == f"{tmp_path}/db"
    assert settings.file_template == "%(rev)s"
    assert settings.version_locations == (f"{tmp_path}/db/a", f"{tmp_path}/b")
    assert settings.recursive_version_locations
    assert settings.truncate_slug_length == 12
    assert [hook.name for hook in settings.post_write_hooks] == ["fmt"]
    assert str(settings.url) == "sqlite:///x.db"
    assert settings.origin("migrations") == "pyproject.toml [tool.alembic]"
    assert settings.origin("url") == "alembic.ini [alembic]"


def test_our_section_may_stand_on_an_alembic_ini(tmp_path: Path) -> None:
    ini(tmp_path, GENERIC)
    (tmp_path / "pyproject.toml").write_text('[tool.limbeck]\nmetadata = "app:metadata"\n')
    settings = load(directory=tmp_path)
    assert settings.metadata == ("app:metadata",)
    assert settings.migrations == f"{tmp_path}/alembic"
    assert settings.style == "alembic"


def test_an_alembic_ini_that_was_left_over_is_not_read(tmp_path: Path) -> None:
    ini(tmp_path, GENERIC)
    (tmp_path / "limbeck.toml").write_text('migrations = "new"\n')
    settings = load(directory=tmp_path)
    assert settings.style == "limbeck"
    assert settings.migrations == f"{tmp_path}/new"
    assert settings.url is None
    assert settings.timezone is None


def test_with_a_named_file_relative_paths_start_where_one_stands(tmp_path: Path) -> None:
    """As Alembic has it, where that leads anywhere; else from the file, which was surely meant."""
    (tmp_path / "conf").mkdir()
    ini(tmp_path / "conf", "[alembic]\nscript_location = db\n")
    assert load("conf/alembic.ini", directory=tmp_path).migrations == f"{tmp_path}/conf/db"
    (tmp_path / "db").mkdir()
    assert load("conf/alembic.ini", directory=tmp_path).migrations == f"{tmp_path}/db"
