"""
The text of an expression, without what a server adds to it.

Responsible for casts, parentheses, blanks and the case of letters outside of quotes, and for the order of sorting behind an
element of an index.  Two texts that are equal afterwards need not mean the same, but an author wrote only one of them: the other
is what PostgreSQL made of it.  Does not know SQLAlchemy or a server.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = r'(?:"[^"]+"|\w+)'
_TYPE = (
    rf"{_NAME}(?:\.{_NAME})?(?:\s+(?:varying|precision))?(?:\s*\(\s*\d+(?:\s*,\s*-?\d+)?\s*\))?"
    r"(?:\s+with(?:out)?\s+time\s+zone)?(?:\[\])*"
)
_CAST = re.compile(rf"::\s*{_TYPE}", re.IGNORECASE)
_CAST_CALL = re.compile(rf"\bcast\s*\(((?:[^()]|\([^()]*\))*)\s+as\s+{_TYPE}\s*\)", re.IGNORECASE)
_NOISE = re.compile(r"[\s()`\[\]]")
_PART = re.compile(r"""(?P<literal>'(?:[^']|'')*')|"(?P<name>[^"]*)"|(?P<rest>[^'"]+|['"])""")
_NUMBER = re.compile(r"'(-?[\d.]+)'")
_SORTING = re.compile(r"\s+(asc|desc)?\s*(?:nulls\s+(first|last))?$", re.IGNORECASE)
_OPERATORS = re.compile(r"[\s)]\w*_ops\b", re.IGNORECASE)


def bare_expression(sql: str) -> str:
    """The expression without casts, parentheses and blanks, in small letters where case means nothing.

    >>> bare_expression("lower((name)::text)")
    'lowername'
    >>> bare_expression("UPPER(word) = 'Done'::text")
    "upperword='Done'"
    """
    before = None
    text = sql
    while text != before:
        before = text
        text = _CAST_CALL.sub(r"\1", _CAST.sub("", text))
    return "".join(_bare(part) for part in _PART.finditer(text))


def _bare(part: re.Match[str]) -> str:
    literal, name = part["literal"], part["name"]
    if literal is not None:
        return _NUMBER.sub(r"\1", literal)  # a server may print a number as text
    if name is not None:  # in capitals alone it may be how a server prints any name
        return name.lower() if name.isupper() else name
    return _NOISE.sub("", part["rest"]).lower()


class Sorted(NamedTuple):
    """An element of an index: its bare expression, "asc" or "desc", and where NULL goes."""

    expression: str
    direction: str
    nulls: str


def sorted_element(text: str) -> Sorted:
    """An element with what goes without saying: ascending, NULL last, or first where it is descending."""
    found = _SORTING.search(text)
    direction = (found[1] if found and found[1] else "asc").lower()
    nulls = (found[2] if found and found[2] else "last" if direction == "asc" else "first").lower()
    expression = text[: found.start()] if found else text
    return Sorted(bare_expression(expression), direction, nulls)


def names_operators(text: str) -> bool:
    """Whether an element names a class of operators within its text."""
    return _OPERATORS.search(text) is not None
