"""
Which types PostgreSQL turns into which.

Responsible for telling whether ALTER COLUMN … TYPE needs USING, and what it has to say.  The table is PostgreSQL 15's
own catalog `pg_cast`, casts of context "i" (implicit), "a" (assignment) and "e" (explicit), without the types that
are only used inside the catalog; beside it every type has an assignment cast to text, character varying and
character, and an explicit one from them, which `pg_cast` does not list (documentation of CREATE CAST, Notes).
Does not know types that users or extensions made, apart from their names.
"""

from __future__ import annotations

import re
from typing import Literal

from limbeck.schema.postgresql_names import quoted

_NUMBERS = frozenset({"smallint", "integer", "bigint", "real", "double precision", "numeric"})
_TEXTS = frozenset({"text", "character varying", "character", "name"})
_TIMESTAMPS = frozenset({"timestamp without time zone", "timestamp with time zone"})

_PLAIN: dict[str, frozenset[str]] = {
    **dict.fromkeys(_NUMBERS, _NUMBERS),
    "smallint": _NUMBERS | {"oid"},
    "integer": _NUMBERS | {"oid", "money"},
    "bigint": _NUMBERS | {"oid", "money"},
    "numeric": _NUMBERS | {"money"},
    "money": frozenset({"numeric"}),
    "oid": frozenset({"integer", "bigint"}),
    "date": _TIMESTAMPS,
    "time without time zone": frozenset({"interval", "time with time zone"}),
    "time with time zone": frozenset({"time without time zone"}),
    "timestamp without time zone": frozenset(
        {"date", "time without time zone", "timestamp with time zone"}
    ),
    "timestamp with time zone": frozenset(
        {"date", "time without time zone", "time with time zone", "timestamp without time zone"}
    ),
    "interval": frozenset({"time without time zone"}),
    "json": frozenset({"jsonb"}),
    "jsonb": frozenset({"json"}),
    "inet": frozenset({"cidr"}),
    "cidr": frozenset({"inet"}),
    "macaddr": frozenset({"macaddr8"}),
    "macaddr8": frozenset({"macaddr"}),
    "bit": frozenset({"bit varying"}),
    "bit varying": frozenset({"bit"}),
    "box": frozenset({"polygon"}),
    "path": frozenset({"polygon"}),
    "polygon": frozenset({"path"}),
    "point": frozenset({"box"}),
}
"""Implicit and assignment casts: no USING is needed."""

_NAMED: dict[str, frozenset[str]] = {
    "integer": frozenset({"boolean", "bit"}),
    "bigint": frozenset({"bit"}),
    "boolean": frozenset({"integer"}),
    "bit": frozenset({"integer", "bigint"}),
    "jsonb": _NUMBERS | {"boolean"},
    "box": frozenset({"circle", "lseg", "point"}),
    "circle": frozenset({"box", "point", "polygon"}),
    "lseg": frozenset({"point"}),
    "polygon": frozenset({"box", "circle", "point"}),
    "int4range": frozenset({"int4multirange"}),
    "int8range": frozenset({"int8multirange"}),
    "numrange": frozenset({"nummultirange"}),
    "daterange": frozenset({"datemultirange"}),
    "tsrange": frozenset({"tsmultirange"}),
    "tstzrange": frozenset({"tstzmultirange"}),
}
"""Explicit casts: USING column::type."""

_KNOWN = frozenset({*_PLAIN, *_NAMED, *_TEXTS, *(to for all_ in _NAMED.values() for to in all_)}) | {
    "uuid", "bytea", "xml", "tsvector", "tsquery"
}  # fmt: skip

Cast = Literal["none", "plain", "named", "through integer", "through text"]


def base(sql: str) -> str:
    """A type's name without its arguments and collation; arrays keep their brackets."""
    text = re.sub(r"\s+COLLATE\s+\S+$", "", sql.strip(), flags=re.IGNORECASE)
    return re.sub(r"\s*\([^)]*\)", "", text).strip()


def cast(before: str, after: str) -> Cast:
    """How values of one type become the other.

    "plain": by themselves; "named": by a cast that must be named; "through text": by a cast to text and from it,
    as the values of two enums do; "through integer": as numbers and truth values do; "none": no cast is known, and only rows that are NULL can be changed.
    """
    old, new = base(before), base(after)
    arrays = old.endswith("[]"), new.endswith("[]")
    if all(arrays):
        return cast(old.removesuffix("[]"), new.removesuffix("[]"))
    if old == new or new in _TEXTS or (not any(arrays) and new in _PLAIN.get(old, ())):
        return "plain"
    if old in _TEXTS or (not any(arrays) and new in _NAMED.get(old, ())):
        return "named"
    if not any(arrays) and {old, new} & _NUMBERS and "boolean" in {old, new}:
        return "through integer"
    if any(arrays) or (old in _KNOWN and new in _KNOWN):
        return "none"
    return "through text"


def using(column: str, before: str, after: str) -> str | None:
    """What stands behind USING for a column of that name; None where nothing need."""
    column = quoted(column)
    how = cast(before, after)
    if how == "plain":
        return None
    target = re.sub(r"\s+COLLATE\s+\S+$", "", after.strip(), flags=re.IGNORECASE)
    if how == "named":
        return f"{column}::{target}"
    if how == "through integer":
        return f"{column}::integer::{target}"
    text = "text[]" if base(before).endswith("[]") and base(after).endswith("[]") else "text"
    return f"{column}::{text}::{target}"
