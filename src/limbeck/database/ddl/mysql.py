"""
ALTER TABLE on MySQL and MariaDB, which say all of a column at once.

Responsible for CHANGE, MODIFY and ALTER as constructs.  Does not know what a column was like: whatever is not said is
lost, so who makes a construct has found out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeEngine, to_instance

from limbeck.database.ddl.base import (
    AlterColumn,
    ColumnDefault,
    ColumnName,
    ColumnNullable,
    ColumnType,
    ServerDefault,
    alter_table,
    altering,
    format_column_name,
    format_server_default,
    format_type,
)

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import DDLCompiler


class MySQLAlterDefault(AlterColumn):
    """The default of a column, and nothing else of it."""

    def __init__(
        self, name: str, column_name: str, default: ServerDefault, schema: str | None = None
    ) -> None:
        super().__init__(name, column_name, schema)
        self.default = default


class MySQLChangeColumn(AlterColumn):
    """All of a column, and its name; `place` is where it goes: " FIRST", or " AFTER …"."""

    def __init__(
        self,
        name: str,
        column_name: str,
        schema: str | None = None,
        newname: str | None = None,
        type_: TypeEngine[Any] | type[TypeEngine[Any]] | None = None,
        nullable: bool | None = None,
        default: ServerDefault | Literal[False] = False,
        autoincrement: bool | None = None,
        comment: str | Literal[False] | None = False,
        place: str = "",
    ) -> None:
        super().__init__(name, column_name, schema)
        self.newname = newname
        self.type_ = None if type_ is None else to_instance(type_)
        self.nullable = nullable
        self.default = default
        self.autoincrement = autoincrement
        self.comment = comment
        self.place = place


class MySQLModifyColumn(MySQLChangeColumn):
    """All of a column, which keeps its name."""


def _refused(element: AlterColumn, compiler: DDLCompiler, **kw: Any) -> str:
    raise NotImplementedError(
        f"{compiler.dialect.name} says all of a column at once: MySQLModifyColumn or MySQLChangeColumn"
    )


for _kind in (ColumnNullable, ColumnName, ColumnDefault, ColumnType):
    compiles(_kind, "mysql", "mariadb")(_refused)


@compiles(MySQLAlterDefault)
def visit_alter_default(element: MySQLAlterDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER … SET DEFAULT, or DROP it."""
    if element.default is None:
        return f"{altering(element, compiler)} DROP DEFAULT"
    default = format_server_default(compiler, element.default)
    return f"{altering(element, compiler)} SET DEFAULT {default}"


@compiles(MySQLModifyColumn)
def visit_modify_column(element: MySQLModifyColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """MODIFY."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} MODIFY "
        f"{format_column_name(compiler, element.column_name)} "
        f"{specification(element, compiler)}{element.place}"
    )


@compiles(MySQLChangeColumn)
def visit_change_column(element: MySQLChangeColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """CHANGE."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} CHANGE "
        f"{format_column_name(compiler, element.column_name)} "
        f"{format_column_name(compiler, element.newname or element.column_name)} "
        f"{specification(element, compiler)}{element.place}"
    )


def specification(element: MySQLChangeColumn, compiler: Any) -> str:
    """The whole column: whatever CHANGE and MODIFY do not say is lost."""
    assert element.type_ is not None, "whoever makes the construct has found out the type"
    words = [
        format_type(compiler, element.type_),
        "NOT NULL" if element.nullable is False else "NULL",
    ]
    if element.autoincrement is True:
        words.append("AUTO_INCREMENT")
    if isinstance(element.default, sa.Computed):
        words.insert(1, str(compiler.process(element.default)))
    elif element.default is not False and element.default is not None:
        words.append(f"DEFAULT {format_server_default(compiler, element.default)}")
    if element.comment is not False and element.comment is not None:
        literal = compiler.sql_compiler.render_literal_value(element.comment, sa.String())
        words.append(f"COMMENT {literal}")
    return " ".join(words)
