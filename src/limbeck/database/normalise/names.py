"""
The names that a server chooses where none is given.

Responsible for the rules of PostgreSQL (`makeObjectName` and its callers in indexcmds.c and tablecmds.c) and of
MySQL and MariaDB.  SQLite chooses none.  Does not know whether a name is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from limbeck.schema import Check

if TYPE_CHECKING:
    from limbeck.schema import Constraint

_LIMIT = 63  # bytes: NAMEDATALEN - 1


def postgresql_name(table: str, columns: Sequence[str], label: str) -> str:
    """`{table}_{columns}_{label}`, the longer of the first two parts shortened until 63 bytes are enough.

    `label` is pkey, key, fkey, check, idx or seq.

        >>> postgresql_name("users", ["first", "last"], "key")
        'users_first_last_key'
    """
    first, second = table.encode(), "_".join(columns).encode()
    overhead = len(label.encode()) + 1 + (1 if second else 0)
    room = _LIMIT - overhead
    one, two = len(first), len(second)
    while one + two > room:
        if one > two:
            one -= 1
        else:
            two -= 1
    parts = [_clipped(first, one), *([_clipped(second, two)] if second else []), label]
    return "_".join(parts)


def in_order(constraints: Iterable[Constraint]) -> list[Constraint]:
    """Constraints in the order in which CREATE TABLE has them: first those that stand beside columns."""

    def beside(item: Constraint) -> bool:
        return isinstance(item, Check) and hasattr(getattr(item.origin, "parent", None), "table")

    return sorted(constraints, key=lambda item: not beside(item))


def _clipped(text: bytes, length: int) -> str:
    """The first bytes, without half a character at the end."""
    return text[:length].decode(errors="ignore")
