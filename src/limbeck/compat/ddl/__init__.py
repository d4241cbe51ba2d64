"""How operations become SQL: `DefaultImpl`, one subclass for each dialect, and the constructs of ALTER TABLE."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from limbeck.compat.ddl.impl import DefaultImpl

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["DefaultImpl"]

_DIALECTS = frozenset({"mssql", "mysql", "oracle", "postgresql", "sqlite"})


def __getattr__(name: str) -> ModuleType:
    """`ddl.postgresql` without a further import: the dialects come when one of them is needed."""
    if name in _DIALECTS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
