"""Dialects that packages bring: an impl of their own, text of their own, or both derived from what there is."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.compiler import compiles

from limbeck import operations as native
from limbeck.compat.ddl import mssql, mysql, oracle, postgresql, sqlite
from limbeck.compat.ddl.base import (
    AddColumn,
    AlterColumn,
    ColumnType,
    DropColumn,
    RenameTable,
    add_column,
    alter_column,
    alter_table,
    drop_column,
    format_column_name,
    format_server_default,
    format_table_name,
    format_type,
)
from limbeck.compat.ddl.impl import DefaultImpl
from limbeck.compat.operations import Operations
from limbeck.compat.runtime.migration import MigrationContext
from limbeck.database import convert
from limbeck.database.compile import Compiler
from limbeck.operations import Operation
from limbeck.schema import TableName, Type

# A database whose ALTER TABLE has words of its own.


class BrickDialect(DefaultDialect):
    name = "brick"
    supports_statement_cache = True


registry.register("brick", __name__, "BrickDialect")
BRICK = BrickDialect()


class BrickImpl(DefaultImpl):
    __dialect__ = "brick"
    transactional_ddl = True
    command_terminator = "!"

    def add_column(self, table_name: str, column: sa.Column[Any], **kw: Any) -> None:
        self.execute(f"LOCK TABLE {table_name}")
        super().add_column(table_name, column, **kw)

    def drop_table(self, table: sa.Table, **kw: Any) -> None:
        self._exec(f"BREAK {table.name}")


@compiles(ColumnType, "brick")
def _type(element: ColumnType, compiler: Any, **kw: Any) -> str:
    table = alter_table(compiler, element.table_name, element.schema)
    column = format_column_name(compiler, element.column_name)
    return f"{table} RETYPE {column} AS {format_type(compiler, element.type_)}"


@compiles(AddColumn, "brick")
def _add(element: AddColumn, compiler: Any, **kw: Any) -> str:
    column = add_column(compiler, element.column).replace("ADD COLUMN", "LAY")
    return f"{alter_table(compiler, element.table_name, element.schema)} {column}"


@compiles(RenameTable, "brick")
def _rename(element: RenameTable, compiler: Any, **kw: Any) -> str:
    old = format_table_name(compiler, element.table_name, element.schema)
    return f"CALL IT {element.new_table_name} NOT {old}"


# A database that speaks as PostgreSQL does, but for what a column's type is changed with.


class SlateDialect(DefaultDialect):
    name = "slate"
    supports_statement_cache = True


registry.register("slate", __name__, "SlateDialect")


class SlateImpl(postgresql.PostgresqlImpl):
    __dialect__ = "slate"


compiles(RenameTable, "slate")(postgresql.visit_rename_table)


@compiles(postgresql.PostgresqlColumnType, "slate")
def _slate_type(element: postgresql.PostgresqlColumnType, compiler: Any, **kw: Any) -> str:
    return f"SCRATCH {element.column_name} {format_type(compiler, element.type_)} {element.using}"


def script(dialect: str, work: Callable[[Operations], object]) -> list[str]:
    buffer = io.StringIO()
    context = MigrationContext.configure(
        dialect_name=dialect, opts={"as_sql": True, "output_buffer": buffer}
    )
    work(Operations(context))
    return [text for text in buffer.getvalue().split("\n\n") if text]


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (
            lambda op: op.alter_column("t", "a", type_=sa.String(5)),
            ["ALTER TABLE t RETYPE a AS VARCHAR(5)!"],
        ),
        (
            lambda op: op.add_column("t", sa.Column("b", sa.Integer, nullable=False)),
            ["LOCK TABLE t!", "ALTER TABLE t LAY b INTEGER NOT NULL!"],
        ),
        (lambda op: op.rename_table("t", "u", schema="s"), ["CALL IT u NOT s.t!"]),
        (lambda op: op.drop_table("t"), ["BREAK t!"]),
        (
            lambda op: op.alter_column("t", "a", nullable=False),
            ["ALTER TABLE t ALTER COLUMN a SET NOT NULL!"],
        ),
    ],
)
def test_methods_and_texts_take_part(
    work: Callable[[Operations], object], expected: list[str]
) -> None:
    assert script("brick", work) == expected


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (
            native.AlterColumn(TableName("t"), "a", type=Type("TEXT")),
            "ALTER TABLE t RETYPE a AS TEXT",
        ),
        (
            native.AddColumn(TableName("t"), convert.column(sa.Column("a", sa.Integer), BRICK)),
            "ALTER TABLE t LAY a INTEGER",
        ),
    ],
)
def test_texts_take_part_in_limbecks_own_runs(operation: Operation, expected: str) -> None:
    (statement,) = Compiler(BRICK).statements(operation)
    assert statement.text == expected


def test_an_impl_that_derives_from_another_is_compiled_as_that_one() -> None:
    def work(op: Operations) -> None:
        op.alter_column("t", "a", type_=sa.Integer(), postgresql_using="a::int")
        op.rename_table("t", "u", schema="s")

    assert script("slate", work) == ["SCRATCH a INTEGER a::int;", "ALTER TABLE s.t RENAME TO u;"]


def test_a_dialect_without_an_impl_gets_the_default_one() -> None:
    class Nobody(DefaultDialect):
        name = "nobody"

    assert DefaultImpl.get_by_dialect(Nobody()) is DefaultImpl


@pytest.mark.parametrize(
    "impl",
    [
        mssql.MSSQLImpl,
        mysql.MariaDBImpl,
        mysql.MySQLImpl,
        oracle.OracleImpl,
        postgresql.PostgresqlImpl,
        sqlite.SQLiteImpl,
        BrickImpl,
    ],
)
def test_an_impl_is_found_by_the_name_of_its_dialect(impl: type[DefaultImpl]) -> None:
    class Named(DefaultDialect):
        name = impl.__dialect__

    assert DefaultImpl.get_by_dialect(Named()) is impl


def test_a_construct_of_ones_own_is_put_together_from_the_same_words() -> None:
    class Squeeze(AlterColumn):
        def __init__(self, name: str, column_name: str, default: str, **kw: Any) -> None:
            super().__init__(name, column_name, **kw)
            self.default = default

    @compiles(Squeeze)
    def _squeeze(element: Squeeze, compiler: Any, **kw: Any) -> str:
        return " ".join(
            (
                alter_table(compiler, element.table_name, element.schema),
                alter_column(compiler, element.column_name),
                drop_column(compiler, "old", if_exists=True),
                format_server_default(compiler, element.default),
            )
        )

    def work(op: Operations) -> None:
        op.get_context().impl._exec(Squeeze("T", "a", "x", schema="s"))

    assert script("sqlite", work) == [
        "ALTER TABLE s.\"T\" ALTER COLUMN a DROP COLUMN IF EXISTS old 'x';"
    ]


def test_a_text_that_is_registered_later_is_used_from_then_on() -> None:
    def work(op: Operations) -> None:
        op.drop_column("t", "a")

    assert script("brick", work) == ["ALTER TABLE t DROP COLUMN a!"]
    compiles(DropColumn, "brick")(lambda element, compiler, **kw: f"CHIP {element.column.name}")
    try:
        assert script("brick", work) == ["CHIP a!"]
    finally:
        dispatcher: Any = DropColumn._compiler_dispatcher  # type: ignore[attr-defined]
        del dispatcher.specs["brick"]
