"""
Checksums of revision bodies, remembered.

Responsible for keeping them in one file beside the bytecode of a folder, by the content that they are of, so that a
run of many revisions does not read each syntax tree again.  Does not know how a checksum is made.

What is remembered cannot be out of date: another content is another key.  Anything unexpected about the file makes it
worthless, not wrong; it is replaced in one move.
"""

from __future__ import annotations

import os
import weakref
from binascii import crc32
from hashlib import blake2b
from pathlib import Path

from limbeck.files import checksum
from limbeck.files.index import place_of

NAME = "limbeck.checksums"

_MAGIC = b"limbeck checksums 1"  # another number when checksums are made otherwise
_FEW = 20  # as many are made in the time that it takes to read those of a long history
_MOST = 20_000  # lines; what edited files have left behind goes first


class Checksums:
    """The checksums of the Python files in `folder`; what is new is written when this is no longer used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._asked = 0
        self._known: dict[str, str] = {}
        self._new: dict[str, str] = {}

    def of_python(self, content: bytes) -> str:
        """See `checksum.of_python`."""
        self._asked += 1
        if self._asked <= _FEW:
            return checksum.of_python(content)
        if self._asked == _FEW + 1:
            self._known = _load(_place(self._folder))
            weakref.finalize(self, _store, self._folder, self._known, self._new)
        key = blake2b(content, digest_size=16).hexdigest()
        found = self._known.get(key)
        if found is None:
            found = self._new[key] = checksum.of_python(content)
        return found


def _place(folder: Path) -> Path:
    return Path(place_of(str(folder), NAME))


def _load(place: Path) -> dict[str, str]:
    try:
        head, _, body = place.read_bytes().partition(b"\n")
        if head != b"%s %08x" % (_MAGIC, crc32(body)):
            return {}
        words = body.decode("ascii").split()
    except (OSError, ValueError):
        return {}
    return dict(zip(words[::2], words[1::2], strict=False))


def _store(folder: Path, known: dict[str, str], new: dict[str, str]) -> None:
    if not new or not folder.is_dir():
        return
    lines = [f"{key} {found}\n" for key, found in {**known, **new}.items()][-_MOST:]
    body = "".join(lines).encode()
    place = _place(folder)
    temporary = place.with_name(f"{NAME}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(b"%s %08x\n" % (_MAGIC, crc32(body)) + body)
        temporary.replace(place)
    except OSError:
        return  # a folder that cannot be written to has none
