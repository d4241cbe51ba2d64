"""
The constructs of ALTER TABLE and the words they are put together from.

Responsible for nothing of its own: they are those that limbeck compiles operations to, so that a text which is
registered for one of them, `@compiles(ColumnType, "mydialect")`, is used in every run.
"""

from sqlalchemy.ext.compiler import compiles

from limbeck.compat.util.sqla_compat import _fk_spec
from limbeck.database.ddl.base import (
    AddColumn,
    AlterColumn,
    AlterTable,
    ColumnComment,
    ColumnDefault,
    ColumnName,
    ColumnNullable,
    ColumnType,
    ComputedColumnDefault,
    DropColumn,
    IdentityColumnDefault,
    RenameTable,
    add_column,
    alter_column,
    alter_table,
    drop_column,
    format_column_name,
    format_server_default,
    format_table_name,
    format_type,
    quote_dotted,
    visit_add_column,
    visit_column_default,
    visit_column_name,
    visit_column_nullable,
    visit_column_type,
    visit_computed_column,
    visit_drop_column,
    visit_identity_column,
    visit_rename_table,
)

__all__ = [
    "AddColumn",
    "AlterColumn",
    "AlterTable",
    "ColumnComment",
    "ColumnDefault",
    "ColumnName",
    "ColumnNullable",
    "ColumnType",
    "ComputedColumnDefault",
    "DropColumn",
    "IdentityColumnDefault",
    "RenameTable",
    "_fk_spec",
    "add_column",
    "alter_column",
    "alter_table",
    "compiles",
    "drop_column",
    "format_column_name",
    "format_server_default",
    "format_table_name",
    "format_type",
    "quote_dotted",
    "visit_add_column",
    "visit_column_default",
    "visit_column_name",
    "visit_column_nullable",
    "visit_column_type",
    "visit_computed_column",
    "visit_drop_column",
    "visit_identity_column",
    "visit_rename_table",
]
