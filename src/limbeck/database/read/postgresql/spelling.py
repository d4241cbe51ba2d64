"""
Conditions that PostgreSQL prints in two ways.

Responsible for lists of strings: `name IN ('a', 'b')` is kept as an array of varchar that is cast to text, and printed so;
what is printed is read as an array whose elements are cast, one by one, and is printed that way from then on.  A
database that was restored from a dump has the second spelling, and so has a constraint that was dropped and made again.
Does not know what else may stand in a condition.
"""

from __future__ import annotations

import re

_VALUE = r"'(?:[^']|'')*'::character varying"
_LIST = re.compile(rf"ARRAY\[(\({_VALUE}\)::text(?:, \({_VALUE}\)::text)*)\]")
_CAST = re.compile(rf"\(({_VALUE})\)::text")


def one_spelling(condition: str) -> str:
    """The condition as it is printed when its author wrote IN or NOT IN.

    >>> one_spelling("((name)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))")
    "((name)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"
    """
    if "ARRAY[('" not in condition:
        return condition
    return _LIST.sub(_joined, condition)


def _joined(found: re.Match[str]) -> str:
    return f"(ARRAY[{_CAST.sub(lambda each: each[1], found[1])}])::text[]"
