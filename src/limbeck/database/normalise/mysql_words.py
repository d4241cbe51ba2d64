"""
Defaults and conditions in MySQL's and MariaDB's own words, where they are simple.

Responsible for literals, the current time, and comparisons of columns with literals.  Anything else is None, "not
known here", and the server is asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limbeck.database.normalise.facts import Facts

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_FRACTION = re.compile(r"-?(?:0|[1-9]\d{0,9})(?:\.\d{1,9})?")
_STRING = re.compile(r"'(?:[^'\\]|'')*'")
_NOW = re.compile(r"(?:now|current_timestamp)(?:\((\d?)\))?", re.IGNORECASE)
_TEXTS = frozenset(("text", "tinytext", "mediumtext", "longtext"))
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


def default(sql: str, type: str, facts: Facts) -> str | None:
    """What the reader gives for DEFAULT `sql` of a column of that type; None where that is not known."""
    text = sql.strip()
    while text.startswith("(") and text.endswith(")") and "(" not in text[1:]:
        text = text[1:-1].strip()
    if now := _NOW.fullmatch(text):
        return _now(now[1] or "", type, facts)
    inner = text[1:-1] if _STRING.fullmatch(text) else text
    kind = type.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    if kind in {"tinyint", "smallint", "mediumint", "int", "bigint"}:
        lower = inner.lower()
        if lower in {"true", "false"} and inner is text:
            return "1" if lower == "true" else "0"
        return inner if _NUMBER.fullmatch(inner) and inner != "-0" else None
    if kind == "decimal" and _FRACTION.fullmatch(inner):
        return _decimal(inner, type)
    if inner is text:
        return None
    if kind in _TEXTS | {"varchar", "char", "enum", "set"}:
        return text if _stays(inner, kind) else None
    if kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", inner):
        return text
    return None


def _stays(inner: str, kind: str) -> bool:
    """Whether the server keeps the inside of a string as it is: no escapes, and no blanks that it cuts off."""
    if kind in _TEXTS and "'" in inner:
        return False  # to MariaDB it is an expression, and printed with other quotes than a value
    return inner.isprintable() and (kind == "varchar" or not inner.endswith(" "))


def _now(precision: str, type: str, facts: Facts) -> str | None:
    precision = "" if precision == "0" else precision
    digits = f"({precision})" if precision else ""
    if type not in {f"datetime{digits}", f"timestamp{digits}"}:
        return None  # the server takes the column's precision for the default's
    if facts.dialect == "mariadb":
        return f"current_timestamp({precision})"
    return f"CURRENT_TIMESTAMP({precision})" if precision else "CURRENT_TIMESTAMP"


def _decimal(text: str, type: str) -> str | None:
    found = _DECIMAL.match(type)
    if found is None:
        return None
    digits, scale = int(found[1]), int(found[2])
    value = Decimal(text)
    if value and len(value.quantize(Decimal(1)).as_tuple().digits) > digits - scale:
        return None
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > scale or text.startswith("-0"):
        return None  # it would be rounded
    return f"{value:.{scale}f}"


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^'\\]|'')*')
    | (?P<number>(?:0|[1-9]\d{0,8})(?![\d.]))
    | `(?P<quoted>[^`]+)`
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*\b(?!\s*\())
    | (?P<in>[iI][nN])(?=\s*\()
    | (?P<sign><=|>=|<>|!=|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE,
)


def condition(sql: str, columns: Collection[str], facts: Facts) -> str | None:
    """What MariaDB prints for comparisons of columns with literals, joined by AND and OR without parentheses."""
    if facts.dialect != "mariadb":
        return None  # MySQL puts the character set of the connection before each string
    pieces = _pieces(sql.strip(), columns)
    if pieces is None or not _is_plain([kind for kind, _ in pieces]):
        return None
    text = " ".join(printed for _, printed in pieces)
    return text.replace("( ", "(").replace(" )", ")").replace(" , ", ",")


def _pieces(sql: str, columns: Collection[str]) -> list[tuple[str, str]] | None:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(sql):
        token = _TOKEN.match(sql, at)
        if token is None:
            return None
        at = token.end()
        kind, text = str(token.lastgroup), token[str(token.lastgroup)]
        if kind == "word" and text.lower() in {"and", "or", "is", "not", "null", "between", "in"}:
            found.append((text.lower(), text.lower()))
        elif kind == "in":
            found.append(("in", "in"))
        elif kind in {"word", "quoted"}:
            if text not in columns:
                return None
            found.append(("column", f"`{text}`"))
        elif kind in {"string", "number"}:
            if kind == "string" and any(mark in text for mark in ("( ", " )", " , ")):
                return None  # what puts the pieces together would change it
            if not text.isprintable():
                return None  # a line break would be printed as \\n
            found.append(("value", _escaped(text) if kind == "string" else text))
        else:
            found.append(("compare" if text not in "()," else text, "<>" if text == "!=" else text))
    return found


def _escaped(text: str) -> str:
    """A string as the server prints it in a condition: with its own escapes for quotes."""
    return "'" + text[1:-1].replace("''", "\\'") + "'"


def _is_plain(kinds: list[str]) -> bool:
    """Whether these kinds of words are predicates, joined by AND or OR."""
    text = " ".join(kinds)
    one = r"column (?:compare value|is null|is not null|in \( value(?: , value)+ \)|between value and value)"
    return re.fullmatch(rf"{one}(?: (?:and|or) {one})*", text) is not None
