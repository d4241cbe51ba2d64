"""
Alembic's names, over limbeck's own values.

Responsible for letting projects and packages that were written for Alembic run unchanged: each name here is an alias, a
forwarder, a view or an adapter.  Nothing in limbeck needs it but the command line, for a folder with an `env.py`.

    import limbeck.compat
    limbeck.compat.install()      # from here on `import alembic` finds this package
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from limbeck.compat.alias import install

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["__version__", "install"]

__version__ = "1.20.1"
"""The release of Alembic whose documented names are here; packages compare it with what they need."""

_MODULES = frozenset(
    {
        "autogenerate",
        "command",
        "config",
        "context",
        "ddl",
        "environment",
        "migration",
        "op",
        "operations",
        "runtime",
        "script",
        "util",
    }
)


def __getattr__(name: str) -> ModuleType:
    """`alembic.op` without a further import: modules come when somebody asks for them."""
    if name == "plugins":
        return importlib.import_module("limbeck.compat.runtime.plugins")
    if name in _MODULES:
        return importlib.import_module(f"limbeck.compat.{name}")
    raise AttributeError(f"module 'alembic' has no attribute {name!r}")
