"""
Operations on constraints and indexes as Python.

Responsible for one function for each kind.  Does not know columns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.database.construct import with_classes
from limbeck.files.render.parts import (
    condition,
    elements_text,
    exclude_arguments,
    foreign_key_keywords,
    name_text,
    options_of,
    when_text,
)
from limbeck.files.render.renderer import (
    Renderer,
    call,
    keywords,
    renders,
    schema_argument,
    table_argument,
)
from limbeck.files.render.statements import as_sql
from limbeck.operations import (
    AddConstraint,
    CreateIndex,
    DropConstraint,
    DropIndex,
    RenameConstraint,
    RenameIndex,
    SetConstraintComment,
    ValidateConstraint,
)
from limbeck.schema import (
    Check,
    Exclude,
    ForeignKey,
    Index,
    PrimaryKey,
    TableName,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@renders(AddConstraint)
def _add_constraint(operation: AddConstraint, renderer: Renderer) -> Iterator[str]:
    constraint, table = operation.constraint, operation.table
    if isinstance(constraint, Check) and _comes_with_column(constraint, table, renderer):
        return
    name = name_text(constraint.name, constraint.origin, renderer)
    if isinstance(constraint, ForeignKey):
        yield _create_foreign_key(name, table, constraint, renderer)
        return
    head = [name, *table_argument(table, renderer)]
    tail = [*when_text(constraint), *schema_argument(table, renderer)]
    options = options_of(constraint.options, renderer)
    if isinstance(constraint, Exclude):
        inner = exclude_arguments(constraint, renderer)
        yield call(
            f"{renderer.op}create_exclude_constraint",
            [*head, *inner, *schema_argument(table, renderer)],
        )
    elif isinstance(constraint, Check):
        sql = repr(condition(constraint, renderer))
        yield call(f"{renderer.op}create_check_constraint", [*head, sql, *tail, *options])
    else:
        verb = (
            "create_primary_key"
            if isinstance(constraint, PrimaryKey)
            else "create_unique_constraint"
        )
        columns = repr([str(column) for column in constraint.columns])
        yield call(f"{renderer.op}{verb}", [*head, columns, *tail, *options])


def _comes_with_column(check: Check, table: TableName, renderer: Renderer) -> bool:
    """Whether a check is one that the type of a column has brought along, which was added just now."""
    if not getattr(check.origin, "_type_bound", False):
        return False
    columns = getattr(check.origin, "columns", ())
    return all((table, str(column.name)) in renderer.added for column in columns)


def _create_foreign_key(name: str, table: TableName, key: ForeignKey, renderer: Renderer) -> str:
    columns = [
        repr([str(column) for column in key.columns]),
        repr([str(column) for column in key.target_columns]),
    ]
    schemas = {
        "source_schema": None if renderer.in_batch else table.schema,
        "referent_schema": key.target.schema,
    }
    arguments = [name, *table_argument(table, renderer), repr(str(key.target.name)), *columns]
    arguments += [*keywords(schemas), *foreign_key_keywords(key)]
    return call(f"{renderer.op}create_foreign_key", arguments + options_of(key.options, renderer))


@renders(DropConstraint)
def _drop_constraint(operation: DropConstraint, renderer: Renderer) -> str:
    kind = operation.kind if operation.kind != "exclude" else None
    exists = ["if_exists=True"] if operation.if_exists else []
    arguments = [
        name_text(operation.name, operation.origin, renderer),
        *table_argument(operation.table, renderer),
        *schema_argument(operation.table, renderer),
        *([f"type_={kind!r}"] if kind is not None else []),
    ]
    if operation.name is not None or kind == "primary":
        return call(f"{renderer.op}drop_constraint", [*arguments, *exists])
    if renderer.style.alembic:
        return _NAMELESS + call(f"{renderer.op}drop_constraint", [*arguments, *exists])
    return call(f"{renderer.op}drop_constraint", [*arguments, *_what_it_is(operation), *exists])


def _what_it_is(operation: DropConstraint) -> list[str]:
    """What tells a constraint without a name from others."""
    existing = operation.existing
    if isinstance(existing, Check):
        return [f"condition={existing.sql!r}"]
    columns = operation.columns or getattr(existing, "columns", ())
    return [f"columns={list(map(str, columns))!r}"]


_NAMELESS = "# The constraint has no name, so this cannot be carried out: give it one.\n"


@renders(ValidateConstraint)
def _validate_constraint(operation: ValidateConstraint, renderer: Renderer) -> str | list[str]:
    if renderer.style.alembic:
        return as_sql(operation, renderer)
    arguments = [repr(str(operation.name)), repr(str(operation.table.name))]
    return call(
        f"{renderer.op}validate_constraint",
        [*arguments, *schema_argument(operation.table, renderer)],
    )


@renders(SetConstraintComment)
def _constraint_comment(operation: SetConstraintComment, renderer: Renderer) -> str | list[str]:
    if renderer.style.alembic:
        return as_sql(operation, renderer)
    arguments = [
        repr(str(operation.name)),
        repr(str(operation.table.name)),
        repr(operation.comment),
    ]
    said = keywords({"existing_comment": operation.existing})
    schema = schema_argument(operation.table, renderer)
    return call(f"{renderer.op}set_constraint_comment", [*arguments, *said, *schema])


@renders(RenameConstraint)
def _rename_constraint(operation: RenameConstraint, renderer: Renderer) -> str | list[str]:
    return _rename("rename_constraint", operation, renderer)


# Indexes


@renders(CreateIndex)
def _create_index(operation: CreateIndex, renderer: Renderer) -> str:
    index, table = _as_written(operation.index), operation.table
    exists = ["if_not_exists=True"] if operation.if_not_exists else []
    arguments = [
        name_text(index.name, index.origin, renderer),
        *table_argument(table, renderer),
        elements_text(index, renderer),
        f"unique={index.unique!r}",
        *schema_argument(table, renderer),
        *options_of(index.options, renderer),
        *exists,
    ]
    return call(f"{renderer.op}create_index", arguments)


def _as_written(index: Index) -> Index:
    """The index with operator classes where SQLAlchemy finds them: by its author's labels, or in the expressions."""
    if not isinstance(index.origin, sa.Index):
        return with_classes(index)
    classes = index.origin.dialect_options["postgresql"].get("ops")
    if not classes:
        return index
    own = tuple(sorted(classes.items()))
    return replace(index, options=options({**dict(index.options), "postgresql_ops": own}))


@renders(DropIndex)
def _drop_index(operation: DropIndex, renderer: Renderer) -> str:
    table = operation.table
    schema = operation.schema or (table.schema if table is not None else None)
    exists = ["if_exists=True"] if operation.if_exists else []
    arguments = [name_text(operation.name, operation.origin, renderer)]
    if not renderer.in_batch:
        arguments += [f"table_name={str(table.name)!r}"] if table is not None else []
        arguments += [f"schema={schema!r}"] if schema is not None else []
    return call(
        f"{renderer.op}drop_index", [*arguments, *options_of(operation.options, renderer), *exists]
    )


@renders(RenameIndex)
def _rename_index(operation: RenameIndex, renderer: Renderer) -> str | list[str]:
    return _rename("rename_index", operation, renderer)


def _rename(
    verb: str, operation: RenameIndex | RenameConstraint, renderer: Renderer
) -> str | list[str]:
    if renderer.style.alembic:
        return as_sql(operation, renderer)
    arguments = [
        repr(str(operation.old)),
        repr(str(operation.new)),
        repr(str(operation.table.name)),
    ]
    return call(f"{renderer.op}{verb}", [*arguments, *schema_argument(operation.table, renderer)])
