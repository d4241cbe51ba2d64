"""
Defaults in PostgreSQL's own words, where they are simple.

Responsible for literals and the current time: what stands in ordinary models.  Anything else is None, "not known here",
and the server is asked.  The rules follow what `ruleutils.c` of PostgreSQL prints; they were read off a server, and a
test asks one again.
"""

from __future__ import annotations

import re

from limbeck.database.normalise.postgresql_types import bare, type_text

STRING = r"'((?:[^'\\]|'')*)'"
_QUOTED = re.compile(rf"(?:{STRING})(?:::([a-z ]+(?:\(\d+(?:,\d+)?\))?))?")
# But for -0, of which the server keeps no sign.
INTEGER = re.compile(r"(?!-0\Z)(-?)(0|[1-9]\d{0,8})")
DECIMAL = re.compile(r"(?!-0\.0+\Z)(-?)((?:0|[1-9]\d{0,8})\.\d{1,9})")

INTEGERS = {"smallint", "integer", "bigint"}
FLOATS = {"real", "double precision"}
_NOW = {
    "now()": "now()",
    "current_timestamp": "CURRENT_TIMESTAMP",
    "current_date": "CURRENT_DATE",
}
_TIMES = {"timestamp without time zone", "timestamp with time zone", "date"}
_TRUE, _FALSE = {"true", "t", "1", "yes", "on", "y"}, {"false", "f", "0", "no", "off", "n"}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE = re.compile(r"(?:1[6-9]|2[0-9])\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])")


def default(sql: str, type: str, enums: frozenset[str] = frozenset()) -> str | None:
    """What `pg_get_expr` prints for DEFAULT `sql` of a column of that type; None where that is not known.

    `type` is in the server's words; `enums` are the names of such types, as they stand in columns.
    """
    text = _unwrapped(sql.strip())
    kind = bare(type)
    if text.lower() in _NOW and kind in _TIMES:
        return _NOW[text.lower()]
    if text.lower() == "gen_random_uuid()" and kind == "uuid":
        return text.lower()
    if text.lower() in {"true", "false"} and kind == "boolean":
        return text.lower()
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return _of_string(quoted[1], quoted[2], kind, enums)
    return _of_number(text, kind)


def _unwrapped(text: str) -> str:
    """A literal without parentheses around it."""
    while (
        text.startswith("(") and text.endswith(")") and "(" not in text[1:] and ")" not in text[:-1]
    ):
        text = text[1:-1].strip()
    return text


def _of_number(text: str, kind: str) -> str | None:
    if (whole := INTEGER.fullmatch(text)) and kind in INTEGERS | FLOATS | {"numeric"}:
        return f"'{text}'::integer" if whole[1] else text
    if (parts := DECIMAL.fullmatch(text)) and kind in FLOATS | {"numeric"}:
        return f"'{text}'::numeric" if parts[1] else text
    return None


def _of_string(inner: str, cast: str | None, kind: str, enums: frozenset[str]) -> str | None:
    """A quoted literal, which takes the type of its column; `cast` is a type that it was given."""
    printed = "bpchar" if kind == "character" else kind
    if cast is not None and bare(type_text(cast) or cast) not in {printed, kind}:
        return None
    label = f"'{inner}'::{printed}"
    if kind in {"character varying", "text", "character"} or kind in enums:
        return label
    if kind == "boolean":
        lower = inner.strip().lower()
        return "true" if lower in _TRUE else "false" if lower in _FALSE else None
    if kind in INTEGERS and (whole := INTEGER.fullmatch(inner)):
        return inner if kind == "integer" and not whole[1] else label
    if kind == "numeric" and (parts := DECIMAL.fullmatch(inner)):
        return label if parts[1] else inner
    if (kind == "numeric" or kind in FLOATS) and INTEGER.fullmatch(inner):
        return label
    exact = (
        (kind in {"json", "jsonb"} and inner in {"{}", "[]"})
        or (kind.endswith("[]") and inner == "{}")
        or (kind == "uuid" and _UUID.fullmatch(inner) is not None)
        or (kind == "date" and _DATE.fullmatch(inner) is not None)
    )
    return label if exact else None
