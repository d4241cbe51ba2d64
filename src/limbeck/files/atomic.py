"""
Change several files, all or none.

Responsible for never leaving a half-written file, a temporary one, or one change without the other.  Does not know what
the files are.
"""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence


class Change(NamedTuple):
    """The file `path` gets `content`; `new` when it must not exist before."""

    path: Path
    content: bytes
    new: bool = True


def change(changes: Sequence[Change], gone: Sequence[Path] = ()) -> None:
    """Make all changes and remove the files `gone`, or nothing when one fails.

    Refused when a file that is to be new exists.
    """
    with ExitStack() as temporary, ExitStack() as undo:
        prepared = [(one, _prepared(one, temporary, undo)) for one in changes]
        for one, ready in prepared:
            if one.new:
                _put(ready, one.path)
                undo.callback(one.path.unlink, missing_ok=True)
            else:
                old, mode = one.path.read_bytes(), stat.S_IMODE(one.path.stat().st_mode)
                ready.chmod(mode)
                undo.callback(_restore, one.path, old, mode)
                ready.replace(one.path)
        for path in gone:
            old, mode = path.read_bytes(), stat.S_IMODE(path.stat().st_mode)
            undo.callback(_restore, path, old, mode)
            path.unlink()
        undo.pop_all()


def _prepared(one: Change, temporary: ExitStack, undo: ExitStack) -> Path:
    """The content in a file beside its place, which is removed in the end if it is still there."""
    for folder in reversed([one.path.parent, *one.path.parent.parents]):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            undo.callback(_remove_folder, folder)
    path = one.path.with_name(f".{one.path.name}.{os.getpid()}.new")
    temporary.callback(path.unlink, missing_ok=True)
    _write(path, one.content)
    return path


def _write(path: Path, content: bytes) -> None:
    # Made like any file, so that the user's umask decides on its mode.
    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _put(ready: Path, path: Path) -> None:
    """Move into place without overwriting: a link fails where a file is, however recent."""
    try:
        path.hardlink_to(ready)
    except FileExistsError:
        raise _exists(path) from None
    except OSError:  # a file system without links
        if path.exists():
            raise _exists(path) from None
        ready.rename(path)


def _exists(path: Path) -> Refused:
    return Refused(f"{path} exists already", hint="choose another message or --rev-id")


def _restore(path: Path, content: bytes, mode: int) -> None:
    ready = path.with_name(f".{path.name}.{os.getpid()}.old")
    _write(ready, content)
    ready.chmod(mode)
    ready.replace(path)


def _remove_folder(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # somebody else has put something there meanwhile
