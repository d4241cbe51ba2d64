"""
The parts of a CREATE TABLE statement as values, quickly.

Responsible for cutting the statement at its commas, and for one part at a time: common ones are recognised by their
form, all others are taken apart by `limbeck.database.sqlite`, and no text is looked at twice.  Does not know what the
parts say of each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from limbeck.database.read.sqlite.words import (
    canonical_column,
    canonical_constraint,
    canonical_default,
    canonical_expression,
    canonical_type,
)
from limbeck.database.sqlite.parser import parse
from limbeck.database.sqlite.tokens import unquoted
from limbeck.database.sqlite.values import index as any_index
from limbeck.database.sqlite.values import table
from limbeck.errors import SchemaError
from limbeck.schema import (
    Check,
    Column,
    Constraint,
    Default,
    Expression,
    ForeignKey,
    Index,
    PrimaryKey,
    TableName,
    Type,
    Unique,
    options,
)

_MARK = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\] | --[^\n]* | /\*.*?(?:\*/|\Z) | [(),]""",
    re.VERBOSE | re.DOTALL,
)


class Pieces(NamedTuple):
    """The texts between the outermost commas, and what follows the closing parenthesis."""

    items: list[str]
    behind: str


def split(sql: str) -> Pieces:
    """A CREATE TABLE statement at its commas.  Raises SchemaError when its parentheses are not closed."""
    depth = start = 0
    items = []
    for found in _MARK.finditer(sql):
        mark = found[0]
        if mark == "(":
            depth += 1
            if depth == 1:
                start = found.end()
        elif mark == "," and depth == 1:
            items.append(sql[start : found.start()])
            start = found.end()
        elif mark == ")":
            depth -= 1
            if depth == 0:
                items.append(sql[start : found.start()])
                return Pieces(items, sql[found.end() :])
    raise SchemaError(f"this is not a CREATE TABLE statement that can be taken apart: {sql}")


class Item(NamedTuple):
    """What one part says: a column, constraints, or both.

    `alias` is a column that its own clause makes the number of the row, `counts` whether it says AUTOINCREMENT.
    `inline_key` is set when the key stands beside the column.
    """

    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    alias: str | None = None
    counts: bool = False
    inline_key: bool = False


@lru_cache(maxsize=65536)
def item(text: str) -> Item:
    """What a part says.  Raises SchemaError when it cannot be taken apart."""
    return quick_item(text) or thorough_item(text)


def thorough_item(text: str) -> Item:
    """A part, taken apart by SQLite's grammar."""
    definition = parse(f"CREATE TABLE x ({text}\n)")
    found = table(definition)
    return Item(
        tuple(
            # Whether the key makes it required is only known in the whole table.
            canonical_column(_as_written(column, written.clause("notnull") is not None))
            for column, written in zip(found.columns, definition.columns, strict=True)
        ),
        tuple(canonical_constraint(constraint) for constraint in found.constraints),
        definition.rowid_alias,
        definition.autoincrement,
        any(written.clause("primary") is not None for written in definition.columns),
    )


def _as_written(column: Column, required: bool) -> Column:
    return Column(
        column.name,
        column.type,
        nullable=not required,
        default=column.default,
        options=column.options,
    )


_NAME = r'(?:[A-Za-z_][A-Za-z0-9_]*|"(?:[^"]|"")*")'
_LIST = rf"\(({_NAME}(?:, {_NAME})*)\)"
_NAMED = rf"(?:CONSTRAINT (?P<name>{_NAME}) )?"
_ACTION = "(SET NULL|SET DEFAULT|CASCADE|RESTRICT|NO ACTION)"

