"""The text of ALTER TABLE on Oracle, where it says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.compiler import compiles

from limbeck.database.ddl.base import (
    AddColumn,
    AlterColumn,
    ColumnComment,
    ColumnDefault,
    ColumnName,
    ColumnNullable,
    ColumnType,
    IdentityColumnDefault,
    RenameTable,
    alter_table,
    comment_on_column,
    format_column_name,
    format_server_default,
    format_type,
    rename_in_place,
)
from limbeck.database.ddl.base import add_column as default_add_column

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.sql.compiler import DDLCompiler


def alter_column(compiler: Any, name: str) -> str:
    """MODIFY and the name."""
    return f"MODIFY {format_column_name(compiler, name)}"


def add_column(compiler: Any, column: sa.Column[Any], **kw: Any) -> str:
    """ADD, without COLUMN; Oracle cannot ask whether there is one already."""
    return default_add_column(compiler, column, verb="ADD", **{**kw, "if_not_exists": None})


def _altering(element: AlterColumn, compiler: DDLCompiler) -> str:
    table = alter_table(compiler, element.table_name, element.schema)
    return f"{table} {alter_column(compiler, element.column_name)}"


@compiles(AddColumn, "oracle")
def visit_add_column(element: AddColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … ADD."""
    added = add_column(
        compiler,
        element.column,
        inline_references=element.inline_references,
        inline_primary_key=element.inline_primary_key,
        **kw,
    )
    return f"{alter_table(compiler, element.table_name, element.schema)} {added}"


@compiles(ColumnNullable, "oracle")
def visit_column_nullable(element: ColumnNullable, compiler: DDLCompiler, **kw: Any) -> str:
    """MODIFY … NULL, or NOT NULL."""
    return f"{_altering(element, compiler)} {'NULL' if element.nullable else 'NOT NULL'}"


@compiles(ColumnType, "oracle")
def visit_column_type(element: ColumnType, compiler: DDLCompiler, **kw: Any) -> str:
    """MODIFY and the type."""
    return f"{_altering(element, compiler)} {format_type(compiler, element.type_)}"


@compiles(ColumnName, "oracle")
def visit_column_name(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """RENAME COLUMN … TO."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} RENAME COLUMN "
        f"{format_column_name(compiler, element.column_name)} TO "
        f"{format_column_name(compiler, element.newname)}"
    )


@compiles(ColumnDefault, "oracle")
def visit_column_default(element: ColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """MODIFY … DEFAULT; NULL is as good as none."""
    default = (
        "NULL" if element.default is None else format_server_default(compiler, element.default)
    )
    return f"{_altering(element, compiler)} DEFAULT {default}"


@compiles(ColumnComment, "oracle")
def visit_column_comment(element: ColumnComment, compiler: DDLCompiler, **kw: Any) -> str:
    """COMMENT ON COLUMN; an empty one for none."""
    return comment_on_column(element, compiler, nothing="''")


@compiles(RenameTable, "oracle")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """RENAME TO, without the schema: a table stays with its owner."""
    return rename_in_place(element, compiler, **kw)


@compiles(IdentityColumnDefault, "oracle")
def visit_identity_column(element: IdentityColumnDefault, compiler: Any, **kw: Any) -> str:
    """MODIFY … GENERATED, or DROP IDENTITY."""
    if element.default is None:
        return f"{_altering(element, compiler)} DROP IDENTITY"
    return f"{_altering(element, compiler)} {compiler.process(element.default)}"
