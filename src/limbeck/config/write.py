"""
Write settings into a configuration file.

Responsible for adding a section without touching what is there, all or nothing.  Does not know which settings
make sense.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.config.find import PYPROJECT
from limbeck.config.toml import format_table, parse, read_bytes, subtable
from limbeck.errors import ConfigError, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def add_section(path: Path, values: Mapping[str, object], *, remarks: Sequence[str] = ()) -> None:
    """Write `values` as the limbeck section of `path`, atomically.

    A `pyproject.toml` gets a `[tool.limbeck]` after everything that is there; any other file must not exist yet
    and is made with `values` at its top.  Tables within `values` become tables of their own.  `remarks` are lines that
    follow as comments.

    Raises Refused when the section or the file is there already, ConfigError when the section cannot be added to
    what is there or the file cannot be written; then nothing has changed.
    """
    if path.name == PYPROJECT:
        old = path.read_bytes() if path.exists() else b""
        new = _appended(old, path, values, remarks)
    elif path.exists():
        raise Refused(f"{path} exists already", hint=f"edit {path}")
    else:
        new = (format_table("", values) + _comments(remarks)).encode()
    try:
        _replace(path, new)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None


def _comments(remarks: Sequence[str]) -> str:
    return "".join(f"# {remark}\n" for remark in remarks)


def _appended(
    old: bytes, path: Path, values: Mapping[str, object], remarks: Sequence[str]
) -> bytes:
    before = parse(read_bytes(path), path) if old else {}
    if subtable(before, "tool", "limbeck") is not None:
        raise Refused(f"{path} has a [tool.limbeck] already", hint=f"edit {path}")
    newline = "\r\n" if b"\r\n" in old else "\n"
    text = format_table("tool.limbeck", values) + _comments(remarks)
    section = text.replace("\n", newline).encode()
    gap = newline.encode() * (0 if not old else 1 if old.endswith(b"\n") else 2)
    new = old + gap + section
    try:
        after = parse(new.removeprefix(b"\xef\xbb\xbf"), path)
    except ConfigError:
        raise ConfigError(
            f"[tool.limbeck] cannot be added at the end of {path}",
            hint="use a limbeck.toml instead",
        ) from None
    after["tool"].pop("limbeck")
    if after not in (before, {**before, "tool": {}}):
        raise ConfigError(f"adding [tool.limbeck] would change other settings in {path}")
    return new


def _replace(path: Path, content: bytes) -> None:
    import os
    import tempfile

    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    new = Path(temporary)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _umask() -> int:
    import os

    mask = os.umask(0)
    os.umask(mask)
    return mask
