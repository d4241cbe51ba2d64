"""
Types in PostgreSQL's own words.

Responsible for turning what SQLAlchemy writes into what `format_type` prints.  A type that is not known here keeps its
text, and is then found out by the server.  The rules were read off a server; `tests/databases` asks one again.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SAME = [
    "text",
    "boolean",
    "date",
    "uuid",
    "json",
    "jsonb",
    "bytea",
    "inet",
    "cidr",
    "macaddr",
    "macaddr8",
    "money",
    "oid",
    "tsvector",
    "tsquery",
    "xml",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "int4range",
    "int8range",
    "numrange",
    "tsrange",
    "tstzrange",
    "daterange",
    "int4multirange",
    "int8multirange",
    "nummultirange",
    "tsmultirange",
    "tstzmultirange",
    "datemultirange",
    "regclass",
    "regconfig",
]
_ALIASES = {
    **{name: name for name in _SAME},
    "integer": "integer", "int": "integer", "int4": "integer", "bigint": "bigint", "int8": "bigint",
    "smallint": "smallint", "int2": "smallint", "bool": "boolean", "real": "real", "float4": "real",
    "float": "double precision", "float8": "double precision", "double precision": "double precision",
    "numeric": "numeric", "decimal": "numeric", "dec": "numeric",
    "varchar": "character varying", "character varying": "character varying",
    "char": "character(1)", "character": "character(1)", "bit": "bit(1)",
    "bit varying": "bit varying", "varbit": "bit varying", "interval": "interval",
    "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
    "time": "time without time zone", "timetz": "time with time zone",
}  # fmt: skip
_WITH_LENGTH = {
    "varchar": "character varying({})", "character varying": "character varying({})", "char": "character({})",
    "character": "character({})", "bit": "bit({})", "bit varying": "bit varying({})", "varbit": "bit varying({})",
}  # fmt: skip
_NUMERIC = {"numeric", "decimal", "dec"}

_ZONED = re.compile(r"(time|timestamp)(?: ?\(([0-6])\))? (with|without) time zone")
_LENGTH = re.compile(r"([a-z ]+?) ?\((\d+)\)")
_SCALE = re.compile(r"([a-z]+) ?\((\d+), ?(-?\d+)\)")
_ARRAY = re.compile(r"(?: ?\[\d*\])+$")
_COLLATE = re.compile(r" COLLATE (\S+)$", re.IGNORECASE)

KNOWN = frozenset(_ALIASES.values())
"""Types without arguments, as the server prints them."""


@lru_cache(maxsize=4096)
def type_text(given: str) -> str | None:
    """The server's words for a built-in type; None for one that is not known here.

    The collation is kept as it is written: whether it differs from the usual one is the server's to say.
    """
    collate = _COLLATE.search(given)
    text = given[: collate.start()] if collate else given
    array = _ARRAY.search(text)
    base = _base(" ".join((text[: array.start()] if array else text).lower().split()))
    if base is None or '"' in text:
        return None
    # However many dimensions are written, the server keeps none.
    return base + ("[]" if array else "") + (collate[0] if collate else "")


def _base(text: str) -> str | None:
    known = _ALIASES.get(text)
    if known is not None:
        return known
    if zoned := _ZONED.fullmatch(text):
        kind, precision, zone = zoned.groups()
        return f"{kind}{f'({precision})' if precision else ''} {zone} time zone"
    if length := _LENGTH.fullmatch(text):
        return _with_length(length[1], int(length[2]))
    if (scale := _SCALE.fullmatch(text)) and scale[1] in _NUMERIC:
        return f"numeric({int(scale[2])},{int(scale[3])})"
    return None


def _with_length(name: str, length: int) -> str | None:
    if name in _NUMERIC:
        return f"numeric({length},0)"
    if name == "float":
        return "real" if length <= 24 else "double precision"
    if name in {"timestamp", "time"}:
        return f"{name}({length}) without time zone" if length <= 6 else None
    form = _WITH_LENGTH.get(name)
    return form.format(length) if form else None


def bare(type: str) -> str:
    """A type in the server's words without length, precision and collation."""
    return re.sub(r"\([^)]*\)", "", _COLLATE.sub("", type))
