"""
Read and write TOML.

Responsible for files in UTF-8, with or without a byte order mark, and for errors that name file and line.  Does not
know which keys mean anything.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from limbeck.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

Table = dict[str, Any]  # what a TOML file can hold is not known before it is read


def read_bytes(path: Path) -> bytes:
    """The content of a configuration file without a byte order mark.  ConfigError when it cannot be read."""
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None


def parse(content: bytes, path: Path) -> Table:
    """The tables of a TOML file.  ConfigError names the file and, where known, the line."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text", hint="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None


def subtable(tables: Mapping[str, Any], *names: str) -> Table | None:
    """The table at `[a.b.c]`, None where there is none."""
    found: object = tables
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def format_table(header: str, values: Mapping[str, object]) -> str:
    """`values` as TOML under `[header]` ("" for the top of a file); tables in it become tables of their own."""
    lines = [f"[{header}]"] if header else []
    tables = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            tables.append(format_table(f"{header}.{_key(name)}" if header else _key(name), value))
        else:
            lines.append(f"{_key(name)} = {_value(value)}")
    own = "".join(f"{line}\n" for line in lines)
    return "\n".join(part for part in (own, *tables) if part)


def _key(name: str) -> str:
    bare = name and all(letter.isalnum() or letter in "-_" for letter in name) and name.isascii()
    return name if bare else _quoted(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(item) for item in value)}]"
    raise TypeError(f"a {type(value).__name__} cannot be written as TOML")


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _quoted(text: str) -> str:
    def escape(letter: str) -> str:
        if letter in _ESCAPES:
            return _ESCAPES[letter]
        return f"\\u{ord(letter):04x}" if ord(letter) < 32 or ord(letter) == 127 else letter

    return f'"{"".join(map(escape, text))}"'
