"""
What takes part in a comparison, and when two things are the same.

Responsible for the form in which a project says so: by its settings, or by an `env.py`.  Does not know how anything is
compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from limbeck.actions import hooks
from limbeck.diff import Equality, Include

if TYPE_CHECKING:
    from limbeck.config import Settings
    from limbeck.models import Models
    from limbeck.schema import SchemaState, TableName

Hooks = Callable[["SchemaState", "SchemaState"], "tuple[Equality, Include]"]
"""What is asked about parts, given both sides in the same words."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The models, the schemas that are looked at (None is the default one), and what is asked.

    `wanted` says which tables take part at all.  With `remembers` an answer that was once found may be given again,
    under the same `terms`: whatever else, beside the settings, it depends on.
    """

    models: Models
    schemas: tuple[str | None, ...]
    wanted: Callable[[TableName], bool] | None
    hooks: Hooks
    remembers: bool = True
    terms: tuple[object, ...] = ()


def rules_of(settings: Settings, models: Models) -> Rules:
    """The rules of a project whose settings name what is asked."""

    def named(have: SchemaState, want: SchemaState) -> tuple[Equality, Include]:
        include = Include(hooks.include_name(settings), hooks.include_object(settings))
        return hooks.equality(settings), include

    return Rules(models, settings.schemas or (None,), wanted(settings), named)


def wanted(settings: Settings) -> Callable[[TableName], bool] | None:
    """Which tables the settings let take part; None for all."""
    include, exclude = settings.include_tables, settings.exclude_tables
    if not include and not exclude:
        return None

    def among(name: TableName, patterns: tuple[str, ...]) -> bool:
        return any(
            fnmatchcase(str(name) if "." in pattern else name.name, pattern) for pattern in patterns
        )

    return lambda name: (not include or among(name, include)) and not among(name, exclude)
