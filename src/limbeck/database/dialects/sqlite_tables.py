"""SQLite: names of indexes and constraints, and options of tables."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck import operations as ops
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.dialects.names import (
    cannot_set,
    changed_options,
    constraint_anew,
    drop_index,
    existing_constraint,
    existing_index,
    index_anew,
)
from limbeck.database.sqlite.tokens import same
from limbeck.operations import UNCHANGED
from limbeck.schema import TableName

if TYPE_CHECKING:
    from collections.abc import Iterable


_INDEX_NAME = re.compile(
    r"(\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?)"
    r"""(?:(?:"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|\w+)\s*\.\s*)?(?:"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|\w+)(\s+ON\b)""",
    re.IGNORECASE,
)


@compiles(ops.RenameIndex, "sqlite")
def rename_index_sqlite(operation: ops.RenameIndex, compiler: Compiler) -> Iterable[Compiled]:
    """DROP INDEX, and the statement that made it once more with the other name."""
    rows = compiler.tables.dependents(operation.table) if compiler.tables is not None else ()
    text = next((d.sql for d in rows if d.kind == "index" and same(d.name, operation.old)), None)
    if text is None:
        return index_anew(operation, compiler)
    new = compiler.table(TableName(operation.new, operation.table.schema))
    again = _INDEX_NAME.sub(lambda found: f"{found[1]}{new}{found[2]}", text, count=1)
    return (*drop_index(operation, compiler), again)


@compiles(ops.RenameConstraint, "sqlite")
def rename_constraint_sqlite(
    operation: ops.RenameConstraint, compiler: Compiler
) -> Iterable[Compiled]:
    """The table is built anew, with the constraint under its new name."""
    changes = constraint_anew(operation, existing_constraint(operation, compiler))
    return compiler.compiled(ops.RecreateTable(operation.table, changes))


@compiles(ops.SetTableOptions, "sqlite")
def set_table_options_sqlite(
    operation: ops.SetTableOptions, compiler: Compiler
) -> Iterable[Compiled]:
    """The table is built anew."""
    usual: dict[str, object] = {"strict": False, "with_rowid": True, "autoincrement": False}
    given: dict[str, object] = {}
    for name, _, new in changed_options(operation, "sqlite"):
        if name not in usual:
            raise cannot_set(operation, name, compiler)
        given[f"sqlite_{name}"] = usual[name] if new is None else new
    if operation.prefixes is not UNCHANGED:
        raise cannot_set(operation, "the words behind CREATE", compiler)
    if not given:
        return ()
    return compiler.compiled(ops.RecreateTable(operation.table, (), table_kwargs=given))


def in_full(operation: ops.RecreateTable, compiler: Compiler) -> ops.RecreateTable:
    """A batch in which what gets another name is dropped and made again, as a table that is built anew wants it."""
    if not any(isinstance(c, (*_RENAMES, ops.ValidateConstraint)) for c in operation.operations):
        return operation
    changes: list[ops.Operation] = []
    for change in operation.operations:
        if isinstance(change, ops.RenameConstraint):
            changes.extend(constraint_anew(change, existing_constraint(change, compiler)))
        elif isinstance(change, ops.RenameIndex):
            index = replace(existing_index(change, compiler), name=change.new, origin=None)
            changes += [
                ops.DropIndex(change.old, change.table, change.table.schema),
                ops.CreateIndex(change.table, index),
            ]
        elif not isinstance(change, ops.ValidateConstraint):
            changes.append(change)
    return replace(operation, operations=tuple(changes))


_RENAMES = (ops.RenameConstraint, ops.RenameIndex)
