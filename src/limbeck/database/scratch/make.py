"""
Tables and objects, made in a scratch database and read back.

Responsible for the targets of foreign keys, without which nothing can be made, for the order, and for going on when the server refuses something.  Does not know why anyone wants to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck import operations as ops
from limbeck.database.compile import Compiler
from limbeck.database.read import read
from limbeck.database.scratch.at_once import at_once
from limbeck.errors import LimbeckError
from limbeck.schema import (
    Column,
    ForeignKey,
    Grant,
    Key,
    SchemaState,
    Standalone,
    Table,
    TableName,
    Trigger,
    Type,
    Unique,
)
from limbeck.schema.objects import Constraint, Index
from limbeck.values import dataclass, field

if TYPE_CHECKING:
    from limbeck.database.scratch import Scratch
    from limbeck.database.scratch.needs import Owner

_TYPES = {"enum", "domain", "composite", "sequence"}
_ROUTINES = {"function", "procedure"}
# Where a table can be made whose foreign keys lead nowhere: SQLite does not look, the others need not.  To them each
# statement that changes a table is as dear as one that makes it.
_BLIND = {"sqlite", "mysql", "mariadb"}
# Drivers that send a text as it is, so that it may hold several statements.
_SEVERAL = {"psycopg", "psycopg2"}


@dataclass(frozen=True)
class Unit:
    """What is made together, for one table or object."""

    owner: Owner
    statements: tuple[str, ...]


@dataclass(frozen=True)
class ReadBack:
    """What came out, and the server's message for what could not be made."""

    state: SchemaState
    failed: Mapping[Owner, str] = field(default_factory=dict)


def stubs(tables: Sequence[Table], everything: SchemaState) -> list[Table]:
    """The least of each table that foreign keys lead to, and that is not made itself: columns that can be referred to."""
    made = {table.name for table in tables}
    wanted: dict[TableName, dict[tuple[str, ...], ForeignKey]] = {}
    for table in tables:
        for key in table.foreign_keys:
            if key.target not in made:
                wanted.setdefault(key.target, {})[key.target_columns] = key
    owners = {id(key): table for table in tables for key in table.foreign_keys}
    return [
        _stub(name, keys, [owners[id(key)] for key in keys.values()], everything)
        for name, keys in wanted.items()
    ]


def _stub(
    name: TableName,
    keys: Mapping[tuple[str, ...], ForeignKey],
    referring: Sequence[Table],
    everything: SchemaState,
) -> Table:
    types: dict[str, Type] = {}
    known_tables = {table.name: table for table in everything}
    for (columns, key), table in zip(keys.items(), referring, strict=True):
        for own, target in zip(key.columns, columns, strict=False):
            known = known_tables.get(name)
            types[target] = known[target].type if known and target in known else table[own].type
    return Table(
        name,
        tuple(
            Column(column, type, nullable=False, autoincrement=False)
            for column, type in types.items()
        ),
        tuple(Unique(columns) for columns in keys if columns),
    )


def units(
    tables: Sequence[Table],
    objects: Sequence[Standalone],
    extra: Sequence[Table],
    dialect: sa.Dialect,
) -> Iterator[Unit]:
    """All that is to be made, in an order in which most of it can be.

    Types and functions come first, foreign keys when all tables are there, then what is built upon tables.
    """
    compiler = Compiler(dialect)
    early = [item for item in objects if item.key.kind in _TYPES | _ROUTINES]
    late = [item for item in objects if item not in early and not isinstance(item, Grant)]
    for item in sorted(early, key=lambda item: item.key.kind in _ROUTINES):
        yield _unit(item.key, [ops.CreateObject(item)], compiler)
    inline = dialect.name in _BLIND
    for table in (*extra, *tables):
        yield _unit(table.name, [ops.CreateTable(_makeable(table, inline=inline))], compiler)
    if not inline:
        for table in tables:
            for key in table.foreign_keys:
                bare = replace(key, origin=None)
                yield _unit(table.name, [ops.AddConstraint(table.name, bare)], compiler)
    for item in sorted(late, key=lambda item: isinstance(item, Trigger)):
        yield _unit(item.key, [ops.CreateObject(item)], compiler)


def _makeable(table: Table, *, inline: bool) -> Table:
    constraints: tuple[Constraint, ...] = tuple(
        replace(c, origin=None) if isinstance(c, ForeignKey) else c
        for c in table.constraints
        if inline or not isinstance(c, ForeignKey)
    )
    return replace(
        table,
        constraints=constraints,
        indexes=tuple(_at_once(index) for index in table.indexes),
        origin=None,
    )


def _at_once(index: Index) -> Index:
    """An index without CONCURRENTLY, which cannot be done in a transaction and leaves no trace."""
    kept = tuple(
        (name, value)
        for name, value in index.options
        if name not in {"postgresql_concurrently", "postgresql_invalid"}
    )
    return replace(index, options=kept, origin=None)


