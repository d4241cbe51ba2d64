"""
Give a revision file another id.

Responsible for its head, its name, and the heads of the files that refer to it, all or none.  Does not know which files
those are: it carries out Rewrites.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck.errors import ConfigError, Refused
from limbeck.files import heads
from limbeck.files.atomic import Change, change
from limbeck.files.write import forget_bytecode, verify

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from limbeck.files.folder import RevisionFolder
    from limbeck.history.reshape import Rewrite


def rename(folder: RevisionFolder, path: Path, rewrites: Sequence[Rewrite]) -> tuple[Path, ...]:
    """Carry out `rewrites`, of which the first is about the file `path`; gives the files, that one first.

    The file gets the new id in its name where the old one stands there once, as a word.  Raises Refused when there is a file of
    that name or no source to change, BrokenHeader when a head cannot be changed, ConfigError for a folder that cannot be
    written to.
    """
    from limbeck.files.edit import edit_python, edit_sql

    own, *others = rewrites
    assert own.before is not None
    paths = [path, *(folder.path(rewrite.after.id) for rewrite in others)]
    changes = []
    for place, rewrite in zip(paths, rewrites, strict=True):
        if place.suffix not in (".py", ".sql") or not place.is_file():
            raise Refused(f"{folder.shown(place)} has no source that could be changed")
        assert rewrite.before is not None
        edit = edit_sql if place.suffix == ".sql" else edit_python
        content = edit(place.read_bytes(), rewrite.before, rewrite.after)
        changes.append(Change(place, content, new=False))
    name = _renamed(path.name, own.before.id, own.after.id)
    gone: list[Path] = []
    if name != path.name:
        changes[0] = Change(path.with_name(name), changes[0].content, new=True)
        gone.append(path)
    for one, rewrite in zip(changes, rewrites, strict=True):
        verify(one, rewrite.after, folder)
    try:
        change(changes, gone)
    except OSError as error:
        raise ConfigError(f"{error.filename} cannot be written: {error.strerror}") from None
    forget_bytecode(iter(paths))
    folder.reload()
    heads.keep(folder)
    return tuple(one.path for one in changes)


def _renamed(name: str, old: str, new: str) -> str:
    """The name with `new` for `old`; the same where `old` is not one of its words, or several (a date, say)."""
    pattern = rf"(?<![^\W_]){re.escape(old)}(?![^\W_])"
    if len(re.findall(pattern, name)) != 1:
        return name
    return re.sub(pattern, lambda _: new, name)
