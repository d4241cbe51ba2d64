"""
Revision files that are not checked out.

Responsible for reading what the heads of files in git's objects say, and for remembering that where there are many.  A head
that is computed is not known here: files of other branches are read, never executed.  Does not know git.
"""

from __future__ import annotations

import ast
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import BrokenHeader
from limbeck.files.index import file_of, keep, kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from limbeck.history import Revision

_MANY = 200  # files: as many are read in the time that it takes to load what is remembered
_MOST = 40_000
_MARKS = re.compile(rb"^<{7} .*^={7}\r?$.*^>{7} ", re.MULTILINE | re.DOTALL)


class Held(NamedTuple):
    """One file that may be a revision, as some commit or the working tree has it.

    `path` is within the repository, `source` as messages name it.  `revision` is None where it declares none, or
    (`computed`) where only executing it would tell.  `content` is None where nobody needs to look at it again.
    """

    path: str
    source: str
    revision: Revision | None
    content: bytes | None = None
    computed: bool = False

    @property
    def id(self) -> str:
        """The id of the revision; "" for a file that is none."""
        return self.revision.id if self.revision is not None else ""


def held(path: str, source: str, content: bytes) -> Held:
    """A file with this content.  Raises BrokenHeader when it cannot be read."""
    directory, slash, name = source.rpartition("/")
    file = file_of(content, name, directory + slash)
    return Held(path, source, file.revision, content, bool(file.computed))


def refuse_unsound(one: Held) -> None:
    """Raises BrokenHeader for a file that is no Python below its head either, or that a merge has left unfinished."""
    content = one.content or b""
    refuse_marks(one.source, content)
    if not one.path.endswith(".py"):
        return
    try:
        ast.parse(content)
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise BrokenHeader(f"{one.source}{line}: {error.msg}") from None
    except ValueError as error:  # null bytes, before Python 3.12
        raise BrokenHeader(f"{one.source}: {error}") from None


def refuse_marks(source: str, content: bytes) -> None:
    """Raises BrokenHeader for a file that a merge has left unfinished."""
    if _MARKS.search(content):
        raise BrokenHeader(
            f"{source} has the marks of an unfinished merge in it (<<<<<<<)",
            hint="resolve the conflict in the file; limbeck merge joins two heads",
        )


def all_held(
    files: Mapping[str, str], contents: Mapping[str, bytes], prefix: str, *, lenient: bool = False
) -> dict[str, Held]:
    """Path → file, of files given as path → id of content; what was read before is remembered by that id.

    `contents` has all of them.  Raises BrokenHeader for the first that cannot be read; with `lenient` it is left out.
    """
    place = _place() if len(files) > _MANY else ""
    known = kept(place) if place else {}
    found, new = {}, []
    for path, id in files.items():
        content, source = contents[id], f"{prefix}{path}"
        before = known.get(_name(path, id))
        if before is not None:
            revision = before.revision
            revision = revision._replace(source=source) if revision is not None else None
            found[path] = Held(path, source, revision, content)
            continue
        try:
            found[path] = one = held(path, source, content)
        except BrokenHeader:
            if not lenient:
                raise
            continue
        if place and not one.computed:
            new.append(file_of(content, _name(path, id)))
    if new:
        older = list(known.values())[: max(0, _MOST - len(new))]
        keep(place, [*older, *new])
    return found


def _name(path: str, id: str) -> str:
    """What the content of a file is remembered by: how it is read depends on what kind of file it is."""
    return f"{id}{os.path.splitext(path)[1]}"  # noqa: PTH122 - thousands of them


def _place() -> str:
    from limbeck.database.compare_cache import cache_folder

    return str(cache_folder() / "heads")
