"""The text of ALTER TABLE on SQLite, where it says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.compiler import compiles

from limbeck.database.ddl.base import (
    ColumnName,
    RenameTable,
    alter_table,
    format_column_name,
    rename_in_place,
)

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import DDLCompiler


@compiles(RenameTable, "sqlite")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """RENAME TO, without the schema: a table stays in its file."""
    return rename_in_place(element, compiler, **kw)


@compiles(ColumnName, "sqlite")
def visit_column_name(element: ColumnName, compiler: DDLCompiler, **kw: Any) -> str:
    """RENAME COLUMN … TO."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} RENAME COLUMN "
        f"{format_column_name(compiler, element.column_name)} TO "
        f"{format_column_name(compiler, element.newname)}"
    )
