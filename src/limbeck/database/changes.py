"""
Plain changes of structure on MySQL and MariaDB: the things that a statement makes or drops, by name.

Responsible for telling them from the text, where that says so plainly, and for the question that finds out whether such
a thing is there.  Does not ask it, and does not know why somebody wants to know.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from limbeck.database.version import literal

if TYPE_CHECKING:
    import sqlalchemy as sa

Kind = Literal["table", "column", "index", "constraint"]

_NAME = r"(?:`(?:[^`]|``)+`|[\w$]+)"
_REF = rf"{_NAME}(?:\s*\.\s*{_NAME})?"
_FLAGS = re.IGNORECASE | re.DOTALL

_CREATE = re.compile(rf"\s*CREATE\s+TABLE\s+(?!IF\b)({_REF})", _FLAGS)
_DROP = re.compile(rf"\s*DROP\s+TABLE\s+(?!IF\b)({_REF}(?:\s*,\s*{_REF})*)\s*;?\s*\Z", _FLAGS)
_INDEX = re.compile(
    rf"\s*(CREATE|DROP)\s+(?:(?:UNIQUE|FULLTEXT|SPATIAL)\s+)?INDEX\s+(?!IF\b)({_NAME})\s+ON\s+({_REF})",
    _FLAGS,
)
_ALTER = re.compile(rf"\s*ALTER\s+TABLE\s+(?!IF\b)({_REF})\s+(.*)", _FLAGS)
_CLAUSES: tuple[tuple[Kind, bool, re.Pattern[str]], ...] = (
    ("column", True, re.compile(rf"ADD\s+COLUMN\s+(?!IF\b)({_NAME})\s", _FLAGS)),
    ("column", False, re.compile(rf"DROP\s+COLUMN\s+(?!IF\b)({_NAME})\s*;?\s*\Z", _FLAGS)),
    ("constraint", True, re.compile(rf"ADD\s+CONSTRAINT\s+(?!IF\b)({_NAME})\s+(?:FOREIGN|UNIQUE|CHECK)\b", _FLAGS)),
    ("constraint", False, re.compile(rf"DROP\s+(?:FOREIGN\s+KEY|CONSTRAINT|CHECK)\s+(?!IF\b)({_NAME})\s*;?\s*\Z", _FLAGS)),
    ("index", True, re.compile(rf"ADD\s+(?:(?:UNIQUE|FULLTEXT|SPATIAL)\s+)?(?:INDEX|KEY)\s+(?!IF\b)({_NAME})\s*\(", _FLAGS)),
    ("index", False, re.compile(rf"DROP\s+(?:INDEX|KEY)\s+(?!IF\b)({_NAME})\s*;?\s*\Z", _FLAGS)),
)  # fmt: skip
_NAMES = re.compile(_NAME)
_QUOTED = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"(?:[^\"\\]|\"\"|\\.)*\"", re.DOTALL)
_NESTED = re.compile(r"\([^()]*\)")

_PLACES: dict[Kind, tuple[str, str]] = {
    "table": ("tables", "table_name"),
    "column": ("columns", "column_name"),
    "index": ("statistics", "index_name"),
    "constraint": ("table_constraints", "constraint_name"),
}


class Made(NamedTuple):
    """A thing of `table` (as the text names it) that is `there` when the statement has taken effect, or is not.

    Of kind "table" it is the table, and `name` is empty.
    """

    kind: Kind
    table: str
    name: str
    there: bool


# A statement is asked about again and again while it is carried out.
@lru_cache(maxsize=2)
def things(text: str) -> tuple[Made, ...]:
    """What `text` makes or drops, and nothing else; () when it does more, or that cannot be told.

    One that does nothing where the thing is there already (IF NOT EXISTS) is none of these.
    """
    if found := _CREATE.match(text):
        return (Made("table", found[1], "", there=True),)
    if found := _DROP.match(text):
        return tuple(Made("table", ref, "", there=False) for ref in re.findall(_REF, found[1]))
    if found := _INDEX.match(text):
        return (Made("index", found[3], found[2], there=found[1].upper() == "CREATE"),)
    if (found := _ALTER.match(text)) and _is_one_clause(found[2]):
        for kind, there, pattern in _CLAUSES:
            if clause := pattern.match(found[2]):
                return (Made(kind, found[1], clause[1], there=there),)
    return ()


def altered(text: str) -> str | None:
    """The table that `text` alters, as the text names it."""
    found = _ALTER.match(text)
    return found[1] if found else None


def question(made: Made, dialect: sa.Dialect) -> str:
    """A query that counts the thing: 0 when it is not there.  It has no per cent sign but those of names."""
    place, column = _PLACES[made.kind]
    parts = _parts(made.table)
    schema = literal(parts[0], dialect) if len(parts) > 1 else "DATABASE()"
    where = f"table_schema = {schema} AND table_name = {literal(parts[-1], dialect)}"
    if made.kind != "table":
        where += f" AND {column} = {literal(_parts(made.name)[0], dialect)}"
    return f"SELECT COUNT(DISTINCT {column}) FROM information_schema.{place} WHERE {where}"


def key(ref: str) -> str:
    """A name in one spelling.

    Whether capitals count depends on the server; two names that differ by them alone are one here.
    """
    return ".".join(_parts(ref)).lower()


def _parts(ref: str) -> list[str]:
    return [part.strip("`").replace("``", "`") for part in _NAMES.findall(ref)]


def _is_one_clause(rest: str) -> bool:
    bare, before = _QUOTED.sub("", rest), ""
    while bare != before:
        bare, before = _NESTED.sub("", bare), bare
    return "," not in bare
