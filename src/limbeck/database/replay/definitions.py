"""
From the tree of a statement to operations.

Responsible for CREATE, DROP and COMMENT as far as they can be said exactly; everything else is not understood, rather
than understood half.  Reads sqlglot's trees: Any, see `parsing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from limbeck.database.replay.alterations import alterations
from limbeck.database.replay.columns import column_of
from limbeck.database.replay.constraints import constraint_of, index_of, key_of
from limbeck.database.replay.parsing import NotUnderstood, identifier, name_of, only, sql_of
from limbeck.operations import (
    AlterColumn,
    CreateIndex,
    CreateObject,
    CreateTable,
    DropIndex,
    DropObject,
    DropTable,
    ReplaceObject,
    SetTableComment,
)
from limbeck.schema import Enum, Key, Table, TableName, View

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.operations import Operation
    from limbeck.schema import SchemaState

_ROWS = (
    exp.Select, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.SetOperation, exp.TruncateTable,
    exp.Set, exp.Transaction, exp.Commit, exp.Rollback, exp.Pragma, exp.Analyze, exp.Use, exp.Describe,
)  # fmt: skip


def operations_of(tree: Any, dialect: sa.Dialect, schema: SchemaState) -> list[Operation]:
    """The operations that a statement amounts to, none for one about rows.  Raises NotUnderstood."""
    if isinstance(tree, _ROWS) and not tree.args.get("into"):
        return []
    for kind, read in _READ.items():
        if isinstance(tree, kind):
            return list(read(tree, dialect, schema))
    word = tree.this if isinstance(tree, exp.Command) else type(tree).__name__
    raise NotUnderstood(f"this {str(word).upper()} is not understood")


Read = Callable[[Any, "sa.Dialect", "SchemaState"], "Iterator[Operation]"]


def _create(tree: Any, dialect: sa.Dialect, schema: SchemaState) -> Iterator[Operation]:
    kind = str(tree.args.get("kind")).upper()
    exists = bool(tree.args.get("exists"))
    only(
        tree,
        "this",
        "kind",
        "exists",
        "unique",
        "expression",
        "replace",
        "properties",
        "concurrently",
    )
    if kind == "TABLE":
        yield CreateTable(_table(tree, dialect), exists)
    elif kind == "INDEX":
        table, index = index_of(tree, dialect)
        yield CreateIndex(table, index, exists)
    elif kind == "VIEW":
        yield from _view(tree, dialect, schema)
    elif kind == "TYPE" and isinstance(tree.expression, exp.DataType):
        only(tree.expression, "this", "expressions")
        values = tuple(str(value.this) for value in tree.expression.expressions)
        yield CreateObject(Enum(name_of(tree.this, dialect), values))
    elif kind != "SCHEMA":  # no part of what is compared
        raise NotUnderstood(f"CREATE {kind} is not understood")


def _table(tree: Any, dialect: sa.Dialect) -> Table:
    schema = tree.this
    if not isinstance(schema, exp.Schema) or tree.expression is not None:
        raise NotUnderstood("a table made by a query is not understood")
    table = _with_properties(Table(name_of(schema.this, dialect)), tree, dialect)
    for part in schema.expressions:
        if isinstance(part, exp.ColumnDef):
            column, constraints = column_of(part, dialect)
            table = replace(
                table,
                columns=(*table.columns, column),
                constraints=(*table.constraints, *constraints),
            )
        elif isinstance(part, exp.IndexColumnConstraint):
            table = replace(table, indexes=(*table.indexes, key_of(part, dialect)))
        else:
            table = replace(table, constraints=(*table.constraints, constraint_of(part, dialect)))
    key = table.primary_key
    keyed = key.columns if key is not None else ()
    return table.with_columns(
        replace(c, nullable=False) if c.name in keyed else c for c in table.columns
    )


def _with_properties(table: Table, tree: Any, dialect: sa.Dialect) -> Table:
    """The table with what stands behind its parentheses."""
    properties = tree.args.get("properties")
    options: dict[str, object] = {}
    for one in properties.expressions if properties is not None else ():
        if isinstance(one, exp.UnloggedProperty):
            table = replace(table, prefixes=("UNLOGGED",))
        elif isinstance(one, exp.SchemaCommentProperty):
            table = replace(table, comment=str(one.this.this))
        elif isinstance(one, exp.EngineProperty):
            options["mysql_engine"] = str(one.this.this)
        elif isinstance(one, exp.CharacterSetProperty):
            options["mysql_charset"] = str(one.this.this)
        elif isinstance(one, exp.CollateProperty):
            options["mysql_collate"] = str(one.this.this)
        else:
            raise NotUnderstood(f"{sql_of(one, dialect)} of a table is not understood")
    return replace(table, options=tuple(sorted(options.items())))


def _view(tree: Any, dialect: sa.Dialect, schema: SchemaState) -> Iterator[Operation]:
    if tree.expression is None or isinstance(tree.this, exp.Schema):
        raise NotUnderstood("a view whose columns are named is not understood")
    properties = tree.args.get("properties")
    kinds = [type(one) for one in properties.expressions] if properties is not None else []
    if any(kind is not exp.MaterializedProperty for kind in kinds):
        raise NotUnderstood("options of a view are not understood")
    view = View(name_of(tree.this, dialect), sql_of(tree.expression, dialect), bool(kinds))
    if tree.args.get("replace") and view.key in schema.objects:
        yield ReplaceObject(schema.objects[view.key], view)
    elif not (tree.args.get("exists") and view.key in schema.objects):
        yield CreateObject(view)


_DROPPED = {"VIEW": ("view",), "TYPE": ("enum", "domain", "composite"), "SEQUENCE": ("sequence",)}


def _drop(tree: Any, dialect: sa.Dialect, schema: SchemaState) -> Iterator[Operation]:
    kind = str(tree.args.get("kind")).upper()
    exists = bool(tree.args.get("exists"))
    only(
        tree,
        "this",
        "tables",
        "kind",
        "exists",
        "materialized",
        "concurrently",
        "restrict",
        "cluster",
    )
    for target in tree.args.get("tables") or [tree.this]:
        name = name_of(target, dialect)
        if kind == "TABLE":
            yield DropTable(name, if_exists=exists)
        elif kind == "INDEX":
            table = _owner(name, schema)
            if tree.args.get("cluster") is not None:
                table = name_of(tree.args["cluster"].this, dialect)
            yield DropIndex(name.name, table, name.schema, if_exists=exists)
        elif kind in _DROPPED:
            kinds = ("materialized view",) if tree.args.get("materialized") else _DROPPED[kind]
            keys = [Key(one, name) for one in kinds]
            key = next((key for key in keys if key in schema.objects), keys[0])
            yield DropObject(key, schema.objects.get(key), if_exists=exists)
        else:
            raise NotUnderstood(f"DROP {kind} is not understood")


def _owner(index: TableName, schema: SchemaState) -> TableName | None:
    for table in schema:
        if table.name.schema == index.schema and any(i.name == index.name for i in table.indexes):
            return table.name
    return None


def _comment(tree: Any, dialect: sa.Dialect, schema: SchemaState) -> Iterator[Operation]:
    kind = str(tree.args.get("kind")).upper()
    text = str(tree.expression.this) if isinstance(tree.expression, exp.Literal) else None
    if kind == "TABLE":
        yield SetTableComment(name_of(tree.this, dialect), text)
    elif kind == "COLUMN" and isinstance(tree.this, exp.Column):
        table, database = tree.this.args.get("table"), tree.this.args.get("db")
        if table is None:
            raise NotUnderstood("a comment on a column without its table is not understood")
        owner = TableName(
            identifier(table, dialect),
            identifier(database, dialect) if database is not None else None,
        )
        yield AlterColumn(owner, identifier(tree.this, dialect), comment=text)
    else:
        raise NotUnderstood(f"COMMENT ON {kind} is not understood")


_READ: dict[type, Read] = {
    exp.Create: _create,
    exp.Drop: _drop,
    exp.Alter: alterations,
    exp.Comment: _comment,
}
