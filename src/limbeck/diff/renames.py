"""
Which names are new names for something that is there.

Responsible for what was decided: on the command line (`users.name=users.full_name`), or by hints in the models
(`info={"renamed_from": "name"}`).  Does not guess; `candidates` does.

    users=people                          a table
    users.name=users.full_name            a column; `users.name=full_name` will do
    billing.users.name=full_name          … of a table in a schema
    status:old=new                        a value of an enum
    next_number=next_invoice              a sequence, view, routine or type
    users.name=                           no new name: it is dropped, and so for tables and values
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from limbeck.diff import address
from limbeck.diff.objects import KINDS, ObjectKind, keys_of, kind_of_object, problem
from limbeck.errors import UsageError
from limbeck.operations import AlterColumn, Operation, RenameObject, RenameTable
from limbeck.schema import Enum, Key, SchemaState, TableName

if TYPE_CHECKING:
    from collections.abc import Iterable

FLAG = "--rename"
EXAMPLE = (
    f"write it like {FLAG} users.name=users.full_name, or {FLAG} users.name= for what is dropped"
)
RenameKind = Literal["table", "column", "enum value"] | ObjectKind


@dataclass(frozen=True, slots=True)
class Rename:
    """What somebody has decided: `old` of `table` is `new` now, or is gone for good when that is None.

    `table` is the table of a column, by its old or its new name; the enum of a value; the table or object itself.
    """

    kind: RenameKind
    table: TableName
    old: str
    new: str | None

    def __str__(self) -> str:
        return f"{FLAG} {flag_value(self.kind, self.table, self.old, self.new)}"


class Hint(NamedTuple):
    """What a model says: `table`, or `column` of it, was called `renamed_from`.  It is heeded while that is true.

    With another `kind` the table stands for an object, and the column for a value of an enum.
    """

    table: TableName
    renamed_from: str
    column: str | None = None
    kind: RenameKind = "table"

    @property
    def rename(self) -> Rename:
        """What it says, as a decision."""
        if self.column is not None:
            kind: RenameKind = "enum value" if self.kind == "enum value" else "column"
            return Rename(kind, self.table, self.renamed_from, self.column)
        old = self.table._replace(name=self.renamed_from)
        return Rename(self.kind, old, old.name, self.table.name)


def flag_value(kind: RenameKind, table: TableName, old: str, new: str | None) -> str:
    """The text that decides a rename, or for `new` None that there is none."""
    if kind == "table" or kind in KINDS:
        right = "" if new is None else _text(table._replace(name=new))
        return address.as_word(f"{_text(table)}={right}")
    if kind == "column":
        name = _text(table)
        right = "" if new is None else f"{name}.{address.quoted(new)}"
        return address.as_word(f"{name}.{address.quoted(old)}={right}")
    return address.as_word(f"{_text(table)}:{old}={new or ''}")


def _text(name: TableName) -> str:
    return str(address.Address((name.schema, name.name) if name.schema else (name.name,)))


def parse(text: str, before: SchemaState, after: SchemaState) -> Rename:
    """What is typed behind --rename.  Raises UsageError when it cannot be understood, or names nothing that is there."""
    try:
        left, right = address.split(text, FLAG)
    except UsageError as error:
        raise UsageError(error.message, hint=EXAMPLE) from None
    if left.value is not None:
        name = _name(left.names)
        if not any(Key("enum", name) in state.objects for state in (before, after)):
            raise UsageError(f"{FLAG} {text}: there is no enum {name}")
        return Rename("enum value", name, left.value, right or None)
    kind = kind_of_object(_name(left.names), before, after)
    if kind is not None and not _is_table(left.names, before, after):
        name = _name(left.names)
        return Rename(kind, name, name.name, _new_name(name, right, text))
    table, column = _left(left.names, before, after, text)
    if column is None:
        return Rename("table", table, table.name, _new_name(table, right, text))
    return Rename("column", table, column, _new_column(right))


def _name(names: tuple[str, ...]) -> TableName:
    return TableName(names[-1], ".".join(names[:-1]) or None)


def _left(
    names: tuple[str, ...], before: SchemaState, after: SchemaState, text: str
) -> tuple[TableName, str | None]:
    """The table, and the column of it, if one is meant: `a.b` may be either."""
    whole = _name(names)
    if len(names) > 1:
        table = _name(names[:-1])
        if table in before and (names[-1] in before[table] or whole not in before):
            return table, names[-1]
        if table in after and whole not in before:
            return table, names[-1]
    if whole in before or len(names) == 1:
        return whole, None
    raise UsageError(f"{FLAG} {text}: there is no table {whole}, nor a table {_name(names[:-1])}")


def _is_table(names: tuple[str, ...], before: SchemaState, after: SchemaState) -> bool:
    """Whether a table, or a column of one, is called so."""
    tables = [_name(names), *([_name(names[:-1])] if len(names) > 1 else [])]
    return any(table in state for table in tables for state in (before, after))


def _new_name(old: TableName, right: str, text: str) -> str | None:
    if not right:
        return None
    new = _name(address.read(right, FLAG).names)
    if new.schema not in {None, old.schema}:
        raise UsageError(f"{FLAG} {text}: nothing can get into another schema by a rename")
    return new.name


def _new_column(right: str) -> str | None:
    return address.read(right, FLAG).names[-1] if right else None


@dataclass(frozen=True, slots=True)
class Decided:
    """Renames that hold, and what is known to be dropped; tables by their names before and after, columns by table.

    `columns` and `dropped` have tables by the new name, `values` enums.
    """

    tables: dict[TableName, TableName] = field(default_factory=dict)
    columns: dict[tuple[TableName, str], str] = field(default_factory=dict)
    values: dict[TableName, dict[str, str]] = field(default_factory=dict)
    objects: dict[Key, str] = field(default_factory=dict)
    dropped: set[tuple[RenameKind, TableName, str]] = field(default_factory=set)

    def operations(self) -> list[Operation]:
        """The renames of tables, objects and columns; those of enum values belong to the changes of their enum."""
        tables: list[Operation] = [
            RenameTable(old, new.name) for old, new in sorted(self.tables.items())
        ]
        columns = [
            AlterColumn(table, old, new_name=new)
            for (table, old), new in sorted(self.columns.items(), key=str)
        ]
        objects = [RenameObject(key, new) for key, new in sorted(self.objects.items())]
        return [*tables, *objects, *columns]

    def inverse(self) -> Decided:
        """The same, seen from the other side."""
        back = {new: old for old, new in self.tables.items()}
        columns = {(back.get(table, table), new): old for (table, old), new in self.columns.items()}
        objects = {self.moved(key): key.name.name for key in self.objects}
        enums = {self.moved(key).name: key.name for key in self.objects if key.kind == "enum"}
        values = {
            enums.get(name, name): {new: old for old, new in pairs.items()}
            for name, pairs in self.values.items()
        }
        return Decided(back, columns, values, objects)

    def moved(self, key: Key) -> Key:
        """An object by the name that it has afterwards."""
        return key._replace(name=key.name._replace(name=self.objects.get(key, key.name.name)))


def decide(
    before: SchemaState, after: SchemaState, renames: Iterable[Rename], hints: Iterable[Hint] = ()
) -> Decided:
    """What was decided, by people first and then by the hints that are true.

    Raises UsageError when a decision does not fit: the old name is not there or not gone, the new one is not new, or
    two decisions are about one thing.
    """
    decided = Decided()
    for rename in sorted(renames, key=lambda rename: rename.kind in {"column", "enum value"}):
        problem = _decide(decided, rename, before, after)
        if problem is not None:
            raise UsageError(f"{rename}: {problem}", hint="limbeck check shows what differs")
    for hint in sorted(hints, key=lambda hint: hint.column is not None):
        _decide(decided, hint.rename, before, after)
    return decided


def _decide(
    decided: Decided, rename: Rename, before: SchemaState, after: SchemaState
) -> str | None:
    """Take a decision in; what is wrong with it, if something is."""
    if (rename.kind, rename.table, rename.old) in decided.dropped:
        return "it is decided already"
    if rename.kind == "table":
        return _decide_table(decided, rename, before, after)
    if rename.kind == "column":
        return _decide_column(decided, rename, before, after)
    if rename.kind in KINDS:
        return _decide_object(decided, rename, before, after)
    return _decide_value(decided, rename, before, after)


def _decide_table(
    decided: Decided, rename: Rename, before: SchemaState, after: SchemaState
) -> str | None:
    old = rename.table
    if old not in before:
        return f"there is no table {old} in the database"
    if old in after:
        return f"table {old} is in the models still"
    if rename.new is None:
        decided.dropped.add(("table", old, old.name))
        return None
    new = old._replace(name=rename.new)
    if new not in after:
        return f"there is no table {new} in the models"
    if new in before:
        return f"table {new} is in the database already"
    if old in decided.tables or new in decided.tables.values():
        return "it is decided already"
    decided.tables[old] = new
    return None


def _decide_object(
    decided: Decided, rename: Rename, before: SchemaState, after: SchemaState
) -> str | None:
    keys = keys_of(rename.kind, rename.table, before)
    if len(keys) != 1:
        many = "several share the name" if keys else "there is none in the database"
        return f"{rename.kind} {rename.table}: {many}"
    (key,) = keys
    wrong = problem(key, rename.new, before, after)
    if wrong is not None:
        return wrong
    if rename.new is None:
        decided.dropped.add((rename.kind, rename.table, rename.old))
        return None
    taken = {(k.kind, k.name.schema, new) for k, new in decided.objects.items()}
    if key in decided.objects or (key.kind, key.name.schema, rename.new) in taken:
        return "it is decided already"
    decided.objects[key] = rename.new
    return None


def _decide_column(
    decided: Decided, rename: Rename, before: SchemaState, after: SchemaState
) -> str | None:
    new_table = decided.tables.get(rename.table, rename.table)
    old_table = next((o for o, n in decided.tables.items() if n == new_table), new_table)
    if old_table not in before or rename.old not in before[old_table]:
        return f"there is no column {old_table}.{rename.old} in the database"
    if new_table not in after:
        return f"there is no table {new_table} in the models"
    if rename.old in after[new_table]:
        return f"column {new_table}.{rename.old} is in the models still"
    if rename.new is None:
        decided.dropped.add(("column", new_table, rename.old))
        return None
    if rename.new not in after[new_table]:
        return f"there is no column {new_table}.{rename.new} in the models"
    if rename.new in before[old_table]:
        return f"column {old_table}.{rename.new} is in the database already"
    taken = [new for (table, _), new in decided.columns.items() if table == new_table]
    if (new_table, rename.old) in decided.columns or rename.new in taken:
        return "it is decided already"
    decided.columns[new_table, rename.old] = rename.new
    return None


def _decide_value(
    decided: Decided, rename: Rename, before: SchemaState, after: SchemaState
) -> str | None:
    key = next((k for k in decided.objects if decided.moved(k) == Key("enum", rename.table)), None)
    key = key or Key("enum", rename.table)
    old, new = before.objects.get(key), after.objects.get(decided.moved(key))
    if not isinstance(old, Enum) or rename.old not in old.values:
        return f"enum {rename.table} has no value {rename.old!r} in the database"
    if not isinstance(new, Enum) or rename.old in new.values:
        return f"enum {rename.table} has the value {rename.old!r} in the models still"
    if rename.new is None:
        decided.dropped.add(("enum value", decided.moved(key).name, rename.old))
        return None
    if rename.new not in new.values:
        return f"enum {rename.table} has no value {rename.new!r} in the models"
    if rename.new in old.values:
        return f"enum {rename.table} has the value {rename.new!r} in the database already"
    pairs = decided.values.setdefault(decided.moved(key).name, {})
    if rename.old in pairs or rename.new in pairs.values():
        return "it is decided already"
    pairs[rename.old] = rename.new
    return None
