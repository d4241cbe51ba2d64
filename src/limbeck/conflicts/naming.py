"""
What deeds are about, by name.

Responsible for the names that two of them share.  Does not know what sharing them means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.conflicts.deeds import EVERY, flat
from limbeck.operations import ANYTHING

if TYPE_CHECKING:
    from limbeck.conflicts.deeds import Deed


def things(left: Deed, right: Deed) -> str:
    """What both are about, by name."""
    ours, theirs = names_of(left), names_of(right)
    shared = {a for a in ours for b in theirs if meets(a, b)} | {
        b for a in ours for b in theirs if meets(a, b)
    }
    # The longest names say most: users.email rather than users.
    return ", ".join(sorted(n for n in shared if not any(m.startswith(f"{n}.") for m in shared)))


def names_of(deed: Deed) -> set[str]:
    """All that a deed reads or writes, by name."""
    names: set[str] = set()
    for operation in flat(deed.operation):
        touches = operation.touches
        names |= touches.reads | touches.writes
    for use in deed.rows:
        names |= {str(use.table)} | {
            f"{table}.{column}" for table, column in (*use.reads, *use.writes) if column != EVERY
        }
    return names - {ANYTHING}


def meets(one: str, other: str) -> bool:
    """Whether one name is the other, or a part of it: `users` and `users.email`."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
