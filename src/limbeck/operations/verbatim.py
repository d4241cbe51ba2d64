"""Statements that limbeck passes on as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import NoInverse
from limbeck.operations.base import ANYTHING, Operation, Touches
from limbeck.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from limbeck.schema import SchemaState


@dataclass(frozen=True, slots=True)
class Execute:
    """A statement of the author's own: a string, or anything SQLAlchemy can execute.

    With `literal` a string reaches the driver untouched: a colon starts no parameter and a per cent sign is
    only that.  `parameters` are passed to the driver, `options` are execution options.
    """

    statement: object
    parameters: object = None
    literal: bool = False
    options: Mapping[str, object] = field(default_factory=dict)

    def apply(self, state: SchemaState) -> SchemaState:
        """The state as it is: what a statement does cannot be known from it."""
        return state

    def inverse(self, state: SchemaState) -> Operation:
        """Raises NoInverse."""
        raise NoInverse(f"a statement cannot be undone automatically: {self.statement}")

    @property
    def touches(self) -> Touches:
        """Anything."""
        return Touches(frozenset({ANYTHING}), frozenset({ANYTHING}))
