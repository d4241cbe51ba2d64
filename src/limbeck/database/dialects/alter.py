"""
ALTER COLUMN, as far as dialects share it.

Responsible for the order of things, a column gets its new name after all else, and for refusing what no database
can do.  The checks that a Boolean or an Enum brings along are operations of their own and not known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database import construct
from limbeck.database.ddl import base as ddl
from limbeck.operations import UNCHANGED
from limbeck.schema import Computed, Generated, Identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck import operations as ops
    from limbeck.database.compile import Compiled, Compiler


def alter_plainly(operation: ops.AlterColumn, compiler: Compiler) -> Iterator[Compiled]:
    """A statement for each attribute: nullable, default, type, comment, and the name at the end."""
    if operation.nullable is not UNCHANGED:
        yield ddl.ColumnNullable(*place(operation), operation.nullable, **described(operation))
    if operation.default is not UNCHANGED:
        yield set_default(operation)
    if operation.type is not UNCHANGED:
        type_ = construct.to_type(operation.type)
        yield ddl.ColumnType(*place(operation), type_, **described(operation))
    yield from set_comment(operation, compiler)
    if operation.new_name is not None:
        yield ddl.ColumnName(*place(operation), operation.new_name, **described(operation))


def place(operation: ops.AlterColumn) -> tuple[str, str]:
    """Table and column, as constructs take them."""
    return operation.table.name, operation.column


def described(operation: ops.AlterColumn) -> dict[str, Any]:
    """What constructs are told of the column as it is."""
    existing = operation.existing
    return {
        "schema": operation.table.schema,
        "existing_type": None if existing.type is UNCHANGED else construct.to_type(existing.type),
        "existing_nullable": None if existing.nullable is UNCHANGED else existing.nullable,
        "existing_server_default": None
        if existing.default is UNCHANGED
        else server_default(existing.default),
        "existing_comment": None if existing.comment is UNCHANGED else existing.comment,
    }


def server_default(default: Generated | None) -> Any:
    """The default as SQLAlchemy has it: the author's own expression, a Computed, an Identity."""
    made = construct.to_default(default)
    return made.arg if isinstance(made, sa.DefaultClause) else made


def set_default(operation: ops.AlterColumn) -> Compiled:
    """The construct for a default that changes: computed columns and identities have their own."""
    assert operation.default is not UNCHANGED
    given = server_default(operation.default)
    kinds = (type(operation.default), type(operation.existing.default))
    kind = ddl.ColumnDefault
    if Computed in kinds:
        kind = ddl.ComputedColumnDefault
    elif Identity in kinds:
        kind = ddl.IdentityColumnDefault
    return kind(*place(operation), given, **described(operation))


def altering(operation: ops.AlterColumn, compiler: Compiler) -> str:
    """How a statement begins that alters the column."""
    return (
        f"ALTER TABLE {compiler.table(operation.table)} "
        f"ALTER COLUMN {compiler.quote(operation.column)}"
    )


def set_comment(operation: ops.AlterColumn, compiler: Compiler) -> Iterator[Compiled]:
    """COMMENT ON COLUMN, where comments are statements of their own."""
    if (
        operation.comment is UNCHANGED
        or not compiler.dialect.supports_comments
        or compiler.dialect.inline_comments
    ):
        return
    yield ddl.ColumnComment(*place(operation), operation.comment, **described(operation))


def changes_identity(operation: ops.AlterColumn) -> bool:
    """Whether an identity is added, removed or altered."""
    return operation.default is not UNCHANGED and (
        isinstance(operation.default, Identity) or isinstance(operation.existing.default, Identity)
    )


def changes_computed(operation: ops.AlterColumn) -> bool:
    """Whether a column should become computed, be so no longer, or be computed otherwise."""
    return operation.default is not UNCHANGED and (
        isinstance(operation.default, Computed) or isinstance(operation.existing.default, Computed)
    )
