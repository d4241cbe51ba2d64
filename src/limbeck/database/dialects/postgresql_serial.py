"""
PostgreSQL's columns that number the rows by a sequence of their own, as `serial` makes them.

Responsible for what `serial` stands for (documentation, 8.1.4): a sequence that the column owns, and a default that
asks it.  Only does so where all is said of what the column was like before, whether it numbered the rows and which
default it had: `autoincrement` alone has always been for other databases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.database.dialects.alter import altering
from limbeck.operations import UNCHANGED
from limbeck.schema import Identity, Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck import operations as ops
    from limbeck.database.compile import Compiled, Compiler

_SIZES = {"smallint", "integer", "bigint"}


def starts(operation: ops.AlterColumn) -> bool:
    """Whether the column becomes one that numbers the rows."""
    said = operation.existing
    return (
        operation.autoincrement is True
        and said.autoincrement is False
        and said.default is not UNCHANGED
    )


def stops(operation: ops.AlterColumn) -> bool:
    """Whether the column numbers the rows no longer, by a sequence at least."""
    if not _did_number(operation.existing):
        return False
    return operation.autoincrement is False or isinstance(operation.default, Identity)


def _did_number(said: ops.ExistingColumn) -> bool:
    return said.autoincrement is True and said.default is None


def stopped(operation: ops.AlterColumn, compiler: Compiler) -> Iterator[Compiled]:
    """The default goes, and the sequence with it."""
    yield f"{altering(operation, compiler)} DROP DEFAULT"
    yield _with_sequence(operation, compiler, "DROP SEQUENCE %s")


def started(operation: ops.AlterColumn, compiler: Compiler) -> Iterator[Compiled]:
    """A sequence that goes on where the rows end, owned by the column; and the default."""
    sequence = _named(operation, compiler)
    table, column = compiler.table(operation.table), compiler.quote(operation.column)
    size = _size(operation, compiler) or "bigint"
    yield f"CREATE SEQUENCE {sequence} AS {size} OWNED BY {table}.{column}"
    regclass = _literal(sequence)
    yield f"SELECT setval({regclass}, (SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)"
    yield f"{altering(operation, compiler)} SET DEFAULT nextval({regclass}::regclass)"


def widened(operation: ops.AlterColumn, compiler: Compiler) -> Iterator[Compiled]:
    """The sequence gets the size of its column, or it would end before the column does."""
    size = None if operation.type is UNCHANGED else _size(operation, compiler)
    if size is not None and _did_number(operation.existing) and not stops(operation):
        yield _with_sequence(operation, compiler, f"ALTER SEQUENCE %s AS {size}")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _size(operation: ops.AlterColumn, compiler: Compiler) -> str | None:
    for said in (operation.type, operation.existing.type):
        if isinstance(said, Type):
            text = compiler.type(said).lower()
            return text if text in _SIZES else None
    return None


def _named(operation: ops.AlterColumn, compiler: Compiler) -> str:
    """The name that `serial` would choose, apart from names that are too long."""
    name = f"{operation.table.name}_{operation.column}_seq"
    return compiler.table(operation.table._replace(name=name))


def _with_sequence(operation: ops.AlterColumn, compiler: Compiler, statement: str) -> str:
    """A statement about the sequence that the column owns, whatever its name is; nothing where there is none."""
    table = _literal(compiler.table(operation.table))
    column = _literal(operation.column)
    owned = f"pg_get_serial_sequence({table}, {column})"
    made = statement.replace("%s", f"' || {owned} || '")
    return f"DO $$ BEGIN IF {owned} IS NOT NULL THEN EXECUTE '{made}'; END IF; END $$"
