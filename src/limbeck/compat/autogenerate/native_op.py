"""
limbeck's own operations among those of Alembic's names.

Responsible for the operation that stands for what Alembic has no class for, and for what an operation that was made from
one of limbeck's remembers of it.  Does not know how either is made or written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy.schema import SchemaItem, Table

from limbeck.compat.operations.migrate import MigrateOperation
from limbeck.compat.operations.tables import RenameTableOp
from limbeck.diff import describe

if TYPE_CHECKING:
    from limbeck.operations import Operation

_KEY = "_limbeck_operation"


class Made(NamedTuple):
    """The operation that one was made from, and its text then: another text now means that somebody has changed it."""

    operation: Operation
    text: str | None


class NativeOp(MigrateOperation):
    """What Alembic has no class for: values of an enum, a view, values for rows.

    `operation` is limbeck's own; None, in what reverses another one, for nothing at all.
    """

    def __init__(self, operation: Operation | None, undo: Operation | None = None) -> None:
        self.operation = operation
        self.undo = undo

    def reverse(self) -> NativeOp:
        """What undoes it, as far as anything can."""
        return NativeOp(self.undo, self.operation)

    def to_diff_tuple(self) -> tuple[str, Any]:
        """("limbeck", the operation)."""
        return ("limbeck", self.operation)

    def __repr__(self) -> str:
        """What it does, in a line."""
        return f"<NativeOp {describe(self.operation)}>" if self.operation else "<NativeOp nothing>"


class RenamedTableOp(RenameTableOp):
    """A table that gets another name, and can get the old one back."""

    def reverse(self) -> RenamedTableOp:
        """The old name again."""
        return RenamedTableOp(self.new_table_name, self.table_name, schema=self.schema)

    def to_diff_tuple(self) -> tuple[str, str | None, str, str]:
        """("rename_table", schema, the old name, the new name)."""
        return ("rename_table", self.schema, self.table_name, self.new_table_name)


@describe.register
def _described(op: MigrateOperation) -> str:
    """An operation of somebody else's: its class, and what `to_diff_tuple()` or its attributes say in words."""
    found: object
    try:
        found = op.to_diff_tuple()
    except Exception:  # whatever a class of somebody else's raises: it need not have such a form
        found = None
    members = found if isinstance(found, tuple) else tuple(vars(op).values())
    return " ".join([type(op).__name__, *(word for one in members[:4] if (word := _word(one)))])


def _word(member: object) -> str | None:
    """A text as it is, a thing of SQLAlchemy's by its name and its table's."""
    if isinstance(member, str):
        return member
    if not isinstance(member, SchemaItem):
        return None
    name, table = getattr(member, "name", None), getattr(member, "table", None)
    of = f"of {table.name}" if isinstance(table, Table) else None
    return " ".join(str(part) for part in (name, of) if part) or None


def remember(op: MigrateOperation, operation: Operation, text: str | None) -> None:
    """Let `op` remember what it was made from; without a text nobody is expected to change it."""
    setattr(op, _KEY, Made(operation, text))


def made_from(op: MigrateOperation) -> Made | None:
    """What `op` was made from; None for an operation of somebody else's."""
    if isinstance(op, NativeOp):
        return Made(op.operation, None) if op.operation is not None else None
    found: Made | None = getattr(op, _KEY, None)
    return found
