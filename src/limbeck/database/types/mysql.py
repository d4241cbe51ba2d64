"""
MySQL's and MariaDB's words for types, as information_schema prints them.

Responsible for a type of SQLAlchemy that makes the same column again.  Does not read a catalog.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from limbeck.database.construct import Verbatim

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

    from limbeck.schema import Key, Standalone, Type

_TEXT = re.compile(
    r"(?P<words>[a-z]+\d?)(?:\((?P<arguments>(?:'(?:[^']|'')*'|[^()'])*)\))?"
    r"(?P<unsigned> unsigned)?(?P<zerofill> zerofill)?"
    r"(?: CHARACTER SET (?P<charset>\w+))?(?: COLLATE (?P<collation>\w+))?"
)


class _Parts(NamedTuple):
    """The text of a type, taken apart; `numbers` are its arguments where they are such."""

    words: str
    arguments: str | None
    numbers: tuple[int, ...]
    unsigned: bool
    zerofill: bool
    charset: str | None
    collation: str | None


def sqlalchemy_type(
    type: Type, dialect: sa.Dialect, objects: Mapping[Key, Standalone]
) -> TypeEngine[Any]:
    """The type that the text stands for; where SQLAlchemy has none that makes exactly it, the text itself."""
    found = _TEXT.fullmatch(type.sql)
    if found is None:
        return Verbatim(type.sql)
    arguments = found["arguments"]
    numbers = re.findall(r"\d+", arguments or "") if "'" not in (arguments or "") else []
    parts = _Parts(
        found["words"],
        arguments,
        tuple(int(number) for number in numbers),
        found["unsigned"] is not None,
        found["zerofill"] is not None,
        found["charset"],
        found["collation"],
    )
    return _made(parts) or Verbatim(type.sql)


def _made(parts: _Parts) -> TypeEngine[Any] | None:
    if parts.words in _INTEGERS:
        return _integer(parts)
    if parts.words in _STRINGS:
        return _string(parts)
    if parts.words in ("enum", "set"):
        return _listed(parts)
    if parts.charset is not None or parts.collation is not None:
        return None
    if parts.words in _FRACTIONS:
        return _fraction(parts)
    if parts.unsigned or parts.zerofill:
        return None
    if parts.words in _TIMES:
        return _time(parts)
    if parts.words in _SIZED and len(parts.numbers) == 1:
        return _SIZED[parts.words](parts.numbers[0])
    if parts.words in _PLAIN and (not parts.numbers or parts.words == "year"):
        return _PLAIN[parts.words]()
    return None


# The type, SQLAlchemy's own for the plain case, and the widths that the server gives it, without and with UNSIGNED.
_INTEGERS: Mapping[str, tuple[Any, Any, int, int]] = {
    "tinyint": (mysql.TINYINT, mysql.TINYINT, 4, 3),
    "smallint": (mysql.SMALLINT, sa.SmallInteger, 6, 5),
    "mediumint": (mysql.MEDIUMINT, mysql.MEDIUMINT, 9, 8),
    "int": (mysql.INTEGER, sa.Integer, 11, 10),
    "bigint": (mysql.BIGINT, sa.BigInteger, 20, 20),
}


def _integer(parts: _Parts) -> TypeEngine[Any]:
    own, plain, width, unsigned_width = _INTEGERS[parts.words]
    given: dict[str, Any] = {}
    if parts.numbers and parts.numbers[0] != (unsigned_width if parts.unsigned else width):
        given["display_width"] = parts.numbers[0]
    if parts.unsigned:
        given["unsigned"] = True
    if parts.zerofill:
        given["zerofill"] = True
    if parts.words == "tinyint" and given == {"display_width": 1}:
        return sa.Boolean()
    made: TypeEngine[Any] = own(**given) if given else plain()
    return made


_STRINGS: Mapping[str, tuple[Any, Any]] = {
    "char": (mysql.CHAR, sa.CHAR),
    "varchar": (mysql.VARCHAR, sa.String),
    "tinytext": (mysql.TINYTEXT, mysql.TINYTEXT),
    "text": (mysql.TEXT, sa.Text),
    "mediumtext": (mysql.MEDIUMTEXT, mysql.MEDIUMTEXT),
    "longtext": (mysql.LONGTEXT, mysql.LONGTEXT),
}


def _string(parts: _Parts) -> TypeEngine[Any]:
    own, plain = _STRINGS[parts.words]
    given = _sorted(parts)
    made: TypeEngine[Any] = (own if given else plain)(*parts.numbers, **given)
    return made


def _sorted(parts: _Parts) -> dict[str, Any]:
    found = {"charset": parts.charset, "collation": parts.collation}
    return {name: value for name, value in found.items() if value is not None}


def _listed(parts: _Parts) -> TypeEngine[Any] | None:
    """An ENUM or SET, if SQLAlchemy writes its values as they are."""
    values = [
        text[1:-1].replace("''", "'")
        for text in re.findall(r"'(?:[^']|'')*'", parts.arguments or "")
    ]
    if any("\\" in value or "%" in value for value in values):
        return None
    given = _sorted(parts)
    if parts.words == "enum":
        return mysql.ENUM(*values, **given) if given else sa.Enum(*values)
    return mysql.SET(*values, **given) if all(values) else None


_FRACTIONS: Mapping[str, tuple[Any, Any]] = {
    "decimal": (mysql.DECIMAL, sa.Numeric),
    "float": (mysql.FLOAT, sa.Float),
    "double": (mysql.DOUBLE, sa.Double),
}


def _fraction(parts: _Parts) -> TypeEngine[Any] | None:
    own, plain = _FRACTIONS[parts.words]
    given: dict[str, Any] = {}
    if parts.unsigned:
        given["unsigned"] = True
    if parts.zerofill:
        given["zerofill"] = True
    if parts.words != "decimal" and len(parts.numbers) == 1:
        return None
    exact = bool(given) or (parts.words != "decimal" and bool(parts.numbers))
    made: TypeEngine[Any] = (own if exact else plain)(*parts.numbers, **given)
    return made


_TIMES: Mapping[str, tuple[Any, Any]] = {
    "datetime": (mysql.DATETIME, sa.DateTime),
    "timestamp": (mysql.TIMESTAMP, sa.TIMESTAMP),
    "time": (mysql.TIME, sa.Time),
}


def _time(parts: _Parts) -> TypeEngine[Any]:
    own, plain = _TIMES[parts.words]
    made: TypeEngine[Any] = own(fsp=parts.numbers[0]) if parts.numbers else plain()
    return made


_SIZED: Mapping[str, Callable[[int], TypeEngine[Any]]] = {
    "binary": sa.BINARY,
    "varbinary": sa.VARBINARY,
    "bit": mysql.BIT,
}

_PLAIN: Mapping[str, Callable[[], TypeEngine[Any]]] = {
    "date": sa.Date,
    "year": mysql.YEAR,
    "json": sa.JSON,
    "tinyblob": mysql.TINYBLOB,
    "blob": sa.LargeBinary,
    "mediumblob": mysql.MEDIUMBLOB,
    "longblob": mysql.LONGBLOB,
}
