"""
A state that was read, made ready for SQLAlchemy.

Responsible for giving each type without an origin the type of SQLAlchemy that makes it: its compilers look at classes,
as for what may be numbered.  Does not change what the state says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.database.types import sqlalchemy_type
from limbeck.schema import SchemaState

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sqlalchemy as sa

    from limbeck.schema import Column, Key, Standalone, Table


def with_types(state: SchemaState, dialect: sa.Dialect, *, anew: bool = False) -> SchemaState:
    """The state whose columns have types that SQLAlchemy knows; `anew` forgets whatever objects it came from."""
    tables = [_table(table, dialect, state.objects, anew=anew) for table in state]
    return SchemaState(tables, state.objects.values())


def _table(
    table: Table, dialect: sa.Dialect, objects: Mapping[Key, Standalone], *, anew: bool
) -> Table:
    if not anew and all(column.type.origin is not None for column in table.columns):
        return table
    columns = tuple(_column(column, dialect, objects, anew=anew) for column in table.columns)
    if not anew:
        return replace(table, columns=columns)
    return replace(
        table,
        columns=columns,
        constraints=tuple(replace(item, origin=None) for item in table.constraints),
        indexes=tuple(replace(index, origin=None) for index in table.indexes),
        origin=None,
    )


def _column(
    column: Column, dialect: sa.Dialect, objects: Mapping[Key, Standalone], *, anew: bool
) -> Column:
    if column.type.origin is not None and not anew:
        return column
    origin = sqlalchemy_type(column.type, dialect, objects)
    default = column.default
    if anew and default is not None:
        default = replace(default, origin=None)
    return replace(column, type=replace(column.type, origin=origin), default=default, origin=None)
