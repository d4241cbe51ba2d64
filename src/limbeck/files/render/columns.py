"""
Operations on columns as Python.

Responsible for one function for each kind.  Does not know constraints, but for the checks that come with a type.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck.files.render.parts import (
    column_text,
    default_text,
    options_of,
    reset,
)
from limbeck.files.render.renderer import (
    Renderer,
    call,
    keywords,
    renders,
    schema_argument,
    table_argument,
)
from limbeck.files.render.types import type_text
from limbeck.operations import (
    UNCHANGED,
    AddColumn,
    AddConstraint,
    AlterColumn,
    CreateIndex,
    DropColumn,
)
from limbeck.schema import (
    Identity,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.operations import Change
    from limbeck.schema import Generated, Type


_INDENT = " " * 11


@renders(AddColumn)
def _add_column(operation: AddColumn, renderer: Renderer) -> Iterator[str]:
    column = column_text(operation.column, renderer)
    renderer.added.add((operation.table, operation.column.name))
    if column is not None:
        given = {
            "if_not_exists": operation.if_not_exists or None,
            "insert_before": operation.insert_before,
            "insert_after": operation.insert_after,
        }
        arguments = [
            *table_argument(operation.table, renderer),
            column,
            *schema_argument(operation.table, renderer),
        ]
        yield call(f"{renderer.op}add_column", [*arguments, *keywords(given)])
    for constraint in operation.constraints:
        yield from renderer.operation(AddConstraint(operation.table, constraint))
    for index in operation.indexes:
        yield from renderer.operation(CreateIndex(operation.table, index))


@renders(DropColumn)
def _drop_column(operation: DropColumn, renderer: Renderer) -> str:
    exists = ["if_exists=True"] if operation.if_exists else []
    arguments = [*table_argument(operation.table, renderer), repr(str(operation.column))]
    return call(
        f"{renderer.op}drop_column",
        [*arguments, *schema_argument(operation.table, renderer), *exists],
    )


@renders(AlterColumn)
def _alter_column(operation: AlterColumn, renderer: Renderer) -> str:
    head = [*table_argument(operation.table, renderer), repr(str(operation.column))]
    lines = [*_changes(operation, renderer), *schema_argument(operation.table, renderer)]
    lines += options_of(operation.options, renderer)
    place = {"insert_before": operation.insert_before, "insert_after": operation.insert_after}
    lines += keywords(place)
    return f",\n{_INDENT}".join([f"{renderer.op}alter_column({', '.join(head)}", *lines]) + ")"


def _changes(operation: AlterColumn, renderer: Renderer) -> Iterator[str]:
    existing = operation.existing
    if existing.type is not UNCHANGED:
        yield f"existing_type={_type(existing.type, renderer)}"
    if operation.default is not UNCHANGED:
        default = operation.default
        if isinstance(default, Identity) and isinstance(existing.default, Identity):
            default = reset(existing.default, default)
        yield f"server_default={_default(default, renderer)}"
    if operation.type is not UNCHANGED:
        yield f"type_={_type(operation.type, renderer)}"
    if operation.new_name is not None:
        yield f"new_column_name={str(operation.new_name)!r}"
    if operation.nullable is not UNCHANGED:
        yield f"nullable={operation.nullable!r}"
    if operation.comment is not UNCHANGED:
        yield f"comment={operation.comment!r}"
    if existing.comment is not UNCHANGED and existing.comment is not None:
        yield f"existing_comment={existing.comment!r}"
    if operation.nullable is UNCHANGED and existing.nullable is not UNCHANGED:
        yield f"existing_nullable={existing.nullable!r}"
    yield from _autoincrement(operation, renderer)
    if _matters(operation, renderer):
        yield f"existing_server_default={_default(existing.default, renderer)}"


def _matters(operation: AlterColumn, renderer: Renderer) -> bool:
    """Whether the default before must be said: where it stays, where it is in the way, and where an identity goes.

    It is in the way of another type on PostgreSQL, which would cast it, too.
    """
    existing = operation.existing.default
    if existing in (UNCHANGED, None):
        return False
    retyped = operation.type is not UNCHANGED and renderer.dialect.name == "postgresql"
    return operation.default is UNCHANGED or retyped or isinstance(existing, Identity)


def _no_default(operation: AlterColumn) -> Iterator[str]:
    """That there was no default is worth saying of a column that has, or gets, a sequence."""
    if operation.existing.default is None:
        yield "existing_server_default=None"


def _autoincrement(operation: AlterColumn, renderer: Renderer) -> Iterator[str]:
    before = operation.existing.autoincrement
    if operation.autoincrement is not UNCHANGED:
        yield f"autoincrement={operation.autoincrement!r}"
        if isinstance(before, bool):
            yield f"existing_autoincrement={before!r}"
            if renderer.dialect.name == "postgresql":
                yield from _no_default(operation)
    elif before is True:
        yield "autoincrement=True"
        if operation.type is not UNCHANGED and renderer.dialect.name == "postgresql":
            yield "existing_autoincrement=True"  # its sequence grows with it
            yield from _no_default(operation)


def _type(change: Change[Type], renderer: Renderer) -> str:
    """A type without the check that may come with it: that has an operation of its own, by its final name."""
    text = type_text(change, renderer) if change is not UNCHANGED else "None"
    return _CHECKED.sub("", text)


_CHECKED = re.compile(r", create_constraint=True|create_constraint=True(?:, )?")


def _default(change: Change[Generated | None], renderer: Renderer) -> str:
    text = default_text(change, renderer) if change is not UNCHANGED else None
    return text if text is not None else "None"
