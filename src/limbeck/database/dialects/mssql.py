"""SQL Server: where it does otherwise."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

import limbeck.database.ddl.mssql  # noqa: F401 - registers its text
from limbeck import operations as ops
from limbeck.database import construct
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.ddl import base as alterations
from limbeck.database.dialects.alter import (
    changes_computed,
    changes_identity,
    described,
    place,
    set_comment,
    set_default,
)
from limbeck.database.dialects.default import table_to_fill
from limbeck.errors import CannotCompile, SchemaError
from limbeck.operations import UNCHANGED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.schema import TableName


def _text(compiler: Compiler, value: str) -> str:
    """`value` as a literal that the catalog functions take, in which identifiers are quoted already."""
    return compiler.expression(sa.literal(value, sa.String()))


# Dropping a column takes dropping what hangs on it first, and that has names of the server's choice.

_DEFAULTS = """select @const_name = QUOTENAME([name]) from sys.default_constraints
where parent_object_id = object_id({table})
and col_name(parent_object_id, parent_column_id) = {column}"""

_CHECKS = """select @const_name = QUOTENAME([name]) from sys.check_constraints
where parent_object_id = object_id({table})
and col_name(parent_object_id, parent_column_id) = {column}"""

_FOREIGN_KEYS = """select @const_name = QUOTENAME([name]) from
sys.foreign_keys fk join sys.foreign_key_columns fkc
on fk.object_id=fkc.constraint_object_id
where fkc.parent_object_id = object_id({table})
and col_name(fkc.parent_object_id, fkc.parent_column_id) = {column}"""


def _drop_found(query: str, table: TableName, column: str, compiler: Compiler) -> str:
    """A batch that looks up the name of a constraint and drops it."""
    name = compiler.table(table)
    alter = _text(compiler, f"alter table {name} drop constraint ")
    select = query.format(table=_text(compiler, name), column=_text(compiler, column))
    return f"declare @const_name varchar(256)\n{select}\nexec({alter} + @const_name)"


@compiles(ops.DropColumn, "mssql")
def drop_column(operation: ops.DropColumn, compiler: Compiler) -> Iterable[Compiled]:
    """DROP COLUMN; before it the default, check and foreign key that the author wants to go, too."""
    options = dict(operation.options)
    for option, query in (
        ("mssql_drop_default", _DEFAULTS),
        ("mssql_drop_check", _CHECKS),
        ("mssql_drop_foreign_key", _FOREIGN_KEYS),
    ):
        if options.get(option):
            yield _drop_found(query, operation.table, operation.column, compiler)
    yield from compiler.default(operation)


@compiles(ops.AlterColumn, "mssql")
def alter_column(operation: ops.AlterColumn, compiler: Compiler) -> Iterable[Compiled]:
    """Type and nullability in one, then default, comment and name."""
    table = operation.table
    if changes_identity(operation) or changes_computed(operation):
        yield set_default(operation)
        return
    if operation.type is not UNCHANGED or operation.nullable is not UNCHANGED:
        yield _type_and_null(operation, compiler)
    if operation.default is not UNCHANGED:
        if operation.existing.default is not UNCHANGED or operation.default is None:
            yield _drop_found(_DEFAULTS, table, operation.column, compiler)
        if operation.default is not None:
            yield set_default(operation)
    yield from set_comment(operation, compiler)
    if operation.new_name is not None:
        yield alterations.ColumnName(*place(operation), operation.new_name, **described(operation))


def _type_and_null(operation: ops.AlterColumn, compiler: Compiler) -> Compiled:
    """Both must be said, or the one that is not said is lost."""
    known = _known(operation, compiler)
    type_ = operation.type if operation.type is not UNCHANGED else known.existing.type
    nullable = (
        operation.nullable if operation.nullable is not UNCHANGED else known.existing.nullable
    )
    if type_ is UNCHANGED:
        raise CannotCompile(
            f"{operation.table}.{operation.column}: MS-SQL ALTER COLUMN operations with NULL or NOT NULL require "
            "the existing_type or a new type_ be passed.",
            hint="pass existing_type, or a new type_",
        )
    said = {**described(known), "existing_type": construct.to_type(type_)}
    if nullable is UNCHANGED:
        warnings.warn(
            "MS-SQL ALTER COLUMN operations that specify type_= should also specify nullable= or existing_nullable=: "
            f"without it {operation.table}.{operation.column} becomes nullable",
            UserWarning,
            stacklevel=2,
        )
        return alterations.ColumnType(*place(operation), said["existing_type"], **said)
    return alterations.ColumnNullable(*place(operation), nullable, **said)


def _known(operation: ops.AlterColumn, compiler: Compiler) -> ops.AlterColumn:
    """The operation, completed by what the database says of the column."""
    existing = operation.existing
    if compiler.tables is None or UNCHANGED not in (existing.type, existing.nullable):
        return operation
    try:
        column = compiler.tables.table(operation.table)[operation.column]
    except SchemaError:
        return operation
    return replace(
        operation,
        existing=replace(
            existing,
            type=column.type if existing.type is UNCHANGED else existing.type,
            nullable=column.nullable if existing.nullable is UNCHANGED else existing.nullable,
        ),
    )


@compiles(ops.InsertRows, "mssql")
def insert_rows(operation: ops.InsertRows, compiler: Compiler) -> Iterable[Compiled]:
    """INSERT; in a script the table takes values for its identity column while it lasts."""
    if not compiler.literal or not operation.rows or not _fills_identity(operation):
        return compiler.default(operation)
    table = compiler.dialect.identifier_preparer.format_table(table_to_fill(operation))
    return [
        f"SET IDENTITY_INSERT {table} ON",
        *compiler.default(operation),
        f"SET IDENTITY_INSERT {table} OFF",
    ]


def _fills_identity(operation: ops.InsertRows) -> bool:
    """Whether the rows have values for the identity column; taken for granted where nothing says which it is.

    SQL Server refuses the setting for a table without one, and rows without a value while it is on.
    """
    table = operation.origin
    if not isinstance(table, sa.Table):
        return True
    column = table.autoincrement_column
    return column is not None and any(column.key in row for row in operation.rows)
