"""
Constraints and indexes out of the tree of a statement.

Responsible for their values.  Does not know columns.  What is not understood is an error, never left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from limbeck.database.replay.parsing import (
    NotUnderstood,
    identifier,
    name_of,
    names_of,
    only,
    sql_of,
)
from limbeck.schema import (
    Check,
    Constraint,
    Expression,
    ForeignKey,
    Index,
    PrimaryKey,
    TableName,
    Unique,
)

if TYPE_CHECKING:
    import sqlalchemy as sa


def constraint_of(tree: Any, dialect: sa.Dialect) -> Constraint:
    """A constraint of a table.  Raises NotUnderstood."""
    name = None
    if isinstance(tree, exp.Constraint):
        only(tree, "this", "expressions")
        name = identifier(tree.this, dialect)
        if len(tree.expressions) != 1:
            raise NotUnderstood(f"constraint {name} is not understood")
        (tree,) = tree.expressions
    if isinstance(tree, exp.PrimaryKey):
        only(tree, "expressions")
        return PrimaryKey(names_of(tree.expressions, dialect), name)
    if isinstance(tree, exp.UniqueColumnConstraint) and isinstance(tree.this, exp.Schema):
        only(tree, "this")
        own = tree.this.this
        name = identifier(own, dialect) if name is None and own is not None else name
        return Unique(names_of(tree.this.expressions, dialect), name)
    if isinstance(tree, exp.ForeignKey):
        only(tree, "expressions", "reference", "delete", "update")
        columns = names_of(tree.expressions, dialect)
        return reference_of(columns, tree.args["reference"], name, dialect, tree)
    if isinstance(tree, exp.CheckColumnConstraint):
        return check_of(tree, name, dialect)
    raise NotUnderstood(f"{type(tree).__name__} in a table is not understood")


def check_of(tree: Any, name: str | None, dialect: sa.Dialect) -> Check:
    """A condition."""
    only(tree, "this")
    return Check(sql_of(tree.this, dialect), name)


_ACTIONS = {"ON DELETE": "ondelete", "ON UPDATE": "onupdate"}


def reference_of(
    columns: tuple[str, ...], tree: Any, name: str | None, dialect: sa.Dialect, key: Any = None
) -> ForeignKey:
    """A foreign key of `columns`; `key` is the tree around `tree`, where that says what is to happen."""
    only(tree, "this", "options")
    target = tree.this
    if not isinstance(target, exp.Schema):
        raise NotUnderstood("a foreign key without columns of its target is not understood")
    given: dict[str, Any] = {}
    for option in tree.args.get("options") or ():
        words = str(option).upper()
        start = next((start for start in _ACTIONS if words.startswith(start)), None)
        if start is None:
            raise NotUnderstood(f"{option} of a foreign key is not understood")
        given[_ACTIONS[start]] = words[len(start) :].strip()
    if key is not None:
        for argument, field in (("delete", "ondelete"), ("update", "onupdate")):
            if key.args.get(argument):
                given[field] = str(key.args[argument]).upper()
    return ForeignKey(
        columns, name_of(target.this, dialect), names_of(target.expressions, dialect), name, **given
    )


def index_of(tree: Any, dialect: sa.Dialect) -> tuple[TableName, Index]:
    """An index, and its table.  Raises NotUnderstood."""
    index = tree.this
    parameters = index.args.get("params")
    if parameters is None or index.args.get("table") is None:
        raise NotUnderstood("this index is not understood")
    only(index, "this", "table", "params")
    only(parameters, "columns", "where", "using")
    options: dict[str, object] = {}
    method = parameters.args.get("using")
    if method is not None and str(method.this).lower() != "btree":
        options[f"{dialect.name}_using"] = str(method.this).lower()
    where = parameters.args.get("where")
    if where is not None:
        options[f"{dialect.name}_where"] = sql_of(where.this, dialect)
    elements = tuple(_element(one, dialect) for one in parameters.args.get("columns") or ())
    table = name_of(index.args["table"], dialect)
    if index.this is None:
        raise NotUnderstood("an index without a name is not understood")
    name = identifier(index.this, dialect)
    unique = bool(tree.args.get("unique"))
    return table, Index(name, elements, unique, tuple(sorted(options.items())))


def key_of(tree: Any, dialect: sa.Dialect) -> Index:
    """An index that MySQL has in a table's own statement."""
    only(tree, "this", "expressions")
    if tree.this is None:
        raise NotUnderstood("an index without a name is not understood")
    return Index(identifier(tree.this, dialect), names_of(tree.expressions, dialect))


def _element(tree: Any, dialect: sa.Dialect) -> str:
    if isinstance(tree, exp.Ordered):
        only(tree, "this", "desc", "nulls_first")
        inner = _element(tree.this, dialect)
        if bool(tree.args.get("desc")):
            return Expression(f"{sql_of(tree.this, dialect)} DESC")
        return inner
    if isinstance(tree, (exp.Column, exp.Identifier)):
        only(tree, "this", "quoted")
        return identifier(tree, dialect)
    if isinstance(tree, (exp.Opclass, exp.ColumnPrefix)):
        raise NotUnderstood(f"{sql_of(tree, dialect)} in an index is not understood")
    inner_tree = tree.this if isinstance(tree, exp.Paren) else tree
    return Expression(sql_of(inner_tree, dialect))
