"""
How operations are compiled where a dialect has nothing to say against it.

Responsible for the statements that databases share, built from SQLAlchemy's own DDL constructs, so that types,
`@compiles` hooks and dialect arguments of the author do what they do in SQLAlchemy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy import schema as ddl
from sqlalchemy.sql.elements import conv

from limbeck import operations as ops
from limbeck.database import construct, patterns, unbuilt
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.ddl import base as alterations
from limbeck.database.dialects.alter import alter_plainly
from limbeck.database.rebuild import rebuilt
from limbeck.database.render import plain_text
from limbeck.errors import CannotCompile
from limbeck.schema import TableName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# Tables


@compiles(ops.CreateTable)
def create_table(operation: ops.CreateTable, compiler: Compiler) -> Iterable[Compiled]:
    """CREATE TABLE, around it whatever listens to SQLAlchemy's events (PostgreSQL's enum types do), then the rest."""
    plain = unbuilt.text(operation, compiler, _table_with_events)
    if plain is not None:
        yield plain
        return
    table = construct.to_sqlalchemy(operation.table)
    yield from _table_with_events(table, operation.if_not_exists, compiler)
    if_not_exists = operation.if_not_exists and _has_index_if_not_exists(compiler.dialect)
    for index in operation.table.indexes:
        yield from compiler.compiled(ops.CreateIndex(operation.table.name, index, if_not_exists))
    yield from _comments(table, compiler)


def _table_with_events(table: sa.Table, if_not_exists: bool, compiler: Compiler) -> list[Compiled]:
    done: list[Compiled] = []
    with_events = {"checkfirst": False, "_ddl_runner": compiler}
    connection = compiler.recording(done.append)
    table.dispatch.before_create(table, cast("Any", connection), **with_events)
    done.append(ddl.CreateTable(table, if_not_exists=if_not_exists))
    table.dispatch.after_create(table, cast("Any", connection), **with_events)
    return done


def _has_index_if_not_exists(dialect: sa.Dialect) -> bool:
    return dialect.name in {"postgresql", "sqlite"} or getattr(dialect, "is_mariadb", False)


def _comments(table: sa.Table, compiler: Compiler) -> Iterator[Compiled]:
    if not compiler.dialect.supports_comments or compiler.dialect.inline_comments:
        return
    if table.comment is not None:
        yield ddl.SetTableComment(table)
    for column in table.columns:
        if column.comment is not None:
            yield ddl.SetColumnComment(column)
    for constraint in sorted(table.constraints, key=lambda one: str(one.name)):
        yield from _comment_on(constraint, compiler)


def _comment_on(constraint: sa.Constraint, compiler: Compiler) -> Iterator[Compiled]:
    told = constraint.comment is not None and constraint.name is not None
    if told and compiler.dialect.supports_constraint_comments:
        yield ddl.SetConstraintComment(constraint)


@compiles(ops.DropTable)
def drop_table(operation: ops.DropTable, compiler: Compiler) -> Iterable[Compiled]:
    """DROP TABLE, and what listens to it."""
    origin = operation.origin
    table = origin if isinstance(origin, sa.Table) else construct.stub(operation.table)
    done: list[Compiled] = []
    with_events = {"checkfirst": False, "_ddl_runner": compiler}
    connection = compiler.recording(done.append)
    table.dispatch.before_drop(table, cast("Any", connection), **with_events)
    done.append(ddl.DropTable(table, if_exists=operation.if_exists))
    table.dispatch.after_drop(table, cast("Any", connection), **with_events)
    return done


@compiles(ops.RenameTable)
def rename_table(operation: ops.RenameTable, compiler: Compiler) -> Iterable[Compiled]:
    """RENAME TO."""
    table = operation.table
    yield alterations.RenameTable(table.name, operation.new_name, schema=table.schema)


@compiles(ops.SetTableComment)
def set_table_comment(operation: ops.SetTableComment, compiler: Compiler) -> Iterable[Compiled]:
    """COMMENT ON TABLE."""
    table = construct.stub(operation.table)
    table.comment = operation.comment
    yield (ddl.DropTableComment(table) if operation.comment is None else ddl.SetTableComment(table))


# Columns


@compiles(ops.AddColumn)
def add_column(operation: ops.AddColumn, compiler: Compiler) -> Iterable[Compiled]:
    """ADD COLUMN, then what was declared on the column."""
    verb = _PLAIN_VERBS.get(compiler.dialect.name, "ADD COLUMN")
    ours = alterations.is_ours(alterations.AddColumn, compiler.dialect.name)
    plain = patterns.column(operation, compiler) if ours else None
    if plain is not None:
        exists = "IF NOT EXISTS " if operation.if_not_exists and verb != "ADD" else ""
        yield f"ALTER TABLE {compiler.table(operation.table)} {verb} {exists}{plain}"
        return
    column = construct.to_column(operation.table, operation.column)
    yield alterations.AddColumn(
        operation.table.name,
        column,
        schema=operation.table.schema,
        if_not_exists=operation.if_not_exists,
        inline_references=operation.inline_references,
        inline_primary_key=operation.inline_primary_key,
    )
    inline = operation.inline_references and len(column.foreign_keys) == 1
    yield from _declared(operation, column, compiler, without_references=inline)
    if (
        column.comment is not None
        and compiler.dialect.supports_comments
        and not compiler.dialect.inline_comments
    ):
        yield ddl.SetColumnComment(column)


_PLAIN_VERBS = {"mssql": "ADD", "oracle": "ADD"}
"""The databases that do not say ADD COLUMN, and cannot ask whether there is one already."""


def _declared(
    operation: ops.AddColumn,
    column: sa.Column[Any],
    compiler: Compiler,
    *,
    without_references: bool,
) -> Iterator[Compiled]:
    """The constraints and indexes that came with a column, and the check that its type wants."""
    for constraint in operation.constraints:
        made = construct.to_constraint(operation.table, constraint)
        if isinstance(made, sa.PrimaryKeyConstraint):
            continue
        if without_references and isinstance(made, sa.ForeignKeyConstraint):
            continue
        yield from compiler.compiled(ops.AddConstraint(operation.table, constraint))
    for index in operation.indexes:
        yield from compiler.compiled(ops.CreateIndex(operation.table, index))


@compiles(ops.DropColumn)
def drop_column(operation: ops.DropColumn, compiler: Compiler) -> Iterable[Compiled]:
    """DROP COLUMN."""
    column: sa.Column[Any] = sa.Column(operation.column, sa.types.NULLTYPE)
    yield alterations.DropColumn(
        operation.table.name,
        column,
        schema=operation.table.schema,
        if_exists=operation.if_exists,
    )


@compiles(ops.AlterColumn)
def alter_column(operation: ops.AlterColumn, compiler: Compiler) -> Iterable[Compiled]:
    """A statement for each attribute that changes."""
    return alter_plainly(operation, compiler)


# Constraints and indexes


@compiles(ops.AddConstraint)
def add_constraint(operation: ops.AddConstraint, compiler: Compiler) -> Iterable[Compiled]:
    """ADD CONSTRAINT."""
    constraint = construct.to_constraint(operation.table, operation.constraint)
    yield ddl.AddConstraint(constraint)
    yield from _comment_on(constraint, compiler)


@compiles(ops.DropConstraint)
def drop_constraint(operation: ops.DropConstraint, compiler: Compiler) -> Iterable[Compiled]:
    """DROP CONSTRAINT, whatever its kind."""
    origin = operation.origin
    constraint = (
        origin
        if isinstance(origin, sa.Constraint)
        else construct.to_dropped(
            operation.table,
            None if operation.name is None else conv(operation.name),
            operation.kind,
            operation.columns,
        )
    )
    if constraint.name is None:
        raise CannotCompile(
            f"a constraint of {operation.table} without a name cannot be dropped",
            hint="give its name as the database has it, or set a naming convention",
        )
    yield ddl.DropConstraint(constraint, if_exists=operation.if_exists)


@compiles(ops.CreateIndex)
def create_index(operation: ops.CreateIndex, compiler: Compiler) -> Iterable[Compiled]:
    """CREATE INDEX."""
    yield patterns.index(operation, compiler) or ddl.CreateIndex(
        construct.to_index(operation.table, operation.index),
        if_not_exists=operation.if_not_exists,
    )


@compiles(ops.DropIndex)
def drop_index(operation: ops.DropIndex, compiler: Compiler) -> Iterable[Compiled]:
    """DROP INDEX."""
    yield ddl.DropIndex(index_to_drop(operation), if_exists=operation.if_exists)


def index_to_drop(operation: ops.DropIndex) -> sa.Index:
    """An index of that name."""
    origin = operation.origin
    if isinstance(origin, sa.Index) and origin.table is not None:
        return origin
    name = operation.table or TableName("no_table", operation.schema)
    table = construct.stub(name, ["x"])
    return sa.Index(operation.name, table.c.x, **construct.arguments(operation.options))


# Several at once


@compiles(ops.RecreateTable)
def recreate_table(operation: ops.RecreateTable, compiler: Compiler) -> Iterable[Compiled]:
    """Each change by itself, unless the author wants the table built anew."""
    if operation.when == "always":
        yield from rebuilt(operation, compiler)
        return
    for change in operation.operations:
        yield from compiler.compiled(change)


# Rows and SQL of the author's own


@compiles(ops.InsertRows)
def insert_rows(operation: ops.InsertRows, compiler: Compiler) -> Iterable[Compiled]:
    """INSERT: one for all rows that name the same columns and hold plain values, else one for each row."""
    table = table_to_fill(operation)
    one_by_one = compiler.literal or not operation.multiinsert
    rows: list[Mapping[str, object]] = []
    for row in operation.rows:
        if one_by_one or any(isinstance(value, sa.ClauseElement) for value in row.values()):
            yield from _insert_many(table, rows, compiler)
            # Inline: nobody asks for the key that the database gave the row.
            yield sa.insert(table).inline().values(_with_defaults(table, row, compiler))
            rows = []
        elif rows and row.keys() != rows[0].keys():
            yield from _insert_many(table, rows, compiler)
            rows = [row]
        else:
            rows.append(row)
    yield from _insert_many(table, rows, compiler)


def _insert_many(
    table: sa.TableClause, rows: list[Mapping[str, object]], compiler: Compiler
) -> Iterator[Compiled]:
    if rows:
        yield compiler.executable(sa.insert(table), [dict(row) for row in rows])


def table_to_fill(operation: ops.InsertRows) -> sa.TableClause:
    """The author's table construct, or one with the columns that the rows have."""
    if isinstance(operation.origin, sa.TableClause):
        return operation.origin
    columns = dict.fromkeys(name for row in operation.rows for name in row)
    return sa.table(operation.table.name, *map(sa.column, columns), schema=operation.table.schema)


