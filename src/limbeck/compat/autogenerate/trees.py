"""
limbeck's operations as a tree of Alembic's.

Responsible for what users' functions are given in the place of operations that limbeck has found: classes and groups as
they know them, with SQLAlchemy's objects in them.  What none of them changes is written as it was found.  Does not know how
anything is found or written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from limbeck import operations as native
from limbeck.compat.autogenerate.native_op import NativeOp, RenamedTableOp, remember
from limbeck.compat.autogenerate.sides import built
from limbeck.compat.operations import ops
from limbeck.database import construct
from limbeck.database.types import sqlalchemy_type
from limbeck.errors import NoInverse, SchemaError
from limbeck.operations import UNCHANGED

if TYPE_CHECKING:
    from limbeck.operations import Operation
    from limbeck.schema import Column, Constraint, SchemaState, Table, Type

Text = Callable[[ops.MigrateOperation], str]


def tree(
    operations: Iterable[Operation],
    state: SchemaState,
    dialect: sa.Dialect,
    text: Text | None,
) -> list[ops.MigrateOperation]:
    """The operations, from `state` on; neighbours that change one table are together in a `ModifyTableOps`.

    `text` writes an operation, for finding out later who was changed; None where nobody is going to.
    """
    made: list[tuple[Any, ops.MigrateOperation]] = []
    for operation in operations:
        op = _Step(state, dialect).op(operation)
        if not isinstance(op, NativeOp):
            remember(op, operation, text(op) if text is not None else None)
        made.append((_table_of(operation, op), op))
        state = operation.apply(state)
    found: list[ops.MigrateOperation] = []
    for name, group in groupby(made, lambda pair: pair[0]):
        members = [op for _, op in group]
        if name is None:
            found += members
        else:
            found.append(ops.ModifyTableOps(name.name, members, schema=name.schema))
    return found


def _table_of(operation: Any, op: ops.MigrateOperation) -> Any:
    """The table within whose group an operation belongs."""
    apart = isinstance(op, (NativeOp, RenamedTableOp, ops.CreateTableOp, ops.DropTableOp))
    return None if apart else operation.table


def leaves(op: ops.MigrateOperation) -> Iterator[ops.MigrateOperation]:
    """All operations in a tree that are no groups."""
    if isinstance(op, ops.OpContainer):
        for inner in op.ops:
            yield from leaves(inner)
    else:
        yield op


class _Step:
    """One operation, and what is there before it."""

    def __init__(self, state: SchemaState, dialect: sa.Dialect) -> None:
        self.state = state
        self.dialect = dialect

    def op(self, operation: Operation) -> ops.MigrateOperation:
        """The operation under Alembic's name, or one that stands for it."""
        found = _KINDS.get(type(operation))
        made = found(self, operation) if found is not None else None
        return made if made is not None else self._native(operation)

    def _native(self, operation: Operation) -> NativeOp:
        try:
            return NativeOp(operation, operation.inverse(self.state))
        except (NoInverse, SchemaError):
            return NativeOp(operation)

    def create_table(self, operation: native.CreateTable) -> ops.MigrateOperation:
        table = operation.table
        origin = self._origin(table)
        made = ops.CreateTableOp.from_table(
            origin if origin is not None else built(table, self.dialect, self.state)
        )
        made.if_not_exists = operation.if_not_exists or None
        return made

    def _origin(self, table: Table) -> sa.Table | None:
        """The author's table, unless it says more: foreign keys that make a circle are made later."""
        columns = (column.origin for column in table.columns)
        owners = {getattr(column, "table", None) for column in columns}
        (origin,) = owners if len(owners) == 1 else (None,)
        if not isinstance(origin, sa.Table) or len(origin.columns) != len(table.columns):
            return None
        keys = len(origin.foreign_key_constraints) == len(table.foreign_keys)
        return origin if keys and (origin.name, origin.schema) == table.name else None

    def drop_table(self, operation: native.DropTable) -> ops.MigrateOperation:
        there = built(self.state[operation.table], self.dialect, self.state)
        made = ops.DropTableOp.from_table(there)
        made.if_exists = operation.if_exists or None
        return made

    def rename_table(self, operation: native.RenameTable) -> ops.MigrateOperation:
        name = operation.table
        return RenamedTableOp(name.name, operation.new_name, schema=name.schema)

    def comment(self, operation: native.SetTableComment) -> ops.MigrateOperation:
        name, before = operation.table, operation.existing
        if operation.comment is None:
            return ops.DropTableCommentOp(name.name, existing_comment=before, schema=name.schema)
        return ops.CreateTableCommentOp(
            name.name, operation.comment, existing_comment=before, schema=name.schema
        )

    def add_column(self, operation: native.AddColumn) -> ops.MigrateOperation | None:
        if operation.constraints or operation.indexes or operation.inline_checks:
            return None
        column = self._column(operation.table, operation.column)
        return ops.AddColumnOp.from_column_and_tablename(
            operation.table.schema, operation.table.name, column
        )

    def drop_column(self, operation: native.DropColumn) -> ops.MigrateOperation:
        there = built(self.state[operation.table], self.dialect, self.state)
        column = next(one for one in there.columns if one.name == operation.column)
        return ops.DropColumnOp.from_column_and_tablename(
            operation.table.schema, operation.table.name, column
        )

    def _column(self, table: Any, column: Column) -> sa.Column[Any]:
        """The author's column, unless it is added in another form, to be changed later."""
        origin = column.origin
        if (
            isinstance(origin, sa.Column)
            and (origin.table.name, origin.table.schema) == table
            and origin.nullable == column.nullable
            and (origin.server_default is None) == (column.default is None)
        ):
            return origin
        made = construct.bare_column(column)
        made.info.update(getattr(origin, "info", {}))
        construct.stub(table).append_column(made)
        return made

    def alter_column(self, operation: native.AlterColumn) -> ops.MigrateOperation | None:
        if operation.options or operation.insert_before or operation.insert_after:
            return None
        before = operation.existing
        made = ops.AlterColumnOp(
            operation.table.name,
            operation.column,
            schema=operation.table.schema,
            existing_type=self._type(before.type),
            existing_nullable=_said(before.nullable),
            existing_server_default=self._default(before.default),
            existing_comment=_said(before.comment),
            modify_name=operation.new_name,
            modify_type=self._type(operation.type),
            modify_nullable=_said(operation.nullable),
            modify_server_default=self._default(operation.default),
            modify_comment=_said(operation.comment, otherwise=False),
        )
        if operation.autoincrement is not UNCHANGED:
            made.kw["autoincrement"] = operation.autoincrement
        return made

    def _type(self, given: Any) -> Any:
        if given is UNCHANGED:
            return None
        type_: Type = given
        if isinstance(type_.origin, TypeEngine):
            return type_.origin
        return sqlalchemy_type(type_, self.dialect, self.state.objects)

    def _default(self, given: Any) -> Any:
        return False if given is UNCHANGED else construct.to_default(given)

    def add_constraint(self, operation: native.AddConstraint) -> ops.MigrateOperation:
        made = construct.to_constraint(operation.table, operation.constraint)
        return ops.AddConstraintOp.from_constraint(made)

    def drop_constraint(self, operation: native.DropConstraint) -> ops.MigrateOperation | None:
        there = operation.existing or self._constraint(operation)
        if there is None or operation.name is None:
            return None
        return ops.DropConstraintOp.from_constraint(construct.to_constraint(operation.table, there))

    def _constraint(self, operation: native.DropConstraint) -> Constraint | None:
        named = (c for c in self.state[operation.table].constraints if c.name == operation.name)
        return next(named, None)

    def create_index(self, operation: native.CreateIndex) -> ops.MigrateOperation:
        return ops.CreateIndexOp.from_index(construct.to_index(operation.table, operation.index))

    def drop_index(self, operation: native.DropIndex) -> ops.MigrateOperation | None:
        table = operation.table
        if table is None:
            return None
        there = next((i for i in self.state[table].indexes if i.name == operation.name), None)
        if there is None:
            return None
        return ops.DropIndexOp.from_index(construct.to_index(table, there))


def _said(given: Any, otherwise: Any = None) -> Any:
    return otherwise if given is UNCHANGED else given


# Any: one class of operation each
_KINDS: dict[type, Callable[[_Step, Any], ops.MigrateOperation | None]] = {
    native.CreateTable: _Step.create_table,
    native.DropTable: _Step.drop_table,
    native.RenameTable: _Step.rename_table,
    native.SetTableComment: _Step.comment,
    native.AddColumn: _Step.add_column,
    native.DropColumn: _Step.drop_column,
    native.AlterColumn: _Step.alter_column,
    native.AddConstraint: _Step.add_constraint,
    native.DropConstraint: _Step.drop_constraint,
    native.CreateIndex: _Step.create_index,
    native.DropIndex: _Step.drop_index,
}
