"""
Columns as information_schema has them.

Responsible for types, defaults and what fills a column by itself, in the words in which SHOW CREATE TABLE has them.
Does not know tables.

What SQLAlchemy has no argument for stands behind the type, where the server takes it: `int(11) INVISIBLE`,
`timestamp ON UPDATE current_timestamp()` (where there is no default; else it stands behind the default).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from limbeck.database.read.mysql.query import Part, Server, Since
from limbeck.database.sqlite.tokens import literal
from limbeck.schema import Column, Computed, Default, Generated, Type


class ColumnRow(NamedTuple):
    """A column; `nullable` is "YES" or "NO", `generation_expression` empty or None where it is not computed."""

    table_name: str
    ordinal_position: int
    column_name: str
    column_type: str
    column_default: str | None
    is_nullable: str
    character_set_name: str | None
    collation_name: str | None
    extra: str
    column_comment: str
    generation_expression: str | None

    @property
    def could_be_json(self) -> bool:
        """Whether it has the type that MariaDB has for JSON."""
        return self.column_type == "longtext" and self.collation_name == "utf8mb4_bin"


PART = Part(
    ColumnRow,
    "columns",
    only={"generation_expression": Since((10, 2, 5), (5, 7, 6))},
)


def column(row: ColumnRow, collation: str | None, server: Server, *, json: bool = False) -> Column:
    """A column of a table whose own collation is `collation`; `json` when the server checks that it holds JSON."""
    extra = row.extra or ""
    default = _generated(row, server)
    on_update = _ON_UPDATE.search(extra)
    behind = " INVISIBLE" if "INVISIBLE" in extra.upper() else ""
    if on_update is not None:
        text = f" ON UPDATE {on_update[1]}"
        if isinstance(default, Default):
            default = Default(default.sql + text)
        elif row.is_nullable == "YES":
            default = Default("NULL" + text)
        else:
            behind += text
    type_ = "json" if json else _type(row, collation)
    return Column(
        row.column_name,
        Type(type_ + behind),
        nullable=row.is_nullable == "YES",
        default=default,
        comment=row.column_comment or None,
        autoincrement="auto_increment" in extra,
    )


_ON_UPDATE = re.compile(r"on update (\w+(?:\(\d*\))?)", re.IGNORECASE)


def _type(row: ColumnRow, collation: str | None) -> str:
    """The type, and how it sorts where that is not what its table says."""
    own, charset = row.collation_name, row.character_set_name
    if own is None or own == collation:
        return row.column_type
    if collation is not None and charset == charset_of(collation):
        return f"{row.column_type} COLLATE {own}"
    return f"{row.column_type} CHARACTER SET {charset} COLLATE {own}"


def charset_of(collation: str) -> str:
    """The character set that a collation belongs to; its name begins with it."""
    return collation.split("_", 1)[0]


def _generated(row: ColumnRow, server: Server) -> Generated | None:
    if row.generation_expression:
        stored = "STORED" in row.extra or "PERSISTENT" in row.extra
        return Computed(unescaped(row.generation_expression, server), persisted=stored)
    text = row.column_default
    if text is None:
        return None
    if server.has((10, 2, 7), None):
        # MariaDB writes what could stand in CREATE TABLE, and NULL where nothing is said.
        return None if text == "NULL" else Default(text)
    return Default(_of_value(row, text, server))


def _of_value(row: ColumnRow, value: str, server: Server) -> str:
    """The SQL of a default of which MySQL tells the value; expressions are marked as such in `extra`."""
    if "DEFAULT_GENERATED" in row.extra:
        known = value.upper().startswith(("CURRENT_TIMESTAMP", "NOW("))
        return value if known else f"({unescaped(value, server)})"
    plain = row.column_type.split("(")[0].split(" ")[0]
    is_text = plain not in _NUMBERS and not value.upper().startswith("CURRENT_TIMESTAMP")
    if plain == "bit" or not is_text:
        return value
    return literal(value.replace("\\", "\\\\"))


_NUMBERS: Collection[str] = frozenset(
    ("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "year")
)


def unescaped(expression: str, server: Server) -> str:
    """An expression from information_schema, where MySQL puts backslashes before quotes, and MariaDB does not."""
    return expression if server.mariadb else expression.replace("\\'", "'")
