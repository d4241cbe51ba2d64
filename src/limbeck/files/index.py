"""
Heads of files, remembered.

Responsible for finding the revision files of a folder and for keeping what their heads say in one file in the
folder's `__pycache__`, so that the next start reads only what has changed.  Does not know what heads mean.

An entry is used when size, times and inode of its file are what they were.  That is sound because the kernel, not
the program, sets the time of the last change; but it sets it in ticks, and two changes in one tick look alike.
So a file that changed shortly before it was read is not remembered at all, as git does with its own index, and
is read again the next time.  "Shortly" is told by the clock of the file system alone.

The file is text: it is not executed when it is read, and a checksum at its top tells whether all of it arrived.
Anything unexpected makes it worthless, not wrong.  It is replaced in one move, so that two processes may write at once.
"""

from __future__ import annotations

import gc
import os
import re
import sys
import time
from binascii import crc32
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import BrokenHeader
from limbeck.files.location import may_be_revision
from limbeck.history.revision import Revision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from limbeck.files.head import Head

NAME = "limbeck.index"

_MAGIC = b"limbeck index 3"  # another number when the format, or what is read from heads, changes
_FRESH = (
    2_000_000_000  # nanoseconds: the coarsest tick of a file system in use is FAT's two seconds
)
_COLUMN, _ROW, _ITEM = "\x1d", "\x1e", "\x1f"
_UNFIT = re.compile("[\x1d-\x1f\ud800-\udfff]")
_CHANGED = "st_ctime_ns" if os.name == "posix" else "st_mtime_ns"  # elsewhere it is the creation


class File(NamedTuple):
    """One file that may be a revision, and what its head says.

    `name` is its path within the folder, with `/`.  `computed` is the line that would have to be executed, 0 when
    there is none.
    """

    name: str
    revision: Revision | None = None
    computed: int = 0


class _Entry(NamedTuple):
    """What the index holds: a file as it was (`mark`), and its head."""

    mark: str
    file: File


def scan(
    folder: Path, *, recursive: bool = False, prefix: str = "", index: bool = True
) -> list[File]:
    """The files of a folder that may be revisions, by name.

    `prefix` is put before the name to make the `source` of the revisions.  Without `index` all are read.  Raises
    BrokenHeader for a file that cannot be read.
    """
    collecting = gc.isenabled()
    gc.disable()  # nothing made here is garbage, and looking for some takes as long as all the rest
    try:
        return _scan(os.fspath(folder), recursive, prefix, index)
    finally:
        if collecting:
            gc.enable()


def _scan(folder: str, recursive: bool, prefix: str, index: bool) -> list[File]:
    started = time.monotonic_ns()
    place = place_of(folder, NAME) if index else None
    known = _load(place, prefix) if place else {}
    found: dict[str, _Entry] = {}
    fresh: dict[str, os.stat_result] = {}
    for name, stat in _files(folder, "", recursive):
        mark = mark_of(stat)
        entry = known.get(name)
        if entry is not None and entry.mark == mark:
            found[name] = entry
            continue
        file = _read(f"{folder}/{name}", name, prefix)
        if file is not None:
            found[name] = _Entry(mark, file)
            fresh[name] = stat
    if place and not fresh and len(found) == len(known):
        return [entry.file for entry in known.values()]  # sorted when it was written
    if place:
        _store(place, found, known, fresh, time.monotonic_ns() - started)
    return [found[name].file for name in sorted(found)]


def _files(folder: str, within: str, recursive: bool) -> Iterator[tuple[str, os.stat_result]]:
    """Names and facts of the files to look at.  What vanishes meanwhile was never there."""
    try:
        listing = os.scandir(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise BrokenHeader(f"{folder} cannot be read: {error.strerror}") from None
    folders = []
    with listing:
        for entry in listing:
            name = entry.name
            if may_be_revision(name):
                try:
                    yield within + name, entry.stat()
                except FileNotFoundError:
                    continue
            elif recursive and name != "__pycache__" and entry.is_dir():
                folders.append(name)
    for name in folders:
        yield from _files(f"{folder}/{name}", f"{within}{name}/", recursive)


def _read(path: str, name: str, prefix: str) -> File | None:
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BrokenHeader(f"{prefix}{name} cannot be read: {error.strerror}") from None
    return file_of(content, name, prefix)


def file_of(content: bytes, name: str, prefix: str = "") -> File:
    """The File with this content."""
    from limbeck.files.head import read_python, read_sql

    read = read_sql if name.endswith(".sql") else read_python
    head: Head = read(content, prefix + name)
    return File(name, head.revision, head.computed)


def place_of(folder: str, name: str) -> str:
    """Where what is remembered of a folder is kept: beside the bytecode, wherever the user wants that to be."""
    if sys.pycache_prefix is None:
        return os.path.join(folder, "__pycache__", name)
    drive, path = os.path.splitdrive(os.path.abspath(folder))
    return os.path.join(sys.pycache_prefix, drive.replace(":", ""), path.lstrip(os.sep), name)


def mark_of(stat: os.stat_result) -> str:
    """What a file is known again by."""
    return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_ino}"


