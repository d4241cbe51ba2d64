"""
Put the settings of a project together.

Responsible for the order in which sources count: flags, the environment, limbeck's own file, Alembic's file,
defaults.  Does not know how each is read.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limbeck.config.find import Found, look_at, look_in, search
from limbeck.config.layer import Layer
from limbeck.config.own import read_environment, read_flags, read_table, subsection
from limbeck.config.settings import PLAIN, Settings
from limbeck.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping


def load(
    file: str | Path | None = None,
    *,
    name: str | None = None,
    overrides: Mapping[str, object] | None = None,
    directory: str | Path | None = None,
) -> Settings:
    """The settings that hold in `directory` (default: the working directory), or those of `file`.

    `name` chooses a named database (of an `alembic.ini`: a section).  `overrides` are values by key, as flags on
    the command line give them (`{"lock_timeout": 5.0}`); a value of None is left out.  The environment comes
    before the files: LIMBECK_URL, LIMBECK_LOCK_TIMEOUT, and LIMBECK_CONFIG or ALEMBIC_CONFIG for `file`.

    Raises NoConfig when nothing is found, ConfigError when what is found does not make sense.
    """
    start = Path(directory or "").absolute()
    named = file or os.environ.get("LIMBECK_CONFIG") or os.environ.get("ALEMBIC_CONFIG")
    if named:
        path = start / named
        found, relative_to = _beside(look_at(path), path.parent), start
    else:
        found, relative_to = search(start), None
    layer = _from_files(found, name or "", relative_to)
    layer = read_environment(os.environ, name or "").over(layer)
    layer = read_flags(overrides or {}).over(layer)
    return _settings(layer, found, name or "")


def prepend_sys_path(settings: Settings) -> None:
    """Make the modules of the project importable; what is on the path already stays where it is."""
    sys.path[:0] = [path for path in settings.prepend_sys_path if path not in sys.path]


def _beside(found: Found, folder: Path) -> Found:
    """What was named, and Alembic's files beside it, as when all were found by searching."""
    beside = look_in(folder)
    return Found(found.own, found.ini or beside.ini, found.alembic or beside.alembic)


def _from_files(found: Found, name: str, start: Path | None) -> Layer:
    own = read_table(*found.own, name) if found.own else Layer()
    if "migrations" in own.values:
        layer = own  # Alembic's file is not needed, and may be a left-over
    else:
        layer = own.over(_from_alembic(found, name, start, optional=found.own is not None))
    if name and not layer.chosen:
        raise _unknown_name(name, layer, found.own[2] if found.own else "[tool.limbeck]")
    return layer


def _from_alembic(found: Found, name: str, start: Path | None, *, optional: bool) -> Layer:
    """Alembic's ini file over its table, which may share the keys between them."""
    if not found.ini and not found.alembic:
        return Layer()
    # Imported here because projects of our own do without it at each start.
    from limbeck.config import alembic

    layer = alembic.read_toml(*found.alembic, start) if found.alembic else Layer()
    if found.ini is None:
        return layer
    names = alembic.names_in_ini(found.ini)
    section = alembic.read_ini(found.ini, name if name in names else "", start)
    if section is None and not (found.alembic or names or optional):
        raise ConfigError(
            f"{found.ini} has no section [{alembic.SECTION}]",
            hint="add these lines:\n[alembic]\nscript_location = %(here)s/migrations",
        )
    ini = section or Layer(found.ini)
    return Layer(ini.file, ini.values, ini.origins, names, chosen=name in names).over(layer)


def _settings(layer: Layer, found: Found, name: str) -> Settings:
    values: dict[str, Any] = dict(layer.values)
    origins = dict(layer.origins)
    file = layer.file or (found.alembic[1] if found.alembic else None)
    root = file.absolute().parent if file else Path.cwd()
    leaning = bool(found.ini or found.alembic) and "migrations" not in _own_fields(found)
    if leaning:
        values.setdefault("file_template", PLAIN)
        if "migrations" not in values:
            raise ConfigError(
                f"{file} does not say where the revisions are",
                hint=_where(root),
            )
    else:
        values.setdefault("migrations", str(root / "migrations"))
        values.setdefault("prepend_sys_path", (str(root),))
    return Settings(
        root=root,
        file=file,
        style="alembic" if leaning else "limbeck",
        name=name,
        databases=layer.databases,
        origins=origins,
        **values,
    )


def _where(root: Path) -> str:
    """What to write, or to type, where the configuration in `root` does not say where the revisions are."""
    if (root / "env.py").is_file():
        return (
            "limbeck run flask db ..., where Flask-Migrate has made this folder; otherwise"
            " add script_location = %(here)s to the section [alembic]"
        )
    return "add script_location = %(here)s/migrations to the section [alembic]"


def _own_fields(found: Found) -> Mapping[str, object]:
    return found.own[0] if found.own else {}


def _unknown_name(name: str, layer: Layer, section: str) -> ConfigError:
    import difflib

    close = difflib.get_close_matches(name, layer.databases, n=1)
    where = layer.file.name if layer.file else "the configuration"
    if layer.databases:
        hint = f"use -n {close[0]}" if close else f"there are: {', '.join(layer.databases)}"
    elif layer.file and layer.file.suffix == ".toml":
        hint = f'add these lines:\n{subsection(section, name)}\nurl = "env:DATABASE_URL"'
    else:
        hint = f"add a section [{name}] with script_location"
    return ConfigError(f"no database is named {name!r} in {where}", hint=hint)
