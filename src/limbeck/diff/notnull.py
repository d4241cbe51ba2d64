"""
Columns that become NOT NULL while there are rows.

Responsible for the steps: the column is there and may be NULL, rows get a value, then it is NOT NULL.  On PostgreSQL
the rows are looked at by a check that is added NOT VALID and validated, which keeps nobody from writing; SET NOT NULL
then finds the check and need not look again (documentation of ALTER TABLE).  Does not know how a value is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from limbeck.diff import address
from limbeck.diff.address import as_word
from limbeck.diff.change import Change, Rank, Resource, Resources, a_column, a_step
from limbeck.diff.narrowing import characters, family, listed_values
from limbeck.diff.parts import ALTER, COLUMN, drop_constraint
from limbeck.errors import UsageError
from limbeck.operations import AddConstraint, AlterColumn, FillColumn, Operation, ValidateConstraint
from limbeck.operations.constraints import NOT_VALID
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Default,
    Enum,
    Identity,
    PrimaryKey,
    SchemaState,
    Table,
    TableName,
    Unique,
)
from limbeck.schema.mentions import mentions
from limbeck.schema.postgresql_names import quoted
from limbeck.schema.typenames import is_array, is_of

if TYPE_CHECKING:
    from limbeck.diff.way import Altered, Way

FLAG = "--fill"
LONGEST_NAME = 63
"""Bytes that PostgreSQL keeps of a name (NAMEDATALEN − 1)."""


@dataclass(frozen=True, slots=True)
class Fill:
    """The value, as an SQL expression, that rows get in a column that becomes NOT NULL."""

    table: TableName
    column: str
    value_sql: str


@dataclass(frozen=True, slots=True)
class FillQuestion:
    """A column becomes NOT NULL, the table has rows, and there is no value for them.

    `type` is the column's, `example` a value of it in SQL; `unique`: each row must get another one.
    """

    table: TableName
    column: str
    type: str
    example: str
    unique: bool = False

    @property
    def flag(self) -> str:
        """What to add to the command: with the example, in whose place another value may be wanted."""
        return f"{FLAG} {as_word(f'{self.target}={self.example}')}"

    @property
    def target(self) -> str:
        """The column, as `parse_fill` reads it."""
        names = (self.table.schema,) if self.table.schema else ()
        return str(address.Address((*names, self.table.name, self.column)))


def parse_fill(text: str, after: SchemaState) -> Fill:
    """What is typed behind --fill: `users.age=0`, `users.name="'unknown'"`; the value is an SQL expression.

    Raises UsageError when it cannot be understood, or the models have no such column.
    """
    try:
        left, value = address.split(text, FLAG)
    except UsageError as error:
        raise _wrong_form(error.message) from None
    if len(left.names) < 2 or left.value is not None or not value.strip():
        raise _wrong_form(f"{FLAG} {text}: a value in SQL is missing, or the table of the column")
    table = TableName(left.names[-2], ".".join(left.names[:-2]) or None)
    if table not in after or left.names[-1] not in after[table]:
        raise UsageError(f"{FLAG} {text}: there is no column {left} in the models")
    return Fill(table, left.names[-1], value.strip())


def _wrong_form(message: str) -> UsageError:
    examples = f"{FLAG} users.age=0, or for a text {FLAG} \"users.name='unknown'\""
    return UsageError(message, hint=f"write it like {examples}")


_EXAMPLES = {
    "number": "0",
    "text": "'unknown'",
    "time": "CURRENT_TIMESTAMP",
    "json": "'{}'",
    "boolean": "false",
    "interval": "'0'",
    "time without time zone": "CURRENT_TIME",
}


NO_EXAMPLE = "SQL"
"""Stands where a value would, when none is known that could be right."""
_LONGEST_KEY = 36
"""Characters of a UUID."""


def is_unique(table: Table, column: str) -> bool:
    """Whether no two rows may have the same value in the column."""
    return any(
        part.columns == (column,)
        for part in table.constraints
        if isinstance(part, (PrimaryKey, Unique))
    ) or any(index.unique and index.elements == (column,) for index in table.indexes)


def question_of(altered: Altered, column: Column, way: Way) -> FillQuestion:
    """The question for a column's value, with one that it could have."""
    type_, unique = column.type.sql, is_unique(altered.new, column.name)
    if unique:
        example = _unlike_others(altered, type_, way)
    else:
        example = way.example(altered.name, column.name) or example_of(type_, way)
    return FillQuestion(altered.name, column.name, type_, example, unique)


