"""
Names of columns in SQL text.

Responsible for finding and renaming a column in a check, an index expression or a computed column.  Does not parse
SQL: it tells words from strings and quoted names, and takes a word before "(" for a function.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(
    r"""
    '(?:[^']|'')*'                # a string
    | "(?P<double>(?:[^"]|"")*)"    # a name, quoted as the standard says
    | `(?P<back>(?:[^`]|``)*)`      # as MySQL
    | \[(?P<square>[^\]]*)\]        # as SQL Server
    | (?P<word>[^\W\d]\w*)(?P<call>\s*\()?
    """,
    re.VERBOSE,
)
_QUOTES = {"double": '"{}"', "back": "`{}`", "square": "[{}]"}


def mentions(sql: str, column: str) -> bool:
    """Whether the text names the column."""
    if column not in sql:
        return False
    return any(_named(token) == column for token in _TOKEN.finditer(sql))


def rename(sql: str, old: str, new: str) -> str:
    """The text with the column's name replaced, in the quotes that it had."""
    if old not in sql:
        return sql
    return _TOKEN.sub(_replace(old, new), sql)


def _named(token: re.Match[str]) -> str | None:
    """The name that a token is, if it is one."""
    if token["call"] is not None:
        return None
    return token["word"] or token["double"] or token["back"] or token["square"]


def _replace(old: str, new: str) -> Callable[[re.Match[str]], str]:
    def replacement(token: re.Match[str]) -> str:
        if _named(token) != old:
            return token[0]
        quotes = next((_QUOTES[kind] for kind in _QUOTES if token[kind] is not None), "{}")
        return quotes.format(new)

    return replacement
