"""
A database that holds revisions which no file has.

Responsible for telling what is known about them: when they were applied, by whom, with which version, and where
their files went.  Does not know what was to be done when they were found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import UnknownInDatabase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.database.live import LiveDatabase
    from limbeck.history import History


def checked(ids: frozenset[str], history: History, database: LiveDatabase) -> frozenset[str]:
    """`ids`, all of which are in `history`.  Raises UnknownInDatabase."""
    unknown = ids - history.keys()
    if unknown:
        raise not_in_files(unknown, database)
    return ids


def not_in_files(unknown: Iterable[str], database: LiveDatabase) -> UnknownInDatabase:
    """The error that says what the journal of `database` tells about `unknown`."""
    ids = tuple(sorted(unknown))
    lines = [f"    {id}  {_told(id, database)}" for id in ids]
    which = "a revision" if len(ids) == 1 else f"{len(ids)} revisions"
    return UnknownInDatabase(
        f"the database stands at {which} that no file has; it is newer than these files, or a file was lost:\n"
        + "\n".join(lines),
        revisions=ids,
        hint="update the files (`git pull`), or, if the revision is gone for good,"
        " `limbeck stamp --purge REVISION` with the one that the schema really is at",
    )


def _told(id: str, database: LiveDatabase) -> str:
    entries = database.journal.entries()
    ran = [entry for entry in entries if entry.revision == id and entry.direction == "up"]
    named = [entry for entry in entries if id in entry.heads]
    if not ran and not named:
        return "nothing is recorded about it"
    entry = ran[-1] if ran else named[0]
    what = {"up": "applied", "stamp": "stamped"}.get(entry.direction, "found")
    return f"{what} {entry.started:%Y-%m-%d %H:%M} UTC by {entry.os_user}@{entry.host} with {entry.tool}"
