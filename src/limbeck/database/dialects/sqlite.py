"""SQLite: what it can alter by itself; the rest is done by recreating the table."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import limbeck.database.ddl.sqlite  # noqa: F401 - registers its text
from limbeck import operations as ops
from limbeck.database import construct
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.ddl.base import ColumnName
from limbeck.database.dialects.alter import described, place
from limbeck.database.dialects.sqlite_tables import in_full
from limbeck.database.recreate import recreation, situation_of
from limbeck.database.sqlite.tokens import mentions
from limbeck.errors import CannotCompile
from limbeck.operations import UNCHANGED
from limbeck.runner.ports import Statement
from limbeck.schema import Computed, Default, ForeignKey, Table, TableName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from limbeck.operations import Operation

Alteration = (
    ops.AddColumn | ops.DropColumn | ops.AlterColumn | ops.AddConstraint | ops.DropConstraint
)

DROP_COLUMN_SINCE = (3, 35, 0)
"""The version of SQLite that has DROP COLUMN."""


@compiles(ops.SetTableComment, "sqlite")
def set_table_comment(operation: ops.SetTableComment, compiler: Compiler) -> Iterable[Compiled]:
    """Nothing: SQLite keeps no comments."""
    return ()


@compiles(ops.RecreateTable, "sqlite")
def recreate_table(operation: ops.RecreateTable, compiler: Compiler) -> Iterator[Compiled]:
    """Statements that SQLite has, where they suffice and `when` allows it; otherwise a recreation."""
    operation = in_full(operation, compiler)
    if operation.when == "never" or (operation.when == "auto" and _all_native(operation, compiler)):
        for change in operation.operations:
            if operation.when == "never" and not _has_statement(change):
                raise CannotCompile(
                    f"SQLite has no statement for {type(change).__name__} on {operation.table}",
                    hint='leave out recreate="never"',
                )
            yield from compiler.compiled(change)
        return
    yield from _recreated(operation, compiler)


def _recreated(operation: ops.RecreateTable, compiler: Compiler) -> Iterator[Statement]:
    made = recreation(operation, compiler)
    if made is not None:
        yield Statement(made.text, made)


def alter_table(operation: Alteration, compiler: Compiler) -> Iterable[Compiled]:
    """One operation: SQLite's own statement, or a recreation; for AddColumn, DropColumn, AlterColumn and constraints."""
    if not is_native(operation, compiler):
        return _recreated(ops.RecreateTable(operation.table, (operation,)), compiler)
    if isinstance(operation, ops.AlterColumn):
        return _rename_column(operation)
    if isinstance(operation, ops.AddColumn):
        return _add_column(operation, compiler)
    if isinstance(operation, ops.DropColumn) and operation.if_exists:
        present = operation.column in _table_of(operation.table, compiler)
        return compiler.default(replace(operation, if_exists=False)) if present else ()
    return compiler.default(operation)


def _rename_column(operation: ops.AlterColumn) -> Iterator[Compiled]:
    if operation.new_name is not None:
        yield ColumnName(*place(operation), operation.new_name, **described(operation))


def _add_column(operation: ops.AddColumn, compiler: Compiler) -> Iterable[Compiled]:
    if operation.if_not_exists:
        if operation.column.name in _table_of(operation.table, compiler):
            return ()
        operation = replace(operation, if_not_exists=False)
    if not operation.constraints:
        return compiler.default(operation)
    # The only one that `_can_add` allows, a foreign key, which SQLite takes within the column alone.
    key = construct.to_constraint(operation.table, replace(operation.constraints[0], origin=None))
    reference = str(compiler.ddl_compiler().process(key)).partition("REFERENCES")[2]
    add, *others = compiler.default(replace(operation, constraints=(), inline_references=False))
    return [f"{compiler.statement(add).text} REFERENCES{reference}", *others]


def _table_of(name: TableName, compiler: Compiler) -> Table:
    if compiler.tables is None:
        raise CannotCompile(
            f"whether {name} has the column can only be known when the database is connected",
            hint="leave out if_exists or if_not_exists, or run without --sql",
        )
    return compiler.tables.table(name)


compiles(ops.AddColumn, "sqlite")(alter_table)
compiles(ops.DropColumn, "sqlite")(alter_table)
compiles(ops.AlterColumn, "sqlite")(alter_table)
compiles(ops.AddConstraint, "sqlite")(alter_table)
compiles(ops.DropConstraint, "sqlite")(alter_table)

# What SQLite can do by itself


def _all_native(operation: ops.RecreateTable, compiler: Compiler) -> bool:
    if operation.table_args or operation.table_kwargs or operation.partial_reordering:
        return False
    return all(is_native(change, compiler) for change in operation.operations)


def _has_statement(operation: Operation) -> bool:
    if isinstance(operation, ops.AlterColumn):
        return _only_renames(operation)
    return not isinstance(operation, (ops.AddConstraint, ops.DropConstraint))


def is_native(operation: Operation, compiler: Compiler) -> bool:
    """Whether SQLite has a statement that does exactly this."""
    if isinstance(operation, ops.AddColumn):
        return _can_add(operation)
    if isinstance(operation, ops.DropColumn):
        return _can_drop(operation, compiler)
    return _has_statement(operation)


def _only_renames(operation: ops.AlterColumn) -> bool:
    """Nothing else changes, or only what SQLite does not keep: comments, and that keys count up by themselves."""
    return (
        operation.type is UNCHANGED
        and operation.nullable is UNCHANGED
        and operation.default is UNCHANGED
        and operation.autoincrement is not False
        and not operation.insert_before
        and not operation.insert_after
    )


_CONSTANT = re.compile(
    r"\(*\s*([+-]?[\d.]+([eE][+-]?\d+)?|[xX]?'(''|[^'])*'|NULL|TRUE|FALSE)\s*\)*", re.IGNORECASE
)


def _can_add(operation: ops.AddColumn) -> bool:
    default = operation.column.default
    if operation.insert_before or operation.insert_after:
        return False
    if isinstance(default, Computed) and default.persisted:
        return False
    if isinstance(default, Default) and not _CONSTANT.fullmatch(default.sql.strip()):
        return False  # allowed while there are no rows, which we do not want to depend on
    if operation.inline_checks and operation.column.origin is None:
        return False  # nothing but the author's own object renders them
    if not operation.constraints:
        return True
    key, *others = operation.constraints
    plain = isinstance(key, ForeignKey) and key.name is None and len(key.columns) == 1
    return plain and not others and default is None


def _can_drop(operation: ops.DropColumn, compiler: Compiler) -> bool:
    """Whether nothing but the column's own definition knows the column; then DROP COLUMN does it."""
    if sqlite3.sqlite_version_info < DROP_COLUMN_SINCE:
        return False
    if compiler.tables is None:
        return True
    try:
        situation = situation_of(operation.table, compiler)
    except CannotCompile:
        return True
    column = situation.definition.column(operation.column)
    if column is None:
        return operation.if_exists
    if any(column.clause(kind) for kind in ("primary", "unique", "references", "check")):
        return False
    others = [i.text for i in situation.definition.items if i is not column]
    others += [d.sql for d in situation.dependents]
    return not any(mentions(text, operation.column) for text in others)
