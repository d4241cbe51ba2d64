"""
ALTER TABLE and ALTER INDEX as operations.

Responsible for one operation for each thing that is said, in their order.  What is not understood is an error.  Reads
sqlglot's trees: Any, see `parsing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from limbeck.database.replay.columns import column_of, default_of
from limbeck.database.replay.constraints import constraint_of, key_of
from limbeck.database.replay.parsing import (
    NotUnderstood,
    identifier,
    name_of,
    only,
    type_of,
)
from limbeck.operations import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    CreateIndex,
    DropColumn,
    DropConstraint,
    DropIndex,
    RenameIndex,
    RenameTable,
)
from limbeck.schema import TableName

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.operations import Operation
    from limbeck.schema import SchemaState


def alterations(tree: Any, dialect: sa.Dialect, schema: SchemaState) -> Iterator[Operation]:
    """The operations of one ALTER.  Raises NotUnderstood."""
    only(tree, "this", "kind", "actions", "only")
    kind = str(tree.args.get("kind")).upper()
    if kind == "INDEX":
        yield from _index(tree, dialect, schema)
        return
    if kind != "TABLE":
        raise NotUnderstood(f"ALTER {kind} is not understood")
    table = name_of(tree.this, dialect)
    for action in tree.args.get("actions") or ():
        yield from _action(action, table, dialect)


def _index(tree: Any, dialect: sa.Dialect, schema: SchemaState) -> Iterator[Operation]:
    name = name_of(tree.this, dialect)
    owner = next(
        (
            table.name
            for table in schema
            if table.name.schema == name.schema and any(i.name == name.name for i in table.indexes)
        ),
        None,
    )
    for action in tree.args.get("actions") or ():
        if owner is None or not isinstance(action, exp.AlterRename):
            raise NotUnderstood("this change of an index is not understood")
        yield RenameIndex(owner, name.name, name_of(action.this, dialect).name)


def _action(action: Any, table: TableName, dialect: sa.Dialect) -> Iterator[Operation]:
    if isinstance(action, exp.ColumnDef):
        yield _added(action, table, dialect)
    elif isinstance(action, exp.Drop):
        yield from _dropped(action, table, dialect)
    elif isinstance(action, exp.RenameColumn):
        old, new = identifier(action.this, dialect), identifier(action.args["to"], dialect)
        yield AlterColumn(table, old, new_name=new)
    elif isinstance(action, exp.AlterRename):
        yield RenameTable(table, name_of(action.this, dialect).name)
    elif isinstance(action, exp.AddConstraint):
        for part in action.expressions:
            yield _constraint(part, table, dialect)
    elif isinstance(action, exp.AlterColumn):
        yield _altered(action, table, dialect)
    elif type(action).__name__ == "ModifyColumn":  # not in all versions
        yield _modified(action, table, dialect)
    elif type(action).__name__ == "RenameIndex":
        old, new = identifier(action.this, dialect), identifier(action.args["to"], dialect)
        yield RenameIndex(table, old, new)
    elif type(action).__name__ == "DropPrimaryKey":
        yield DropConstraint(table, None, "primary")
    else:
        raise NotUnderstood(f"ALTER TABLE ... {type(action).__name__} is not understood")


def _constraint(tree: Any, table: TableName, dialect: sa.Dialect) -> Operation:
    if isinstance(tree, exp.IndexColumnConstraint):
        return CreateIndex(table, key_of(tree, dialect))
    return AddConstraint(table, constraint_of(tree, dialect))


def _added(tree: Any, table: TableName, dialect: sa.Dialect) -> Operation:
    column, constraints = column_of(tree, dialect)
    exists = bool(tree.args.get("exists"))
    place = tree.args.get("position")
    if place is None:
        return AddColumn(table, column, exists, constraints=constraints)
    if str(place.args.get("position")).upper() != "AFTER":
        raise NotUnderstood("a column in the first place is not understood")
    after = identifier(place.this, dialect)
    return AddColumn(table, column, exists, constraints=constraints, insert_after=after)


_KINDS: dict[str, Any] = {
    "CONSTRAINT": None,
    "FOREIGN KEY": "foreignkey",
    "CHECK": "check",
}


def _dropped(action: Any, table: TableName, dialect: sa.Dialect) -> Iterator[Operation]:
    only(action, "this", "tables", "kind", "exists", "restrict")
    kind = str(action.args.get("kind")).upper()
    exists = bool(action.args.get("exists"))
    for target in action.args.get("tables") or [action.this]:
        name = identifier(target, dialect)
        if kind == "COLUMN":
            yield DropColumn(table, name, if_exists=exists)
        elif kind in _KINDS:
            yield DropConstraint(table, name, _KINDS[kind], if_exists=exists)
        elif kind in {"INDEX", "KEY"}:
            yield DropIndex(name, table, table.schema, if_exists=exists)
        else:
            raise NotUnderstood(f"ALTER TABLE ... DROP {kind} is not understood")


def _altered(action: Any, table: TableName, dialect: sa.Dialect) -> Operation:
    only(action, "this", "dtype", "using", "allow_null", "default", "drop")
    column = identifier(action.this, dialect)
    given = action.args
    if given.get("dtype") is not None:
        return AlterColumn(table, column, type=type_of(given["dtype"], dialect))
    if given.get("allow_null") is not None:
        return AlterColumn(table, column, nullable=bool(given["allow_null"]))
    if given.get("default") is not None:
        return AlterColumn(table, column, default=default_of(given["default"], dialect))
    if given.get("drop"):
        return AlterColumn(table, column, default=None)
    raise NotUnderstood("this change of a column is not understood")


def _modified(action: Any, table: TableName, dialect: sa.Dialect) -> Operation:
    """MySQL's MODIFY and CHANGE, which say all of a column: what they leave out is gone."""
    only(action, "this", "rename_from")
    column, constraints = column_of(action.this, dialect)
    if constraints or action.this.args.get("position") is not None:
        raise NotUnderstood("this change of a column is not understood")
    old = action.args.get("rename_from")
    name = identifier(old, dialect) if old is not None else column.name
    change = AlterColumn(
        table,
        name,
        type=column.type,
        nullable=column.nullable,
        default=column.default,
        comment=column.comment,
        autoincrement=column.autoincrement,
    )
    return replace(change, new_name=column.name) if column.name != name else change
