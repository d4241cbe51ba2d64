"""
Show settings to people.

Responsible for the text of each value, without passwords.  Does not know how the rows are laid out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from limbeck.config.keys import KEYS
from limbeck.config.settings import PostWriteHook, Settings


class Row(NamedTuple):
    """One setting: its key, its value as text without a password, and where it came from."""

    key: str
    value: str
    origin: str


def describe(settings: Settings) -> tuple[Row, ...]:
    """Every setting, in the order of the documentation."""
    rows = [Row("file", str(settings.file or ""), "found" if settings.file else "")]
    if settings.databases:
        file = settings.file.name if settings.file else ""
        rows.append(Row("databases", ", ".join(settings.databases), file))
    if settings.name:
        rows.append(Row("name", settings.name, "--name"))
    rows.extend(
        Row(key.name, _shown(getattr(settings, key.field)), settings.origin(key.name))
        for key in KEYS
        if key.name != "naming"  # a short way to write file_template
    )
    return tuple(rows)


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {text}" for name, text in value.items())
    if isinstance(value, PostWriteHook):
        return f"{value.name} ({value.type} {value.target} {value.options}".rstrip() + ")"
    if isinstance(value, tuple):
        return ", ".join(_shown(item) for item in value)
    return str(value)