_COLUMN = re.compile(
    rf"""(?!(?:CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN)\b)
    ({_NAME})[ ]
    (?!(?:CONSTRAINT|PRIMARY|UNIQUE|CHECK|NOT|NULL|DEFAULT|COLLATE|REFERENCES|GENERATED|AS)\b)
    ([A-Za-z]+(?:\(\d+(?:,[ ]\d+)?\))?)
    (?:[ ]DEFAULT[ ]('(?:[^']|'')*'|\d+|CURRENT_TIMESTAMP|\(CURRENT_TIMESTAMP\)))?
    ([ ]NOT[ ]NULL)?""",
    re.VERBOSE | re.IGNORECASE,
)
_KEY = re.compile(rf"{_NAMED}(?P<kind>PRIMARY KEY|UNIQUE) {_LIST}")
_FOREIGN_KEY = re.compile(
    rf"{_NAMED}FOREIGN KEY ?{_LIST} REFERENCES ({_NAME}) ?{_LIST}"
    rf"(?: ON DELETE {_ACTION})?(?: ON UPDATE {_ACTION})?"
)
# No string, quoted name, comment or parenthesis inside, so that the last parenthesis closes the first.
_CHECK = re.compile(rf"{_NAMED}CHECK \(([^()'\"`\[/\n-]+)\)")
_INDEX = re.compile(
    rf"CREATE (UNIQUE )?INDEX ({_NAME}) ON {_NAME} {_LIST}(?: WHERE ([^'\"`\[/\n-]+))?"
)


def _names(text: str) -> tuple[str, ...]:
    if '"' not in text:
        return tuple(text.split(", "))
    return tuple(unquoted(name) for name in re.findall(_NAME, text))


def _name(found: re.Match[str]) -> str | None:
    name = found["name"]
    return None if name is None else unquoted(name)


def quick_item(text: str) -> Item | None:
    """A part of a common form, as SQLAlchemy writes them; None for any other."""
    text = text.strip(" \t\n")
    for pattern, make in _FORMS:
        found = pattern.fullmatch(text)
        if found is not None:
            return make(found)
    return None


def _column(found: re.Match[str]) -> Item:
    name, type_, default, required = found.groups()
    value: Default | None = None if default is None else canonical_default(default)
    return Item(
        (
            Column(
                unquoted(name),
                Type(canonical_type(type_)),
                nullable=required is None,
                default=value,
                autoincrement=False,
            ),
        )
    )


def _key(found: re.Match[str]) -> Item:
    kind = PrimaryKey if found["kind"] == "PRIMARY KEY" else Unique
    return Item(constraints=(kind(_names(found[3]), _name(found)),))


def _foreign_key(found: re.Match[str]) -> Item:
    _, own, target, columns, ondelete, onupdate = found.groups()
    key = ForeignKey(
        _names(own),
        TableName(unquoted(target)),
        _names(columns),
        _name(found),
        onupdate=None if onupdate == "NO ACTION" else onupdate,
        ondelete=None if ondelete == "NO ACTION" else ondelete,
    )
    return Item(constraints=(key,))


def _check(found: re.Match[str]) -> Item:
    return Item(constraints=(Check(canonical_expression(found[2]), _name(found)),))


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Item]], ...] = (
    (_KEY, _key),
    (_FOREIGN_KEY, _foreign_key),
    (_CHECK, _check),
    (_COLUMN, _column),
)


def index(sql: str) -> Index:
    """A CREATE INDEX statement as a value."""
    return quick_index(sql) or thorough_index(sql)


def quick_index(sql: str) -> Index | None:
    """An index of columns, as SQLAlchemy writes it; None for any other."""
    found = _INDEX.fullmatch(sql)
    if found is None:
        return None
    unique, name, columns, where = found.groups()
    given = {} if where is None else {"sqlite_where": canonical_expression(where)}
    return Index(unquoted(name), _names(columns), unique is not None, options(dict(given)))


def thorough_index(sql: str) -> Index:
    """An index, taken apart by SQLite's grammar."""
    found = any_index(sql)
    return Index(
        found.name,
        tuple(_element(element) for element in found.elements),
        found.unique,
        options({name: canonical_expression(str(value)) for name, value in found.options}),
    )


def _element(element: str) -> str:
    if not isinstance(element, Expression):
        return element
    text = canonical_expression(element)
    return Expression(re.sub(r"\s+ASC$", "", text, flags=re.IGNORECASE))
