"""A database that remembers what it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine.default import DefaultDialect

from limbeck.dsl import Op
from limbeck.operations import Operation

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass
class Recorder:
    """Stands where a connection to a database would be; `sent` are the operations, in order."""

    dialect: sa.Dialect = field(default_factory=DefaultDialect)
    connection: sa.Connection | None = None
    offline: bool = True
    naming_convention: Mapping[Any, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    sent: list[Operation] = field(default_factory=list)

    def autocommit_block(self) -> AbstractContextManager[None]:
        return nullcontext()

    def op(self) -> Op:
        return Op(self, self.sent.append)
