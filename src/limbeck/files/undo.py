"""
What files were like before they were changed.

Responsible for keeping that beside the index of the folder, for the last change only, and for putting it back as long as
nobody has changed the files since.  Does not know why they were changed.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import ConfigError, Refused
from limbeck.files import heads
from limbeck.files.atomic import Change, change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck.files.folder import RevisionFolder

_NAME = "limbeck-undo.json"


class Earlier(NamedTuple):
    """A file as it was; `after` is the hash of what it became."""

    path: Path
    before: bytes
    after: str


def contents(paths: Sequence[Path]) -> tuple[bytes, ...]:
    """What is in the files now."""
    return tuple(path.read_bytes() for path in paths)


def keep(folder: RevisionFolder, paths: Sequence[Path], before: Sequence[bytes]) -> None:
    """Remember what the files were before; they are what they became now.  OSError when that cannot be written."""
    place = _place(folder)
    place.parent.mkdir(exist_ok=True)
    files = [
        {
            "path": str(path.absolute()),
            "before": b64encode(old).decode(),
            "after": _hash(path.read_bytes()),
        }
        for path, old in zip(paths, before, strict=True)
    ]
    place.write_text(json.dumps({"files": files}), encoding="utf-8")


def kept(folder: RevisionFolder) -> tuple[Earlier, ...]:
    """What was remembered.  Refused when there is nothing, or a file was changed since."""
    try:
        found = json.loads(_place(folder).read_text(encoding="utf-8"))["files"]
        earlier = tuple(
            Earlier(Path(one["path"]), b64decode(one["before"]), one["after"]) for one in found
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(
            "nothing is remembered that could be undone",
            hint="`git diff` shows what was changed; `git checkout -- FILE` takes it back",
        ) from None
    for one in earlier:
        if not one.path.is_file() or _hash(one.path.read_bytes()) != one.after:
            raise Refused(
                f"{folder.shown(one.path)} was changed since; nothing is undone",
                hint="`git diff` shows what was changed",
            )
    return earlier


def put_back(folder: RevisionFolder, earlier: Sequence[Earlier]) -> None:
    """Make the files what they were, all or none, and forget it.  ConfigError when one cannot be written."""
    from limbeck.files.write import forget_bytecode

    try:
        change([Change(one.path, one.before, new=False) for one in earlier])
    except OSError as error:
        raise ConfigError(f"{error.filename} cannot be written: {error.strerror}") from None
    forget_bytecode(one.path for one in earlier)
    _place(folder).unlink(missing_ok=True)
    folder.reload()
    heads.keep(folder)


def _place(folder: RevisionFolder) -> Path:
    return folder.locations[0] / "__pycache__" / _NAME


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()
