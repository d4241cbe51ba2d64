"""Several changes of one table, carried out together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from limbeck.errors import SchemaError
from limbeck.operations.base import Operation, Touches, apply, invert, within
from limbeck.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from limbeck.schema import Column, SchemaState, Table, TableName

When = Literal["auto", "always", "never"]


@dataclass(frozen=True, slots=True)
class RecreateTable:
    """What a `batch_alter_table` block collected.

    Where the database can alter the table it is altered, unless `when` is "always"; elsewhere the table is
    built anew and its rows are copied.  `copy_from` says what the table is like, so that nothing need be read.
    The remaining fields are Alembic's arguments of the same names.  Without operations nothing is done, unless
    `when` is "always".
    """

    table: TableName
    operations: tuple[Operation, ...]
    when: When = "auto"
    copy_from: Table | None = None
    table_args: tuple[object, ...] = ()
    table_kwargs: Mapping[str, object] = field(default_factory=dict)
    reflect_args: tuple[object, ...] = ()
    reflect_kwargs: Mapping[str, object] = field(default_factory=dict)
    naming_convention: Mapping[str, object] = field(default_factory=dict)
    partial_reordering: tuple[tuple[str, ...], ...] = ()

    def apply(self, state: SchemaState) -> SchemaState:
        """The state after all of the operations, in order.  Raises SchemaError."""
        state = apply(self.operations, self._known(state))
        if self.partial_reordering:
            table = state[self.table]
            state = state.with_table(
                table.with_columns(reordered(table.columns, self.partial_reordering))
            )
        return state

    def _known(self, state: SchemaState) -> SchemaState:
        """`state`, in which `copy_from` stands for a table that is not known."""
        if self.copy_from is None or self.table in state:
            return state
        return state.with_table(self.copy_from)

    def inverse(self, state: SchemaState) -> Operation:
        """The operations undone, the last one first, in one batch.  Raises NoInverse."""
        state = self._known(state)
        undo = together(self.table, invert(self.operations, state))
        operations = undo.operations if isinstance(undo, RecreateTable) else (undo,)
        order: tuple[tuple[str, ...], ...] = ()
        if self.partial_reordering:
            order = (tuple(column.name for column in state[self.table].columns),)
        return RecreateTable(self.table, operations, when=self.when, partial_reordering=order)

    @property
    def touches(self) -> Touches:
        """What its operations touch, and the order of columns when it is another afterwards."""
        parts = [operation.touches for operation in self.operations]
        order = {within(self.table, "column order")} if self.partial_reordering else set[str]()
        return Touches(
            frozenset[str]().union(*(part.reads for part in parts)),
            frozenset(order).union(*(part.writes for part in parts)),
        )


def nothing(table: TableName) -> Operation:
    """The operation that does nothing: an empty batch."""
    return RecreateTable(table, (), when="never")


def together(table: TableName, operations: Iterable[Operation]) -> Operation:
    """Operations on one table as one operation: a batch, unless there is but one."""
    flat: list[Operation] = []
    for operation in operations:
        flat.extend(operation.operations if isinstance(operation, RecreateTable) else (operation,))
    return flat[0] if len(flat) == 1 else RecreateTable(table, tuple(flat))


def reordered(columns: Iterable[Column], partial: Iterable[tuple[str, ...]]) -> tuple[Column, ...]:
    """The columns in an order that agrees with each of the `partial` ones, and otherwise as before.

    Raises SchemaError when there is no such order, or a name is no column.
    """
    waiting = {column.name: column for column in columns}
    before: dict[str, set[str]] = {name: set() for name in waiting}
    for names in partial:
        for name in names:
            if name not in waiting:
                raise SchemaError(f"there is no column {name!r} to put into another order")
        for earlier, later in pairwise(names):
            before[later].add(earlier)
    placed: list[Column] = []
    while waiting:
        free = next((name for name in waiting if not before[name] & waiting.keys()), None)
        if free is None:
            raise SchemaError(f"no order of columns satisfies {tuple(partial)}")
        placed.append(waiting.pop(free))
    return tuple(placed)
