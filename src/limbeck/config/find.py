"""
Where settings may be, and in which order one looks.

Responsible for searching upward from a folder, and for the error that says where it looked and what to add.  Does
not know what the files say.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from limbeck.config.toml import Table, parse, read_bytes, subtable
from limbeck.errors import ConfigError, NoConfig

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWN = "limbeck.toml"
PYPROJECT = "pyproject.toml"
INI = "alembic.ini"

_SCRIPT_LOCATION = re.compile(rb"^script_location\s*[=:]", re.MULTILINE)


class Found(NamedTuple):
    """The sources in one folder; each is None where there is none.  Tables come with the name of their section."""

    own: tuple[Table, Path, str] | None = None
    ini: Path | None = None
    alembic: tuple[Table, Path] | None = None

    @property
    def anything(self) -> bool:
        """Whether there is a source at all."""
        return any(source is not None for source in self)


def search(start: Path) -> Found:
    """The sources in the nearest folder at or above `start` that has any.  NoConfig when none has."""
    searched = []
    for folder in _upward(start):
        found = look_in(folder)
        if found.anything:
            return found
        searched.append(folder)
    places = "\n".join(f"  {folder}" for folder in searched)
    raise NoConfig(
        f"no configuration was found; searched for {OWN}, {PYPROJECT} with [tool.limbeck] or [tool.alembic],"
        f" and {INI} in\n{places}",
        hint=_below(start)
        or "limbeck init, or add these lines to pyproject.toml:\n"
        '[tool.limbeck]\nmigrations = "migrations"\nurl = "env:DATABASE_URL"',
    )


def _below(start: Path) -> str:
    """How a project is reached whose configuration is in a folder below, as Flask-Migrate puts it; "" without one."""
    for ini in sorted(start.glob(f"*/{INI}")):
        if not ini.is_file() or not os.access(ini, os.R_OK):
            continue
        if _SCRIPT_LOCATION.search(ini.read_bytes()):
            return f"there is {ini.relative_to(start)}: limbeck -c {ini.relative_to(start)} ..."
        if (ini.parent / "env.py").is_file():
            return f"limbeck run flask db ..., since {ini.parent.name} looks like a folder of Flask-Migrate's"
    return ""


def look_in(folder: Path) -> Found:
    """The sources in one folder.  `limbeck.toml` comes before `[tool.limbeck]`, as more particular files do."""
    own: tuple[Table, Path, str] | None = None
    alembic = None
    pyproject = folder / PYPROJECT
    if pyproject.is_file():
        own, alembic = _in_pyproject(pyproject)
    if (folder / OWN).is_file():
        own = _own_table(folder / OWN)
    ini = folder / INI
    return Found(own, ini if ini.is_file() else None, alembic)


def look_at(file: Path) -> Found:
    """The sources in one file that was named.  ConfigError when there is none."""
    if file.is_dir():
        found = look_in(file)
        inside = found.own[1].name if found.own else INI if found.ini else PYPROJECT
        raise NoConfig(
            f"{file} is a folder, not a configuration file",
            hint=f"-c {file / inside}" if found.anything else "name the file itself after -c",
        )
    if not file.is_file():
        raise NoConfig(f"there is no configuration file {file}", hint="check the path after -c")
    if file.suffix != ".toml":
        return Found(ini=file)
    if file.name != PYPROJECT:
        return Found(own=_own_table(file))
    own, alembic = _in_pyproject(file)
    if own is None and alembic is None:
        raise ConfigError(
            f"{file} has neither [tool.limbeck] nor [tool.alembic]",
            hint='add these lines:\n[tool.limbeck]\nmigrations = "migrations"\nurl = "env:DATABASE_URL"',
        )
    return Found(own=own, alembic=alembic)


def _upward(start: Path) -> Iterator[Path]:
    yield start
    yield from start.parents


def _in_pyproject(
    file: Path,
) -> tuple[tuple[Table, Path, str] | None, tuple[Table, Path] | None]:
    content = read_bytes(file)
    # Parsing a long file takes longer than all the rest, and most are not about us.
    if b"limbeck" not in content and b"alembic" not in content:
        return None, None
    tables: dict[str, Any] = parse(content, file)
    own = subtable(tables, "tool", "limbeck")
    alembic = subtable(tables, "tool", "alembic")
    return (
        None if own is None else (own, file, "[tool.limbeck]"),
        None if alembic is None else (alembic, file),
    )


def _own_table(file: Path) -> tuple[Table, Path, str]:
    tables = parse(read_bytes(file), file)
    nested = subtable(tables, "tool", "limbeck")
    if nested is None:
        return tables, file, ""
    if len(tables) > 1 and file.name == OWN:  # others may belong to several tools
        raise ConfigError(
            f"{file} has settings at its top and in [tool.limbeck], of which only one can count",
            hint="take `tool.limbeck` out of the headers: [databases.name], not [tool.limbeck.databases.name]",
        )
    return nested, file, "[tool.limbeck]"
