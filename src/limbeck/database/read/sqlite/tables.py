"""
Tables from their CREATE TABLE statements.

Responsible for what the parts of a statement say of each other: which columns the key makes required, which one
numbers the rows, what a foreign key without columns leads to.  Does not know where the statements come from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from limbeck.database.read.sqlite import items
from limbeck.database.sqlite.tokens import folded, significant_words
from limbeck.schema import (
    Check,
    Column,
    Constraint,
    Exclude,
    Expression,
    ForeignKey,
    Index,
    Options,
    PrimaryKey,
    Table,
    TableName,
    options,
)


def table(sql: str, indexes: Iterable[str], name: TableName) -> Table:
    """A table and its indexes.  Raises SchemaError when the statement cannot be taken apart."""
    pieces = items.split(sql)
    parts = [items.item(text) for text in pieces.items]
    behind = significant_words(pieces.behind) if pieces.behind.strip() else []
    constraints = _ordered(parts)
    columns = [column for part in parts for column in part.columns]
    key = next((c.columns for c in constraints if isinstance(c, PrimaryKey)), ())
    alias = None if "WITHOUT" in behind else _alias(parts, columns, key)
    return Table(
        name,
        _keyed(columns, key, alias),
        constraints,
        tuple(items.index(text) for text in indexes),
        options=_options(behind, counts=any(part.counts for part in parts)),
    )


def _ordered(parts: Sequence[items.Item]) -> tuple[Constraint, ...]:
    """Those beside columns first, as `limbeck.database.sqlite.values` has them."""
    beside = (c for part in parts if part.columns for c in part.constraints)
    apart = (c for part in parts if not part.columns for c in part.constraints)
    return (*beside, *apart)


def _alias(
    parts: Sequence[items.Item], columns: Sequence[Column], key: Sequence[str]
) -> str | None:
    """The column that *is* the row's number, which SQLite fills in by itself."""
    if any(part.inline_key for part in parts):
        return next((part.alias for part in parts if part.alias is not None), None)
    if len(key) != 1:
        return None
    wanted = folded(key[0])
    return next(
        (c.name for c in columns if folded(c.name) == wanted and c.type.sql == "INTEGER"), None
    )


def _keyed(columns: Sequence[Column], key: Sequence[str], alias: str | None) -> tuple[Column, ...]:
    if not key:
        return tuple(columns)
    required = {folded(name) for name in key}
    return tuple(
        replace(column, nullable=False, autoincrement=column.name == alias)
        if folded(column.name) in required
        else column
        for column in columns
    )


def _options(behind: Collection[str], *, counts: bool) -> Options:
    found: dict[str, object] = {}
    if counts:
        found["sqlite_autoincrement"] = True
    if "STRICT" in behind:
        found["sqlite_strict"] = True
    if "WITHOUT" in behind:
        found["sqlite_with_rowid"] = False
    return options(found)


def resolved(found: Sequence[Table]) -> list[Table]:
    """The tables of one file, in which whatever names a table or column does so as that is written.

    SQLite takes no notice of capitals; and REFERENCES without columns means the key.
    """
    known = {folded(table.name.name): table for table in found}
    return [_resolved(table, known) for table in found]


def _resolved(table: Table, known: Mapping[str, Table]) -> Table:
    own = {folded(column.name): column.name for column in table.columns}
    constraints = tuple(_constraint(c, own, table.name, known) for c in table.constraints)
    indexes = tuple(_index(index, own) for index in table.indexes)
    if constraints == table.constraints and indexes == table.indexes:
        return table
    return replace(table, constraints=constraints, indexes=indexes)


def _written(names: tuple[str, ...], own: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(own.get(folded(name), name) for name in names)


def _constraint(
    constraint: Constraint, own: Mapping[str, str], name: TableName, known: Mapping[str, Table]
) -> Constraint:
    if isinstance(constraint, (Check, Exclude)):
        return constraint
    columns = _written(constraint.columns, own)
    if not isinstance(constraint, ForeignKey):
        return constraint if columns == constraint.columns else replace(constraint, columns=columns)
    target, target_columns = _target(constraint, name, known)
    if (columns, target, target_columns) == (
        constraint.columns,
        constraint.target,
        constraint.target_columns,
    ):
        return constraint
    return replace(constraint, columns=columns, target=target, target_columns=target_columns)


def _target(
    key: ForeignKey, name: TableName, known: Mapping[str, Table]
) -> tuple[TableName, tuple[str, ...]]:
    target = known.get(folded(key.target.name))
    if target is None:
        return TableName(key.target.name, name.schema), key.target_columns
    columns = key.target_columns
    primary = target.primary_key
    if not columns and primary is not None:
        columns = primary.columns
    there = {folded(column.name): column.name for column in target.columns}
    return target.name, _written(columns, there)


def _index(index: Index, own: Mapping[str, str]) -> Index:
    elements = tuple(
        element if isinstance(element, Expression) else own.get(folded(element), element)
        for element in index.elements
    )
    return index if elements == index.elements else replace(index, elements=elements)
