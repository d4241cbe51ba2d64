"""
The text of a default, without what servers add to it or take away.

Responsible for parentheses around the whole, quotes around numbers, blanks, the case of words outside of strings, and
the two ways to say the current time.  Does not know SQLAlchemy or a server.
"""

from __future__ import annotations

import re

_STRING = re.compile(r"('(?:[^']|'')*')")
_NUMBER = re.compile(r"'(-?\d+(?:\.\d+)?)'")
_NOW = re.compile(r"\bcurrent_timestamp\(\)")


def plain_default(sql: str | None, numeric: bool) -> str | None:
    """The text in one form; `numeric` when the column holds numbers.

    >>> plain_default("(RAND())", numeric=True)
    'rand()'
    >>> plain_default("'5'", numeric=True)
    '5'
    """
    if sql is None:
        return None
    text = _inner(sql.strip())
    number = _NUMBER.fullmatch(text)
    if numeric and number is not None:
        return number[1]
    parts = _STRING.split(text)
    words = [part if number % 2 else _word(part) for number, part in enumerate(parts)]
    return "".join(words)


def _word(text: str) -> str:
    return _NOW.sub("current_timestamp", re.sub(r"\s+", " ", text.lower()))


def _inner(text: str) -> str:
    """Without parentheses around the whole."""
    while text.startswith("(") and text.endswith(")") and _is_one(text):
        text = text[1:-1].strip()
    return text


def _is_one(text: str) -> bool:
    """Whether the first parenthesis is closed by the last one."""
    depth = 0
    for part in re.finditer(r"'(?:[^']|'')*'|[()]", text):
        depth += {"(": 1, ")": -1}.get(part.group(), 0)
        if depth == 0:
            return part.end() == len(text)
    return False
