"""
A model database: the schema, and in which tables there are rows for certain.

Responsible for carrying out what a side does, one deed after another, and for what a server would refuse.  Does not
know the other side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from limbeck.conflicts.deeds import EVERY, Deed, RowUse, flat
from limbeck.conflicts.unsound import Known, Lack, minds, unsound
from limbeck.errors import SchemaError
from limbeck.operations import (
    UNCHANGED,
    AddColumn,
    AlterColumn,
    DropColumn,
    Operation,
    RenameTable,
)
from limbeck.schema import Column, Identity, SchemaState, TableName, View
from limbeck.schema.mentions import mentions, rename

Carry = Callable[[Operation, SchemaState], SchemaState]
"""The schema after an operation, as the server would have it.  Raises SchemaError."""


@dataclass(frozen=True)
class Rules:
    """What is peculiar to a server: the name of its dialect, and how it carries operations out."""

    dialect: str
    carry: Carry


@dataclass(frozen=True)
class Model:
    """A model database; `nulls` are columns with a NULL in some row, `filled` tables with some row."""

    state: SchemaState
    known: Known
    filled: frozenset[TableName] = frozenset()
    nulls: frozenset[tuple[TableName, str]] = frozenset()

    def lacks(self, dialect: str) -> frozenset[Lack]:
        """What its schema refers to and has not."""
        return unsound(self.state, self.known, dialect)


@dataclass(frozen=True)
class Refused:
    """A deed that a server would refuse, and why."""

    deed: Deed
    why: str


@dataclass(frozen=True)
class Followed:
    """A model after a side was carried out on it, and what was refused on the way."""

    model: Model
    refused: tuple[Refused, ...] = field(default=())


def model_of(state: SchemaState, known: Known | None = None) -> Model:
    """The model of a schema without rows."""
    return Model(state, (known or Known()).with_state(state))


def follow(deeds: Iterable[Deed], model: Model, rules: Rules) -> Followed:
    """`model` after all of `deeds`; what is refused is left out."""
    refused: list[Refused] = []
    for deed in deeds:
        if deed.unknown:
            continue
        found = after(deed, model, rules)
        if isinstance(found, str):
            refused.append(Refused(deed, found))
        else:
            model = found
    return Followed(model, tuple(refused))


def after(deed: Deed, model: Model, rules: Rules) -> Model | str:
    """The model after one deed, or why it is refused."""
    for use in deed.rows:
        found = _rows(use, model)
        if isinstance(found, str):
            return found
        model = found
    for operation in flat(deed.operation):
        why = _blocked(operation, model, rules.dialect)
        if why:
            return why
        try:
            state = _followed(operation, rules.carry(operation, model.state), rules.dialect)
        except SchemaError as error:
            return error.message
        if state == model.state:
            continue
        new = unsound(state, model.known, rules.dialect) - model.lacks(rules.dialect)
        minded = sorted(lack.text for lack in new if minds(lack, operation, rules.dialect))
        if minded:
            return "; ".join(minded)
        model = replace(model, state=state)
    return model


# Structure


def _blocked(operation: Operation, model: Model, dialect: str) -> str:
    """Why a server refuses an operation that the schema alone would take; "" when it does not."""
    if dialect == "sqlite" and _makes_sqlite_look(operation):
        return _broken_view(model)
    if isinstance(operation, AddColumn):
        return _no_value(operation.table, operation.column, model)
    if isinstance(operation, AlterColumn):
        return _null_there(operation, model) or _used_by_view(operation, model, dialect)
    return ""


def _makes_sqlite_look(operation: Operation) -> bool:
    if isinstance(operation, AlterColumn):
        return operation.new_name not in {None, operation.column}
    return isinstance(operation, (RenameTable, DropColumn))


def _broken_view(model: Model) -> str:
    """SQLite reads all views when it renames anything or drops a column, and stops at one that fails."""
    lacks = unsound(model.state, model.known, "sqlite")
    return "; ".join(sorted(lack.text for lack in lacks if lack.kind == "view"))


def _no_value(table: TableName, column: Column, model: Model) -> str:
    if table in model.filled and column.default is None and not column.nullable:
        return f"{table} has rows, which would have no value for {column.name}"
    return ""


def _null_there(operation: AlterColumn, model: Model) -> str:
    if operation.nullable is False and (operation.table, operation.column) in model.nulls:
        return f"a row of {operation.table} has no value for {operation.column}"
    return ""


def _used_by_view(operation: AlterColumn, model: Model, dialect: str) -> str:
    """PostgreSQL does not change the type of a column that a view shows."""
    if dialect != "postgresql" or operation.type is UNCHANGED:
        return ""
    if operation.table not in model.state:
        return ""
    table = model.state[operation.table]
    if operation.column not in table or table[operation.column].type == operation.type:
        return ""
    for item in model.state.objects.values():
        if isinstance(item, View) and shows(item, operation.table, operation.column):
            return f"view {item.name} shows {operation.table}.{operation.column}"
    return ""


def shows(view: View, table: TableName, column: str) -> bool:
    """Whether the text of a view names a column of a table, or all of them."""
    if not mentions(view.sql, table.name):
        return False
    return mentions(view.sql, column) or shows_all(view)


def shows_all(view: View) -> bool:
    """Whether the text says `*` where columns stand."""
    words = view.sql.replace(",", " , ").split()
    return any(word == "*" or word.endswith(".*") for word in words)


def _followed(operation: Operation, state: SchemaState, dialect: str) -> SchemaState:
    """The state in which views have the new name of a table or column; MySQL leaves their text alone."""
    if dialect in {"mysql", "mariadb"}:
        return state
    if isinstance(operation, RenameTable):
        table, old, new = operation.renamed, operation.table.name, operation.new_name
        within = old
    elif isinstance(operation, AlterColumn) and operation.new_name not in {None, operation.column}:
        table, old, new = operation.table, operation.column, operation.name
        within = table.name
    else:
        return state
    for item in list(state.objects.values()):
        if isinstance(item, View) and mentions(item.sql, within) and mentions(item.sql, old):
            renamed = replace(item, sql=rename(item.sql, old, new), origin=None)
            state = state.without_object(item.key).with_object(renamed)
    return state


# Rows


def _rows(use: RowUse, model: Model) -> Model | str:
    state = model.state
    views = {item.name for item in state.objects.values() if isinstance(item, View)}
    for name in sorted({use.table, *use.tables}, key=str):
        if name not in state and name not in views and name in model.known.tables:
            return f"there is no table {name}"
    for table, column in sorted(use.needs, key=str):
        if table in state and column not in state[table] and column != EVERY:
            return f"table {table} has no column {column!r}"
    if use.verb != "insert" or use.table not in state or use.given is None:
        return model
    return _inserted(use, use.given, model)


def _inserted(use: RowUse, given: frozenset[str], model: Model) -> Model | str:
    table = model.state[use.table]
    pins = dict(use.pins)
    empty = {
        column.name
        for column in table.columns
        if (column.name not in given and column.default is None)
        or "NULL" in pins.get(column.name, frozenset())
    }
    for name in sorted(empty):
        column = table[name]
        if not column.nullable and not _numbered(column, table.primary_key is not None):
            return f"the rows that are inserted have no value for {use.table}.{name}"
    return replace(
        model,
        filled=model.filled | {use.table},
        nulls=model.nulls | {(use.table, name) for name in empty},
    )


def _numbered(column: Column, keyed: bool) -> bool:
    """Whether the server has a value of its own for the column."""
    if isinstance(column.default, Identity) or column.autoincrement is True:
        return True
    # SQLite numbers a key that is an integer, and "auto" is what nobody has settled yet.
    return keyed and column.autoincrement == "auto" and "int" in column.type.sql.lower()
