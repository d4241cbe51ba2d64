"""
What all operations have in common.

Responsible for the base class.  Does not know what operations there are.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limbeck.compat.autogenerate.rewriter import Rewriter


class MigrateOperation:
    """One step of a migration: a value that is carried out, rendered, reversed, compared."""

    _mutations: frozenset[Rewriter] = frozenset()

    # Any: whatever users keep there
    @cached_property
    def info(self) -> dict[Any, Any]:
        """Whatever users want to keep with the operation."""
        return {}

    def reverse(self) -> MigrateOperation:
        """The operation that undoes this one.  Raises NotImplementedError when there is none."""
        raise NotImplementedError(f"{type(self).__name__} cannot be reversed")

    # Any: tuples of one to seven members, whose types the first names
    def to_diff_tuple(self) -> Any:
        """The operation as `compare_metadata` gives it."""
        raise NotImplementedError(f"{type(self).__name__} has no form as a tuple")
