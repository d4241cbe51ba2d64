"""
SQL of an author's own, tried on SQLite in memory.

Responsible for what it makes of the tables that it names: SQLite itself says so.  Does not know rows, nor other servers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.database.types.origins import with_types
from limbeck.operations import CreateObject, CreateTable, DropObject, DropTable, Operation
from limbeck.schema import SchemaState, Standalone, Table

if TYPE_CHECKING:
    from limbeck.database.compile import Compiler


class Refused(ValueError):
    """SQLite would not do it, and says why."""


def carried_out(
    text: str, dialect: sa.Dialect, schema: SchemaState
) -> tuple[list[Operation], SchemaState]:
    """The tables and objects that a statement makes and drops, and the schema after it.  Raises Refused."""
    from limbeck.database.read import read

    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    try:
        with engine.connect() as connection:
            for statement in _statements(with_types(_concerned(text, schema), dialect), dialect):
                connection.exec_driver_sql(statement)
            before = read(connection)
            connection.exec_driver_sql(text)
            after = read(connection)
    except sa.exc.DBAPIError as error:
        raise Refused(str(error.orig)) from None
    finally:
        engine.dispose()
    return list(_operations(before, after)), _merged(schema, before, after)


def _concerned(text: str, schema: SchemaState) -> SchemaState:
    """What the statement may name, with all that hangs on it."""
    folded = text.casefold()
    tables = [table for table in schema if _mentions(folded, table, schema)]
    names = [table.name.name.casefold() for table in tables]
    items = [
        item
        for key, item in schema.objects.items()
        if key.name.name.casefold() in folded
        or any(name in repr(item).casefold() for name in names)
    ]
    texts = " ".join(repr(item).casefold() for item in items)
    more = [
        table for table in schema if table.name.name.casefold() in texts and table not in tables
    ]
    return SchemaState([*tables, *more], items)


def _mentions(folded: str, table: Table, schema: SchemaState) -> bool:
    names = [table.name.name, *(key.target.name for key in table.foreign_keys)]
    names += [index.name for index in table.indexes if index.name is not None]
    return any(name.casefold() in folded for name in names)


def _statements(state: SchemaState, dialect: sa.Dialect) -> Iterator[str]:
    from limbeck.database.compile import Compiler
    from limbeck.errors import CannotCompile

    compiler = Compiler(dialect, literal=True)
    operations: list[Operation] = [CreateTable(_here(table)) for table in state]
    # What is built upon others comes later; a view does not mind what it selects from before it is asked.
    ordered = sorted(state.objects.values(), key=lambda item: item.key.kind == "trigger")
    operations += [CreateObject(item) for item in ordered]
    try:
        for operation in operations:
            yield from _texts(operation, compiler)
    except CannotCompile as error:
        raise Refused(error.message) from None


def _texts(operation: Operation, compiler: Compiler) -> list[str]:
    return [statement.text for statement in compiler.statements(operation)]


def _here(table: Table) -> Table:
    if table.name.schema is not None:
        raise Refused(f"{table.name} is in another file")
    return replace(table, origin=None)


def _operations(before: SchemaState, after: SchemaState) -> Iterator[Operation]:
    for table in before:
        if table.name not in after:
            yield DropTable(table.name)
    for table in after:
        if table.name not in before:
            yield CreateTable(table)
    for key, item in before.objects.items():
        if key not in after.objects:
            yield DropObject(key, item)
    for key, item in after.objects.items():
        if key not in before.objects:
            yield CreateObject(item)


def _merged(schema: SchemaState, before: SchemaState, after: SchemaState) -> SchemaState:
    """The schema with what is other after than before; the rest keeps what it came from."""
    names = {table.name for table in before}
    tables: list[Table] = []
    for table in schema:
        if table.name not in names:
            tables.append(table)
        elif table.name in after:
            tables.append(_changed(table, before[table.name], after[table.name]))
    tables += [table for table in after if table.name not in names]
    return SchemaState(tables, _objects(schema, before, after))


def _changed(known: Table, before: Table, after: Table) -> Table:
    if before == after:
        return known
    columns = {column.name: column for column in before.columns}
    return after.with_columns(
        known[column.name] if columns.get(column.name) == column else column
        for column in after.columns
    )


def _objects(schema: SchemaState, before: SchemaState, after: SchemaState) -> Iterable[Standalone]:
    found = {key: item for key, item in schema.objects.items() if key not in before.objects}
    for key, item in after.objects.items():
        same = key in schema.objects and before.objects.get(key) == item
        found[key] = schema.objects[key] if same else item
    return found.values()
