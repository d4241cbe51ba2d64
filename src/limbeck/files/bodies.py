"""
Bodies of revisions, remembered.

Responsible for keeping the compiled code of the Python files of a folder, and their checksums, in one file beside the
bytecode, so that a run of many revisions opens one file and not each of them twice.  Does not know how code or a checksum
is made, nor what they are for.

As in the index of heads, an entry is used when size, times and inode of its file are what they were, and a file that
changed shortly before it was read is not remembered.  Anything unexpected about the file makes it worthless, not wrong;
it is replaced in one move.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
import weakref
from binascii import crc32
from importlib.util import MAGIC_NUMBER
from types import CodeType
from typing import TYPE_CHECKING, NamedTuple

from limbeck.files.index import changed, is_settled, mark_of, place_of

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "limbeck.bodies.{tag}"

_MAGIC = (
    b"limbeck bodies 1"  # another number when the format changes, or checksums are made otherwise
)
_FEW = 20  # as many are read in the time that it takes to read those of a long history
_MOST = 40_000


class _Entry(NamedTuple):
    """What is remembered of a file as it was (`mark`): its code between two places of the whole, and its checksum."""

    mark: str
    checksum: str = ""
    start: int = 0
    end: int = 0


class _New(NamedTuple):
    """What was found out about a file as it is (`mark`, last changed at `changed`): code, and a checksum, or neither."""

    mark: str
    changed: int
    code: bytes = b""
    checksum: str = ""


class Bodies:
    """The bodies in `folder`; what is new about them is written when this is no longer used."""

    def __init__(self, folder: str) -> None:
        self._kept = _Kept(os.path.abspath(folder))
        self._asked = 0

    def body(self, place: str) -> Body | None:
        """What is known of the file at `place`, as it is now; None for one of few, or that cannot be looked at."""
        self._asked += 1
        if self._asked <= _FEW:
            return None
        if self._asked == _FEW + 1:
            self._kept.load()
            weakref.finalize(self, self._kept.store)
        try:
            stat = os.stat(place)
        except OSError:
            return None
        return Body(self._kept, place, mark_of(stat), changed(stat))


class Body:
    """The body in one file, as it was when it was looked at: what is remembered of it, and what is to be."""

    __slots__ = ("_changed", "_kept", "_mark", "_name")

    def __init__(self, kept: _Kept, place: str, mark: str, changed: int) -> None:
        self._kept = kept
        self._name = kept.name(place)
        self._mark = mark
        self._changed = changed

    @property
    def _entry(self) -> _Entry | None:
        found = self._kept.known.get(self._name)
        return found if found is not None and found.mark == self._mark else None

    @property
    def is_compiled(self) -> bool:
        """Whether its code is known."""
        entry = self._entry
        return entry is not None and entry.end > entry.start

    @property
    def code(self) -> CodeType | None:
        """Its code, where that is remembered."""
        entry = self._entry
        if entry is None or entry.end == entry.start:
            return None
        code = marshal.loads(self._kept.blob[entry.start : entry.end])  # noqa: S302 - as bytecode is
        return code if isinstance(code, CodeType) else None

    @property
    def checksum(self) -> str:
        """Its checksum, "" where that is not remembered."""
        entry = self._entry
        return entry.checksum if entry is not None else ""

    def remember(self, *, code: CodeType | None = None, checksum: str = "") -> None:
        """Keep the code or the checksum of what was read from the file since it was looked at."""
        new = self._kept.new
        found = new.get(self._name) or _New(self._mark, self._changed)
        if found.mark != self._mark:
            return
        if code is not None:
            found = found._replace(code=marshal.dumps(code))
        new[self._name] = found._replace(checksum=checksum or found.checksum)


class _Kept:
    """The file in which all that is kept, and what is to be added to it."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        tag = f"{sys.implementation.cache_tag}-{sys.flags.optimize}"
        self._place = place_of(folder, NAME.format(tag=tag))
        self._started = time.monotonic_ns()
        self.known: Mapping[str, _Entry] = {}
        self.new: dict[str, _New] = {}
        self.blob = memoryview(b"")

    def name(self, place: str) -> str:
        """What a file is called here."""
        inside = f"{self._folder}{os.sep}"
        return place.removeprefix(inside)

    def load(self) -> None:
        """Read what is kept; nothing when that is missing or anything about it is not as it should be."""
        try:
            with open(self._place, "rb") as file:
                whole = memoryview(file.read())
        except OSError:
            return
        size = len(self._head(b""))
        if bytes(whole[:size]) != self._head(whole[size:]):
            return
        try:
            length, entries = marshal.loads(whole[size:])  # noqa: S302 - as bytecode is
            self.known = {name: _Entry._make(entry) for name, entry in entries.items()}
        except (ValueError, TypeError, EOFError):
            return
        self.blob = whole[len(whole) - length :]

    def _head(self, rest: bytes | memoryview) -> bytes:
        # The code has the path of its file in it, and belongs to one version of Python.
        where = crc32(os.fsencode(self._folder) + MAGIC_NUMBER)
        return b"%s %08x %08x\n" % (_MAGIC, where, crc32(rest))

    def store(self) -> None:
        """Write what is known, if there is something new; a folder that cannot be written to keeps nothing."""
        if not self.new or sys.dont_write_bytecode or not os.path.isdir(self._folder):
            return
        temporary = f"{self._place}.{os.getpid()}.{time.monotonic_ns()}"
        try:
            os.makedirs(os.path.dirname(self._place), exist_ok=True)
            descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        except OSError:
            return
        try:
            with open(descriptor, "wb") as file:
                elapsed = time.monotonic_ns() - self._started
                now = os.fstat(descriptor).st_mtime_ns - elapsed
                file.write(self._content(now))
            os.replace(temporary, self._place)
        except OSError:
            try:
                os.unlink(temporary)
            except OSError:
                return

    def _content(self, now: int) -> bytes:
        """Everything that may be kept, when the oldest of what is new was looked at `now`."""
        entries: dict[str, tuple[str, str, int, int]] = {}
        parts: list[bytes | memoryview] = []
        end = 0

        def add(name: str, mark: str, checksum: str, code: bytes | memoryview) -> None:
            nonlocal end
            start, end = end, end + len(code)
            entries[name] = (mark, checksum, start, end)
            parts.append(code)

        for name, old in list(self.known.items())[-_MOST:]:
            found = self.new.get(name)
            if found is None or found.mark == old.mark:
                code = self.blob[old.start : old.end]
                fresh = found or _New(old.mark, 0)
                add(name, old.mark, fresh.checksum or old.checksum, fresh.code or code)
        for name, new in self.new.items():
            if name not in entries and is_settled(new.changed, now):
                add(name, new.mark, new.checksum, new.code)
        body = b"".join([marshal.dumps((end, entries)), *parts])
        return self._head(body) + body
