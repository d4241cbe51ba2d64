"""
A Library: revisions kept in folders.

Responsible for knowing which file has which revision, and for saying what is wrong with a history in terms of files
and of git.  Does not know what files look like inside, nor what their bodies do.
"""

from __future__ import annotations

import os
import sys
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import BrokenHeader, ConfigError, MissingParent, ScriptFailed, UnknownRevision
from limbeck.files.index import File, file_of, scan
from limbeck.files.location import archived, locate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from limbeck.config import Settings
    from limbeck.files.bodies import Bodies
    from limbeck.files.head import Head
    from limbeck.files.location import Location
    from limbeck.files.script import PythonScript, SqlScript
    from limbeck.history import History
    from limbeck.history.revision import Revision
    from limbeck.lint.finding import Finding


_LITERALS = "write revision, down_revision, branch_labels and depends_on as literals"


class _Kept(NamedTuple):
    """A revision and where its file is: `name` within `folder`; `content` where the file is in a zip file."""

    revision: Revision
    folder: Path
    name: str
    content: bytes | None = None

    @property
    def path(self) -> Path:
        """The file.  Put together when it is asked for, because twenty thousand paths take their time."""
        return self.folder / self.name


class RevisionFolder:
    """Revisions kept in one or more folders; a Library to the runner.

    `home` is the folder with `script.py.mako`, `locations` are those with the revisions (default: `versions` in
    `home`), `root` is the folder that paths are shown relative to.  `recursive` looks into folders within,
    `sourceless` accepts bytecode without its source.  Without `index` every file is read.
    """

    def __init__(
        self,
        home: Location,
        locations: Sequence[Location] | None = None,
        *,
        root: Path | None = None,
        recursive: bool = False,
        sourceless: bool = False,
        index: bool = True,
    ) -> None:
        self.home = Path(str(home))
        self.root = root or Path.cwd()
        self.recursive = recursive
        self.sourceless = sourceless
        self._index = index
        self.config: object = None
        """What templates find as `config`; None for the settings."""
        self.settled = True
        """Whether the folders are known; where an `env.py` may choose others, not before it has run."""
        self._remembered: dict[Path, Bodies] = {}
        self._sources = tuple(locations) if locations else (home / "versions",)
        self.locations = tuple(Path(str(location)) for location in self._sources)

    @classmethod
    def of(cls, settings: Settings) -> RevisionFolder:
        """The folder that `settings` name.  ConfigError when it does not exist."""
        from limbeck.config import prepend_sys_path

        prepend_sys_path(settings)
        home = locate(settings.migrations)
        if not home.is_dir():
            raise ConfigError(
                f"the folder of migrations does not exist: {home}"
                f" (from {settings.origin('migrations')})",
                hint="limbeck init, or correct the path",
            )
        return cls(
            home,
            [locate(location) for location in settings.version_locations],
            root=settings.root,
            recursive=settings.recursive_version_locations,
            sourceless=settings.sourceless,
        )

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """The heads of all files, in the order of their paths.  BrokenHeader when one cannot be read."""
        return tuple(kept.revision for kept in self._found[0])

    @cached_property
    def history(self) -> History:
        """The history that the files make.

        Raises what History raises; MissingParent says what git knows about the file that is not there.
        """
        from limbeck.history import History

        try:
            return History(self.revisions)
        except MissingParent as error:
            raise self._explained(error) from None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the files, though not wrong: heads that had to be executed."""
        return self._found[1]

    def script(self, id: str) -> PythonScript | SqlScript:
        """The body of a revision, by full id.  UnknownRevision when no file has it."""
        from limbeck.files.script import PythonScript, SqlScript

        kept = self._kept(id)
        place = os.path.join(kept.folder, kept.name)  # noqa: PTH118 - as for _Kept.path
        if kept.name.endswith(".sql"):
            return SqlScript(id, place, source=kept.revision.source, content=kept.content)
        return PythonScript(
            id,
            place,
            source=kept.revision.source,
            content=kept.content,
            bodies=self._bodies(kept.folder) if self._index else None,
        )

    def _bodies(self, folder: Path) -> Bodies:
        found = self._remembered.get(folder)
        if found is None:
            from limbeck.files.bodies import Bodies

            found = self._remembered[folder] = Bodies(str(folder))
        return found

    def path(self, id: str) -> Path:
        """The file of a revision, by full id.  UnknownRevision when no file has it."""
        return self._kept(id).path

    def files(self) -> list[tuple[Path, Revision]]:
        """Each file and its revision, in the order of their paths; an id may be there twice."""
        return [(kept.path, kept.revision) for kept in self._found[0]]

    def look_in(self, locations: Sequence[Path]) -> None:
        """Look for revisions in these folders from now on, and forget what was read of others."""
        self.settled = True
        if [path.absolute() for path in locations] == [path.absolute() for path in self.locations]:
            return
        self._sources = self.locations = tuple(locations)
        self.reload()

    @property
    def is_read(self) -> bool:
        """Whether somebody has seen the revisions already."""
        return "_found" in self.__dict__

    def with_contents(self, contents: Mapping[Path, bytes]) -> RevisionFolder:
        """The folder as it would be with other contents of some files; nothing is written.

        Raises BrokenHeader when one would be no revision.
        """
        other = copy(self)
        other.reload()
        found = [self._with_content(kept, contents.get(kept.path)) for kept in self._found[0]]
        other.__dict__["_found"] = (found, ())
        return other

    def _with_content(self, kept: _Kept, content: bytes | None) -> _Kept:
        if content is None:
            return kept
        file = file_of(content, kept.name, f"{self.shown(kept.folder)}/")
        return kept._replace(revision=file.revision or kept.revision, content=content)

    def reload(self) -> None:
        """Forget what was read, because files were written."""
        for name in ("_found", "_by_id", "revisions", "history"):
            self.__dict__.pop(name, None)

    def shown(self, path: Path) -> str:
        """`path` as messages name it: relative to the root where it is within."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)

    def _kept(self, id: str) -> _Kept:
        try:
            return self._by_id[id]
        except KeyError:
            places = ", ".join(self.shown(location) for location in self.locations)
            raise UnknownRevision(f"no file in {places} has the revision {id!r}") from None

    @cached_property
    def _by_id(self) -> dict[str, _Kept]:
        return {kept.revision.id: kept for kept in self._found[0]}

    @cached_property
    def _found(self) -> tuple[list[_Kept], tuple[Finding, ...]]:
        """Every file that is a revision, and what was odd on the way."""
        kept: list[_Kept] = []
        findings: list[Finding] = []
        for location in self._distinct():
            if isinstance(location, Path):
                files: Iterator[tuple[File, Path, bytes | None]] = self._in_folder(location)
            else:
                files = self._in_archive(location)
            for file, folder, content in files:
                revision = file.revision
                if file.computed:
                    revision = self._executed(file, folder / file.name, content, findings)
                if revision is not None:
                    kept.append(_Kept(revision, folder, file.name, content))
        return self._without_aliases(kept), tuple(findings)

    def _distinct(self) -> Iterator[Location]:
        """The locations, each once; none that another one covers already."""
        seen: list[Path] = []
        for location in self._sources:
            if not isinstance(location, Path):
                yield location
                continue
            real = Path(os.path.realpath(location))
            if real in seen or (self.recursive and any(s in real.parents for s in seen)):
                continue
            seen.append(real)
            yield location

    def _in_folder(self, folder: Path) -> Iterator[tuple[File, Path, bytes | None]]:
        """Each file that may be a revision, and the folder that its name starts from."""
        prefix = self.shown(folder) + "/"
        for file in scan(folder, recursive=self.recursive, prefix=prefix, index=self._index):
            yield file, folder, None
        if self.sourceless:
            for path in bytecode(folder, recursive=self.recursive):
                yield File(path.name, computed=-1), path.parent, None

    def _in_archive(self, location: Location) -> Iterator[tuple[File, Path, bytes | None]]:
        assert not isinstance(location, Path)
        folder = Path(str(location))
        for name, content in archived(location, recursive=self.recursive):
            yield file_of(content, name, self.shown(folder) + "/"), folder, content

    def _executed(
        self, file: File, path: Path, content: bytes | None, findings: list[Finding]
    ) -> Revision | None:
        """The head of a file that only running it can tell.  BrokenHeader when that fails."""
        from limbeck.files.head import from_attributes
        from limbeck.files.script import PythonScript, attributes
        from limbeck.lint.finding import Finding

        source = self.shown(path)
        script = PythonScript(Path(file.name).stem, path, source=source, content=content)
        try:
            head: Head = from_attributes(attributes(script), source)
        except ScriptFailed as error:
            raise BrokenHeader(
                f"{error.message} (the file was executed, because its head is no literal)",
                hint=error.hint or _LITERALS,
            ) from error
        if file.computed > 0:
            findings.append(
                Finding(
                    "computed-head",
                    "the head is computed, so that the file is executed whenever the history is read",
                    source,
                    file.computed,
                    _LITERALS,
                )
            )
        return head.revision

    def _without_aliases(self, kept: list[_Kept]) -> list[_Kept]:
        """One for each file, though links may lead to it twice."""
        first: dict[str, _Kept] = {}
        distinct = []
        for one in kept:
            before = first.setdefault(one.revision.id, one)
            if before is one or os.path.realpath(before.path) != os.path.realpath(one.path):
                distinct.append(one)
        return distinct

    def _explained(self, error: MissingParent) -> MissingParent:
        """The error with what git can say about the missing file."""
        from shlex import quote

        from limbeck import vcs

        gone = vcs.removed_in(error.missing, self.locations)
        if gone is not None:
            return MissingParent(
                f"{error.message}; last seen in git commit {gone.id}"
                f" by {gone.author} ({gone.date}, {gone.subject!r}), which removed it",
                revision=error.revision,
                missing=error.missing,
                hint=f"git checkout {gone.id}^ -- {quote(f':/{gone.path}')}",  # from any folder
            )
        there = vcs.found_elsewhere(error.missing, self.locations)
        if there is not None:
            on = f" on {there.branch}" if there.branch else ""
            return MissingParent(
                f"{error.message}; it is in git commit {there.id}{on}"
                f" by {there.author} ({there.date}, {there.subject!r}), which is not merged here",
                revision=error.revision,
                missing=error.missing,
                hint=f"git merge {there.branch or there.id}",
            )
        return error


def bytecode(folder: Path, *, recursive: bool) -> Iterator[Path]:
    """Files of bytecode whose source is not there, beside where it was or in `__pycache__`."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__") if recursive else []
        sources = {name.removesuffix(".py") for name in names if name.endswith(".py")}
        stems = set(sources)
        for name in sorted(names):
            stem, dot, suffix = name.rpartition(".")
            if suffix == "pyc" and dot and _counts(stem, stems):
                stems.add(stem)
                yield Path(where, name)
        cache = Path(where, "__pycache__")
        tail = f".{sys.implementation.cache_tag}.pyc"
        if cache.is_dir():
            for name in sorted(entry.name for entry in cache.iterdir()):
                stem = name.removesuffix(tail)
                if stem != name and _counts(stem, stems):
                    stems.add(stem)
                    yield cache / name


def _counts(stem: str, taken: set[str]) -> bool:
    return stem not in taken and not stem.startswith((".", "__init__"))
