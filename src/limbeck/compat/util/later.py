"""
Modules that are imported when something of them is used.

Responsible for what an `env.py` needs that has nothing to do: opening a project must not import what compiles and compares.
Type checkers are to see the import itself:

    if TYPE_CHECKING:
        from limbeck.database import convert
    else:
        convert = later("limbeck.database.convert")
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _Later:
    """Stands for the module `name`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


def later(name: str) -> Any:  # Any: type checkers do not come here
    """What has the names of the module `name`, which is not imported yet."""
    return _Later(name)
