"""MySQL and MariaDB: where they do otherwise."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import sqlalchemy as sa

from limbeck import operations as ops
from limbeck.database import construct, unbuilt
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.ddl import mysql
from limbeck.database.dialects.alter import (
    changes_computed,
    changes_identity,
    place,
    server_default,
    set_default,
)
from limbeck.errors import CannotCompile, SchemaError
from limbeck.operations import UNCHANGED, Change, ExistingColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from limbeck.schema import Column

T = TypeVar("T")


@compiles(ops.CreateTable, "mysql")
def create_table(operation: ops.CreateTable, compiler: Compiler) -> Iterable[Compiled]:
    """CREATE TABLE; for MariaDB, which takes a check beside a column only without a name, named ones stand apart."""
    plain = isinstance(operation.table.origin, unbuilt.Unbuilt)
    if not plain and getattr(compiler.dialect, "is_mariadb", False):
        table = checks_apart(construct.to_sqlalchemy(operation.table))
        operation = replace(operation, table=replace(operation.table, origin=table))
    return compiler.default(operation)


def checks_apart(table: sa.Table) -> sa.Table:
    """The table, in which named checks of columns are checks of the table."""
    for column in table.columns:
        for check in [c for c in column.constraints if c.name is not None]:
            column.constraints.discard(check)
            sql = cast("sa.CheckConstraint", check).sqltext
            table.append_constraint(sa.CheckConstraint(sql, name=check.name, _autoattach=False))
    return table


@compiles(ops.AddColumn, "mysql")
def add_column(operation: ops.AddColumn, compiler: Compiler) -> Iterable[Compiled]:
    """ADD COLUMN, and apart from it what the server does not take beside a column, or reads and forgets."""
    if operation.insert_before or operation.insert_after:
        unplaced = replace(operation, insert_before=None, insert_after=None)
        first, *rest = compiler.compiled(unplaced)
        return [f"{compiler.statement(first).text}{_place(operation, compiler)}", *rest]
    if not getattr(compiler.dialect, "is_mariadb", False):
        # MySQL forgets REFERENCES beside a column.
        return compiler.default(replace(operation, inline_references=False))
    if all(check.name is None for check in operation.inline_checks):
        return compiler.default(operation)
    # MariaDB takes a check beside a column only when it has no name.
    bare = replace(operation, column=replace(operation.column, origin=None), inline_checks=())
    checks = (replace(check, origin=None) for check in operation.inline_checks)
    return [
        *compiler.default(bare),
        *(ddl for c in checks for ddl in compiler.compiled(ops.AddConstraint(operation.table, c))),
    ]


@compiles(ops.AlterColumn, "mysql")
def alter_column(operation: ops.AlterColumn, compiler: Compiler) -> Iterable[Compiled]:
    """One statement: CHANGE for a new name, MODIFY for most, ALTER for a default and nothing else."""
    table, renamed = operation.table, operation.new_name not in {None, operation.column}
    if changes_identity(operation) or changes_computed(operation):
        return [set_default(operation)]
    if renamed or _wants_change(operation, compiler):
        kind: type[mysql.MySQLChangeColumn] = mysql.MySQLChangeColumn
    elif _changes(replace(operation, default=UNCHANGED)):
        kind = mysql.MySQLModifyColumn
    elif operation.default is not UNCHANGED:
        default = server_default(operation.default)
        return [mysql.MySQLAlterDefault(*place(operation), default, schema=table.schema)]
    else:
        return []
    made = kind(
        *place(operation),
        schema=table.schema,
        newname=operation.new_name,
        place=_place(operation, compiler),
        **_specification(operation, compiler),
    )
    return [*_by_way_of_text(operation, compiler), made]


_APART = re.compile(r"(?:uuid|inet[46])\b", re.IGNORECASE)
_TEXTUAL = re.compile(
    r"(?:uuid|inet[46]|(?:var)?(?:char|binary)|\w*(?:text|blob)|json|enum|set|national|nvarchar|nchar)\b",
    re.IGNORECASE,
)


def _by_way_of_text(operation: ops.AlterColumn, compiler: Compiler) -> Iterator[Compiled]:
    """What makes texts of values for which MariaDB has no other cast: those of UUID and INET columns, or to be such."""
    existing = _existing(operation, compiler)
    if operation.type is UNCHANGED or existing.type is UNCHANGED:
        return
    old, new = compiler.type(existing.type), compiler.type(operation.type)
    if (_APART.match(old) and not _TEXTUAL.match(new)) or (
        _APART.match(new) and not _TEXTUAL.match(old)
    ):
        table, nullable = operation.table, existing.nullable
        yield mysql.MySQLModifyColumn(
            *place(operation),
            schema=table.schema,
            type_=sa.String(48),
            nullable=None if nullable is UNCHANGED else nullable,
        )


def _place(operation: ops.AddColumn | ops.AlterColumn, compiler: Compiler) -> str:
    """Where the column goes: MySQL knows FIRST and AFTER."""
    after = operation.insert_after
    if after is None and operation.insert_before is not None and compiler.tables is not None:
        names = [c.name for c in compiler.tables.table(operation.table).columns]
        place = names.index(operation.insert_before) if operation.insert_before in names else 0
        after = names[place - 1] if place else None
    if after is not None:
        return f" AFTER {compiler.quote(after)}"
    return "" if operation.insert_before is None else " FIRST"


def _wants_change(operation: ops.AlterColumn, compiler: Compiler) -> bool:
    """Whether it is a DATETIME or TIMESTAMP: ALTER … SET DEFAULT takes no function for it, and CHANGE does."""
    type_ = _first(operation.type, operation.existing.type)
    return (
        type_ is not UNCHANGED
        and operation.default is not None
        and _changes(operation)
        and compiler.type(type_).upper().startswith(("DATETIME", "TIMESTAMP"))
    )


def _changes(operation: ops.AlterColumn) -> bool:
    """Whether more than the name is to be changed."""
    wanted = (
        operation.type,
        operation.nullable,
        operation.default,
        operation.comment,
        operation.autoincrement,
    )
    placed = operation.insert_before is not None or operation.insert_after is not None
    return placed or any(change is not UNCHANGED for change in wanted)


def _specification(operation: ops.AlterColumn, compiler: Compiler) -> dict[str, Any]:
    """The whole column: whatever CHANGE and MODIFY do not say is lost."""
    existing = _existing(operation, compiler)
    type_ = _first(operation.type, existing.type)
    if type_ is UNCHANGED:
        raise CannotCompile(
            f"{operation.table}.{operation.column}: All MySQL CHANGE/MODIFY COLUMN operations require the existing "
            f"type, since {compiler.dialect.name} alters a column by saying all of it",
            hint="pass existing_type, and existing_nullable, existing_server_default and existing_comment with it",
        )
    default = _first(operation.default, existing.default)
    nullable = _first(operation.nullable, existing.nullable)
    comment = _first(operation.comment, existing.comment)
    return {
        "type_": construct.to_type(type_),
        "nullable": None if nullable is UNCHANGED else nullable,
        "default": False if default is UNCHANGED else server_default(default),
        "autoincrement": _first(operation.autoincrement, existing.autoincrement) is True,
        "comment": False if comment is UNCHANGED else comment,
    }


def _first(new: Change[T], old: Change[T]) -> Change[T]:
    return old if new is UNCHANGED else new


def _existing(operation: ops.AlterColumn, compiler: Compiler) -> ExistingColumn:
    """What the column is like: as the author says, the rest from the database, if there is one to ask."""
    said = operation.existing
    known: Column | None = None
    if compiler.tables is not None and UNCHANGED in (
        said.type, said.nullable, said.default, said.comment, said.autoincrement
    ):  # fmt: skip
        try:
            known = compiler.tables.table(operation.table)[operation.column]
        except SchemaError:
            return said
    if known is None:
        return said
    return ExistingColumn(
        type=_first(said.type, known.type),
        nullable=_first(said.nullable, known.nullable),
        default=_first(said.default, known.default),
        comment=_first(said.comment, known.comment),
        autoincrement=_first(said.autoincrement, known.autoincrement is True),
    )


@compiles(ops.DropConstraint, "mysql")
def drop_constraint(operation: ops.DropConstraint, compiler: Compiler) -> Iterable[Compiled]:
    """DROP, in the words that the kind of constraint wants; MariaDB can ask whether there is one."""
    if operation.kind is None:
        raise CannotCompile(
            f"{compiler.dialect.name} cannot drop a constraint without knowing its kind",
            hint="pass type_: 'foreignkey', 'primary', 'unique' or 'check'",
        )
    if operation.kind == "primary":  # it has no name there
        return [f"ALTER TABLE {compiler.table(operation.table)} DROP PRIMARY KEY"]
    words = _DROPPED.get(operation.kind)
    if operation.if_exists and words and getattr(compiler.dialect, "is_mariadb", False):
        name = compiler.quote(operation.name or "")
        return [f"ALTER TABLE {compiler.table(operation.table)} DROP {words} IF EXISTS {name}"]
    return compiler.default(operation)


_DROPPED = {"foreignkey": "FOREIGN KEY", "unique": "INDEX", "check": "CONSTRAINT"}


@compiles(ops.DropIndex, "mysql")
def drop_index(operation: ops.DropIndex, compiler: Compiler) -> Iterable[Compiled]:
    """DROP INDEX, which names the table."""
    if operation.table is None and operation.origin is None:
        raise CannotCompile(
            f"{compiler.dialect.name} cannot drop index {operation.name} without knowing its table",
            hint="pass table_name",
        )
    if operation.if_exists and not getattr(compiler.dialect, "is_mariadb", False):
        operation = replace(operation, if_exists=False)  # MySQL has no IF EXISTS here
    return compiler.default(operation)
