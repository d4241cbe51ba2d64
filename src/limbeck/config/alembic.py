"""
Read an existing project's `alembic.ini` or `[tool.alembic]` as it stands.

Responsible for Alembic's keys, its `%(name)s` and its ways to separate paths.  Keys that it does not know are
left alone, because `env.py` files keep their own there.  Does not know limbeck's own keys.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from limbeck.config.keys import is_package_path, read_hook, resolve_path
from limbeck.config.layer import Layer
from limbeck.config.secret import DatabaseUrl
from limbeck.config.settings import PostWriteHook
from limbeck.config.toml import read_bytes
from limbeck.errors import ConfigError

if TYPE_CHECKING:
    import configparser
    from collections.abc import Mapping
    from pathlib import Path

SECTION = "alembic"

# What `alembic init` writes before anybody has filled it in: no address at all.
_PLACEHOLDER = "driver://user:pass@localhost/dbname"
_SEPARATORS = {"space": None, "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
_TEXTS = {"timezone", "output_encoding", "file_template"}
_FLAGS = {"recursive_version_locations", "sourceless", "revision_environment"}
_PATHS = {"version_locations", "prepend_sys_path"}
_TRUE = {"true", "yes", "on", "1"}


def read_ini(file: Path, name: str, start: Path | None = None) -> Layer | None:
    """What `file` says in the section `name` ("" for `[alembic]`); None when it has no such section.

    `start` is the folder that relative paths may be meant from besides that of the file: the working directory
    when the file was named with `-c`.
    """
    sections = _sections(file)
    section = name or SECTION
    if section not in sections:
        return None
    values: dict[str, Any] = dict(sections[section])
    values["post_write_hooks"] = _ini_hooks(sections.get("post_write_hooks", {}), file)
    return _layer(values, file, f"[{section}]", start)


def names_in_ini(file: Path) -> tuple[str, ...]:
    """The sections of `file` that can be chosen with `-n`: those that say where scripts are."""
    return tuple(
        name
        for name, values in _sections(file).items()
        if name != SECTION and "script_location" in values
    )


def read_toml(table: Mapping[str, object], file: Path, start: Path | None = None) -> Layer:
    """What a `[tool.alembic]` says."""
    here = {"here": file.absolute().parent.as_posix()}
    values = {key: _interpolated(value, here) for key, value in table.items()}
    return _layer(values, file, "[tool.alembic]", start)


def interpolate(text: str, names: Mapping[str, str]) -> str:
    """`text` with `%(name)s` replaced and `%%` made `%`.

    Where that is not possible (a password with a `%` in it, a file_template that nobody escaped) the text is
    taken as it is, but for the names that are known.
    """
    pieces = re.split(r"(%%|%\([^)]*\)s|%)", text)
    sound = all(
        not piece.startswith("%") or piece == "%%" or piece[2:-2] in names for piece in pieces
    )

    def replaced(piece: str) -> str:
        if piece == "%%":
            return "%" if sound else piece
        known = piece.startswith("%(") and piece[2:-2] in names
        return names[piece[2:-2]] if known else piece

    return "".join(map(replaced, pieces))


def _sections(file: Path) -> dict[str, dict[str, str]]:
    """The sections of an ini file with all replacements made; `[DEFAULT]` and `here` are part of each."""
    import configparser

    parser = configparser.RawConfigParser({"here": file.absolute().parent.as_posix()})
    try:
        parser.read_string(_decoded(read_bytes(file)), file.name)
    except configparser.Error as error:
        raise ConfigError(f"{file} is not a valid ini file: {_complaint(error)}") from None
    raw = {section: dict(parser.items(section)) for section in parser.sections()}
    return {
        section: {key: _deeply(value, values) for key, value in values.items()}
        for section, values in raw.items()
    }


def _complaint(error: configparser.Error) -> str:
    """What is wrong, without the lines themselves, which the parser would quote: they may hold a password."""
    import configparser

    if not isinstance(error, configparser.ParsingError):
        return error.message
    if isinstance(error, configparser.MissingSectionHeaderError):
        return f"line {error.lineno} stands before the first [section]"
    # Python 3.13 has a kind that knows one line only.
    one: int | None = getattr(error, "lineno", None)
    lines = [one] if one else [number for number, _ in error.errors]
    return f"neither a [section] nor a key with a value in line {', '.join(map(str, lines))}"


def _deeply(text: str, names: Mapping[str, str]) -> str:
    """`text` interpolated, and what is put in interpolated itself, as often as ini files may nest it."""
    flat = {
        key: interpolate(names[key], names)
        for key in re.findall(r"%\(([^)]*)\)s", text)
        if key in names
    }
    return interpolate(text, {**names, **flat})


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # Alembic reads in the encoding of the machine, so existing files may be in that one.
        import locale

        return content.decode(locale.getpreferredencoding(do_setlocale=False), errors="replace")


def _interpolated(value: object, names: Mapping[str, str]) -> Any:  # noqa: ANN401, RUF100 - as TOML has it
    if isinstance(value, str):
        return interpolate(value, names)
    if isinstance(value, list):
        return [_interpolated(item, names) for item in value]
    if isinstance(value, dict):
        return {key: _interpolated(item, names) for key, item in value.items()}
    return value


def _layer(values: Mapping[str, Any], file: Path, section: str, start: Path | None) -> Layer:
    origin = f"{file.name} {section}"
    location = values.get("script_location", "")
    base = _base(location, file, start)
    found: dict[str, object] = {"migrations": resolve_path(location, base)} if location else {}
    found.update({key: str(values[key]) for key in _TEXTS if values.get(key)})
    found.update({key: _is_true(values[key]) for key in _FLAGS if key in values})
    for key in _PATHS:
        if values.get(key):
            paths = _separated(key, values, origin)
            found[key] = tuple(resolve_path(path, base) for path in paths)
    url = values.get("sqlalchemy.url")
    if url and url != _PLACEHOLDER:
        found["url"] = DatabaseUrl(url, base=base)
    if values.get("truncate_slug_length"):
        found["truncate_slug_length"] = _number(values["truncate_slug_length"], origin)
    hooks = values.get("post_write_hooks")
    if hooks:
        found["post_write_hooks"] = tuple(
            hook if isinstance(hook, PostWriteHook) else read_hook(hook, origin) for hook in hooks
        )
    return Layer(file, found, dict.fromkeys(found, origin))


def _base(location: str, file: Path, start: Path | None) -> Path:
    """What relative paths are meant from: the working directory with `-c`, as Alembic has it, if that works."""
    folder = file.absolute().parent
    if start is None or not location:
        return folder
    return start if is_package_path(location) or (start / location).exists() else folder


def _is_true(value: object) -> bool:
    return value if isinstance(value, bool) else str(value).lower() in _TRUE


def _number(value: object, origin: str) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise ConfigError(f"truncate_slug_length in {origin} must be a whole number") from None


def _separated(key: str, values: Mapping[str, Any], origin: str) -> list[str]:
    """A list of paths, separated as `path_separator` or, in older files, `version_path_separator` says."""
    written = values[key]
    if isinstance(written, list):
        return [str(path) for path in written]
    separator = values.get("path_separator")
    if separator is None and key == "version_locations":
        separator = values.get("version_path_separator")
    if separator is None:
        parts = re.split(r"[,\s]\s*" if key == "version_locations" else r"[,\s:]\s*", written)
    elif separator in _SEPARATORS:
        parts = written.split(_SEPARATORS[separator])
    else:
        raise ConfigError(
            f"path_separator {separator!r} in {origin} is none of {', '.join(_SEPARATORS)}"
        )
    return [part.strip() for part in parts if part.strip()]


def _ini_hooks(section: Mapping[str, str], file: Path) -> list[PostWriteHook]:
    origin = f"{file.name} [post_write_hooks]"
    names = [name for name in re.split(r"[,\s]\s*", section.get("hooks", "")) if name]
    return [
        read_hook(
            {
                "name": name,
                **{
                    k.removeprefix(f"{name}."): v
                    for k, v in section.items()
                    if k.startswith(f"{name}.")
                },
            },
            origin,
        )
        for name in names
    ]
