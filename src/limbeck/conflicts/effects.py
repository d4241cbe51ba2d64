"""
What a deed does to rows.

Responsible for saying it of operations and statements alike: which values are read, written and checked, and which
rows come and go.  Does not know the other side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING

from limbeck.conflicts.deeds import EVERY, Cell, Deed, RowUse, flat
from limbeck.conflicts.values import pinned
from limbeck.diff.narrowing import may_lose
from limbeck.operations import (
    UNCHANGED,
    AddConstraint,
    AlterColumn,
    CreateIndex,
    CreateObject,
    DropColumn,
    DropConstraint,
    DropIndex,
    FillColumn,
    InsertRows,
    ReplaceEnum,
)
from limbeck.schema import (
    Check,
    Column,
    ForeignKey,
    PrimaryKey,
    SchemaState,
    TableName,
    Trigger,
    Unique,
    View,
    is_column,
)
from limbeck.schema.mentions import mentions

if TYPE_CHECKING:
    from limbeck.operations import Operation


@dataclass(frozen=True, slots=True)
class Checks:
    """Rows are looked at: those of `cells` must satisfy something; rows of `target` can make them."""

    cells: frozenset[Cell]
    target: TableName | None = None


@dataclass(frozen=True, slots=True)
class Converts:
    """Values are put into another type that may not take them, or not as they are."""

    cells: frozenset[Cell]


@dataclass(frozen=True, slots=True)
class Defaults:
    """Rows that are inserted without a value for this column get another one from now on."""

    cell: Cell


@dataclass(frozen=True, slots=True)
class Fires:
    """From now on something else happens when rows of this table change."""

    table: TableName
    what: str


@dataclass(frozen=True, slots=True)
class Stores:
    """The rows of these tables are kept as they are now, elsewhere."""

    tables: frozenset[TableName]
    what: str


@dataclass(frozen=True, slots=True)
class Reorders:
    """Rows of this table may come in another order from now on, where no order is asked for."""

    table: TableName


Effect = RowUse | Checks | Converts | Defaults | Fires | Stores | Reorders


def effects(deed: Deed, state: SchemaState) -> tuple[Effect, ...]:
    """What `deed` does to rows, in a schema as it is before it."""
    found: list[Effect] = [_with_followers(use, state) for use in deed.rows]
    for operation in flat(deed.operation):
        found += _effects(operation, state)
    return tuple(found)


def row_uses(operation: Operation) -> tuple[RowUse, ...]:
    """What operations that are about rows do to them; nothing for all others."""
    if isinstance(operation, InsertRows):
        return _inserts(operation)
    if isinstance(operation, FillColumn):
        cell = Cell(operation.table, operation.column)
        pins = ((operation.column, frozenset({"NULL"})),)
        reads = frozenset({cell, Cell(operation.table, EVERY)})
        return (
            RowUse("update", operation.table, reads, frozenset({cell}), frozenset({cell}), pins),
        )
    return ()


def _inserts(operation: InsertRows) -> tuple[RowUse, ...]:
    if not operation.rows:
        return ()
    names = {name for row in operation.rows for name in row}
    cells = frozenset(Cell(operation.table, name) for name in names)
    pins = tuple(
        (name, frozenset(str(pinned(row.get(name))) for row in operation.rows))
        for name in sorted(names)
        if all(pinned(row.get(name)) is not None for row in operation.rows)
    )
    return (RowUse("insert", operation.table, frozenset(), cells, cells, pins, frozenset(names)),)


def _with_followers(use: RowUse, state: SchemaState) -> RowUse:
    """With the rows of other tables that go, or are looked for, when rows are deleted."""
    if use.verb != "delete":
        return use
    cells = {
        Cell(table.name, EVERY)
        for table in state.referring(use.table)
        for key in table.foreign_keys
        if key.target == use.table
    }
    return RowUse(
        use.verb,
        use.table,
        use.reads | cells,
        use.writes | {cell for cell in cells if _goes(cell.table, use.table, state)},
        use.needs,
        use.pins,
        use.given,
        use.tables,
        use.copies,
    )


def _goes(table: TableName, target: TableName, state: SchemaState) -> bool:
    """Whether rows of `table` go, or change, with those of `target`."""
    keys = (key for key in state[table].foreign_keys if key.target == target)
    return any((key.ondelete or "").upper() not in {"", "RESTRICT", "NO ACTION"} for key in keys)


@singledispatch
def _effects(operation: object, state: SchemaState) -> Iterator[Effect]:
    yield from ()


@_effects.register
def _(operation: AlterColumn, state: SchemaState) -> Iterator[Effect]:
    cell = Cell(operation.table, operation.column)
    if operation.table not in state or operation.column not in state[operation.table]:
        return
    before = state[operation.table][operation.column]
    if _converts(operation, before):
        yield Converts(frozenset({cell}))
    if operation.nullable is False and before.nullable:
        yield Checks(frozenset({cell}))
    if operation.default is not UNCHANGED and operation.default != before.default:
        yield Defaults(cell)


def _converts(operation: AlterColumn, before: Column) -> bool:
    """Whether values may be others afterwards, or be refused."""
    if operation.type is UNCHANGED or operation.type == before.type:
        return False
    using = "postgresql_using" in dict(operation.options)
    return using or may_lose(before.type.sql, operation.type.sql)


@_effects.register
def _(operation: AddConstraint, state: SchemaState) -> Iterator[Effect]:
    table, constraint = operation.table, operation.constraint
    if isinstance(constraint, (PrimaryKey, Unique)):
        yield Reorders(table)
        yield Checks(frozenset(Cell(table, column) for column in constraint.columns))
    elif isinstance(constraint, ForeignKey):
        cells = frozenset(Cell(table, column) for column in constraint.columns)
        yield Checks(cells, constraint.target)
    elif isinstance(constraint, Check) and table in state:
        named = (c.name for c in state[table].columns if mentions(constraint.sql, c.name))
        yield Checks(frozenset(Cell(table, column) for column in named))


@_effects.register
def _(operation: CreateIndex, state: SchemaState) -> Iterator[Effect]:
    yield Reorders(operation.table)
    if operation.index.unique:
        named = (e if is_column(e) else EVERY for e in operation.index.elements)
        yield Checks(frozenset(Cell(operation.table, column) for column in named))


@_effects.register
def _(operation: DropIndex, state: SchemaState) -> Iterator[Effect]:
    for table in state:
        if table.name == operation.table or any(i.name == operation.name for i in table.indexes):
            yield Reorders(table.name)


@_effects.register
def _(operation: DropConstraint, state: SchemaState) -> Iterator[Effect]:
    yield Reorders(operation.table)


@_effects.register
def _(operation: DropColumn, state: SchemaState) -> Iterator[Effect]:
    yield Reorders(operation.table)  # its indexes go with it


@_effects.register
def _(operation: CreateObject, state: SchemaState) -> Iterator[Effect]:
    item = operation.object
    if isinstance(item, Trigger):
        yield Fires(item.table, str(item.key))
    elif isinstance(item, View) and item.materialized:
        tables = frozenset(t.name for t in state if mentions(item.sql, t.name.name))
        yield Stores(tables, str(item.key))


@_effects.register
def _(operation: ReplaceEnum, state: SchemaState) -> Iterator[Effect]:
    yield Converts(frozenset(Cell(table, column) for table, column, _ in operation.columns))
