"""
SQLite's words for types: whatever the author wrote.

Responsible for a type of SQLAlchemy that writes the same words again.  Does not read a catalog.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database.construct import Verbatim
from limbeck.database.read.sqlite.words import canonical_type

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

    from limbeck.schema import Key, Standalone, Type

_TEXT = re.compile(
    r"(?P<words>[A-Z ]+?)(?:\((?P<numbers>\d+(?:, \d+)?)\))?(?: COLLATE (?P<collation>\w+))?"
)

_TYPES: Mapping[str, Any] = {
    "INTEGER": sa.Integer,
    "BIGINT": sa.BigInteger,
    "SMALLINT": sa.SmallInteger,
    "VARCHAR": sa.String,
    "NVARCHAR": sa.NVARCHAR,
    "CHAR": sa.CHAR,
    "NCHAR": sa.NCHAR,
    "TEXT": sa.Text,
    "CLOB": sa.CLOB,
    "BOOLEAN": sa.Boolean,
    "DATE": sa.Date,
    "DATETIME": sa.DateTime,
    "TIMESTAMP": sa.TIMESTAMP,
    "TIME": sa.Time,
    "FLOAT": sa.Float,
    "DOUBLE": sa.DOUBLE,
    "DOUBLE PRECISION": sa.DOUBLE_PRECISION,
    "REAL": sa.REAL,
    "NUMERIC": sa.Numeric,
    "DECIMAL": sa.DECIMAL,
    "BLOB": sa.LargeBinary,
    "BINARY": sa.BINARY,
    "VARBINARY": sa.VARBINARY,
    "JSON": sa.JSON,
    "UUID": sa.UUID,
}
_WITH_SCALE = frozenset(("NUMERIC", "DECIMAL"))
_WITH_COLLATION = frozenset(("VARCHAR", "NVARCHAR", "CHAR", "NCHAR", "TEXT", "CLOB"))


def sqlalchemy_type(
    type: Type, dialect: sa.Dialect, objects: Mapping[Key, Standalone]
) -> TypeEngine[Any]:
    """The type that writes these words; where SQLAlchemy has none, the words themselves."""
    made = _made(type.sql)
    if made is None or canonical_type(dialect.type_compiler_instance.process(made)) != type.sql:
        return Verbatim(type.sql)
    return made


def _made(sql: str) -> TypeEngine[Any] | None:
    found = _TEXT.fullmatch(sql)
    if found is None or found["words"] not in _TYPES:
        return None
    numbers = [int(number) for number in re.findall(r"\d+", found["numbers"] or "")]
    if len(numbers) > 1 and found["words"] not in _WITH_SCALE:
        return None
    given: dict[str, Any] = {}
    if found["collation"] is not None:
        if found["words"] not in _WITH_COLLATION:
            return None
        given["collation"] = found["collation"]
    try:
        made: TypeEngine[Any] = _TYPES[found["words"]](*numbers, **given)
    except TypeError:  # arguments that the type does not take, as in INTEGER(11)
        return None
    return made
