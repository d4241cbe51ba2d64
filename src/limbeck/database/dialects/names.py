"""
Other names for indexes and constraints, options of tables, constraints to be validated, columns to be filled.

Responsible for these small statements as PostgreSQL and Oracle have them, and for finding out what something is like
that a database cannot rename, so that it must be dropped and made again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck import operations as ops
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.errors import CannotCompile, SchemaError
from limbeck.operations import UNCHANGED
from limbeck.schema import Constraint, Index, Table, TableName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Indexes


@compiles(ops.RenameIndex)
def rename_index(operation: ops.RenameIndex, compiler: Compiler) -> Iterable[Compiled]:
    """ALTER INDEX … RENAME TO: PostgreSQL and Oracle."""
    old = TableName(operation.old, operation.table.schema)
    yield f"ALTER INDEX {compiler.table(old)} RENAME TO {compiler.quote(operation.new)}"


def drop_index(operation: ops.RenameIndex, compiler: Compiler) -> Iterable[Compiled]:
    """The index dropped."""
    return compiler.compiled(ops.DropIndex(operation.old, operation.table, operation.table.schema))


def index_anew(operation: ops.RenameIndex, compiler: Compiler) -> Iterable[Compiled]:
    """The index dropped, and made under its new name."""
    index = replace(existing_index(operation, compiler), name=operation.new, origin=None)
    make = compiler.compiled(ops.CreateIndex(operation.table, index))
    return (*drop_index(operation, compiler), *make)


def existing_index(operation: ops.RenameIndex, compiler: Compiler) -> Index:
    """What the index is like.  Raises CannotCompile when nothing tells."""
    if operation.existing is not None:
        return operation.existing
    table = _table(operation.table, compiler)
    found = [i for i in table.indexes if i.name == operation.old] if table is not None else []
    if not found:
        raise _unknown(f"index {operation.old} of {operation.table}", compiler)
    return found[0]


def _table(name: TableName, compiler: Compiler) -> Table | None:
    try:
        return compiler.tables.table(name) if compiler.tables is not None else None
    except SchemaError:
        return None


def _unknown(what: str, compiler: Compiler) -> CannotCompile:
    return CannotCompile(
        f"{compiler.dialect.name} cannot rename {what}, and what it is like is not known",
        hint="drop it and create it under the new name, or run without --sql",
    )


# Constraints


@compiles(ops.RenameConstraint)
def rename_constraint(operation: ops.RenameConstraint, compiler: Compiler) -> Iterable[Compiled]:
    """ALTER TABLE … RENAME CONSTRAINT: PostgreSQL and Oracle."""
    old, new = compiler.quote(operation.old), compiler.quote(operation.new)
    yield f"ALTER TABLE {compiler.table(operation.table)} RENAME CONSTRAINT {old} TO {new}"


def existing_constraint(operation: ops.RenameConstraint, compiler: Compiler) -> Constraint:
    """What the constraint is like.  Raises CannotCompile when nothing tells."""
    if operation.existing is not None:
        return operation.existing
    table = _table(operation.table, compiler)
    found = [c for c in table.constraints if c.name == operation.old] if table is not None else []
    if not found and table is not None:
        raise SchemaError(f"table {operation.table} has no constraint {operation.old!r}")
    if not found:
        raise _unknown(f"constraint {operation.old} of {operation.table}", compiler)
    return found[0]


def constraint_anew(
    operation: ops.RenameConstraint, existing: Constraint
) -> tuple[ops.DropConstraint, ops.AddConstraint]:
    """The constraint dropped, and added under its new name."""
    drop = ops.DropConstraint(operation.table, operation.old, ops.kind_of(existing))
    return drop, ops.AddConstraint(
        operation.table, replace(existing, name=operation.new, origin=None)
    )


@compiles(ops.ValidateConstraint)
def validate_constraint(
    operation: ops.ValidateConstraint, compiler: Compiler
) -> Iterable[Compiled]:
    """Nothing, where constraints are always checked when they are added."""
    return ()


# Rows


@compiles(ops.FillColumn)
def fill_column(operation: ops.FillColumn, compiler: Compiler) -> Iterable[Compiled]:
    """UPDATE, in the rows in which it is NULL."""
    table, column = compiler.table(operation.table), compiler.quote(operation.column)
    yield f"UPDATE {table} SET {column} = {operation.value_sql} WHERE {column} IS NULL"


# Options of tables


def changed_options(
    operation: ops.SetTableOptions, *dialects: str
) -> Iterator[tuple[str, object, object]]:
    """Name (without the dialect), old and new value of what differs; None where there is none."""
    before, after = dict(operation.before), dict(operation.after)
    for name in dict.fromkeys((*before, *after)):
        dialect, _, rest = name.partition("_")
        if dialect in dialects and before.get(name) != after.get(name):
            yield rest, before.get(name), after.get(name)


def cannot_set(operation: ops.SetTableOptions, what: str, compiler: Compiler) -> CannotCompile:
    """The error for an option that a table has from the beginning."""
    return CannotCompile(
        f"{compiler.dialect.name} cannot change {what} of table {operation.table}",
        hint="make a new table, copy the rows, drop the old one and rename the new one",
    )


@compiles(ops.SetTableOptions)
def set_table_options(operation: ops.SetTableOptions, compiler: Compiler) -> Iterable[Compiled]:
    """Refused: no options are known that could be changed."""
    for name, _, _ in changed_options(operation, compiler.dialect.name):
        raise cannot_set(operation, name, compiler)
    if operation.prefixes is not UNCHANGED:
        raise cannot_set(operation, "the words behind CREATE", compiler)
    return ()
