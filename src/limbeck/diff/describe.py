"""
An operation in one line, for people.

Responsible for the words; the same operation always has the same ones.  Does not know SQL, though it reads a little
like it, nor Python.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from limbeck import operations as ops
from limbeck.operations import UNCHANGED
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Default,
    Exclude,
    ForeignKey,
    Generated,
    Grant,
    Index,
    Options,
    PrimaryKey,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@singledispatch
def describe(operation: object) -> str:
    """What an operation does, in one line: "add column users.age integer NOT NULL"."""
    return type(operation).__name__


def described_column(column: Column) -> str:
    """A column without its name: "integer NOT NULL DEFAULT 0"."""
    words = [column.type.sql]
    if not column.nullable:
        words.append("NOT NULL")
    if column.default is not None:
        words.append(_generated(column.default))
    if column.autoincrement is True:
        words.append("autoincrement")
    return " ".join(words)


def _generated(default: Generated) -> str:
    if isinstance(default, Default):
        return f"DEFAULT {default.sql}"
    if isinstance(default, Computed):
        stored = {None: "", True: " STORED", False: " VIRTUAL"}[default.persisted]
        return f"GENERATED ALWAYS AS ({default.sql}){stored}"
    return f"GENERATED {'ALWAYS' if default.always else 'BY DEFAULT'} AS IDENTITY{_options(default.options)}"


def _options(options: Options) -> str:
    if not options:
        return ""
    return " (" + ", ".join(f"{name}={value}" for name, value in options) + ")"


def _listed(names: Iterable[str]) -> str:
    return "(" + ", ".join(names) + ")"


def described_part(part: Constraint | Index) -> str:
    """A constraint or an index, without its table: "unique constraint uq_email (email)"."""
    name = f" {part.name}" if part.name is not None else ""
    if isinstance(part, Index):
        kind = "unique index" if part.unique else "index"
        return f"{kind}{name} {_listed(part.elements)}{_options(part.options)}"
    if isinstance(part, Check):
        return f"check{name} ({part.sql}){_options(part.options)}"
    if isinstance(part, Exclude):
        elements = _listed(f"{element} WITH {by}" for element, by in part.elements)
        where = f" WHERE {part.where}" if part.where else ""
        return (
            f"exclude constraint{name} USING {part.using} {elements}{where}{_options(part.options)}"
        )
    words = {PrimaryKey: "primary key", Unique: "unique constraint", ForeignKey: "foreign key"}
    target = ""
    if isinstance(part, ForeignKey):
        target = f" -> {part.target}{_listed(part.target_columns)}{_actions(part)}"
    return f"{words[type(part)]}{name} {_listed(part.columns)}{target}{_options(part.options)}"


def _actions(key: ForeignKey) -> str:
    text = f" ON DELETE {key.ondelete}" if key.ondelete else ""
    return text + (f" ON UPDATE {key.onupdate}" if key.onupdate else "")


@describe.register
def _(operation: ops.CreateTable) -> str:
    return f"create table {operation.table.name} {_listed(c.name for c in operation.table.columns)}"


@describe.register
def _(operation: ops.DropTable) -> str:
    return f"drop table {operation.table}"


@describe.register
def _(operation: ops.RenameTable) -> str:
    return f"rename table {operation.table} to {operation.new_name}"


@describe.register
def _(operation: ops.SetTableComment) -> str:
    return f"comment on table {operation.table}: {operation.comment or 'none'}"


@describe.register
def _(operation: ops.SetTableOptions) -> str:
    set_ = dict(operation.after)
    words = [f"{name}={value}" for name, value in set_.items()]
    words += [f"{name} as usual" for name, _ in operation.before if name not in set_]
    if operation.prefixes is not UNCHANGED:
        words.append(" ".join(operation.prefixes) or "no prefixes")
    return f"set options of table {operation.table}: {', '.join(words)}"


@describe.register
def _(operation: ops.AddColumn) -> str:
    place = ""
    if operation.insert_after is not None:
        place = f" after {operation.insert_after}"
    elif operation.insert_before is not None:
        place = f" before {operation.insert_before}"
    name = f"{operation.table}.{operation.column.name}"
    return f"add column {name} {described_column(operation.column)}{place}"


@describe.register
def _(operation: ops.DropColumn) -> str:
    return f"drop column {operation.table}.{operation.column}"


@describe.register
def _(operation: ops.AlterColumn) -> str:
    words: list[str] = []
    if operation.type is not UNCHANGED:
        using = dict(operation.options).get("postgresql_using")
        words.append(f"type {operation.type.sql}" + (f" using {using}" if using else ""))
    if operation.nullable is not UNCHANGED:
        words.append("NULL" if operation.nullable else "NOT NULL")
    if operation.default is not UNCHANGED:
        words.append(_generated(operation.default) if operation.default else "no default")
    if operation.comment is not UNCHANGED:
        words.append(f"comment {operation.comment or 'none'}")
    if operation.autoincrement is not UNCHANGED:
        words.append("autoincrement" if operation.autoincrement else "no autoincrement")
    if operation.insert_after is not None:
        words.append(f"after {operation.insert_after}")
    if operation.insert_before is not None:
        words.append(f"before {operation.insert_before}")
    where = f"{operation.table}.{operation.column}"
    if operation.new_name is not None and not words:
        return f"rename column {where} to {operation.new_name}"
    if operation.new_name is not None:
        words.insert(0, f"name {operation.new_name}")
    return f"alter column {where}: {', '.join(words) or 'nothing'}"


@describe.register
def _(operation: ops.AddConstraint) -> str:
    return f"add {described_part(operation.constraint)} to {operation.table}"


@describe.register
def _(operation: ops.DropConstraint) -> str:
    if operation.existing is not None:
        return f"drop {described_part(operation.existing)} of {operation.table}"
    return f"drop constraint {operation.name} of {operation.table}"


@describe.register
def _(operation: ops.RenameConstraint) -> str:
    return f"rename constraint {operation.old} of {operation.table} to {operation.new}"


@describe.register
def _(operation: ops.ValidateConstraint) -> str:
    return f"validate constraint {operation.name} of {operation.table}"


@describe.register
def _(operation: ops.SetConstraintComment) -> str:
    what = f"constraint {operation.name} of {operation.table}"
    return (
        f"comment on {what}: {operation.comment}" if operation.comment else f"no comment on {what}"
    )


@describe.register
def _(operation: ops.CreateIndex) -> str:
    return f"create {described_part(operation.index)} on {operation.table}"


@describe.register
def _(operation: ops.DropIndex) -> str:
    return f"drop index {operation.name}" + (f" of {operation.table}" if operation.table else "")


@describe.register
def _(operation: ops.RenameIndex) -> str:
    return f"rename index {operation.old} of {operation.table} to {operation.new}"


@describe.register
def _(operation: ops.FillColumn) -> str:
    return f"fill column {operation.table}.{operation.column} with {operation.value_sql} where it is NULL"


@describe.register
def _(operation: ops.CreateObject) -> str:
    item = operation.object
    return f"grant {_granted(item)}" if isinstance(item, Grant) else f"create {item.key}"


@describe.register
def _(operation: ops.DropObject) -> str:
    item = operation.existing
    return f"revoke {_granted(item)}" if isinstance(item, Grant) else f"drop {operation.key}"


def _granted(grant: Grant) -> str:
    name = f"{grant.name}({grant.signature})" if grant.signature else str(grant.name)
    return f"{', '.join(grant.privileges)} on {grant.kind} {name}: {grant.role}"


@describe.register
def _(operation: ops.ReplaceObject) -> str:
    item = operation.after
    return f"grant just {_granted(item)}" if isinstance(item, Grant) else f"replace {item.key}"


@describe.register
def _(operation: ops.RenameObject) -> str:
    return f"rename {operation.key} to {operation.new}"


@describe.register
def _(operation: ops.AddEnumValue) -> str:
    place = f" after {operation.after!r}" if operation.after is not None else ""
    if operation.before is not None:
        place = f" before {operation.before!r}"
    return f"add value {operation.value!r} to enum {operation.name}{place}"


@describe.register
def _(operation: ops.RenameEnumValue) -> str:
    return f"rename value {operation.old!r} of enum {operation.name} to {operation.new!r}"


@describe.register
def _(operation: ops.ReplaceEnum) -> str:
    return (
        f"replace enum {operation.name} ({', '.join(operation.values_before)}) "
        f"by ({', '.join(operation.values_after)})"
    )


@describe.register
def _(operation: ops.RecreateTable) -> str:
    inner = "; ".join(describe(part) for part in operation.operations)
    return f"recreate table {operation.table}: {inner or 'nothing'}"


@describe.register
def _(operation: ops.InsertRows) -> str:
    count = len(operation.rows)
    return f"insert {count} row{'' if count == 1 else 's'} into {operation.table}"


@describe.register
def _(operation: ops.Execute) -> str:
    first = " ".join(str(operation.statement).split())
    return f"execute {first[:60]}{'…' if len(first) > 60 else ''}"


__all__ = ["describe", "described_column", "described_part"]
