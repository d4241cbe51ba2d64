"""
Columns as information_schema has them.

Responsible for types, defaults and what fills a column by itself, in the words in which SHOW CREATE TABLE has them.
Does not know tables.

What SQLAlchemy has no argument for stands behind the type, where the server takes it: `int(11) INVISIBLE`,
`timestamp ON UPDATE current_timestamp()` (where there is no default; else it stands behind the default).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from operator import attrgetter
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
    many="table_name",
    only={"generation_expression": Since((10, 2, 5), (5, 7, 6))},
)


def columns(
    rows: Iterable[ColumnRow], collation: str | None, server: Server, json: Collection[str] = ()
) -> tuple[Column, ...]:
    """The columns of a table whose own collation is `collation`, in order; of `json` the server checks that they hold JSON."""
    # MariaDB writes what could stand in CREATE TABLE, and NULL where nothing is said.
    has_words = server.has((10, 2, 7), None)
    found = []
    for row in sorted(rows, key=attrgetter("ordinal_position")):
        text, type_ = row.column_default, _type(row, collation)
        default: Generated | None = None
        if row.generation_expression:
            default = _computed(row, row.generation_expression, server)
        elif text is not None and not (has_words and text == "NULL"):
            default = Default(text if has_words else _of_value(row, text, server))
        if row.column_name in json:
            type_ = "json"
        if row.extra:
            type_, default = _with_extra(row, type_, default)
        # By position: half of reading a catalog is making these.
        found.append(
            Column(
                row.column_name,
                _shared(type_),
                row.is_nullable == "YES",
                default,
                row.column_comment or None,
                "auto_increment" in row.extra if row.extra else False,
            )
        )
    return tuple(found)


_shared = lru_cache(maxsize=1024)(Type)


def _with_extra(
    row: ColumnRow, type_: str, default: Generated | None
) -> tuple[str, Generated | None]:
    """Type and default with what else is said of a column."""
    behind = " INVISIBLE" if "INVISIBLE" in row.extra.upper() else ""
    on_update = _ON_UPDATE.search(row.extra)
    if on_update is not None:
        text = f" ON UPDATE {on_update[1]}"
        if isinstance(default, Default):
            default = Default(default.sql + text)
        elif row.is_nullable == "YES":
            default = Default("NULL" + text)
        else:
            behind += text
    return type_ + behind, default


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


def _computed(row: ColumnRow, expression: str, server: Server) -> Computed:
    stored = "STORED" in row.extra or "PERSISTENT" in row.extra
    return Computed(unescaped(expression, server), persisted=stored)


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
