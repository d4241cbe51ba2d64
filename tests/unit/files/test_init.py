"""The folder of a new project."""

from __future__ import annotations

from pathlib import Path

import pytest

from limbeck.errors import ConfigError, Refused, UsageError
from limbeck.files.init import create_folder, list_templates


def everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_the_default_template_comes_first_and_is_described() -> None:
    first = list_templates()[0]
    assert first.name == "default"
    assert "no env.py" in first.description


def test_a_new_folder(tmp_path: Path) -> None:
    made = create_folder(tmp_path / "app" / "migrations")
    assert everything(tmp_path) == {
        "app",
        "app/migrations",
        "app/migrations/README.md",
        "app/migrations/script.py.mako",
        "app/migrations/versions",
    }
    assert all(path.is_file() for path in made)


def test_a_package(tmp_path: Path) -> None:
    create_folder(tmp_path / "m", package=True)
    assert {"m/__init__.py", "m/versions/__init__.py"} <= everything(tmp_path)


def test_an_empty_folder_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    create_folder(Path())
    assert everything(Path()) == {"README.md", "script.py.mako", "versions"}


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "x").touch()
    with pytest.raises(Refused, match="is not empty"):
        create_folder(tmp_path / "m")
    assert everything(tmp_path) == {"m", "m/x"}


def test_an_unknown_template(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match="there is no template 'mine'; there are: default"
    ) as caught:
        create_folder(tmp_path / "m", "mine")
    assert caught.value.hint == "limbeck list_templates"
    assert everything(tmp_path) == set()


def test_the_templates_for_alembic_are_known_but_not_made_here(tmp_path: Path) -> None:
    known = {template.name: template.for_alembic for template in list_templates()}
    assert known.pop("default") is False
    assert known == dict.fromkeys(
        ["async", "generic", "multidb", "pyproject", "pyproject_async"], True
    )
    with pytest.raises(UsageError, match="there is no template 'generic'; there are: default"):
        create_folder(tmp_path / "m", "generic")


def test_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []

    def failing(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        with path.open("wb") as file:
            file.write(content)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(ConfigError, match="cannot be made: No space left on device"):
        create_folder(tmp_path / "m")
    assert everything(tmp_path) == set()