def changed(stat: os.stat_result) -> int:
    """When a file was changed, by the clock of its file system."""
    when: int = getattr(stat, _CHANGED)
    return when


def is_settled(changed: int, read: int) -> bool:
    """Whether a file `changed` long enough before it was `read`: had it changed since, that would be seen."""
    return changed < read - _FRESH


def kept(place: str) -> dict[str, File]:
    """What `keep` has written; nothing when it cannot be read."""
    return {name: entry.file for name, entry in _load(place, "").items()}


def keep(place: str, files: Iterable[File]) -> None:
    """Remember files that never change, by names that are theirs alone; their sources are not kept."""
    _store(place, {file.name: _Entry("", file) for file in files}, {}, {}, 0)


def _load(place: str, prefix: str) -> dict[str, _Entry]:
    """The entries of an index; none when it is missing or anything about it is not as it should be."""
    try:
        with open(place, "rb") as file:
            head, _, body = file.read().partition(b"\n")
        if head != b"%s %08x" % (_MAGIC, crc32(body)):
            return {}
        columns = [column.split(_ROW) for column in body.decode().split(_COLUMN)]
        return _entries(columns, prefix)
    except (OSError, ValueError, TypeError):
        return {}


def _entries(columns: list[list[str]], prefix: str) -> dict[str, _Entry]:
    names, marks, kinds, ids, parents, requires, labels, docs, created = columns
    if len({len(column) for column in columns}) != 1:
        return {}
    # Twenty thousand of each: tuples are made of columns without a call into Python for any of them.
    revisions = map(
        Revision._make,
        zip(  # noqa: B905 - the lengths are checked above, or do not matter to _make
            ids,
            _tuples(parents),
            _tuples(requires),
            _tuples(labels),
            docs,
            created,
            [prefix + name for name in names],
        ),
    )
    found = [
        revision if kind == "r" else None
        for kind, revision in zip(kinds, revisions)  # noqa: B905
    ]
    files = map(File._make, zip(names, found, [0] * len(names)))  # noqa: B905
    return dict(zip(names, map(_Entry._make, zip(marks, files))))  # noqa: B905


def _tuples(column: list[str]) -> list[tuple[str, ...]]:
    return [tuple(written.split(_ITEM)) if written else () for written in column]


def _store(
    place: str,
    found: dict[str, _Entry],
    known: dict[str, _Entry],
    fresh: dict[str, os.stat_result],
    elapsed: int,
) -> None:
    """Write what may be remembered of `found`, if that is not what is `known` already.

    `elapsed` nanoseconds ago the scan began: what changed from shortly before then may have changed again.
    """
    temporary = f"{place}.{os.getpid()}.{time.monotonic_ns()}"
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
    except OSError:
        return  # a folder that cannot be written to has no index
    try:
        with open(descriptor, "wb") as file:
            now = os.fstat(descriptor).st_mtime_ns - elapsed
            entries = [
                entry
                for name, entry in sorted(found.items())
                if (name not in fresh or is_settled(changed(fresh[name]), now))
                and _can_be_kept(entry.file)
            ]
            differs = len(entries) != len(known) or any(e.file.name in fresh for e in entries)
            if differs:
                file.write(_content(entries))
        if differs:
            os.replace(temporary, place)
        else:
            os.unlink(temporary)
    except OSError:
        try:
            os.unlink(temporary)
        except OSError:
            return


def _content(entries: list[_Entry]) -> bytes:
    columns: list[list[str]] = [[] for _ in range(9)]
    for mark, file in entries:
        revision = file.revision or Revision("")
        kind = "r" if file.revision else "n"
        several = (revision.parents, revision.requires, revision.labels)
        row = (
            file.name,
            mark,
            kind,
            revision.id,
            *map(_ITEM.join, several),
            revision.doc,
            revision.created,
        )
        for column, value in zip(columns, row):  # noqa: B905 - nine each
            column.append(value)
    body = _COLUMN.join(map(_ROW.join, columns)).encode() if entries else b""
    return b"%s %08x\n%s" % (_MAGIC, crc32(body), body)


def _can_be_kept(file: File) -> bool:
    """Whether the entry can be written: what is computed may change without the file; our marks may not occur."""
    if file.computed:
        return False
    texts = [file.name]
    if file.revision is not None:
        id, parents, requires, labels, doc, created, _ = file.revision
        if "" in (*parents, *requires, *labels):
            return False
        texts += [id, *parents, *requires, *labels, doc, created]
    return _UNFIT.search("".join(texts)) is None
