"""
The revision files of a commit, beside those that are here.

Responsible for which files of a repository are revisions of the project, and for what two sides have done to them since
they parted.  Reads git's objects: nothing is checked out, nothing of another branch is executed, nothing is fetched.  Does
not know what comes of joining them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import BrokenHeader, NoRepository, UnknownRef
from limbeck.files.held import Held, all_held, held, refuse_unsound
from limbeck.files.location import may_be_revision
from limbeck.vcs import Repository, followed
from limbeck.vcs.trees import WORKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from limbeck.project import Project
    from limbeck.vcs import Changes, Followed


class Change(NamedTuple):
    """What a side has done to one file: None is a file that is not there."""

    before: Held | None
    after: Held | None

    @property
    def key(self) -> str:
        """What the same file of the other side is found by: where it was, else where it is."""
        one = self.before or self.after
        assert one is not None
        return one.path

    @property
    def before_id(self) -> str:
        """The id that it had; "" for none."""
        return self.before.id if self.before is not None else ""

    @property
    def after_id(self) -> str:
        """The id that it has; "" for none."""
        return self.after.id if self.after is not None else ""


Delta = dict[str, Change]
"""What a side has done since it parted from the other one, by key."""


@dataclass
class Sources:
    """Where the revisions of a project are in a repository.

    `folders` are within the repository.  `working` tells whether there is a working tree; where there is none, HEAD stands
    for it.
    """

    project: Project
    repository: Repository
    folders: tuple[str, ...]
    recursive: bool
    _contents: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project) -> Sources:
        """Raises NoRepository where there is none."""
        library = project.library
        repository = Repository.of(library.home) or _bare()
        if repository is None:
            raise NoRepository(
                f"{library.shown(library.home)} is in no git repository, or there is no git command",
                hint="git init; `limbeck heads` needs no git",
            )
        if repository.top is None:
            return cls(project, repository, _relative(project), library.recursive)
        places = [repository.within(location) for location in library.locations]
        folders = tuple(place for place in places if place is not None)
        if not folders:
            raise NoRepository(
                f"no folder of revisions is in the git repository {repository.top}",
                hint="`limbeck heads` needs no git",
            )
        return cls(project, repository, folders, library.recursive)

    @property
    def working(self) -> bool:
        """Whether files are checked out."""
        return self.repository.top is not None

    def commit(self, ref: str) -> str:
        """The full id of a commit.  UnknownRef when there is none."""
        found = self.repository.commit(ref)
        if not found:
            raise UnknownRef(
                f"git knows no branch or commit called {ref!r}",
                hint="`git branch --all` lists branches; in CI it may have to be fetched first:"
                " `git fetch origin main`",
            )
        return found

    @property
    def folder(self) -> Path:
        """Where git can be asked about the repository."""
        return self.repository.top or Path.cwd()

    @cached_property
    def followed(self) -> Followed:
        """The branches that the current one has to do with; the setting `upstream` names the one that others build on."""
        return followed(self.folder, self.project.settings.upstream or "")

    def trunk(self) -> str:
        """The branch that others build on.  UnknownRef when git does not know it."""
        name = self.followed.trunk
        if not name:
            branch = self.repository.current_branch()
            here = f"the branch {branch} follows none" if branch else "HEAD is detached"
            raise UnknownRef(
                f"there is no upstream branch to compare with: {here}, and origin has no main branch here",
                hint="name it: --against origin/main; or for good, upstream in the settings",
            )
        return name

    def parted(self, commit: str) -> str:
        """The newest commit that `commit` and what is here both have; "" when none is known.

        While git merges, what it merges is here, too.
        """
        repository = self.repository
        base = repository.merge_base("HEAD", commit)
        merging = repository.commit("MERGE_HEAD") if self.working else ""
        other = repository.merge_base(merging, commit) if merging else ""
        return other if other and (not base or repository.is_ancestor(base, other)) else base

    @cached_property
    def here(self) -> dict[str, Held]:
        """The files that are here, by path: those of the working tree, else of HEAD."""
        if not self.working:
            return self.all_at(self.commit("HEAD"), "HEAD")
        folders: dict[Path, str] = {}  # thousands of files in few folders
        found = {}
        for path, revision in self.project.library.files():
            folder = folders.get(path.parent)
            if folder is None:
                within = self.repository.within(path.parent)
                folder = folders[path.parent] = str(path.parent) if within is None else within
            name = path.name if folder == "." else f"{folder}/{path.name}"
            found[name] = Held(name, revision.source, revision)
        return found

    def content(self, one: Held) -> bytes:
        """The content of a file that is here."""
        if one.content is not None:
            return one.content
        assert self.repository.top is not None
        try:
            return (self.repository.top / one.path).read_bytes()
        except OSError as error:
            raise BrokenHeader(f"{one.source} cannot be read: {error.strerror}") from None

    def all_at(self, commit: str, name: str) -> dict[str, Held]:
        """All files of a commit, which messages call `name`."""
        files = self.repository.files(commit, self.folders)
        wanted = {path: id for path, id in files.items() if self.counts(path)}
        contents = self._read(wanted.values())
        return all_held({p: i for p, i in wanted.items() if i in contents}, contents, f"{name}:")

    def added(self) -> dict[str, Held] | None:
        """All files that are added to git's index; None where only resolving a conflict, or executing one, would tell.

        Those of folders elsewhere are as they are.  Raises BrokenHeader for a file that cannot be read.
        """
        repository = self.repository
        if not any(self.counts(path) for path in repository.not_added(self.folders)):
            return self.here
        files = {p: id for p, id in repository.added(self.folders).items() if self.counts(p)}
        contents = self._read(id for id in files.values() if id)
        if any(id not in contents for id in files.values()):
            return None
        found = all_held(files, contents, "")
        if any(one.computed for one in found.values()):
            return None
        return found | {p: one for p, one in self.here.items() if not self.counts(p)}

    def changed_here(self, base: str) -> Delta:
        """What is here otherwise than at the commit `base`; all of it where `base` is ""."""
        if not self.working:
            return self.delta(
                self.repository.changes(base, self.commit("HEAD"), self.folders), "HEAD"
            )
        return self.delta(self.repository.working_changes(base, self.folders), "")

    def changed_at(self, base: str, commit: str, name: str) -> Delta:
        """What a commit, which messages call `name`, has otherwise than `base`."""
        return self.delta(self.repository.changes(base, commit, self.folders), name)

    def delta(self, changes: Changes, name: str, *, lenient: bool = False) -> Delta:
        """Changes as files.  Raises BrokenHeader for one that cannot be read on the side `name`, without `lenient`."""
        wanted = {path: ids for path, ids in changes.items() if self.counts(path)}
        contents = self._read(
            id for ids in wanted.values() for id in ids if id not in ("", WORKING)
        )
        new = {path: id for path, (_, id) in wanted.items() if id in contents}
        after = all_held(new, contents, f"{name}:", lenient=lenient)
        found = []
        for path, (old, id) in wanted.items():
            now = self._working(path) if id == WORKING else after.get(path)
            if now is not None and not lenient:
                refuse_unsound(now)
            found.append(Change(_before(path, contents.get(old)), now))
        return _renamed(one for one in found if one.before or one.after)

    def counts(self, path: str) -> bool:
        """Whether a file of the repository may be a revision of the project."""
        folder, _, name = path.rpartition("/")
        if not may_be_revision(name):
            return False
        for one in self.folders:
            if folder == one or (one == "." and not folder):
                return True
            inside = one == "." or folder.startswith(f"{one}/")
            if inside and self.recursive and "__pycache__" not in folder.split("/"):
                return True
        return False

    def _working(self, path: str) -> Held | None:
        found = self.here.get(path)
        if found is not None:
            return found._replace(content=self.content(found))
        assert self.repository.top is not None
        file = self.repository.top / path
        try:
            return Held(path, path, None, file.read_bytes())
        except OSError:
            return None

    def _read(self, ids: Iterable[str]) -> Mapping[str, bytes]:
        wanted = [id for id in dict.fromkeys(ids) if id not in self._contents]
        self._contents.update(self.repository.contents(wanted))
        return self._contents


def _bare() -> Repository | None:
    """The bare repository that we stand in, to which a project belongs that is not checked out."""
    found = Repository.of(Path.cwd())
    return found if found is not None and found.top is None else None


def _relative(project: Project) -> tuple[str, ...]:
    """The folders of revisions of a project that is not checked out: its root stands for that of the repository."""
    library, root = project.library, project.library.root
    return tuple(
        location.relative_to(root).as_posix()
        for location in library.locations
        if root in location.parents
    )


def _before(path: str, content: bytes | None) -> Held | None:
    """A file as it was when the sides parted; one that could not be read then is no revision."""
    if content is None:
        return None
    try:
        return held(path, path, content)
    except BrokenHeader:
        return Held(path, path, None, content)


def _renamed(changes: Iterable[Change]) -> Delta:
    """By key, a file that was renamed as one change: the same id went from one place and came to another."""
    found: list[Change] = list(changes)
    gone = {one.before.id: one for one in found if one.before and not one.after and one.before.id}
    result: Delta = {}
    for one in found:
        if one.before is None and one.after is not None and one.after.id in gone:
            before = gone.pop(one.after.id).before
            moved = Change(before, one.after)
            result[moved.key] = moved
    for one in found:
        if one.key not in result and not _is_part(one, result):
            result[one.key] = one
    return result


def _is_part(one: Change, moved: Delta) -> bool:
    return (
        any(change.after == one.after for change in moved.values()) if one.before is None else False
    )
