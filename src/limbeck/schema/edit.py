"""
Tables with one thing changed.

Responsible for what follows from a change inside a table: which constraints and indexes go with a column, what a
primary key does to its columns.  Does not know operations, nor other tables.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from limbeck.errors import SchemaError
from limbeck.schema.mentions import mentions, rename
from limbeck.schema.objects import (
    Check,
    Column,
    Computed,
    Constraint,
    Exclude,
    Expression,
    ForeignKey,
    Index,
    PrimaryKey,
    Table,
    TableName,
    is_column,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

Part = TypeVar("Part")


def constraint_involves(constraint: Constraint, column: str, table: TableName) -> bool:
    """Whether a constraint of `table` is about a column of it; a foreign key to itself has two sides there."""
    if isinstance(constraint, Check):
        return mentions(constraint.sql, column)
    if isinstance(constraint, Exclude):
        texts = [element for element, _ in constraint.elements]
        return _elements_involve(texts, constraint.where, column)
    if isinstance(constraint, ForeignKey) and constraint.target == table:
        return column in (*constraint.columns, *constraint.target_columns)
    return column in constraint.columns


def index_involves(index: Index, column: str) -> bool:
    """Whether an index is about a column: it goes when the column goes."""
    where = next((str(value) for name, value in index.options if name.endswith("_where")), "")
    return _elements_involve(index.elements, where, column)


def _elements_involve(elements: Iterable[str], where: str | None, column: str) -> bool:
    if where and mentions(where, column):
        return True
    return any(
        element == column or (not is_column(element) and mentions(element, column))
        for element in elements
    )


def add_column(
    table: Table, column: Column, before: str | None = None, after: str | None = None
) -> Table:
    """The table with a column more.  Raises SchemaError when it has one of that name."""
    if column.name in table:
        raise SchemaError(f"table {table.name} has a column {column.name!r} already")
    return table.with_columns(_placed(table, table.columns, column, before, after))


def _placed(
    table: Table,
    columns: Iterable[Column],
    column: Column,
    before: str | None,
    after: str | None,
) -> list[Column]:
    placed = list(columns)
    beside = before if before is not None else after
    if beside is None:
        return [*placed, column]
    names = [other.name for other in placed]
    if beside not in names:
        raise SchemaError(
            f"column {column.name!r} cannot be placed beside {beside!r}, "
            f"which is no other column of {table.name}"
        )
    position = names.index(beside) + (before is None)
    return [*placed[:position], column, *placed[position:]]


def drop_column(table: Table, name: str) -> Table:
    """The table without a column, and without the constraints and indexes that involve it."""
    gone = table[name]
    return replace(
        table,
        columns=tuple(column for column in table.columns if column is not gone),
        constraints=tuple(
            c for c in table.constraints if not constraint_involves(c, name, table.name)
        ),
        indexes=tuple(i for i in table.indexes if not index_involves(i, name)),
        origin=None,
    )


def change_column(
    table: Table, name: str, changed: Column, before: str | None = None, after: str | None = None
) -> Table:
    """The table in which `changed` stands for the column `name`; a new name is followed everywhere in it."""
    old = table[name]
    if changed.name != name:
        if changed.name in table:
            raise SchemaError(f"table {table.name} has a column {changed.name!r} already")
        table = _rename_column(table, name, changed.name)
        old = table[changed.name]
    if before is None and after is None:
        return table.with_columns(changed if column is old else column for column in table.columns)
    others = [column for column in table.columns if column is not old]
    return table.with_columns(_placed(table, others, changed, before, after))


def _rename_column(table: Table, old: str, new: str) -> Table:
    columns = tuple(_column_renamed(column, old, new) for column in table.columns)
    return replace(
        table,
        columns=columns,
        constraints=tuple(_constraint_renamed(c, old, new, table.name) for c in table.constraints),
        indexes=tuple(_index_renamed(index, old, new) for index in table.indexes),
        origin=None,
    )


def _column_renamed(column: Column, old: str, new: str) -> Column:
    if column.name == old:
        column = replace(column, name=new, origin=None)
    computed = column.default
    if isinstance(computed, Computed) and mentions(computed.sql, old):
        computed = replace(computed, sql=rename(computed.sql, old, new), origin=None)
        column = replace(column, default=computed, origin=None)
    return column


def _names_renamed(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in names)


def _constraint_renamed(constraint: Constraint, old: str, new: str, table: TableName) -> Constraint:
    if isinstance(constraint, ForeignKey) and constraint.target == table:
        constraint = rename_target_column(constraint, old, new)
    if not constraint_involves(constraint, old, table):
        return constraint
    if isinstance(constraint, Check):
        return replace(constraint, sql=rename(constraint.sql, old, new), origin=None)
    if isinstance(constraint, Exclude):
        where = rename(constraint.where, old, new) if constraint.where is not None else None
        elements = tuple((_element_renamed(text, old, new), by) for text, by in constraint.elements)
        return replace(constraint, elements=elements, where=where, origin=None)
    columns = _names_renamed(constraint.columns, old, new)
    return replace(constraint, columns=columns, origin=None)


def rename_target_column(key: ForeignKey, old: str, new: str) -> ForeignKey:
    """The foreign key after a column of its target was renamed."""
    if old not in key.target_columns:
        return key
    return replace(key, target_columns=_names_renamed(key.target_columns, old, new), origin=None)


def _index_renamed(index: Index, old: str, new: str) -> Index:
    if not index_involves(index, old):
        return index
    elements = tuple(_element_renamed(element, old, new) for element in index.elements)
    options = tuple(
        (name, rename(str(value), old, new) if name.endswith("_where") else value)
        for name, value in index.options
    )
    return replace(index, elements=elements, options=options, origin=None)


def _element_renamed(element: str, old: str, new: str) -> str:
    if isinstance(element, Expression):
        return Expression(rename(element, old, new))
    if element == old:
        return new
    return element if is_column(element) else rename(element, old, new)


def rename_table(table: Table, new: TableName) -> Table:
    """The table under another name; its foreign keys to itself follow."""
    constraints = tuple(
        retarget(c, table.name, new) if isinstance(c, ForeignKey) else c for c in table.constraints
    )
    return replace(
        table,
        name=new,
        # What they came from belongs to a table of the old name.
        columns=tuple(replace(column, origin=None) for column in table.columns),
        constraints=tuple(replace(constraint, origin=None) for constraint in constraints),
        indexes=tuple(replace(index, origin=None) for index in table.indexes),
        origin=None,
    )


def retarget(key: ForeignKey, old: TableName, new: TableName) -> ForeignKey:
    """The foreign key after the table `old` was renamed."""
    return replace(key, target=new, origin=None) if key.target == old else key


def add_constraint(table: Table, constraint: Constraint) -> Table:
    """The table with a constraint more; columns of a primary key become NOT NULL.

    Raises SchemaError for a second primary key, a name that is taken and columns that are not there.
    """
    name = constraint.name
    if name is not None and any(other.name == name for other in table.constraints):
        raise SchemaError(f"table {table.name} has a constraint {name!r} already")
    if not isinstance(constraint, (Check, Exclude)):
        for column in constraint.columns:
            table[column]
    if isinstance(constraint, ForeignKey) and constraint.target == table.name:
        for column in constraint.target_columns:
            table[column]
    columns = table.columns
    if isinstance(constraint, PrimaryKey):
        if table.primary_key is not None:
            raise SchemaError(f"table {table.name} has a primary key already")
        columns = tuple(_not_null(c) if c.name in constraint.columns else c for c in columns)
    constraints = (*table.constraints, constraint)
    return replace(table, columns=columns, constraints=constraints, origin=None)


def _not_null(column: Column) -> Column:
    return replace(column, nullable=False, origin=None) if column.nullable else column


def drop_constraint(table: Table, constraint: Constraint) -> Table:
    """The table without that constraint, which it has."""
    return replace(table, constraints=_without(table.constraints, constraint), origin=None)


def add_index(table: Table, index: Index) -> Table:
    """The table with an index more.  Raises SchemaError for a name that is taken or a column that is not there."""
    if index.name is not None and any(other.name == index.name for other in table.indexes):
        raise SchemaError(f"table {table.name} has an index {index.name!r} already")
    for element in index.elements:
        if is_column(element):
            table[element]
    return replace(table, indexes=(*table.indexes, index), origin=None)


def drop_index(table: Table, index: Index) -> Table:
    """The table without that index, which it has."""
    return replace(table, indexes=_without(table.indexes, index), origin=None)


def _without(parts: tuple[Part, ...], gone: Part) -> tuple[Part, ...]:
    position = parts.index(gone)
    return (*parts[:position], *parts[position + 1 :])


def refers(table: Table, target: TableName, column: str) -> bool:
    """Whether a foreign key of `table` refers to a column of `target`."""
    return any(key.target == target and column in key.target_columns for key in table.foreign_keys)


def next_column(table: Table, column: str) -> str | None:
    """The column behind `column`; None when it is the last one."""
    names = [other.name for other in table.columns]
    position = names.index(column) + 1
    return names[position] if position < len(names) else None
