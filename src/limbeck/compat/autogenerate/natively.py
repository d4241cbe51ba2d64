"""
Alembic's operations as limbeck's own.

Responsible for the values that the renderer takes; the SQLAlchemy objects ride along as their origins.  Does not know
how anything is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from limbeck import operations as native
from limbeck.compat.operations import ops
from limbeck.database import convert
from limbeck.operations import UNCHANGED, ExistingColumn, Operation
from limbeck.schema import Check, Constraint, ForeignKey, Options, TableName

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.compat.autogenerate.context import AutogenContext


def operation(op: ops.MigrateOperation, context: AutogenContext) -> Operation:
    """The native operation.  Raises KeyError for a class that has none."""
    for kind in type(op).__mro__:
        if kind in _PAIRS:
            return _PAIRS[kind](op, context)
    raise KeyError(type(op))


def _name(op: Any) -> TableName:
    return TableName(op.table_name, op.schema)


def _create_table(op: ops.CreateTableOp, context: AutogenContext) -> Operation:
    given = op.to_table()
    unknown = [item for item in given.constraints if not _is_known(item)]
    given.constraints.difference_update(unknown)
    made = convert.table(given, context.dialect)
    constraints = [resolved(item, op._namespace_metadata) for item in made.constraints]
    # A package renders its own kinds: see `limbeck.compat.autogenerate.rendering`.
    constraints += [Check("", origin=item) for item in unknown]
    table = replace(made, constraints=tuple(constraints), indexes=())
    return native.CreateTable(table, if_not_exists=bool(op.if_not_exists))


def _is_known(constraint: sa.Constraint) -> bool:
    """Whether it is of a kind that limbeck has, too."""
    return constraint.__visit_name__ in _KNOWN


_KNOWN = frozenset(
    (
        "check_constraint",
        "column_check_constraint",
        "exclude_constraint",
        "foreign_key_constraint",
        "primary_key_constraint",
        "table_or_column_check_constraint",
        "unique_constraint",
    )
)


def _drop_table(op: ops.DropTableOp, context: AutogenContext) -> Operation:
    return native.DropTable(_name(op), if_exists=bool(op.if_exists))


def _rename_table(op: ops.RenameTableOp, context: AutogenContext) -> Operation:
    return native.RenameTable(_name(op), op.new_table_name)


def _comment(op: ops.CreateTableCommentOp, context: AutogenContext) -> Operation:
    return native.SetTableComment(_name(op), op.comment, op.existing_comment)


def _no_comment(op: ops.DropTableCommentOp, context: AutogenContext) -> Operation:
    return native.SetTableComment(_name(op), None, op.existing_comment)


def _add_column(op: ops.AddColumnOp, context: AutogenContext) -> Operation:
    column = convert.column(op.column, context.dialect)
    return native.AddColumn(_name(op), column, if_not_exists=bool(op.if_not_exists))


def _drop_column(op: ops.DropColumnOp, context: AutogenContext) -> Operation:
    return native.DropColumn(_name(op), op.column_name, if_exists=bool(op.if_exists))


def _alter_column(op: ops.AlterColumnOp, context: AutogenContext) -> Operation:
    def type_(given: Any) -> Any:
        return convert.type_(given, context.dialect) if given is not None else UNCHANGED

    def default(given: Any) -> Any:
        return convert.generated(given, context.dialect) if given is not False else UNCHANGED

    def said(given: Any, nothing: object = None) -> Any:
        return given if given is not nothing else UNCHANGED

    return native.AlterColumn(
        _name(op),
        op.column_name,
        new_name=op.modify_name,
        type=type_(op.modify_type),
        nullable=said(op.modify_nullable),
        default=default(op.modify_server_default),
        comment=said(op.modify_comment, False),
        autoincrement=said(op.kw.get("autoincrement")),
        existing=ExistingColumn(
            type_(op.existing_type),
            said(op.existing_nullable),
            default(op.existing_server_default),
            said(op.existing_comment),
        ),
    )


def _add_constraint(op: ops.AddConstraintOp, context: AutogenContext) -> Operation:
    given = op.to_constraint()
    made = convert.constraint(given, context.dialect)
    return native.AddConstraint(_name(op), with_false(made, given))


def with_false(made: Constraint, given: sa.Constraint) -> Constraint:
    """A constraint with the options for which False was said, which a comparison does not need."""
    return replace(made, options=_with_false(made.options, given))


def _with_false(found: Options, given: sa.Index | sa.Constraint) -> Options:
    no = [(name, value) for name, value in given.dialect_kwargs.items() if value is False]
    return tuple(sorted([*found, *no])) if no else found


def _add_foreign_key(op: ops.CreateForeignKeyOp, context: AutogenContext) -> Operation:
    made = op.to_constraint()
    table = TableName(op.source_table, op.kw.get("source_schema"))
    return native.AddConstraint(table, convert.constraint(made, context.dialect))


def resolved(constraint: Constraint, namespace: sa.MetaData | None) -> Constraint:
    """A foreign key that names its target as `namespace` does: by the keys of columns, without the usual schema."""
    if not isinstance(constraint, ForeignKey) or namespace is None:
        return constraint
    target = constraint.target
    if target.schema is None and namespace.schema is not None:
        target = TableName(target.name, namespace.schema)
    table = namespace.tables.get(f"{target.schema}.{target.name}" if target.schema else target.name)
    by_name = getattr(constraint.origin, "link_to_name", False)
    columns = constraint.target_columns
    if table is not None and not by_name:
        columns = tuple(table.c[key].name if key in table.c else key for key in columns)
    return replace(constraint, target=target, target_columns=columns)


def _drop_constraint(op: ops.DropConstraintOp, context: AutogenContext) -> Operation:
    # Any: the kinds of constraints are the same words
    kind: Any = op.constraint_type
    return native.DropConstraint(
        _name(op),
        _text(op.constraint_name),
        kind,
        if_exists=bool(op.if_exists),
        origin=_Named(op.constraint_name),
    )


def _create_index(op: ops.CreateIndexOp, context: AutogenContext) -> Operation:
    given = op.to_index()
    made = convert.index(given, context.dialect)
    made = replace(made, options=_with_false(made.options, given))
    return native.CreateIndex(_name(op), made, if_not_exists=bool(op.if_not_exists))


def _drop_index(op: ops.DropIndexOp, context: AutogenContext) -> Operation:
    table = TableName(op.table_name, op.schema) if op.table_name else None
    return native.DropIndex(
        str(op.index_name),
        table,
        if_exists=bool(op.if_exists),
        options=convert.dialect_options(op.to_index(), context.dialect),
        schema=op.schema,
        origin=_Named(op.index_name),
    )


def _execute(op: ops.ExecuteSQLOp, context: AutogenContext) -> Operation:
    return native.Execute(op.sqltext)


class _Named:
    """What the name of something that is dropped tells of who has chosen it."""

    def __init__(self, name: Any) -> None:
        self.name = name


def _text(name: Any) -> str | None:
    return None if name is None else str(name)


# Any: one class of operation each
_PAIRS: dict[type, Callable[[Any, AutogenContext], Operation]] = {
    ops.CreateTableOp: _create_table,
    ops.DropTableOp: _drop_table,
    ops.RenameTableOp: _rename_table,
    ops.CreateTableCommentOp: _comment,
    ops.DropTableCommentOp: _no_comment,
    ops.AddColumnOp: _add_column,
    ops.DropColumnOp: _drop_column,
    ops.AlterColumnOp: _alter_column,
    ops.CreateForeignKeyOp: _add_foreign_key,
    ops.AddConstraintOp: _add_constraint,
    ops.DropConstraintOp: _drop_constraint,
    ops.CreateIndexOp: _create_index,
    ops.DropIndexOp: _drop_index,
    ops.ExecuteSQLOp: _execute,
}
