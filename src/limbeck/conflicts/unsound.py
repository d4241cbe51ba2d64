"""
What a schema refers to and has not.

Responsible for foreign keys that lead nowhere, texts (views, checks, indexes, computed columns) that name a column
which is gone, types that are missing and names that are taken twice.  Does not parse SQL: only names that are known to
have been there, or to come, count as missing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from limbeck.operations import CreateObject, ReplaceObject
from limbeck.schema import (
    Check,
    Computed,
    Enum,
    ForeignKey,
    PrimaryKey,
    Sequence,
    Unique,
    View,
    is_column,
)
from limbeck.schema.mentions import mentions
from limbeck.schema.typenames import is_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.operations import Operation
    from limbeck.schema import SchemaState, Table, TableName


LackKind = Literal["name", "key", "text", "type", "view"]


class Lack(NamedTuple):
    """Something that is referred to and not there, or a name that is there twice; `text` says it in words."""

    kind: LackKind
    text: str


@dataclass(frozen=True)
class Known:
    """All tables with their columns, and all enums, that are there at some time on one of the sides."""

    columns: frozenset[tuple[TableName, str]] = frozenset()
    enums: frozenset[TableName] = frozenset()
    views: frozenset[TableName] = frozenset()

    def with_state(self, state: SchemaState) -> Known:
        """And those of one more state."""
        columns = {(table.name, column.name) for table in state for column in table.columns}
        objects = state.objects.values()
        return Known(
            self.columns | columns,
            self.enums | {item.name for item in objects if isinstance(item, Enum)},
            self.views | {item.name for item in objects if isinstance(item, View)},
        )

    @property
    def tables(self) -> frozenset[TableName]:
        """The tables alone."""
        return frozenset(table for table, _ in self.columns)


def unsound(state: SchemaState, known: Known, dialect: str) -> frozenset[Lack]:
    """Each thing that `state` refers to and has not."""
    found = {Lack("name", text) for text in _twice(state, dialect)}
    for table in state:
        for key in table.foreign_keys:
            found.update(Lack("key", text) for text in _in_key(table, key, state, known, dialect))
        found.update(Lack("text", text) for text in _in_texts(table, known))
        found.update(Lack("type", text) for text in _in_types(table, state, known))
    for item in state.objects.values():
        if isinstance(item, View):
            found.update(Lack("view", text) for text in _in_view(item, state, known))
    return frozenset(found)


def minds(lack: Lack, operation: Operation, dialect: str) -> bool:
    """Whether a server refuses an operation after which something is lacking.

    SQLite looks at views and foreign keys when they are used, MySQL at views when they are made.
    """
    if dialect == "postgresql" or lack.kind in {"name", "text", "type"}:
        return True
    if dialect == "sqlite":
        return False
    return lack.kind == "key" or isinstance(operation, (CreateObject, ReplaceObject))


def _in_texts(table: Table, known: Known) -> Iterator[str]:
    for text, what in _texts(table):
        for name, column in known.columns:
            if name == table.name and column not in table and mentions(text, column):
                yield f"{what} of {table.name} needs column {column}, which is not there"


def _in_types(table: Table, state: SchemaState, known: Known) -> Iterator[str]:
    there = {item.name for item in state.objects.values() if isinstance(item, Enum)}
    for enum in known.enums - there:
        if any(is_of(column.type.sql, enum) for column in table.columns):
            yield f"table {table.name} needs type {enum}, which is not there"


def _in_key(
    table: Table, key: ForeignKey, state: SchemaState, known: Known, dialect: str
) -> Iterator[str]:
    what = f"the foreign key of {table.name} ({', '.join(key.columns)})"
    if key.target not in state:
        if key.target in known.tables:
            yield f"{what} leads to {key.target}, which is not there"
        return
    target = state[key.target]
    for column in key.target_columns:
        if column not in target:
            yield f"{what} leads to {key.target}.{column}, which is not there"
    if dialect != "sqlite" and key.target_columns and not _identifies(target, key.target_columns):
        yield f"{what} leads to columns of {key.target} that are no key"


def _identifies(table: Table, columns: tuple[str, ...]) -> bool:
    wanted = set(columns)
    keys = (set(c.columns) for c in table.constraints if isinstance(c, (PrimaryKey, Unique)))
    indexes = (set(index.elements) for index in table.indexes if index.unique)
    return any(wanted == one for one in (*keys, *indexes))


def _texts(table: Table) -> Iterator[tuple[str, str]]:
    """Expressions over the table's own columns, and what each belongs to."""
    for constraint in table.constraints:
        if isinstance(constraint, Check):
            yield constraint.sql, f"check {constraint.name or ''}".strip()
    for index in table.indexes:
        where = [str(value) for name, value in index.options if name.endswith("_where")]
        for text in (*(e for e in index.elements if not is_column(e)), *where):
            yield text, f"index {index.name}"
    for column in table.columns:
        if isinstance(column.default, Computed):
            yield column.default.sql, f"computed column {column.name}"


def _in_view(view: View, state: SchemaState, known: Known) -> Iterator[str]:
    for table in known.tables:
        if table == view.name or not mentions(view.sql, table.name):
            continue
        if table not in state:
            yield f"view {view.name} needs table {table}, which is not there"
            continue
        for name, column in known.columns:
            if name == table and column not in state[table] and mentions(view.sql, column):
                yield f"view {view.name} needs column {table}.{column}, which is not there"
    there = {item.name for item in state.objects.values() if isinstance(item, View)}
    for other in known.views - there - {view.name}:
        if mentions(view.sql, other.name):
            yield f"view {view.name} needs view {other}, which is not there"


def _twice(state: SchemaState, dialect: str) -> Iterator[str]:
    """Names that the server keeps apart from each other, and that are there more than once."""
    if dialect not in {"postgresql", "sqlite"}:
        names = Counter(
            str(name)
            for name in (
                *(table.name for table in state),
                *(i.name for i in state.objects.values() if isinstance(i, View)),
            )
        )
    else:
        names = Counter(_relations(state))
    for name, count in names.items():
        if count > 1:
            yield f"the name {name} is taken"


def _relations(state: SchemaState) -> Iterator[str]:
    for table in state:
        yield str(table.name)
        for index in table.indexes:
            if index.name is not None:
                yield str(table.name._replace(name=index.name))
    for item in state.objects.values():
        if isinstance(item, (View, Sequence)):
            yield str(item.name)
