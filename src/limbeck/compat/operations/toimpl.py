"""
What carries out operations: one function for each class, which calls methods of the impl.

Responsible for which calls an operation comes to.  Does not know SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.compat.ddl import changes
from limbeck.compat.operations import ops
from limbeck.compat.operations.base import Operations

if TYPE_CHECKING:
    from limbeck.compat.operations.base import AbstractOperations

    # Any: a DefaultImpl, or what collects the calls of a batch
    Impl = Any


@Operations.implementation_for(ops.AlterColumnOp)
def alter_column(operations: AbstractOperations, operation: ops.AlterColumnOp) -> None:
    """The column, and around it the checks that its old and its new type bring along."""
    impl: Impl = operations.impl
    if operation.existing_type is not None and operation.modify_type is not None:
        old = operation.existing_type
        for constraint in _checks(operations, operation, operation.column_name, old):
            impl.drop_constraint(constraint)
    impl.alter_column(
        operation.table_name,
        operation.column_name,
        nullable=operation.modify_nullable,
        server_default=operation.modify_server_default,
        name=operation.modify_name,
        type_=operation.modify_type,
        existing_type=operation.existing_type,
        existing_server_default=operation.existing_server_default,
        existing_nullable=operation.existing_nullable,
        comment=operation.modify_comment,
        existing_comment=operation.existing_comment,
        schema=operation.schema,
        **operation.kw,
    )
    if operation.modify_type is not None:
        name = operation.modify_name or operation.column_name
        for constraint in _checks(operations, operation, name, operation.modify_type):
            impl.add_constraint(constraint)


# Any: a type, or its class
def _checks(
    operations: AbstractOperations, operation: ops.AlterColumnOp, column: str, type_: Any
) -> Iterator[sa.Constraint]:
    """The checks of a Boolean or an Enum, where the server has no such type."""
    table = operations.schema_obj.table(
        operation.table_name, sa.Column(column, type_), schema=operation.schema
    )
    dialect = operations.migration_context.dialect
    for constraint in table.constraints:
        bound = getattr(constraint, "_type_bound", False)
        if bound and changes.is_wanted(constraint, dialect):
            yield constraint


@Operations.implementation_for(ops.DropTableOp)
def drop_table(operations: AbstractOperations, operation: ops.DropTableOp) -> None:
    """One call."""
    kw = {} if operation.if_exists is None else {"if_exists": operation.if_exists}
    operations.impl.drop_table(operation.to_table(operations.migration_context), **kw)


@Operations.implementation_for(ops.DropColumnOp)
def drop_column(operations: AbstractOperations, operation: ops.DropColumnOp) -> None:
    """One call."""
    operations.impl.drop_column(
        operation.table_name,
        operation.to_column(operations.migration_context),
        schema=operation.schema,
        if_exists=operation.if_exists,
        **operation.kw,
    )


@Operations.implementation_for(ops.CreateIndexOp)
def create_index(operations: AbstractOperations, operation: ops.CreateIndexOp) -> None:
    """One call."""
    kw = {} if operation.if_not_exists is None else {"if_not_exists": operation.if_not_exists}
    operations.impl.create_index(operation.to_index(operations.migration_context), **kw)


@Operations.implementation_for(ops.DropIndexOp)
def drop_index(operations: AbstractOperations, operation: ops.DropIndexOp) -> None:
    """One call."""
    kw = {} if operation.if_exists is None else {"if_exists": operation.if_exists}
    operations.impl.drop_index(operation.to_index(operations.migration_context), **kw)


@Operations.implementation_for(ops.CreateTableOp)
def create_table(operations: AbstractOperations, operation: ops.CreateTableOp) -> sa.Table:
    """One call; returns the table."""
    kw = {} if operation.if_not_exists is None else {"if_not_exists": operation.if_not_exists}
    table = operation.to_table(operations.migration_context)
    operations.impl.create_table(table, **kw)
    return table


@Operations.implementation_for(ops.RenameTableOp)
def rename_table(operations: AbstractOperations, operation: ops.RenameTableOp) -> None:
    """One call."""
    operations.impl.rename_table(
        operation.table_name, operation.new_table_name, schema=operation.schema
    )


@Operations.implementation_for(ops.CreateTableCommentOp)
def create_table_comment(
    operations: AbstractOperations, operation: ops.CreateTableCommentOp
) -> None:
    """One call."""
    operations.impl.create_table_comment(operation.to_table(operations.migration_context))


@Operations.implementation_for(ops.DropTableCommentOp)
def drop_table_comment(operations: AbstractOperations, operation: ops.DropTableCommentOp) -> None:
    """One call."""
    operations.impl.drop_table_comment(operation.to_table(operations.migration_context))


@Operations.implementation_for(ops.AddColumnOp)
def add_column(operations: AbstractOperations, operation: ops.AddColumnOp) -> None:
    """The column; then the constraints and indexes declared on it that are no part of its own definition."""
    impl: Impl = operations.impl
    column = operation.column
    if column.table is not None:
        # private: SQLAlchemy gives copying no public name
        column = column._copy()
    table = operations.schema_obj.table(operation.table_name, column, schema=operation.schema)
    impl.add_column(
        operation.table_name,
        column,
        schema=operation.schema,
        if_not_exists=operation.if_not_exists,
        inline_references=operation.inline_references,
        inline_primary_key=operation.inline_primary_key,
        **operation.kw,
    )
    inline = bool(operation.inline_references) and len(column.foreign_keys) == 1
    for constraint in table.constraints:
        if isinstance(constraint, sa.PrimaryKeyConstraint):
            continue
        if inline and isinstance(constraint, sa.ForeignKeyConstraint):
            continue
        impl.add_constraint(constraint)
    for index in table.indexes:
        impl.create_index(index)


@Operations.implementation_for(ops.AddConstraintOp)
def create_constraint(operations: AbstractOperations, operation: ops.AddConstraintOp) -> None:
    """One call, for each kind of constraint."""
    operations.impl.add_constraint(operation.to_constraint(operations.migration_context))


@Operations.implementation_for(ops.DropConstraintOp)
def drop_constraint(operations: AbstractOperations, operation: ops.DropConstraintOp) -> None:
    """One call."""
    kw = {} if operation.if_exists is None else {"if_exists": operation.if_exists}
    operations.impl.drop_constraint(
        operations.schema_obj.generic_constraint(
            operation.constraint_name,
            operation.table_name,
            operation.constraint_type,
            schema=operation.schema,
        ),
        **kw,
    )


@Operations.implementation_for(ops.BulkInsertOp)
def bulk_insert(operations: AbstractOperations, operation: ops.BulkInsertOp) -> None:
    """One call."""
    operations.impl.bulk_insert(operation.table, operation.rows, multiinsert=operation.multiinsert)


@Operations.implementation_for(ops.ExecuteSQLOp)
def execute_sql(operations: AbstractOperations, operation: ops.ExecuteSQLOp) -> None:
    """One call, at once also within a batch."""
    operations.migration_context.impl.execute(
        operation.sqltext, execution_options=operation.execution_options
    )
