"""Operations on rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import NoInverse
from limbeck.operations.base import Operation, Touches, within
from limbeck.operations.recreate import nothing
from limbeck.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from limbeck.schema import SchemaState, TableName


@dataclass(frozen=True, slots=True)
class InsertRows:
    """Insert rows, each a mapping from column name to value; `origin` is the table construct they are for."""

    table: TableName
    rows: tuple[Mapping[str, object], ...]
    multiinsert: bool = True
    origin: object = field(default=None, compare=False, repr=False)

    def apply(self, state: SchemaState) -> SchemaState:
        """The state as it is: rows are no part of it."""
        return state

    def inverse(self, state: SchemaState) -> Operation:
        """Raises NoInverse: which rows were there before is not known."""
        raise NoInverse(f"rows that were inserted into {self.table} cannot be taken out again")

    @property
    def touches(self) -> Touches:
        """Reads the columns, since they must be there; writes the rows."""
        columns = {name for row in self.rows for name in row}
        return Touches(
            frozenset(f"{self.table}.{name}" for name in columns),
            frozenset({f"{self.table}.rows"}),
        )


@dataclass(frozen=True, slots=True)
class FillColumn:
    """Give a column a value, as SQL text, in the rows in which it is NULL."""

    table: TableName
    column: str
    value_sql: str

    def apply(self, state: SchemaState) -> SchemaState:
        """The state as it is: rows are no part of it.  Raises SchemaError when there is no such column."""
        state[self.table][self.column]
        return state

    def inverse(self, state: SchemaState) -> Operation:
        """Nothing: which rows were NULL is not known, and a value does no harm."""
        return nothing(self.table)

    @property
    def touches(self) -> Touches:
        """Reads the column, writes the rows."""
        return Touches(
            frozenset({within(self.table, self.column)}), frozenset({within(self.table, "rows")})
        )
