"""
Where revision files are: folders, and folders within packages.

Responsible for `package:path`, in a folder or in a zip file.  Does not know what is in the files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Union

from limbeck.config.keys import is_package_path
from limbeck.errors import ConfigError

if TYPE_CHECKING:
    import sys
    from collections.abc import Iterator

    if sys.version_info >= (3, 11):
        from importlib.resources.abc import Traversable
    else:
        from importlib.abc import Traversable

Location = Union[Path, "Traversable"]
"""A folder, or something like one within a zip file."""


def locate(written: str) -> Location:
    """The folder that `written` means: a path, or `package:path`.  It need not exist.

    The package is not imported where its folder can be found without, because that may mean to import a whole
    application.  Raises ConfigError when there is no such package.
    """
    if not is_package_path(written):
        return Path(written)
    package, _, path = written.partition(":")
    for folder in _folders_of(package, written):
        if Path(folder).is_dir():
            return Path(folder) / path
    from importlib.resources import files

    return files(package).joinpath(*path.split("/"))


def archived(
    folder: Traversable, *, recursive: bool, within: str = ""
) -> Iterator[tuple[str, bytes]]:
    """Name (with `/`) and content of each file of a folder in a zip file that may be a revision."""
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = entry.name
        if entry.is_dir():
            if recursive and name != "__pycache__":
                yield from archived(entry, recursive=True, within=f"{within}{name}/")
        elif may_be_revision(name):
            yield within + name, entry.read_bytes()


def may_be_revision(name: str) -> bool:
    """Whether a file of this name is looked into.

    Not those of editors (`.#a.py`) and systems (`._a.py`), which start with a dot, nor what makes a package.
    """
    return name.endswith((".py", ".sql")) and not name.startswith((".", "__init__"))


def _folders_of(package: str, written: str) -> list[str]:
    from importlib.util import find_spec

    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.submodule_search_locations is None:
        raise ConfigError(
            f"there is no package {package!r}, in which {written} should be",
            hint="install it, or add the folder that it is in to prepend_sys_path",
        )
    return list(spec.submodule_search_locations)
