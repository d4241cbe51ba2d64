"""
What to do about a type that is not there.

Responsible for the hint under an error that PostgreSQL gives for a column of a named type that nothing has made: `op`
makes such a type with a table, and by `create_enum`, but not with a column, since nobody could tell later whether to
drop it.  Does not know how a statement is carried out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck import operations as ops
from limbeck.database.refusal import sql_state
from limbeck.operations import UNCHANGED

if TYPE_CHECKING:
    from limbeck.errors import StatementFailed
    from limbeck.operations import Operation

_UNDEFINED = "42704"
"""undefined_object; an undefined table or column has a code of its own."""


def hint_for(operation: Operation, error: StatementFailed) -> str | None:
    """What to write before and after `operation`; None when it did not fail for the want of an enum type."""
    kind = _enum(operation)
    if kind is None or kind.name is None or sql_state(error.__cause__) != _UNDEFINED:
        return None
    schema = f", schema={kind.schema!r}" if kind.schema else ""
    create = f"op.create_enum({kind.name!r}, {list(kind.enums)!r}{schema})"
    return f"{create} before it, and op.drop_enum({kind.name!r}{schema}) at the end of downgrade()"


def _enum(operation: Operation) -> sa.Enum | None:
    """The enum that a column gets, or whose array it gets."""
    origin: object = None
    if isinstance(operation, ops.AddColumn):
        origin = operation.column.type.origin
    elif isinstance(operation, ops.AlterColumn) and operation.type is not UNCHANGED:
        origin = operation.type.origin
    if isinstance(origin, sa.ARRAY):
        origin = origin.item_type
    return origin if isinstance(origin, sa.Enum) else None
