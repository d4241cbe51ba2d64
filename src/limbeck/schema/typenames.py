"""
Named types in SQL text.

Responsible for recognising a type by its name in the text of a column's type, and its values in that of a default.
Knows the names and strings of the SQL standard and of PostgreSQL (`billing.status[]`, `'draft'::status`), nothing else
of SQL.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck.schema.objects import TableName

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_TYPE = re.compile(rf"(?:({_NAME})\.)?({_NAME})((?:\s*\[\d*\])*)\s*")
_CAST = re.compile(rf"'(?:[^']|'')*'|::((?:{_NAME}\.)?{_NAME})")
_NEXT = re.compile(r"nextval\('((?:[^']|'')*)'::regclass")
_CAST_VALUE = re.compile(rf"'((?:[^']|'')*)'::((?:{_NAME}\.)?{_NAME}(?:\[\])*)")
_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")
_STRING = re.compile(r"'((?:[^']|'')*)'")
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^{},"\s][^{},"]*)')


def is_of(sql: str, name: TableName) -> bool:
    """Whether the type `sql` is the named type, or an array of it."""
    found = _TYPE.fullmatch(sql)
    return found is not None and TableName(_bare(found[2]), found[1] and _bare(found[1])) == name


def is_array(sql: str) -> bool:
    """Whether it is an array of something."""
    return sql.rstrip().endswith("]")


def type_renamed(sql: str, old: TableName, new: TableName) -> str:
    """The type `sql` after the named type got another name; as it is when it is not of that type."""
    found = _TYPE.fullmatch(sql)
    if found is None or not is_of(sql, old):
        return sql
    return f"{type_text(new)}{found[3]}"


def cast_renamed(sql: str, old: TableName, new: TableName) -> str:
    """An expression after the named type got another name, where it is the type of a cast (`'a'::status`)."""

    def renamed(found: re.Match[str]) -> str:
        if found[1] is None or not is_of(found[1], old):
            return found[0]
        return f"::{type_text(new)}"

    return _CAST.sub(renamed, sql)


def sequence_renamed(sql: str, old: TableName, new: TableName) -> str:
    """A default after a sequence got another name, where it is the next value of that."""

    def renamed(found: re.Match[str]) -> str:
        if not is_of(found[1].replace("''", "'"), old):
            return found[0]
        return f"nextval({_literal(type_text(new))}::regclass"

    return _NEXT.sub(renamed, sql)


def type_text(name: TableName) -> str:
    """The name in the quotes that it needs."""
    return ".".join(_quoted(part) for part in (name.schema, name.name) if part)


def value_renamed(sql: str, old: str, new: str) -> str:
    """A default after the value `old` got another name, also where it is an element of an array's literal."""

    def renamed(found: re.Match[str]) -> str:
        value = found[1].replace("''", "'")
        if value == old:
            return _literal(new)
        if value.startswith("{") and value.endswith("}"):
            return _literal(_ELEMENT.sub(lambda element: _element(element, old, new), value))
        return found[0]

    return _STRING.sub(renamed, sql)


def values_renamed(sql: str, name: TableName, renamed: Mapping[str, str]) -> str:
    """An expression after values of the named type were renamed, where they are cast to it (`'a'::status`)."""

    def one(found: re.Match[str]) -> str:
        if not is_of(found[2], name):
            return found[0]
        value = found[1].replace("''", "'")
        if is_array(found[2]) and value.startswith("{"):
            value = _ELEMENT.sub(
                lambda element: next(
                    (
                        _element(element, old, new)
                        for old, new in renamed.items()
                        if _value(element) == old
                    ),
                    element[0],
                ),
                value,
            )
            return f"{_literal(value)}::{found[2]}"
        return f"{_literal(renamed.get(value, value))}::{found[2]}"

    return _CAST_VALUE.sub(one, sql) if renamed else sql


def _value(found: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2]


def _element(found: re.Match[str], old: str, new: str) -> str:
    if _value(found) != old:
        return found[0]
    if re.fullmatch(r"[\w-]+", new) and new.upper() != "NULL":
        return new
    escaped = new.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _bare(name: str) -> str:
    # PostgreSQL's own texts have names without quotes in small letters already; SQLAlchemy's may be anything.
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _quoted(name: str) -> str:
    if _PLAIN.fullmatch(name):
        return name
    return '"' + name.replace('"', '""') + '"'
