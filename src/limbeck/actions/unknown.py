"""
A database that holds revisions which no file has.

Responsible for telling what is known about them: when they were applied, by whom, with which version, and where
their files went.  Does not know what was to be done when they were found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import UnknownInDatabase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from limbeck.database.live import LiveDatabase
    from limbeck.history import History


def checked(
    ids: frozenset[str], history: History, database: LiveDatabase, folders: Sequence[Path] = ()
) -> frozenset[str]:
    """`ids`, all of which are in `history`, whose files are in `folders`.  Raises UnknownInDatabase."""
    unknown = ids - history.keys()
    if unknown:
        raise not_in_files(unknown, database, folders)
    return ids


def not_in_files(
    unknown: Iterable[str], database: LiveDatabase, folders: Sequence[Path] = ()
) -> UnknownInDatabase:
    """The error that says what the journal of `database` tells about `unknown`, and git about files in `folders`."""
    ids = tuple(sorted(unknown))
    known = [_in_git(id, folders) for id in ids]
    lines = [
        f"    {id}  {_told(id, database)}{said}" for id, (said, _) in zip(ids, known, strict=True)
    ]
    which = "a revision" if len(ids) == 1 else f"{len(ids)} revisions"
    return UnknownInDatabase(
        f"the database stands at {which} that no file has; it is newer than these files, or a file was lost:\n"
        + "\n".join(lines),
        revisions=ids,
        hint=next((hint for _, hint in known if hint), _UNKNOWN_TO_GIT),
    )


_UNKNOWN_TO_GIT = (
    "update the files (`git pull`), or, if the revision is gone for good,"
    " `limbeck stamp --purge REVISION` with the one that the schema really is at"
)


def _in_git(id: str, folders: Sequence[Path]) -> tuple[str, str]:
    """Where the file of `id` is, and how it comes here; "" each where git does not know."""
    from shlex import quote

    from limbeck import vcs

    gone = vcs.removed_in(id, folders)
    if gone is not None:
        return (
            f"; its file was removed in git commit {gone.id} by {gone.author} ({gone.date})",
            f"git checkout {gone.id}^ -- {quote(f':/{gone.path}')}",
        )
    there = vcs.found_elsewhere(id, folders)
    if there is not None:
        where = there.branch or there.id
        return (
            f"; its file is on {where}, by {there.author} ({there.date})",
            f"git merge {where}; or check that out, and `limbeck downgrade` to a revision that is here, too",
        )
    return "", ""


def _told(id: str, database: LiveDatabase) -> str:
    entries = database.journal.entries()
    ran = [entry for entry in entries if entry.revision == id and entry.direction == "up"]
    named = [entry for entry in entries if id in entry.heads]
    if not ran and not named:
        return "nothing is recorded about it"
    entry = ran[-1] if ran else named[0]
    what = {"up": "applied", "stamp": "stamped"}.get(entry.direction, "found")
    return f"{what} {entry.started:%Y-%m-%d %H:%M} UTC by {entry.os_user}@{entry.host} with {entry.tool}"
