"""
The text of an expression, without what a server adds to it.

Responsible for casts, parentheses, quotes, blanks and the case of letters, and for the order of sorting behind an element
of an index.  Two texts that are equal afterwards need not mean the same, but an author wrote only one of them: the other
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
_NOISE = re.compile(r"[\s()'\"`\[\]]")
_SORTING = re.compile(r"\s+(asc|desc)?\s*(?:nulls\s+(first|last))?$", re.IGNORECASE)
_OPERATORS = re.compile(r"[\s)]\w*_ops\b", re.IGNORECASE)


def bare_expression(sql: str) -> str:
    """The expression without casts, parentheses, quotes and blanks, in small letters.

    >>> bare_expression("lower((name)::text)")
    'lowername'
    """
    before = None
    text = sql
    while text != before:
        before = text
        text = _CAST_CALL.sub(r"\1", _CAST.sub("", text))
    return _NOISE.sub("", text).lower()


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
