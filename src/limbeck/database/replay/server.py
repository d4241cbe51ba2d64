"""
What a server does beyond what an operation says.

Responsible for named types that come and go with a table, for columns that are numbered, for names where none is given,
and for what MySQL forgets.  Does not know revisions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import singledispatch
from typing import Any, cast

import sqlalchemy as sa

from limbeck.database.normalise import Facts, named
from limbeck.database.numbering import numbering
from limbeck.operations import (
    UNCHANGED,
    AddColumn,
    AddConstraint,
    AlterColumn,
    CreateTable,
    DropConstraint,
    DropTable,
    Operation,
    RecreateTable,
    RenameTable,
)
from limbeck.schema import (
    Column,
    ForeignKey,
    Index,
    Key,
    PrimaryKey,
    SchemaState,
    Table,
    TableName,
    Unique,
    View,
)
from limbeck.schema.mentions import mentions

_MYSQL = {"mysql", "mariadb"}


def carried_out(operation: Operation, schema: SchemaState, dialect: sa.Dialect) -> SchemaState:
    """The schema after `operation`, as the server would have it.  Raises SchemaError when it does not fit."""
    if isinstance(operation, RecreateTable):
        return _recreated(operation, schema, dialect)
    schema = _with_types(operation, schema, dialect)
    meant = _meant(operation, dialect)
    after = meant.apply(schema)
    after = _without_types(operation, after, dialect)
    if dialect.name in _MYSQL:
        if isinstance(operation, RenameTable):
            after = _keys_renamed(operation, after)
        elif isinstance(operation, DropConstraint):
            after = _with_index_left(operation, schema, after)
    return _named(meant, after, dialect)


def _recreated(operation: RecreateTable, schema: SchemaState, dialect: sa.Dialect) -> SchemaState:
    """A batch, whose operations are carried out one by one; its own part is the order of columns."""
    for one in operation.operations:
        start = replace(operation, operations=(), partial_reordering=())
        schema = carried_out(one, start.apply(schema), dialect)
    return replace(operation, operations=(), copy_from=None).apply(schema)


# Columns


@singledispatch
def _meant(operation: Any, dialect: sa.Dialect) -> Operation:
    """The operation, in which everything is said that the server adds."""
    return cast("Operation", operation)


@_meant.register
def _(operation: CreateTable, dialect: sa.Dialect) -> Operation:
    table = operation.table
    columns = tuple(_numbered(column, dialect) for column in table.columns)
    return replace(operation, table=table.with_columns(columns))


@_meant.register
def _(operation: AddColumn, dialect: sa.Dialect) -> Operation:
    return replace(operation, column=_numbered(operation.column, dialect))


@_meant.register
def _(operation: AlterColumn, dialect: sa.Dialect) -> Operation:
    if dialect.name == "postgresql" and operation.default is not UNCHANGED:
        # The numbers of a serial column are its default.
        return replace(operation, autoincrement=False)
    if dialect.name in _MYSQL and _says_all(operation):
        # MODIFY and CHANGE say all of a column, as the author says it is.
        said = operation.existing
        return replace(
            operation,
            type=_first(operation.type, said.type),
            nullable=_first(operation.nullable, said.nullable),
            default=_first(operation.default, said.default),
            comment=_first(operation.comment, said.comment),
            autoincrement=_first(operation.autoincrement, said.autoincrement),
        )
    return operation


def _says_all(operation: AlterColumn) -> bool:
    """Whether it is more than a default or a name, for which there are statements of their own."""
    others = (operation.type, operation.nullable, operation.comment, operation.autoincrement)
    return any(change is not UNCHANGED for change in others)


def _first(new: Any, old: Any) -> Any:
    return old if new is UNCHANGED else new


def _numbered(column: Column, dialect: sa.Dialect) -> Column:
    """The column with what `autoincrement="auto"` comes to."""
    origin = column.origin
    if isinstance(origin, sa.Column) and isinstance(getattr(origin, "table", None), sa.Table):
        return replace(column, autoincrement=numbering(origin.table, dialect)(origin))
    return replace(column, autoincrement=column.autoincrement is True)


# Types with a name


def _with_types(operation: Operation, schema: SchemaState, dialect: sa.Dialect) -> SchemaState:
    """The schema with the named types that SQLAlchemy creates with a table."""
    if dialect.name != "postgresql" or not isinstance(operation, CreateTable):
        return schema
    if _is_there(operation, schema):
        return schema
    from limbeck.database.convert import to_sqlalchemy
    from limbeck.database.read.named_types import named_types

    for item in named_types((), [to_sqlalchemy(operation.table)], dialect):
        if item.key not in schema.objects and getattr(item.origin, "create_type", True):
            schema = schema.with_object(item)
    return schema


def _is_there(operation: CreateTable, schema: SchemaState) -> bool:
    return operation.if_not_exists and operation.table.name in schema


def _without_types(operation: Operation, schema: SchemaState, dialect: sa.Dialect) -> SchemaState:
    """The schema without the types that SQLAlchemy drops with a table."""
    if dialect.name != "postgresql" or not isinstance(operation, DropTable):
        return schema
    for name in _dropped_types(operation, dialect):
        key = Key("enum", name)
        if key in schema.objects:
            schema = schema.without_object(key)
    return schema


def _dropped_types(operation: DropTable, dialect: sa.Dialect) -> Iterator[TableName]:
    from limbeck.database.compile import Compiler

    table = operation.origin
    if not isinstance(table, sa.Table) or not len(table.columns):
        return
    done: list[Any] = []
    compiler = Compiler(dialect)
    given: dict[str, Any] = {"checkfirst": False, "_ddl_runner": compiler}
    connection = cast("Any", compiler.recording(done.append))
    table.dispatch.before_drop(table, connection, **given)
    table.dispatch.after_drop(table, connection, **given)
    for item in done:
        type = getattr(item, "element", None)
        if isinstance(type, sa.types.TypeEngine) and getattr(type, "name", None):
            named_type = cast("Any", type)
            yield TableName(str(named_type.name), named_type.schema)


# Names


def _named(operation: Operation, schema: SchemaState, dialect: sa.Dialect) -> SchemaState:
    """The schema in which constraints that were made without a name have the server's."""
    if not isinstance(operation, (CreateTable, AddColumn, AddConstraint)):
        return schema
    table = operation.table
    name = table.name if isinstance(table, Table) else table
    if all(item.name is not None for item in schema[name].constraints):
        return schema
    if dialect.name in _MYSQL:
        return schema.with_table(_with_keys_named(schema[name]))
    (made,) = named(SchemaState([schema[name]]), dialect, Facts.default(dialect))
    return schema.with_table(replace(made, origin=None))


