"""
Values that are written out in statements, and when two of them are one for a server.

Responsible for how a value stands in a `Pin`, and for never calling two different that some column could take for the
same.  Does not know types or collations.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation

NULL = "NULL"


def pinned(value: object) -> str | None:
    """A plain value as it stands in a `Pin`, in the notation of SQL; None for anything else."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'"
    return str(value) if isinstance(value, (int, float)) else None


def are_one(one: str, other: str) -> bool | None:
    """Whether two pinned values are the same; None when the type or the collation of the column decides."""
    if one == other:
        return True
    if NULL in {one, other}:
        return False
    if _kind(one) != _kind(other):
        return None  # `active = 'true'` and `active = true`
    if one.startswith("'"):
        return None if _folded(one) == _folded(other) else False
    if one in {"true", "false"}:
        return False
    mine, theirs = _number(one), _number(other)
    return None if mine is None or theirs is None else mine == theirs


def are_others(some: frozenset[str], others: frozenset[str]) -> bool | None:
    """Whether no value of the one is among the others; None when that cannot be told."""
    found = {are_one(one, other) for one in some for other in others}
    return False if True in found else None if None in found else True


def _kind(value: str) -> str:
    if value.startswith("'"):
        return "text"
    return "truth" if value in {"true", "false"} else "number"


def _folded(text: str) -> str:
    """As the most forgiving collation compares: without case, accents and blanks at the end."""
    parts = unicodedata.normalize("NFKD", text[1:-1].casefold())
    return "".join(one for one in parts if not unicodedata.combining(one)).rstrip()


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
