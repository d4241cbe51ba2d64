"""
limbeck moves databases from one schema to the next, for people who use SQLAlchemy.

The public names, re-exported; nothing is defined here.  They are imported when they are first used, so that
`import limbeck` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limbeck.actions.autogenerate import Directive, DirectiveProcessor, Generated
    from limbeck.actions.comparison import Comparison
    from limbeck.config import Settings
    from limbeck.diff import Diff
    from limbeck.diff.equality import ColumnComparer, ColumnPair
    from limbeck.diff.include import NameFilter, ObjectFilter, Part
    from limbeck.dsl import Op, op
    from limbeck.errors import LimbeckError
    from limbeck.files.render.renderer import ItemRenderer, Renderer
    from limbeck.migrator import AsyncMigrator, Migrator
    from limbeck.version import __version__

__all__ = [
    "AsyncMigrator",
    "ColumnComparer",
    "ColumnPair",
    "Comparison",
    "Diff",
    "Directive",
    "DirectiveProcessor",
    "Generated",
    "ItemRenderer",
    "LimbeckError",
    "Migrator",
    "NameFilter",
    "ObjectFilter",
    "Op",
    "Part",
    "Renderer",
    "Settings",
    "__version__",
    "op",
]

_HOMES = {
    "AsyncMigrator": "limbeck.migrator",
    "ColumnComparer": "limbeck.diff.equality",
    "ColumnPair": "limbeck.diff.equality",
    "Comparison": "limbeck.actions.comparison",
    "Diff": "limbeck.diff",
    "Directive": "limbeck.actions.autogenerate",
    "DirectiveProcessor": "limbeck.actions.autogenerate",
    "Generated": "limbeck.actions.autogenerate",
    "ItemRenderer": "limbeck.files.render.renderer",
    "LimbeckError": "limbeck.errors",
    "Migrator": "limbeck.migrator",
    "NameFilter": "limbeck.diff.include",
    "ObjectFilter": "limbeck.diff.include",
    "Op": "limbeck.dsl",
    "Part": "limbeck.diff.include",
    "Renderer": "limbeck.files.render.renderer",
    "Settings": "limbeck.config",
    "__version__": "limbeck.version",
    "op": "limbeck.dsl",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'limbeck' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