def _unlike_others(altered: Altered, type_sql: str, way: Way) -> str:
    """An expression that has another value in each row."""
    kind, room = family(type_sql), characters(type_sql)
    if kind == "uuid":
        return way.abilities.a_uuid
    if kind == "text" and (room is None or room >= _LONGEST_KEY):
        return way.abilities.a_new_text
    key = altered.old.primary_key
    if kind == "number" and key is not None and len(key.columns) == 1:
        (name,) = key.columns
        if name in altered.new and family(altered.new[name].type.sql) == "number":
            return name if name.isidentifier() and name.islower() else NO_EXAMPLE
    return NO_EXAMPLE


def example_of(type_sql: str, way: Way) -> str:
    """A value that a column of this type could have, as SQL; of an enum its first."""
    for item in way.after.objects.values():
        if isinstance(item, Enum) and item.values and is_of(type_sql, item.name):
            value = "'" + item.values[0].replace("'", "''") + "'"
            return f"ARRAY[{value}]" if is_array(type_sql) else value
    listed = listed_values(type_sql)
    if listed:
        return listed[0]
    kind, room = family(type_sql), characters(type_sql)
    if kind == "uuid":
        return way.abilities.a_uuid
    if room is not None and room < len("unknown"):
        return "'-'"
    return "'{}'" if kind.endswith("[]") else _EXAMPLES.get(kind, "'value'")


def value_for(altered: Altered, column: Column, way: Way) -> str | None:
    """The SQL value for rows in which the column is NULL: as decided, else the column's own default."""
    decided = way.fills.get((altered.name, column.name))
    if decided is not None:
        return decided
    return column.default.sql if isinstance(column.default, Default) else None


def wants_value(altered: Altered, column: Column) -> bool:
    """Whether rows, if there are any, may be NULL in the column when it becomes NOT NULL."""
    if (
        column.nullable
        or column.autoincrement is True
        or isinstance(column.default, (Computed, Identity))
    ):
        return False
    if column.name in altered.old and column.name not in altered.recreated:
        return altered.old[column.name].nullable
    return column.default is None


def filling(altered: Altered, column: Column, way: Way) -> Filling | None:
    """The steps by which the column becomes NOT NULL; None when one step will do, or there is no value to be had.

    With a value at hand they are taken even where the table is empty: it need not be so in the next database.
    """
    if not wants_value(altered, column):
        return None
    value = value_for(altered, column, way)
    return None if value is None else Filling(altered, column, value, way)


@dataclass(frozen=True, slots=True)
class Filling:
    """The steps by which a column of a table with rows becomes NOT NULL."""

    altered: Altered
    column: Column
    value: str
    way: Way

    def changes(self, there: Resource) -> Iterator[Change]:
        """Fill, and set NOT NULL, after the step `there`, by which the column is as it is to be otherwise."""
        table, name = self.altered.name, self.column.name
        operations: list[Operation] = [FillColumn(table, name, self.value)]
        check = self._check()
        if check is not None and check.name is not None:
            operations += [AddConstraint(table, check), ValidateConstraint(table, check.name)]
        operations.append(AlterColumn(table, name, nullable=False))
        if check is not None:
            operations.append(drop_constraint(self.altered.new, replace(check, options=())))
        last = there
        for count, operation in enumerate(operations):
            step = a_step("not null", table, name, count)
            final = isinstance(operation, AlterColumn)
            rank: Rank = (ALTER, str(table), COLUMN, f"~{name} {count}")
            yield Change(
                operation,
                rank,
                makes=frozenset({step}),
                alters=frozenset({a_column(table, name)}) if final else frozenset(),
                uses=frozenset({last}) | (self._uses() if count == 0 else frozenset()),
                used=self._used() if count == 0 else frozenset(),
            )
            last = step

    def _uses(self) -> Resources:
        """What the value needs: other columns, functions, a new value of the type."""
        table = self.altered.new
        others = [c.name for c in table.columns if c.name != self.column.name]
        return self._mentioned(others) | self.way.mentioned(self.value, self.column.type.sql)

    def _used(self) -> Resources:
        """Columns that are gone afterwards, and that the value is taken from."""
        return self._mentioned([name for name in self.altered.lost if name != self.column.name])

    def _mentioned(self, names: list[str]) -> Resources:
        table = self.altered.name
        return frozenset(a_column(table, name) for name in names if mentions(self.value, name))

    def _check(self) -> Check | None:
        if not self.way.abilities.not_valid_checks:
            return None
        column, table = self.column.name, self.altered.new
        taken = {c.name for t in (table, self.altered.old) for c in t.constraints}
        name = _shortened(f"{table.name.name}_{column}_not_null")
        while name in taken:
            name = _shortened(f"x{name}")
        return Check(f"{quoted(column)} IS NOT NULL", name, options=((NOT_VALID, True),))


def _shortened(name: str) -> str:
    return name.encode()[:LONGEST_NAME].decode(errors="ignore")
