"""
What a call of an impl's method means, as one of limbeck's own operations.

Responsible for the translation of arguments, each function for the method of its name.  Does not know how an operation
is compiled or executed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from limbeck import operations as ops
from limbeck.compat.util import sqla_compat
from limbeck.database import convert
from limbeck.database.dialects.mysql import checks_apart
from limbeck.dsl.build import Build
from limbeck.schema import PrimaryKey, TableName, options

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

# Tables


def prepared(table: sa.Table, dialect: sa.Dialect) -> sa.Table:
    """The table in a form that the server takes: MariaDB wants named checks apart from columns."""
    return checks_apart(table) if getattr(dialect, "is_mariadb", False) else table


def rename_table(old: str, new: str, schema: str | None) -> ops.RenameTable:
    """Another name."""
    return ops.RenameTable(TableName(old, schema), new)


def table_comment(table: sa.Table) -> ops.SetTableComment:
    """The comment of a table; None removes it."""
    return ops.SetTableComment(convert.table_name(table), table.comment)


# Columns


def column_comment(column: sa.Column[Any]) -> ops.AlterColumn:
    """The comment of a column."""
    table = convert.table_name(column.table)
    return ops.AlterColumn(table, column.name, comment=column.comment)


def add_column(
    dialect: sa.Dialect,
    table_name: str,
    column: sa.Column[Any],
    *,
    schema: str | None = None,
    if_not_exists: bool | None = None,
    inline_references: bool | None = None,
    inline_primary_key: bool | None = None,
    insert_before: str | None = None,
    insert_after: str | None = None,
    **_: Any,
) -> ops.AddColumn:
    """The column with its own checks; keys, constraints and indexes are added by themselves."""
    return ops.AddColumn(
        TableName(table_name, schema),
        convert.column(column, dialect),
        bool(if_not_exists),
        bool(inline_references),
        bool(inline_primary_key),
        insert_before=insert_before,
        insert_after=insert_after,
        inline_checks=convert.inline_checks(column, dialect),
    )


def add_column_anew(
    dialect: sa.Dialect, table_name: str, column: sa.Column[Any], **kw: Any
) -> ops.AddColumn:
    """The column in a table that is built anew, in which it is also the primary key where it says so."""
    made = add_column(dialect, table_name, column, **kw)
    return replace(made, constraints=(PrimaryKey((column.name,)),)) if column.primary_key else made


def drop_column(
    table_name: str,
    column: sa.Column[Any],
    *,
    schema: str | None = None,
    if_exists: bool | None = None,
    **kw: Any,
) -> ops.DropColumn:
    """`kw` are dialect arguments, as `mssql_drop_default`."""
    given = options({name: value for name, value in kw.items() if value is not None})
    return ops.DropColumn(TableName(table_name, schema), column.name, bool(if_exists), given)


def alter_column(
    dialect: sa.Dialect,
    table_name: str,
    column_name: str,
    *,
    nullable: bool | None = None,
    server_default: Any = False,
    name: str | None = None,
    type_: TypeEngine[Any] | None = None,
    schema: str | None = None,
    autoincrement: bool | None = None,
    comment: str | Literal[False] | None = False,
    existing_comment: str | None = None,
    existing_type: TypeEngine[Any] | None = None,
    existing_server_default: Any = None,
    existing_nullable: bool | None = None,
    existing_autoincrement: bool | None = None,
    insert_before: str | None = None,
    insert_after: str | None = None,
    **kw: Any,
) -> ops.AlterColumn:
    """What is to change, and what is said of the rest."""
    given = {name: value for name, value in kw.items() if value is not None}
    given |= {"autoincrement": autoincrement, "existing_autoincrement": existing_autoincrement}
    return Build(dialect, None).alter_column(
        TableName(table_name, schema),
        column_name,
        nullable=nullable,
        comment=comment,
        server_default=server_default,
        new_column_name=name,
        type_=type_,
        existing_type=existing_type,
        existing_server_default=existing_server_default,
        existing_nullable=existing_nullable,
        existing_comment=existing_comment,
        keywords=given,
        insert_before=insert_before,
        insert_after=insert_after,
    )


# Constraints and indexes


def is_wanted(constraint: sa.Constraint, dialect: sa.Dialect) -> bool:
    """Whether `dialect` makes it: the check of a Boolean or Enum only where the server has no such type."""
    rule = getattr(constraint, "_create_rule", None)
    # Any: SQLAlchemy's compiler wants a statement, and the rule looks at none
    nothing: Any = None
    return rule is None or bool(rule(dialect.ddl_compiler(dialect, nothing)))


def owner(constraint: sa.Constraint) -> TableName:
    """The table that a constraint is in."""
    return convert.table_name(sqla_compat._table_for_constraint(constraint))


def add_constraint(constraint: sa.Constraint, dialect: sa.Dialect) -> ops.AddConstraint | None:
    """None for a kind of constraint that limbeck does not know."""
    if not isinstance(constraint, sa.Constraint):
        return None
    try:
        return ops.AddConstraint(owner(constraint), convert.constraint(constraint, dialect))
    except TypeError:
        return None


_KINDS: tuple[tuple[type[sa.Constraint], ops.ConstraintKind], ...] = (
    (sa.PrimaryKeyConstraint, "primary"),
    (sa.ForeignKeyConstraint, "foreignkey"),
    (sa.UniqueConstraint, "unique"),
    (sa.CheckConstraint, "check"),
)


def drop_constraint(
    constraint: sa.Constraint, dialect: sa.Dialect, *, if_exists: bool | None = None, **_: Any
) -> ops.DropConstraint:
    """By its name; its class says of which kind it is."""
    kind = next((kind for known, kind in _KINDS if isinstance(constraint, known)), None)
    return ops.DropConstraint(
        owner(constraint),
        convert.name(constraint, dialect),
        kind,
        bool(if_exists),
        origin=constraint,
    )


def create_index(
    index: sa.Index, dialect: sa.Dialect, *, if_not_exists: bool | None = None, **_: Any
) -> ops.CreateIndex:
    """An index of the table that it belongs to."""
    return ops.CreateIndex(_table_of(index), convert.index(index, dialect), bool(if_not_exists))


def drop_index(
    index: sa.Index, dialect: sa.Dialect, *, if_exists: bool | None = None, **_: Any
) -> ops.DropIndex:
    """By its name, and the table where that is known."""
    table = _table_of(index)
    return ops.DropIndex(
        convert.name(index, dialect) or "",
        table,
        table.schema,
        bool(if_exists),
        convert.dialect_options(index, dialect),
        index,
    )


def _table_of(index: sa.Index) -> TableName:
    assert index.table is not None, "an index is made with the table that it belongs to"
    return convert.table_name(index.table)


# Rows and statements


def insert(
    dialect: sa.Dialect,
    table: sa.TableClause,
    rows: Sequence[Mapping[str, Any]],
    multiinsert: bool,
) -> ops.InsertRows | None:
    """Rows; None when there are none.  Raises TypeError for anything but a list of dictionaries."""
    return Build(dialect, None).insert(table, rows, multiinsert)


def execute(sql: sa.Executable | str, execution_options: Mapping[str, Any] | None) -> ops.Execute:
    """A statement of the author's own."""
    return ops.Execute(sql, options=dict(execution_options or {}))
