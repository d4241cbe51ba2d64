"""The text of ALTER TABLE on SQL Server, where it says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import schema as ddl
from sqlalchemy.ext.compiler import compiles

from limbeck.database.ddl.base import (
    AddColumn,
    ColumnComment,
    ColumnDefault,
    ColumnName,
    ColumnNullable,
    ColumnType,
    RenameTable,
    alter_table,
    altering,
    format_column_name,
    format_server_default,
    format_table_name,
    format_type,
)
from limbeck.database.ddl.base import add_column as default_add_column

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import DDLCompiler


def mssql_add_column(compiler: Any, column: sa.Column[Any], **kw: Any) -> str:
    """ADD, without COLUMN; SQL Server cannot ask whether there is one already."""
    return default_add_column(compiler, column, verb="ADD", **{**kw, "if_not_exists": None})


@compiles(AddColumn, "mssql")
def visit_add_column(element: AddColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … ADD."""
    added = mssql_add_column(
        compiler,
        element.column,
        inline_references=element.inline_references,
        inline_primary_key=element.inline_primary_key,
        **kw,
    )
    return f"{alter_table(compiler, element.table_name, element.schema)} {added}"


@compiles(ColumnNullable, "mssql")
def visit_column_nullable(element: ColumnNullable, compiler: DDLCompiler, **kw: Any) -> str:
    """Type and nullability in one: the one that is not said is lost."""
    assert element.existing_type is not None, "whoever makes the construct has found out the type"
    type_ = format_type(compiler, element.existing_type)
    return f"{altering(element, compiler)} {type_} {'NULL' if element.nullable else 'NOT NULL'}"


@compiles(ColumnType, "mssql")
def visit_column_type(element: ColumnType, compiler: DDLCompiler, **kw: Any) -> str:
    """The type alone; the column may be NULL afterwards."""
    return f"{altering(element, compiler)} {format_type(compiler, element.type_)}"


@compiles(ColumnDefault, "mssql")
def visit_column_default(element: ColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """ADD DEFAULT … FOR: a constraint, which must be dropped by its name before there can be another."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} ADD DEFAULT "
        f"{format_server_default(compiler, element.default)} FOR "
        f"{format_column_name(compiler, element.column_name)}"
    )


@compiles(ColumnName, "mssql")
def visit_rename_column(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """A stored procedure: the old name is a literal with quoted identifiers in it, the new one is an identifier."""
    table = format_table_name(compiler, element.table_name, element.schema)
    old = _literal(compiler, f"{table}.{format_column_name(compiler, element.column_name)}")
    return f"EXEC sp_rename {old}, {format_column_name(compiler, element.newname)}, 'COLUMN'"


@compiles(RenameTable, "mssql")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """As for a column."""
    old = _literal(compiler, format_table_name(compiler, element.table_name, element.schema))
    return f"EXEC sp_rename {old}, {format_table_name(compiler, element.new_table_name, None)}"


def _literal(compiler: Any, value: str) -> str:
    return str(compiler.sql_compiler.render_literal_value(value, sa.String()))


@compiles(ColumnComment, "mssql")
def visit_column_comment(element: ColumnComment, compiler: Any, **kw: Any) -> str:
    """An extended property: it is added or updated, and which of the two must be known."""
    column: sa.Column[Any] = sa.Column(
        element.column_name, sa.types.NULLTYPE, comment=element.comment
    )
    sa.Table(element.table_name, sa.MetaData(), column, schema=element.schema)
    if element.comment is None:
        text = str(compiler.process(ddl.DropColumnComment(column)))
    else:
        text = str(compiler.process(ddl.SetColumnComment(column)))
        if element.existing_comment is not None:
            text = text.replace("sp_addextendedproperty", "sp_updateextendedproperty", 1)
    return text.replace("execute ", "exec ", 1)
