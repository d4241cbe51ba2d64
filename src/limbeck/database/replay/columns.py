"""
Columns out of the tree of a statement.

Responsible for a column's type, default and what else stands beside its name.  Does not know tables.  What is not
understood is an error, never left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from limbeck.database.replay.constraints import check_of, reference_of
from limbeck.database.replay.parsing import NotUnderstood, identifier, only, sql_of, type_of
from limbeck.schema import Column, Computed, Constraint, Default, Identity, PrimaryKey, Type, Unique

if TYPE_CHECKING:
    import sqlalchemy as sa

_SERIAL = {"SERIAL": "integer", "BIGSERIAL": "bigint", "SMALLSERIAL": "smallint"}


def column_of(tree: Any, dialect: sa.Dialect) -> tuple[Column, tuple[Constraint, ...]]:
    """A column, and the constraints that stand beside it.  Raises NotUnderstood."""
    only(tree, "this", "kind", "constraints", "exists", "position")
    kind = tree.args.get("kind")
    if kind is None:
        raise NotUnderstood(f"column {tree.this.sql()} has no type")
    type = type_of(kind, dialect)
    serial = dialect.name == "postgresql" and type.sql.upper() in _SERIAL
    if serial:
        type = Type(_SERIAL[type.sql.upper()])
    column = Column(identifier(tree.this, dialect), type, nullable=not serial, autoincrement=serial)
    constraints: list[Constraint] = []
    for one in tree.args.get("constraints") or ():
        only(one, "this", "kind")
        name = identifier(one.this, dialect) if one.this is not None else None
        beside = _constraint(column, one.kind, name, dialect)
        if beside is not None:
            constraints.append(beside)
        else:
            column = _attribute(column, one.kind, dialect)
    if any(isinstance(one, PrimaryKey) for one in constraints):
        column = replace(column, nullable=False)
    return column, tuple(constraints)


def _constraint(
    column: Column, kind: Any, name: str | None, dialect: sa.Dialect
) -> Constraint | None:
    """The constraint that stands beside a column; None for what is a part of the column."""
    if isinstance(kind, exp.PrimaryKeyColumnConstraint):
        only(kind)
        return PrimaryKey((column.name,), name)
    if isinstance(kind, exp.UniqueColumnConstraint):
        only(kind)
        return Unique((column.name,), name)
    if isinstance(kind, exp.Reference):
        return reference_of((column.name,), kind, name, dialect)
    if isinstance(kind, exp.CheckColumnConstraint):
        return check_of(kind, name, dialect)
    return None


def _attribute(column: Column, kind: Any, dialect: sa.Dialect) -> Column:
    """`column` with one more thing said of it."""
    if isinstance(kind, exp.NotNullColumnConstraint):
        return replace(column, nullable=bool(kind.args.get("allow_null")))
    if isinstance(kind, exp.DefaultColumnConstraint):
        return replace(column, default=default_of(kind.this, dialect))
    if isinstance(kind, exp.CommentColumnConstraint):
        return replace(column, comment=str(kind.this.this))
    if isinstance(kind, exp.AutoIncrementColumnConstraint):
        return replace(column, autoincrement=True)
    if isinstance(kind, exp.OnUpdateColumnConstraint) and isinstance(column.default, Default):
        sql = f"{column.default.sql} ON UPDATE {sql_of(kind.this, dialect)}"
        return replace(column, default=Default(sql))
    if isinstance(kind, exp.GeneratedAsIdentityColumnConstraint):
        made = _generated(kind, dialect)
        nullable = column.nullable and not isinstance(made, Identity)
        return replace(column, default=made, nullable=nullable)
    if isinstance(kind, exp.ComputedColumnConstraint):
        return replace(column, default=_computed(kind, dialect))
    if isinstance(kind, exp.CollateColumnConstraint):
        collated = f"{column.type.sql} COLLATE {sql_of(kind.this, dialect)}"
        return replace(column, type=Type(collated))
    raise NotUnderstood(f"{sql_of(kind, dialect)} of column {column.name} is not understood")


def default_of(tree: Any, dialect: sa.Dialect) -> Default | None:
    """What stands behind DEFAULT; to set NULL is to have none."""
    return None if isinstance(tree, exp.Null) else Default(sql_of(tree, dialect))


def _computed(kind: Any, dialect: sa.Dialect) -> Computed:
    only(kind, "this", "persisted")
    inner = kind.this.this if isinstance(kind.this, exp.Paren) else kind.this
    return Computed(sql_of(inner, dialect), bool(kind.args.get("persisted")))


def _generated(kind: Any, dialect: sa.Dialect) -> Identity | Computed:
    only(kind, "this", "expression", "start", "increment", "minvalue", "maxvalue")
    expression = kind.args.get("expression")
    if expression is not None:
        return Computed(sql_of(expression, dialect), persisted=True)
    given = {
        name: int(str(kind.args[name].sql()))
        for name in ("start", "increment", "minvalue", "maxvalue")
        if kind.args.get(name) is not None
    }
    return Identity(bool(kind.this), tuple(sorted(given.items())))