def _unit(owner: Owner, operations: Iterable[ops.Operation], compiler: Compiler) -> Unit:
    texts: list[str] = []
    for operation in operations:
        try:
            texts += [statement.text for statement in compiler.statements(operation)]
        except LimbeckError as error:  # noqa: PERF203 - each is tried by itself
            texts.append(f"{_CANNOT}{error.message}")
    # Types with a name are made before all tables, from their own values.
    kept = (
        text
        for text in texts
        if not text.startswith(("CREATE TYPE", "CREATE DOMAIN")) or isinstance(owner, Key)
    )
    if compiler.dialect.name in {"mysql", "mariadb"}:
        return Unit(owner, tuple(at_once(list(kept))))
    return Unit(owner, tuple(kept))


_CANNOT = "-- cannot be compiled: "


def make(scratch: Scratch, given: Sequence[Unit]) -> dict[Owner, str]:
    """Carry out what the units say; gives the server's message for what it refused.

    All at once where the driver can, else, or when something is refused, one by one, again as long as that helps.
    """
    connection = scratch.connection
    connection.execution_options(no_parameters=True)
    hopeless = {
        unit.owner: text[len(_CANNOT) :]
        for unit in given
        for text in unit.statements
        if text.startswith(_CANNOT)
    }
    pending = [unit for unit in given if unit.owner not in hopeless]
    if connection.dialect.driver in _SEVERAL and _all_at_once(connection, pending):
        return hopeless
    return hopeless | _one_by_one(connection, pending)


def _all_at_once(connection: sa.Connection, pending: Sequence[Unit]) -> bool:
    text = ";\n".join(statement for unit in pending for statement in unit.statements)
    if not text:
        return True
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(text)
    except sa.exc.DBAPIError:
        return False
    return True


def _one_by_one(connection: sa.Connection, pending: list[Unit]) -> dict[Owner, str]:
    first: dict[Owner, str] = {}
    left = [(unit, list(unit.statements)) for unit in pending]
    while left:
        still = [(unit, rest) for unit, rest in left if not _done(connection, unit, rest, first)]
        if len(still) == len(left):
            break
        left = still
    return {unit.owner: first[unit.owner] for unit, _ in left}


def _done(connection: sa.Connection, unit: Unit, rest: list[str], first: dict[Owner, str]) -> bool:
    try:
        while rest:
            if connection.dialect.name == "postgresql":
                with connection.begin_nested():
                    connection.exec_driver_sql(rest[0])
            else:
                connection.exec_driver_sql(rest[0])
            rest.pop(0)
    except sa.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        first.setdefault(unit.owner, _message(cause))
        return False
    return True


def _message(cause: BaseException) -> str:
    """What the server says, in one line; MySQL's drivers give a number first."""
    said = cause.args[1] if len(cause.args) > 1 and isinstance(cause.args[0], int) else cause
    return (str(said).strip() or type(cause).__name__).splitlines()[0]


def read_back(
    scratch: Scratch,
    tables: Sequence[Table],
    objects: Sequence[Standalone],
    everything: SchemaState,
) -> ReadBack:
    """These tables and objects as the server has them, under the names that they have in the real database."""
    missing = {
        owner: f"schema {schema} cannot be had in {scratch}"
        for owner, schema in _schemas(tables, objects)
        if schema not in scratch.schemas
    }
    tables = [_moved(table, scratch.schemas) for table in tables if table.name not in missing]
    everything_here = SchemaState(
        [
            _moved(table, scratch.schemas)
            for table in everything
            if table.name.schema in scratch.schemas
        ],
        everything.objects.values(),
    )
    objects = [item for item in objects if item.key not in missing]
    dialect = scratch.connection.dialect
    extra = [] if dialect.name in _BLIND else stubs(tables, everything_here)
    with _blind(scratch.connection):
        failed = make(scratch, list(units(tables, objects, extra, dialect)))
    state = read(scratch.connection, schemas=list(scratch.schemas.values()))
    back = {own: real for real, own in scratch.schemas.items()}
    moved = SchemaState([_moved(table, back) for table in state], state.objects.values())
    told = {
        (
            TableName(owner.name, back.get(owner.schema, owner.schema))
            if not isinstance(owner, Key)
            else owner
        ): why
        for owner, why in failed.items()
    }
    return ReadBack(moved, told | missing)


@contextmanager
def _blind(connection: sa.Connection) -> Iterator[None]:
    """MySQL and MariaDB make foreign keys without looking where they lead."""
    if connection.dialect.name not in {"mysql", "mariadb"}:
        yield
        return
    connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
    try:
        yield
    finally:
        connection.exec_driver_sql("SET SESSION foreign_key_checks = 1")


def _schemas(
    tables: Sequence[Table], objects: Sequence[Standalone]
) -> Iterator[tuple[Owner, str | None]]:
    for table in tables:
        yield table.name, table.name.schema
        for key in table.foreign_keys:
            yield table.name, key.target.schema
    for item in objects:
        yield item.key, item.key.name.schema


def _moved(table: Table, schemas: Mapping[str | None, str | None]) -> Table:
    """The table, and the targets of its foreign keys, in schemas of other names."""
    if all(old == new for old, new in schemas.items()):
        return table

    def name(given: TableName) -> TableName:
        return TableName(given.name, schemas.get(given.schema, given.schema))

    constraints = tuple(
        replace(c, target=name(c.target), origin=None) if isinstance(c, ForeignKey) else c
        for c in table.constraints
    )
    return replace(table, name=name(table.name), constraints=constraints)
