"""What differs between platforms and versions of Python, for those who import it from Alembic."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from configparser import RawConfigParser
from importlib import metadata
from importlib.metadata import EntryPoint
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from sqlalchemy.util import inspect_getfullargspec

__all__ = [
    "EncodedIO",
    "EntryPoint",
    "importlib_metadata_get",
    "inspect_getfullargspec",
    "is_posix",
    "path_relative_to",
    "path_walk",
    "py311",
    "py312",
    "py313",
    "py314",
    "read_config_parser",
    "tomllib",
]

is_posix = os.name == "posix"
py311 = sys.version_info >= (3, 11)
py312 = sys.version_info >= (3, 12)
py313 = sys.version_info >= (3, 13)
py314 = sys.version_info >= (3, 14)


class EncodedIO(io.TextIOWrapper):
    """Text on a stream of bytes that stays open when this is closed."""

    def close(self) -> None:
        """Leave the stream to its owner."""


def importlib_metadata_get(group: str) -> Sequence[EntryPoint]:
    """The entry points of a group."""
    return tuple(metadata.entry_points(group=group))


def path_walk(path: Path, *, top_down: bool = True) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Folders below `path`, each with the names of its folders and files."""
    for root, folders, files in os.walk(path, topdown=top_down):
        yield Path(root), folders, files


def path_relative_to(path: Path, other: Path, *, walk_up: bool = False) -> Path:
    """`path` as seen from `other`; `walk_up` allows `..` in it."""
    if walk_up:
        return Path(os.path.relpath(path, other))
    return path.relative_to(other)


def read_config_parser(
    file_config: RawConfigParser, file_argument: str | os.PathLike[str] | list[str]
) -> list[str]:
    """Read ini files in the encoding of the machine."""
    return file_config.read(
        file_argument, encoding="locale" if sys.version_info >= (3, 10) else None
    )
