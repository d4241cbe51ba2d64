"""
Building a table anew on a database that could alter it: `recreate="always"`.

Responsible for the same steps as on SQLite, from a Table and not from its text, since these databases keep none.
Does not do so for what ALTER TABLE can do just as well, and not at all where grants, triggers, others' foreign keys
and the like hang on the old table: they would go with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck import operations as ops
from limbeck.database import counters
from limbeck.errors import CannotCompile
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    ForeignKey,
    Identity,
    PrimaryKey,
    SchemaState,
    Table,
    TableName,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.database.compile import Compiled, Compiler


def rebuilt(operation: ops.RecreateTable, compiler: Compiler) -> Iterator[Compiled]:
    """The statements that put a new table in the place of the old one, where only that gives what is wanted.

    Raises CannotCompile when a script is written and `copy_from` does not say what the table is like, and when
    something hangs on the table that would go with it.
    """
    if not _is_needed(operation):
        for change in operation.operations:
            yield from compiler.compiled(change)
        return
    sequences = _carried(operation, compiler)
    before = _before(operation, compiler)
    after = ops.apply(operation.operations, SchemaState([before]))[before.name]
    new = before.name._replace(name=f"_limbeck_new_{before.name.name}")
    for constraint in sorted(before.constraints, key=_depends_on_keys, reverse=True):
        if constraint.name is not None and _is_in_the_way(constraint, before.name, compiler):
            drop = ops.DropConstraint(before.name, constraint.name, _KINDS[type(constraint)])
            yield from compiler.compiled(drop)
    created = replace(
        after,
        name=new,
        columns=tuple(
            counters.without_own(_known_type(column, before, compiler), sequences)
            for column in after.columns
        ),
        constraints=tuple(_to_itself(c, before.name, new) for c in after.constraints),
        indexes=(),
        origin=None,
    )
    yield from compiler.compiled(ops.CreateTable(created))
    yield _copy(operation, before, created, compiler)
    yield from counters.before_drop(before, created, sequences, compiler)
    yield from compiler.compiled(ops.DropTable(before.name))
    yield from compiler.compiled(ops.RenameTable(new, before.name.name))
    yield from counters.after_rename(created, before.name, sequences, compiler)
    for index in after.indexes:
        yield from compiler.compiled(ops.CreateIndex(before.name, replace(index, origin=None)))


_KINDS: dict[type, ops.ConstraintKind] = {
    PrimaryKey: "primary",
    Unique: "unique",
    ForeignKey: "foreignkey",
    Check: "check",
}


def _is_needed(operation: ops.RecreateTable) -> bool:
    placed = (
        isinstance(change, (ops.AddColumn, ops.AlterColumn))
        and (change.insert_before or change.insert_after)
        for change in operation.operations
    )
    return bool(
        operation.partial_reordering
        or operation.table_args
        or operation.table_kwargs
        or any(placed)
    )


_SEQUENCE = "sequence of "


def _carried(operation: ops.RecreateTable, compiler: Compiler) -> counters.Sequences:
    """The sequences that columns count with.  Raises CannotCompile for whatever would be lost."""
    rows = compiler.tables.dependents(operation.table) if compiler.tables is not None else ()
    lost = [f"{row.kind} {row.name}" for row in rows if not row.kind.startswith(_SEQUENCE)]
    if lost:
        raise CannotCompile(
            f"table {operation.table} cannot be built anew, because this would go with the old table: "
            f"{', '.join(lost)}",
            hint="drop it first and create it anew afterwards; or leave out the order of columns",
        )
    new_names = {
        change.column: change.new_name
        for change in operation.operations
        if isinstance(change, ops.AlterColumn) and change.new_name is not None
    }
    found = {row.kind.removeprefix(_SEQUENCE): row.name for row in rows}
    return {new_names.get(column, column): name for column, name in found.items()}


def _to_itself(constraint: Constraint, old: TableName, new: TableName) -> Constraint:
    """A foreign key of a table to itself follows it."""
    if isinstance(constraint, ForeignKey) and constraint.target == old:
        return replace(constraint, target=new, origin=None)
    return constraint


def _before(operation: ops.RecreateTable, compiler: Compiler) -> Table:
    if operation.copy_from is not None:
        return replace(operation.copy_from, name=operation.table, origin=None)
    if compiler.tables is None:
        raise CannotCompile(
            f"what table {operation.table} looks like can only be known when the database is connected",
            hint="give batch_alter_table a copy_from=Table(...), or run without --sql",
        )
    return compiler.tables.table(operation.table)


def _depends_on_keys(constraint: Constraint) -> bool:
    return isinstance(constraint, ForeignKey)


def _is_in_the_way(constraint: Constraint, table: TableName, compiler: Compiler) -> bool:
    """Whether its name must be free before the new table can have a constraint of that name.

    A foreign key of the table to itself is so too: it needs the key that goes.
    """
    if compiler.dialect.name == "postgresql":
        to_itself = isinstance(constraint, ForeignKey) and constraint.target == table
        return to_itself or isinstance(constraint, (PrimaryKey, Unique))
    if compiler.dialect.name in ("mysql", "mariadb"):
        return isinstance(constraint, ForeignKey)
    return type(constraint) in _KINDS


def _copy(operation: ops.RecreateTable, before: Table, created: Table, compiler: Compiler) -> str:
    old_names = {
        change.new_name: change.column
        for change in operation.operations
        if isinstance(change, ops.AlterColumn) and change.new_name is not None
    }
    added = {c.column.name for c in operation.operations if isinstance(c, ops.AddColumn)}
    into, values = [], []
    for column in created.columns:
        old = old_names.get(column.name, column.name)
        if old in before and column.name not in added and not isinstance(column.default, Computed):
            into.append(compiler.quote(column.name))
            values.append(_value(before[old], column, compiler))
    # Only so PostgreSQL takes values for GENERATED ALWAYS AS IDENTITY.
    identity = any(isinstance(column.default, Identity) for column in created.columns)
    override = identity and compiler.dialect.name == "postgresql"
    return (
        f"INSERT INTO {compiler.table(created.name)} ({', '.join(into)}) "
        f"{'OVERRIDING SYSTEM VALUE ' if override else ''}"
        f"SELECT {', '.join(values)} FROM {compiler.table(before.name)}"
    )


def _known_type(column: Column, before: Table, compiler: Compiler) -> Column:
    """`column` with its type in words, if the old table has that, so that PostgreSQL's named types are not made again.

    Not so integers, of which SQLAlchemy must know that they are some, to count them up.
    """
    named = any(column.type.sql == old.type.sql for old in before.columns)
    if compiler.dialect.name != "postgresql" or not named or "INT" in column.type.sql.upper():
        return column
    return replace(column, type=replace(column.type, origin=None), origin=None)


def _value(old: Column, new: Column, compiler: Compiler) -> str:
    name = compiler.quote(old.name)
    if old.type.sql == new.type.sql or compiler.dialect.name in ("mysql", "mariadb"):
        return name  # MySQL's CAST knows few types; it converts by itself
    return f"CAST({name} AS {compiler.type(new.type)})"
