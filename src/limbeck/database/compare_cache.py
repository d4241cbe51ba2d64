"""
What a server said about a table or object, remembered.

Responsible for keeping answers as files in the user's cache folder, each under a hash of all that it depends on: an
unchanged model asks the server nothing twice.  An answer that cannot be read does not exist.  Does not know what the
answers mean.
"""

from __future__ import annotations

import os
import tempfile
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

from limbeck.database import codec

_FORMAT = "1"  # another number when what is read from servers, or how it is written, changes
_MOST = 4_000  # files; a model of 2,000 tables fits, and the folder stays below some megabytes


class Cache(Protocol):
    """Answers by key."""

    def get(self, key: str) -> Any:
        """The answer, None when there is none."""
        ...

    def put(self, key: str, value: object) -> None:
        """Remember an answer."""
        ...


class NoCache:
    """Remembers nothing."""

    def get(self, key: str) -> Any:
        """None."""
        return None

    def put(self, key: str, value: object) -> None:
        """Nothing."""


class FolderCache:
    """One file for each answer in `folder`, made when the first one is kept; the oldest go when there are too many."""

    def __init__(self, folder: Path | None = None, *, most: int = _MOST) -> None:
        self.folder = folder if folder is not None else cache_folder() / "server-words"
        self.most = most
        self._written = False

    def get(self, key: str) -> Any:
        """The answer, None when there is none or it cannot be read."""
        try:
            file = self.folder / key
            head, _, text = file.read_text(encoding="utf-8").partition("\n")
            return codec.loads(text) if head == _head(text) else None
        except (OSError, ValueError):
            return None

    def put(self, key: str, value: object) -> None:
        """Remember an answer, in one move.  A folder that cannot be written to is no reason to fail."""
        text = codec.dumps(value)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not self._written:
                self._written = True
                self._make_room()
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=".new-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                    file.write(f"{_head(text)}\n{text}")
                Path(name).replace(self.folder / key)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError:
            return

    def _make_room(self) -> None:
        files = [(entry.stat().st_mtime, entry.path) for entry in os.scandir(self.folder)]
        if len(files) <= self.most:
            return
        for _, path in sorted(files)[: len(files) - self.most // 2]:
            Path(path).unlink(missing_ok=True)


def cache_folder() -> Path:
    """Where answers are kept: LIMBECK_CACHE, else the user's usual place for such things."""
    given = os.environ.get("LIMBECK_CACHE")
    if given:
        return Path(given)
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        return Path(base) / "limbeck" / "cache"
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "limbeck"


def key_of(*parts: object) -> str:
    """A key for an answer that depends on these, and on nothing else."""
    digest = blake2b(digest_size=20)
    for part in (_FORMAT, *parts):
        text = str(part).encode("utf-8", "surrogatepass")
        digest.update(len(text).to_bytes(8, "big") + text)
    return digest.hexdigest()


def _head(text: str) -> str:
    return f"limbeck {_FORMAT} {blake2b(text.encode(), digest_size=8).hexdigest()}"
