"""
What is added to git's index, and whether the file HEAD says its heads.

Responsible for telling what a commit would have from what is in the working tree: revisions that somebody has not added yet
are none of its heads.  Does not know when that is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from limbeck.actions.git_sides import Sources
from limbeck.errors import HistoryError, NoRepository
from limbeck.files import heads
from limbeck.files.atomic import Change, change
from limbeck.history import History

if TYPE_CHECKING:
    from limbeck.project import Project
    from limbeck.vcs.checkout import Git


class Said(NamedTuple):
    """What HEAD says, as it is added, and what the revisions lead to that are added."""

    says: frozenset[str] | None
    true: frozenset[str]

    @property
    def right(self) -> bool:
        """Whether it says what is true."""
        return self.says == self.true


def added(project: Project) -> frozenset[str]:
    """The heads of the revisions that are added; where that cannot be told, of those that are here.

    Raises HistoryError when they form no history.
    """
    try:
        sources = Sources.of(project)
        files = sources.added()
    except (NoRepository, HistoryError):
        return project.history.heads
    if files is None:
        return project.history.heads
    return History(one.revision for one in files.values() if one.revision).heads


def said(git: Git, project: Project) -> Said | None:
    """What HEAD says as it is added; None where there is none, or it is not limbeck's.

    Raises HistoryError when the revisions that are added form no history.
    """
    path = git.named(heads.place(project.library))
    id = git.added([path]).get(path)
    if id is None:
        return None
    content = git.contents([id] if id else []).get(id, b"").decode("utf-8", "replace")
    if id and not heads.is_kept(content):
        return None
    return Said(heads.read(content), added(project))


def write(project: Project, ids: frozenset[str]) -> None:
    """Let HEAD name `ids`."""
    path = heads.place(project.library)
    wanted = heads.text(ids).encode()
    if path.read_bytes() != wanted:
        change([Change(path, wanted, new=False)])
