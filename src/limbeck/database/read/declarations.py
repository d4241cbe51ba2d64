"""
From the declarations of `limbeck.objects` to values of the schema.

Responsible for schemas that are taken from the MetaData, and for queries of SQLAlchemy as SQL.  Does not know how the
server spells what is declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from limbeck import objects
from limbeck.database import convert
from limbeck.database.render import render
from limbeck.database.sqlite.tokens import tokens
from limbeck.errors import CannotCompile, ModelsFailed
from limbeck.schema import (
    Composite,
    Domain,
    Expression,
    Extension,
    Grant,
    Index,
    Policy,
    Routine,
    Standalone,
    TableName,
    Trigger,
    Type,
    View,
    options,
)
from limbeck.schema.layout import dedented

if TYPE_CHECKING:
    from limbeck.objects import Declared

_ONLY_POSTGRESQL = (
    objects.Policy,
    objects.RowSecurity,
    objects.Extension,
    objects.Domain,
    objects.Composite,
)


def standalone(metadata: sa.MetaData, dialect: sa.Dialect) -> Iterator[Standalone]:
    """What is declared on a MetaData, except RowSecurity, which is an option of a table, and what only says of others
    what they were called.

    What a dialect has no notion of is left out: a model may be used with several.
    """
    for item in objects.declared(metadata):
        if isinstance(item, (objects.RowSecurity, objects.Renamed)):
            continue
        if dialect.name != "postgresql" and isinstance(item, _ONLY_POSTGRESQL):
            continue
        yield value(item, item.schema or metadata.schema, dialect)


@singledispatch
def value(item: Declared, schema: str | None, dialect: sa.Dialect) -> Standalone:
    """One declaration as a value; `schema` is the one that it is in."""
    raise TypeError(f"{type(item).__name__} is no declaration of limbeck.objects")


@value.register
def _(item: objects.View, schema: str | None, dialect: sa.Dialect) -> Standalone:
    return View(
        TableName(item.name, schema),
        _query(item, dialect),
        item.materialized,
        tuple(_view_index(index) for index in item.indexes),
        options({f"postgresql_{key}": found for key, found in item.options.items()}),
        item.comment,
        origin=item,
    )


def _query(item: objects.View, dialect: sa.Dialect) -> str:
    if isinstance(item.query, str):
        # Where a text goes over lines, its indentation is no matter of layout.
        cut = any("\n" in t.text for t in tokens(item.query) if t.kind in {"string", "quoted"})
        text = item.query if cut else dedented(item.query)
        return text.strip().rstrip(";").rstrip()
    if not isinstance(item.query, sa.ClauseElement):
        raise ModelsFailed(
            f"The query of view {item.name} is {type(item.query).__name__}, neither SQL nor a select().",
        )
    try:
        return render(item.query, None, dialect)
    except CannotCompile as error:
        raise ModelsFailed(f"The query of view {item.name} has no SQL: {error.message}") from error


def _view_index(given: objects.ViewIndex) -> Index:
    elements = tuple(
        Expression(column) if column.startswith("(") or " " in column else column
        for column in given.columns
    )
    found: dict[str, object] = {}
    if given.using is not None:
        found["postgresql_using"] = given.using
    if given.where is not None:
        found["postgresql_where"] = given.where
    return Index(given.name, elements, given.unique, options(found))


@value.register
def _(item: objects.Function, schema: str | None, dialect: sa.Dialect) -> Standalone:
    return _routine(item, schema, procedure=False)


@value.register
def _(item: objects.Procedure, schema: str | None, dialect: sa.Dialect) -> Standalone:
    return _routine(item, schema, procedure=True)


def _routine(
    item: objects.Function | objects.Procedure, schema: str | None, *, procedure: bool
) -> Routine:
    return Routine(
        TableName(item.name, schema),
        item.arguments.strip(),
        item.definition.strip(),
        procedure,
        signature=item.arguments.strip(),
        comment=item.comment,
    )


@value.register
def _(item: objects.Trigger, schema: str | None, dialect: sa.Dialect) -> Standalone:
    table = TableName(item.table, schema)
    return Trigger(item.name, table, item.definition.strip(), comment=item.comment)


@value.register
def _(item: objects.Policy, schema: str | None, dialect: sa.Dialect) -> Standalone:
    return Policy(
        item.name,
        TableName(item.table, schema),
        item.command.upper(),
        item.permissive,
        tuple(sorted(item.roles)),
        item.using,
        item.check,
        item.comment,
    )


@value.register
def _(item: objects.Extension, schema: str | None, dialect: sa.Dialect) -> Standalone:
    # The schema of the MetaData is that of tables.
    return Extension(item.name, item.schema, item.version)


@value.register
def _(item: objects.Grant, schema: str | None, dialect: sa.Dialect) -> Standalone:
    return Grant(
        item.kind.lower(),
        TableName(item.name, None if item.kind == "schema" else schema),
        item.role,
        _privileges(item.privileges),
        _privileges(item.grantable),
        item.arguments,
    )


def _privileges(given: Any) -> tuple[str, ...]:
    return tuple(sorted({_privilege(privilege) for privilege in given}))


def _privilege(given: str) -> str:
    """In capital letters, but for the columns that it may be for: UPDATE (name, age)."""
    name, bracket, columns = given.partition("(")
    listed = sorted(column.strip() for column in columns.rstrip(") ").split(","))
    return f"{name.strip().upper()} ({', '.join(listed)})" if bracket else given.strip().upper()


@value.register
def _(item: objects.Domain, schema: str | None, dialect: sa.Dialect) -> Standalone:
    return Domain(
        TableName(item.name, schema),
        _type(item.type, dialect),
        item.nullable,
        item.default,
        tuple(sorted(item.checks, key=str)),
        item.comment,
        origin=item,
    )


@value.register
def _(item: objects.Composite, schema: str | None, dialect: sa.Dialect) -> Standalone:
    attributes = tuple((name, _type(given, dialect)) for name, given in item.attributes)
    return Composite(TableName(item.name, schema), attributes, item.comment, origin=item)


def _type(given: Any, dialect: sa.Dialect) -> Type:
    """`given` is SQL, or a type of SQLAlchemy."""
    if isinstance(given, str):
        return Type(given)
    if isinstance(given, TypeEngine) or (isinstance(given, type) and issubclass(given, TypeEngine)):
        return convert.type_(given, dialect)
    raise ModelsFailed(f"{given!r} is neither SQL nor a type of SQLAlchemy.")
