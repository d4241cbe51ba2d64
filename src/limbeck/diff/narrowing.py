"""
Whether values may be lost when a column gets another type.

Responsible for what is known about plain types of PostgreSQL, MySQL, MariaDB and SQLite by their canonical text.  What
is not known here counts as narrower: better to ask once too often.
"""

from __future__ import annotations

import re

_LIST = re.compile(r"\s*(enum|set)\s*\((.*)\)\s*(.*)", re.IGNORECASE | re.DOTALL)
_NUMBERS = re.compile(r"\(([\d\s,-]+)\)")
_ARRAY = re.compile(r"(\[\d*\])+$")
_VALUE = re.compile(r"'(?:[^']|'')*'")

_ALIASES = {
    "character varying": "varchar",
    "character": "char",
    "bpchar": "char",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "decimal": "numeric",
    "float8": "double precision",
    "double": "double precision",
    "float4": "real",
    "bool": "boolean",
    "nvarchar": "varchar",
    "datetime": "timestamp",
}
_WHOLE = {"tinyint": 1, "smallint": 2, "mediumint": 3, "integer": 4, "bigint": 5}
_TEXTS = {
    "char": 0,
    "varchar": 1,
    "tinytext": 1,
    "text": 2,
    "mediumtext": 3,
    "longtext": 4,
    "clob": 4,
}
_BINARY = {
    "binary": 0,
    "varbinary": 1,
    "tinyblob": 1,
    "blob": 2,
    "mediumblob": 3,
    "longblob": 4,
    "bytea": 4,
}
_FLOATS = {"real": 1, "float": 1, "double precision": 2}
_LIMITED = frozenset({"char", "varchar", "binary", "varbinary"})
_FAMILIES = {
    **dict.fromkeys(_WHOLE, "number"),
    **dict.fromkeys(_FLOATS, "number"),
    "numeric": "number",
    **dict.fromkeys(_TEXTS, "text"),
    **dict.fromkeys(_BINARY, "binary"),
    "date": "time",
    "timestamp": "time",
    "json": "json",
    "jsonb": "json",
}


Parts = tuple[str, tuple[int, ...] | None, str]


def _parts(sql: str) -> Parts:
    """Base name, numbers in parentheses and what else matters: `varchar(50)[]` is ("varchar", (50,), "[]")."""
    text = re.sub(r"\s+(COLLATE|CHARACTER SET)\s+\S+", "", sql, flags=re.IGNORECASE).strip().lower()
    found = _NUMBERS.search(text)
    numbers = tuple(int(number) for number in found[1].split(",")) if found is not None else None
    text = _NUMBERS.sub("", text)
    array = "[]" if _ARRAY.search(text) else ""
    base = " ".join(_ARRAY.sub("", text).split())
    zone = base.endswith("with time zone")
    for words in (" with time zone", " without time zone"):
        base = base.removesuffix(words)
    suffix = "unsigned" if base.endswith(" unsigned") else "zone" if zone else ""
    base = base.removesuffix(" unsigned")
    return _ALIASES.get(base, base), numbers, suffix + array


def family(sql: str) -> str:
    """What kind of values a type has: number, text, binary, time, json, or the type's own name."""
    base, _, rest = _parts(sql)
    if "[" in rest:
        return f"{base}[]"
    return _FAMILIES.get(base, base)


def characters(sql: str) -> int | None:
    """How many characters a text of this type may have; None where the type says nothing, or is no text."""
    base, numbers, _ = _parts(sql)
    if family(sql) != "text":
        return None
    return numbers[0] if numbers else 1 if base == "char" else None


def may_lose(before: str, after: str) -> bool:
    """Whether a value of the type `before` may not survive in `after`, or stop the change."""
    lists = _LIST.fullmatch(before), _LIST.fullmatch(after)
    if lists[0] and lists[1] and lists[0][1].lower() == lists[1][1].lower():
        return not set(listed_values(before)) <= set(listed_values(after))
    old, new = _parts(before), _parts(after)
    if old[0] == new[0] and (old[2] == new[2] or {old[2], new[2]} == {"", "zone"}):
        return _shorter(old[0], old[1], new[1])
    if "[]" in old[2] + new[2]:
        return True
    if old[0] in _WHOLE:
        return _narrower_number(old, new)
    for sizes in (_TEXTS, _BINARY, _FLOATS):
        if old[0] in sizes and new[0] in sizes:
            return _narrower(sizes, old, new)
    if new[0] in {"text", "longtext", "clob"} and old[0] not in _BINARY:
        return False
    return (old[0], new[0]) not in {("json", "jsonb"), ("date", "timestamp")}


def listed_values(sql: str) -> list[str]:
    """The values that a type lists by itself, as MySQL's ENUM and SET do, in quotes; [] for others."""
    found = _LIST.fullmatch(sql)
    return literals(found[2]) if found else []


def literals(sql: str) -> list[str]:
    """The strings in an expression, in quotes."""
    return _VALUE.findall(sql)


def _narrower_number(old: Parts, new: Parts) -> bool:
    """Whether a whole number may not fit: one without sign needs the next size with one."""
    if new[0] == "numeric":
        return new[1] is not None
    if new[0] == "double precision":
        return old[0] == "bigint"
    if new[0] not in _WHOLE:
        return new[0] not in {"text", "longtext", "clob"}
    if old[2] == new[2]:
        return _WHOLE[new[0]] < _WHOLE[old[0]]
    return new[2] == "unsigned" or _WHOLE[new[0]] <= _WHOLE[old[0]]


def _shorter(base: str, old: tuple[int, ...] | None, new: tuple[int, ...] | None) -> bool:
    """Whether the numbers in parentheses allow less than before; none at all is no limit."""
    if base in _WHOLE or old == new:
        return False  # the number in int(11) is a width on the screen
    if new is None:
        return base == "char"
    if old is None:
        return True
    if base == "numeric":
        whole = old[0] - (old[1] if len(old) > 1 else 0), new[0] - (new[1] if len(new) > 1 else 0)
        scale = old[1] if len(old) > 1 else 0, new[1] if len(new) > 1 else 0
        return whole[1] < whole[0] or scale[1] < scale[0]
    return new[0] < old[0]


def _narrower(sizes: dict[str, int], old: Parts, new: Parts) -> bool:
    """Whether a text, or the like, may be too long."""
    if new[0] in _LIMITED:
        if old[0] in _LIMITED:
            return _shorter(new[0], old[1], new[1])
        # PostgreSQL's varchar without a number has no limit.
        return new[1] is not None or new[0] != "varchar"
    return sizes[new[0]] < sizes[old[0]]