def _with_keys_named(table: Table) -> Table:
    """Unique constraints are called after their first column, as long as nothing else is
    (dev.mysql.com/doc/refman/en/create-index.html; `make_unique_key_name` in sql_table.cc).
    """
    taken = {item.name for item in (*table.constraints, *table.indexes)}
    constraints: list[Any] = []
    for item in table.constraints:
        if isinstance(item, Unique) and item.name is None and item.columns[0] not in taken:
            taken.add(item.columns[0])
            constraints.append(replace(item, name=item.columns[0], origin=None))
        else:
            constraints.append(item)
    return replace(table, constraints=tuple(constraints), origin=None)


_OWN_NAME = re.compile(r"_ibfk_\d+\Z")


def _keys_renamed(operation: RenameTable, schema: SchemaState) -> SchemaState:
    """Foreign keys that InnoDB has named after their table get the new name
    (dev.mysql.com/doc/refman/en/create-table-foreign-keys.html).
    """
    table = schema[operation.renamed]
    old, new = operation.table.name, operation.new_name

    def renamed(item: Any) -> Any:
        own = isinstance(item, ForeignKey) and item.name and _OWN_NAME.sub("", item.name) == old
        return replace(item, name=f"{new}{item.name[len(old) :]}", origin=None) if own else item

    constraints: Iterable[Any] = (renamed(item) for item in table.constraints)
    return schema.with_table(replace(table, constraints=tuple(constraints)))


def _with_index_left(
    operation: DropConstraint, before: SchemaState, after: SchemaState
) -> SchemaState:
    """The index that InnoDB has made for a foreign key stays when that is dropped."""
    if operation.table not in after:
        return after
    table = after[operation.table]
    gone = [key for key in before[operation.table].foreign_keys if key not in table.foreign_keys]
    for key in gone:
        if any(_leads(columns, key.columns) for columns in _indexed(table)):
            continue
        chosen = key.name is None or _OWN_NAME.search(key.name) is not None
        left = Index(key.columns[0] if chosen else key.name, key.columns)
        table = replace(table, indexes=(*table.indexes, left), origin=None)
    return after.with_table(table)


def _indexed(table: Table) -> Iterator[tuple[str, ...]]:
    yield from (index.elements for index in table.indexes)
    for item in table.constraints:
        if isinstance(item, (PrimaryKey, Unique, ForeignKey)):
            yield item.columns


def _leads(columns: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return columns[: len(wanted)] == wanted


def followers(operation: Operation, schema: SchemaState, dialect: sa.Dialect) -> Iterator[Key]:
    """The views whose text the server changes when a table or column gets another name; MySQL leaves it alone."""
    if dialect.name in _MYSQL:
        return
    old: str | None = None
    if isinstance(operation, RenameTable):
        old = operation.table.name
    elif isinstance(operation, AlterColumn) and operation.new_name not in {None, operation.column}:
        old = operation.column
    elif isinstance(operation, RecreateTable):
        for one in operation.operations:
            yield from followers(one, schema, dialect)
    if old is None:
        return
    for key, item in schema.objects.items():
        if isinstance(item, View) and mentions(item.sql, old):
            yield key
