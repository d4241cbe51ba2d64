"""
`alembic` as another name of `limbeck.compat`.

Responsible for handing out the very same module objects under both names, so that `isinstance`, registries and
`from alembic.op import add_column` agree.  Does not know what is in them.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import os
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence
    from types import ModuleType

_ALIAS = "alembic"
_REAL = __name__.rpartition(".")[0]
_ASKED = "LIMBECK_COMPAT"
"""Environment variable of processes in which the alias was asked for by the process that started them."""


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `alembic.x` where `limbeck.compat.x` is."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec for the modules that we have; None for all others."""
        if name != _ALIAS and not name.startswith(f"{_ALIAS}."):
            return None
        real = _real(name)
        if real not in sys.modules and importlib.util.find_spec(real) is None:
            return None
        return ModuleSpec(name, self)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module that is there under its real name."""
        module = importlib.import_module(_real(spec.name))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is executed twice; what the import system has overwritten is put back."""
        spec = module.__spec__
        if spec is not None and spec.loader is self:
            module.__spec__ = spec.loader_state


def _real(name: str) -> str:
    return _REAL + name[len(_ALIAS) :]


def install() -> None:
    """Let `import alembic` find limbeck from here on.  Does nothing when it does already.

    Raises UsageError when the real Alembic was imported before: its modules would stay in use beside ours.
    """
    if is_taken():
        raise UsageError(
            f"Alembic itself is already imported, from {sys.modules[_ALIAS].__file__}; it and limbeck cannot both"
            " be `alembic` in one process.",
            hint="call limbeck.compat.install() before anything imports alembic; or start the command with"
            " `limbeck run`",
        )
    if not is_installed():
        sys.modules.pop(_ALIAS, None)  # a folder of that name, taken for a package
        sys.meta_path.insert(0, _Finder())


def is_installed() -> bool:
    """Whether `alembic` is limbeck in this process."""
    return any(isinstance(finder, _Finder) for finder in sys.meta_path)


def is_taken() -> bool:
    """Whether the real Alembic is imported.  A folder of that name, which Python takes for a package, is not it."""
    loaded = sys.modules.get(_ALIAS)
    return (
        loaded is not None
        and loaded.__name__ != _REAL
        and getattr(loaded, "__file__", None) is not None
    )


def for_children(environ: MutableMapping[str, str]) -> None:
    """Let Python programs that are started with `environ` have the alias, and their own children, too."""
    folder = str(Path(__file__).parent / "startup")
    before = environ.get("PYTHONPATH", "")
    if folder not in before.split(os.pathsep):
        environ["PYTHONPATH"] = os.pathsep.join(part for part in (folder, before) if part)
    environ[_ASKED] = "1"
