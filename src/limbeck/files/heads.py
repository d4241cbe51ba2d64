"""
The file HEAD in the folder of migrations: which revisions nothing builds on, in one line.

Responsible for its text and for keeping it true, where it exists.  Two branches that add a revision both change that line, so
that git, which would take two new files without a word, finds a conflict.  Does not know git.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import ConfigError, HistoryError
from limbeck.files.atomic import Change, change

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from limbeck.files.folder import RevisionFolder

NAME = "HEAD"
_MARK = "# Kept by limbeck: the heads of the revisions here, in one line."
_ABOUT = "# Where git finds a conflict in it, two branches have added revisions: `limbeck rebase` or `limbeck merge`."


def text(heads: Iterable[str]) -> str:
    """The file when these ids are the heads."""
    return f"{_MARK}\n{_ABOUT}\n{' '.join(sorted(heads))}\n"


def read(content: str) -> frozenset[str] | None:
    """The ids that a file of this content names; None when it is not as limbeck has written it."""
    heads = frozenset(content.splitlines()[-1].split()) if content else frozenset()
    return heads if content == text(heads) else None


def is_kept(content: str) -> bool:
    """Whether limbeck writes a file of this content: its own, also with git's marks of a conflict in it."""
    return content.startswith(_MARK)


def place(folder: RevisionFolder) -> Path:
    """Where the file is, or would be."""
    return folder.home / NAME


def is_here(folder: RevisionFolder) -> bool:
    """Whether there is one that limbeck keeps."""
    return is_kept(_found(folder))


def outdated(folder: RevisionFolder) -> str | None:
    """What the file should say; None when it says that, is not there, or is not limbeck's.

    Raises HistoryError when the revisions do not form a history.
    """
    found = _found(folder)
    if not is_kept(found):
        return None
    wanted = text(folder.history.heads)
    return None if found == wanted else wanted


def _found(folder: RevisionFolder) -> str:
    try:
        return place(folder).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def keep(folder: RevisionFolder) -> None:
    """Make the file say what is true, if there is one.

    It stays as it is as long as the revisions do not form a history.  ConfigError when it cannot be written.
    """
    try:
        wanted = outdated(folder)
    except HistoryError:
        return
    if wanted is None:
        return
    try:
        change([Change(place(folder), wanted.encode(), new=False)])
    except OSError as error:
        raise ConfigError(f"{error.filename} cannot be written: {error.strerror}") from None