def _with_defaults(
    table: sa.TableClause, row: Mapping[str, object], compiler: Compiler
) -> dict[str, object]:
    """The row, with the values that SQLAlchemy would add while it executes, when there will be nobody to do so."""
    values = dict(row)
    if not compiler.literal:
        return values
    for column in table.columns:
        default = getattr(column, "default", None)
        if column.key in values or default is None or default.is_sequence:
            continue
        values[column.key] = default.arg(None) if default.is_callable else default.arg
    return values


@compiles(ops.Execute)
def execute(operation: ops.Execute, compiler: Compiler) -> Iterable[Compiled]:
    """What the author wrote."""
    statement = operation.statement
    if isinstance(statement, str):
        plain = statement if operation.literal else plain_text(statement)
        if plain is not None and operation.parameters is None and not operation.options:
            yield plain.strip() if compiler.literal else plain
            return
        statement = construct.text(statement) if operation.literal else sa.text(statement)
    if not isinstance(statement, sa.Executable):
        raise CannotCompile(
            f"op.execute() takes SQL or something that SQLAlchemy can execute, not {type(statement).__name__}"
        )
    if operation.options:
        statement = statement.execution_options(**operation.options)
    if isinstance(statement, ddl.ExecutableDDLElement) and operation.parameters is None:
        yield statement
    else:
        yield compiler.executable(statement, operation.parameters)
