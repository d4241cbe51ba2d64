"""
Types in MySQL's and MariaDB's own words.

Responsible for turning what SQLAlchemy writes into COLUMN_TYPE of information_schema.  A type that is not known here
keeps its text, and is then found out by the server.  The rules were read off servers; `tests/databases` asks one again.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limbeck.database.normalise.facts import Facts

_SAME = [
    "text",
    "tinytext",
    "mediumtext",
    "longtext",
    "blob",
    "tinyblob",
    "mediumblob",
    "longblob",
    "date",
    "datetime",
    "time",
    "timestamp",
    "json",
    "float",
    "double",
    "uuid",
    "inet4",
    "inet6",
]
_ALIASES = {
    **{name: name for name in _SAME},
    "numeric": "decimal(10,0)", "decimal": "decimal(10,0)", "dec": "decimal(10,0)", "char": "char(1)",
    "double precision": "double", "real": "double", "bool": "tinyint(1)", "boolean": "tinyint(1)", "bit": "bit(1)",
}  # fmt: skip
# Digits that are shown, signed and unsigned; MySQL has stopped to print them.
_WIDTHS = {
    "tinyint": (4, 3), "smallint": (6, 5), "mediumint": (9, 8), "integer": (11, 10), "int": (11, 10), "bigint": (20, 20),
}  # fmt: skip
_INTEGER = re.compile(r"(tinyint|smallint|mediumint|integer|int|bigint)( unsigned)?")
_LENGTH = re.compile(
    r"(varchar|char|varbinary|binary|bit|datetime|timestamp|time|float|numeric|decimal) ?\((\d+)\)"
)
_SCALE = re.compile(r"(numeric|decimal|dec|float|double) ?\((\d+), ?(\d+)\)")
_LIST = re.compile(r"(ENUM|SET) ?\(((?:'(?:[^'\\]|'')*',? ?)+)\)", re.IGNORECASE)
_ITEM = re.compile(r"'(?:[^'\\]|'')*'")


@lru_cache(maxsize=4096)
def type_text(given: str, facts: Facts) -> str | None:
    """The server's words for a type without character set and collation; None for one that is not known here."""
    listed = _LIST.fullmatch(given)
    if listed:
        return f"{listed[1].lower()}({','.join(_ITEM.findall(listed[2]))})"
    text = " ".join(given.lower().split())
    if text == "json" and facts.dialect == "mariadb" and facts.version < (10, 4, 3):
        return None  # before that nothing tells it from longtext
    if text == "year":
        return "year(4)" if facts.dialect == "mariadb" else "year"
    known = _ALIASES.get(text)
    if known is not None:
        return known
    if integer := _INTEGER.fullmatch(text):
        return _integer(integer[1], integer[2] or "", facts)
    if length := _LENGTH.fullmatch(text):
        return _with_length(length[1], int(length[2]))
    if scale := _SCALE.fullmatch(text):
        name = scale[1] if scale[1] in {"float", "double"} else "decimal"
        return f"{name}({int(scale[2])},{int(scale[3])})"
    return text if text in _printed(facts) else None


def _integer(name: str, unsigned: str, facts: Facts) -> str:
    name = "int" if name == "integer" else name
    if facts.dialect == "mysql" and facts.version >= (8, 0, 19):
        return name + unsigned
    return f"{name}({_WIDTHS[name][bool(unsigned)]}){unsigned}"


def _with_length(name: str, length: int) -> str | None:
    if name in {"numeric", "decimal"}:
        return f"decimal({length},0)"
    if name == "float":
        return "float" if length <= 24 else "double"
    if name in {"datetime", "timestamp", "time"}:
        return (f"{name}({length})" if length else name) if length <= 6 else None
    return f"{name}({length})"


@lru_cache(maxsize=8)
def _printed(facts: Facts) -> frozenset[str]:
    """What the server prints for integers, so that it is known for its own words."""
    return frozenset(
        _integer(name, unsigned, facts) for name in _WIDTHS for unsigned in ("", " unsigned")
    ) | {"tinyint(1)", "year(4)", "year"}
