"""
Start a project: the folder that revisions will be kept in.

Responsible for the templates that come with limbeck, and for making a folder from one of them in one move.  Does not
know the settings that go with it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import ConfigError, Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    if sys.version_info >= (3, 11):
        from importlib.resources.abc import Traversable
    else:
        from importlib.abc import Traversable

DEFAULT = "default"
_DESCRIPTION = "README.md"
_OF_ALEMBIC = "compat/templates"
"""Where the templates are that write an `env.py`; `README` describes each."""


class Template(NamedTuple):
    """A kind of project that `init` can start; `for_alembic` says that it has an `env.py`, and works with Alembic, too."""

    name: str
    description: str
    for_alembic: bool = False


def list_templates() -> tuple[Template, ...]:
    """The templates there are, the default one first."""
    found = [
        Template(folder.name, _first_line(folder / _DESCRIPTION))
        for folder in _templates().iterdir()
        if folder.is_dir() and not folder.name.startswith(("_", "."))
    ]
    found += [
        Template(folder.name, _first_line(folder / "README"), for_alembic=True)
        for folder in _package("limbeck").joinpath(_OF_ALEMBIC).iterdir()
        if folder.is_dir()
    ]
    return tuple(sorted(found, key=lambda template: (template.name != DEFAULT, template.name)))


def create_folder(
    directory: Path, template: str = DEFAULT, *, package: bool = False
) -> tuple[Path, ...]:
    """Make `directory` with `versions`, `script.py.mako` and a README, and return the files made.

    `package` adds an `__init__.py` to both folders.  Raises Refused when the folder has anything in it, UsageError
    for an unknown template, ConfigError when it cannot be written; then nothing was.
    """
    names = [known.name for known in list_templates() if not known.for_alembic]
    if template not in names:
        raise UsageError(
            f"there is no template {template!r}; there are: {', '.join(names)}",
            hint="limbeck list_templates",
        )
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise Refused(
            f"{directory} exists already and is not empty",
            hint="choose another directory, or empty this one",
        )
    directory = directory.absolute()  # "." has no name to build beside
    contents = dict(_files(_templates() / template))
    if package:
        contents |= {"__init__.py": b"", "versions/__init__.py": b""}
    try:
        _make(directory, contents)
    except OSError as error:
        raise ConfigError(f"{directory} cannot be made: {error.strerror}") from None
    return tuple(directory / name for name in sorted(contents))


def _make(directory: Path, contents: dict[str, bytes]) -> None:
    """Build the folder beside its place and move it there when it is complete."""
    import shutil

    directory.parent.mkdir(parents=True, exist_ok=True)
    building = directory.with_name(f".{directory.name}.{os.getpid()}.new")
    try:
        (building / "versions").mkdir(parents=True)
        for name, content in contents.items():
            (building / name).write_bytes(content)
        if directory.exists():  # perhaps somebody stands in it
            for child in building.iterdir():
                child.rename(directory / child.name)
        else:
            building.rename(directory)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _templates() -> Traversable:
    return _package("limbeck.files").joinpath("templates")


def _package(name: str) -> Traversable:
    from importlib.resources import files

    return files(name)


def _files(folder: Traversable) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_file():
            yield entry.name, entry.read_bytes()


def _first_line(readme: Traversable) -> str:
    return readme.read_text(encoding="utf-8").partition("\n")[0]
