"""
Read limbeck's own settings: `limbeck.toml`, `[tool.limbeck]`, the environment and flags.

Responsible for named databases and for refusing keys that nothing reads.  Does not know Alembic's files, nor
where to look.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.config.keys import BY_NAME, Context, read_value, unknown_keys
from limbeck.config.layer import Layer
from limbeck.config.secret import DatabaseUrl
from limbeck.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FROM_ENVIRONMENT = {"LIMBECK_URL": "url", "LIMBECK_LOCK_TIMEOUT": "lock_timeout"}


def read_table(table: Mapping[str, object], file: Path, section: str, name: str) -> Layer:
    """What a TOML table says, with the named database `name` ("" for none) over the rest.

    `section` is how the table is called in messages: "[tool.limbeck]", or "" for the top of a file.
    """
    base = file.parent
    databases = table.get("databases", {})
    if not isinstance(databases, dict) or not all(isinstance(t, dict) for t in databases.values()):
        raise ConfigError(f"databases in {_place(file, section)} must be tables, one per database")
    general = {key: value for key, value in table.items() if key != "databases"}
    layer = _read(general, Context(base, _place(file, section)), ("databases", *BY_NAME))
    for each, values in databases.items():
        context = Context(base, _place(file, subsection(section, each)))
        one = _read(values, context, BY_NAME)
        if each == name:
            layer = one.over(layer)
    return Layer(file, layer.values, layer.origins, tuple(databases), chosen=name in databases)


def read_environment(environment: Mapping[str, str], name: str) -> Layer:
    """LIMBECK_URL and LIMBECK_LOCK_TIMEOUT; of a named database, LIMBECK_URL_<NAME> is the url.

    LIMBECK_URL is not used for a named database, lest all of them become one.
    """
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for variable, key in _FROM_ENVIRONMENT.items():
        called = (
            f"{variable}_{name.upper().replace('-', '_')}" if name and key == "url" else variable
        )
        written = environment.get(called)
        if key == "url" and written is not None and not written.strip():
            # Meant to be set, and forgotten: another database must not be taken in its place.  Whoever needs the
            # url gets the error that an empty env:NAME gives.
            written = f"env:{called}"
        if written:
            origin = f"environment {called}"
            values[key] = _outside(key, written, origin)
            origins[key] = origin
    return Layer(values=values, origins=origins)


def read_flags(overrides: Mapping[str, object]) -> Layer:
    """Values by key, as given on the command line or by a caller; None means that it was not given."""
    given = {key: value for key, value in overrides.items() if value is not None}
    wrong = unknown_keys(given, "the command line", BY_NAME)
    if wrong:
        raise wrong
    fields = {BY_NAME[key].field: key for key in given}
    origins = {field: f"--{key.replace('_', '-')}" for field, key in fields.items()}
    return Layer(
        values={field: _outside(key, given[key], origins[field]) for field, key in fields.items()},
        origins=origins,
    )


def _outside(key: str, value: object, origin: str) -> object:
    """A value that is in no file: its relative paths are meant from the working directory."""
    if key == "url" and isinstance(value, str):
        return DatabaseUrl(value)
    return read_value(BY_NAME[key], value, Context(Path.cwd(), origin))


def _read(table: Mapping[str, object], context: Context, known: Iterable[str]) -> Layer:
    wrong = unknown_keys(table, context.origin, known)
    if wrong:
        raise wrong
    values: dict[str, object] = {}
    for name, value in table.items():
        key = BY_NAME[name]
        if key.field in values:
            raise ConfigError(
                f"naming and file_template in {context.origin} say the same thing twice",
                hint="keep one of them",
            )
        values[key.field] = read_value(key, value, context)
    return Layer(values=values, origins=dict.fromkeys(values, context.origin))


def _place(file: Path, section: str) -> str:
    return f"{file.name} {section}".rstrip()


def subsection(section: str, name: str) -> str:
    """The header of the table of a named database, in the section "[tool.limbeck]" or at the top ("")."""
    inner = section.strip("[]")
    return f"[{inner}.databases.{name}]" if inner else f"[databases.{name}]"
