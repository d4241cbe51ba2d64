"""
Values for columns.

Responsible for values, as SQL, that a column of some type may take: such as its checks speak of, such as its type has.
Does not know tables other than the one it is for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck.database.version import literal
from limbeck.schema import Check, Domain, Enum, PrimaryKey, Unique
from limbeck.schema.mentions import mentions
from limbeck.schema.typenames import is_array, is_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa

    from limbeck.schema import Column, SchemaState, Table

_WORDS = ("alpha", "Beta", "beta", "gamma delta", "x", "Zoe", "a@example.org", "12")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
_STRING = re.compile(r"'((?:[^']|'')*)'")
_LENGTH = re.compile(r"\(\s*(\d+)")
_LISTED = re.compile(r"\s*(?:enum|set)\s*\((.*)\)", re.IGNORECASE | re.DOTALL)
_OTHERS = {
    "date": "2020-01-0{}",
    "time": "0{}:30:00",
    "interval": "{} days",
    "uuid": "00000000-0000-4000-8000-00000000000{}",
    "json": '{{"a": {}}}',
    "inet": "10.0.0.{}",
    "cidr": "10.0.{}.0/24",
    "macaddr": "00:00:00:00:00:0{}",
    "point": "({},1)",
    "xml": "<a>{}</a>",
    "tsvector": "word{}",
    "bit": "1",
    "money": "{}.50",
    "year": "200{}",
    "range": "empty",
    "hstore": "a=>{}",
}


class Values:
    """Values for the columns of one table."""

    def __init__(
        self, table: Table, state: SchemaState, dialect: sa.Dialect, *, varied: bool
    ) -> None:
        self._table = table
        self._state = state
        self._dialect = dialect
        self._varied = varied
        self._candidates: dict[str, list[str]] = {}
        keys = [c for c in table.constraints if isinstance(c, (PrimaryKey, Unique))]
        self._unique = {name for key in keys for name in key.columns}
        self._unique |= {e for index in table.indexes if index.unique for e in index.elements}

    def literal(self, text: str) -> str:
        """A text as SQL."""
        return literal(text, self._dialect)

    def of(self, column: Column, number: int, attempt: int) -> str:
        """The value for a row; another one for another attempt."""
        if column.name not in self._candidates:
            self._candidates[column.name] = list(dict.fromkeys(self._possible(column)))
        candidates = self._candidates[column.name]
        unique = column.name in self._unique
        if self._varied and not unique:
            if column.nullable and number == 1 + self._place(column) and not attempt:
                return "NULL"
            number = min(number, 4)  # the last two rows have the same values
        place = number + attempt * (1 + len(column.name) % 3)
        return candidates[place % len(candidates)]

    def _place(self, column: Column) -> int:
        """So that not all columns are NULL in the same row, nor always the same ones together."""
        names = [one.name for one in self._table.columns]
        return names.index(column.name) % 3

    def _possible(self, column: Column) -> Iterable[str]:
        """Values of the type; what the checks speak of comes first."""
        for constraint in self._table.constraints:
            if isinstance(constraint, Check) and mentions(constraint.sql, column.name):
                yield from self._spoken_of(constraint.sql, column)
        yield from self._of_type(column.type.sql)

    def _spoken_of(self, sql: str, column: Column) -> Iterable[str]:
        if _is_number(column.type.sql):
            for text in _NUMBER.findall(_STRING.sub("", sql)):
                for step in (1, 0, 2, 3, 5, -1, -2):
                    yield str((float(text) if "." in text else int(text)) + step)
        else:
            for text in _STRING.findall(sql):
                if not re.search(r"[%^$\\]", text):
                    yield self.literal(text.replace("''", "'"))

    def _of_type(self, sql: str) -> list[str]:
        lower = sql.lower()
        for item in self._state.objects.values():
            if isinstance(item, Enum) and is_of(sql, item.name):
                return [self.literal(value) for value in item.values]
            if isinstance(item, Domain) and is_of(sql, item.name):
                words = [
                    self.literal(t) for _, check in item.checks for t in _STRING.findall(check)
                ]
                return [*words, *self._of_type(item.type.sql)]
        listed = _LISTED.match(sql)
        if listed is not None:
            return [f"'{text}'" for text in _STRING.findall(listed[1])]
        if is_array(sql):
            return ["'{}'"]
        if "bool" in lower:
            return ["true", "false"] if self._dialect.name == "postgresql" else ["1", "0"]
        if _is_number(lower):
            return _numbers(lower)
        for word, form in _OTHERS.items():
            if lower.startswith(word) or (word in lower and word in {"range", "json"}):
                return [self.literal(form.format(number)) for number in range(1, 9)]
        if "timestamp" in lower or "datetime" in lower:
            return [self.literal(f"2020-01-0{number} 10:00:00") for number in range(1, 9)]
        return self._texts(lower)

    def _texts(self, lower: str) -> list[str]:
        length = _LENGTH.search(lower)
        most = int(length[1]) if length is not None else (1 if lower == "character" else 200)
        words = [word[:most] for word in _WORDS]
        more = [f"{number:0{most}d}"[-most:] if most < 3 else f"t{number}" for number in range(20)]
        return [self.literal(word) for word in [*words, *more]]


def _is_number(sql: str) -> bool:
    words = ("int", "serial", "numeric", "decimal", "real", "double", "float")
    lower = sql.lower()
    return any(word in lower for word in words) and not lower.startswith(("interval", "point"))


def _numbers(lower: str) -> list[str]:
    if "int" in lower or "serial" in lower:
        return [str(number) for number in range(1, 30)]
    scale = re.search(r"\(\s*\d+\s*,\s*(\d+)\s*\)", lower)
    if scale is not None and scale[1] == "0":
        return [str(number) for number in range(1, 9)]
    return [f"{number}.5" for number in range(1, 9)]
