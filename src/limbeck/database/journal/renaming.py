"""
A revision that gets another id, in the rows of a journal.

Responsible for every place where rows name an id, seals included.  Does not know who wants it, nor the version table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database.entries import DONE, DOWN, UP, Seal, read_ids, written_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from limbeck.database.journal.running import Row

_LISTS = ("parents", "heads", "revisions")
_READ = ("id", "revision", "direction", "outcome", "applied", *_LISTS)
_LONGEST = 255


def rename(
    connection: sa.Connection, journal: sa.Table, version_table: str, old: str, new: str
) -> None:
    """Let the rows say `new` wherever they say `old`; the rows of other version tables stay."""
    c = journal.c
    mine = c.version_table == version_table
    chosen = sa.select(*(c[name] for name in _READ)).where(mine).order_by(c.id)
    applied = False
    for row in connection.execute(chosen).mappings().all():
        changes, applied = renamed(row, old, new, applied=applied)
        if changes:
            connection.execute(journal.update().where(mine, c.id == row["id"]).values(**changes))


def renamed(
    row: Mapping[Any, Any],  # Any: of a database, or not yet there
    old: str,
    new: str,
    *,
    applied: bool,
) -> tuple[Row, bool]:
    """What changes in a row, and whether `old` is applied after it; `applied` says whether it was before."""
    changes: Row = {}
    for name in _LISTS:
        ids = read_ids(row[name])
        if old in ids:
            changes[name] = written_ids(new if id == old else id for id in ids)
    of_one = row["direction"] in {UP, DOWN}
    if of_one and row["revision"] == old:
        changes["revision"] = new
    elif not of_one and "heads" in changes:
        changes["revision"] = ", ".join(read_ids(changes["heads"]))[:_LONGEST]
    if row["outcome"] == DONE:
        if not of_one:
            applied = old in read_ids(row["revisions"])
        elif row["revision"] == old:
            applied = row["direction"] == UP
    if applied and row["applied"]:
        changes["applied"] = str(Seal.read(row["applied"]).without(old).with_(new))
    return changes, applied
