"""
What others have that is not here, before a new revision is written.

Responsible for refusing one that would make a second head, or that has an id which another branch has already.  Asks git's
objects; nothing is fetched, and where there is no repository nothing is refused.  Does not know how a revision is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.git_sides import Sources
from limbeck.errors import (
    BehindUpstream,
    BrokenHeader,
    DuplicateRevision,
    NoRepository,
    UnknownRef,
)

if TYPE_CHECKING:
    from limbeck.project import Project

_OVERRIDE = "`--ignore-git` writes it all the same"


def refuse_unseen(project: Project, id: str | None = None) -> None:
    """Raises BehindUpstream when the upstream branch has revisions that are not here.

    Raises DuplicateRevision when `id` is that of a revision on any branch.
    """
    try:
        sources = Sources.of(project)
        if id:
            _refuse_taken(sources, id)
        _refuse_behind(sources)
    except (NoRepository, UnknownRef, BrokenHeader):
        return  # what cannot be told is no obstacle


def _refuse_behind(sources: Sources) -> None:
    name = sources.trunk()
    commit = sources.commit(name)
    base = sources.repository.merge_base("HEAD", commit)
    here = {one.id for one in sources.here.values()}
    theirs = sources.changed_at(base, commit, name)
    missing = sorted({change.after_id for change in theirs.values()} - here - {""})
    if not missing:
        return
    several = "s" if len(missing) > 1 else ""
    follows = sources.repository.follows() == name
    raise BehindUpstream(
        f"{name} has {len(missing)} revision{several} that you do not: {', '.join(missing)}; a new one would make a"
        " second head",
        hint=f"git {'pull' if follows else f'merge {name}'}; {_OVERRIDE}",
    )


def _refuse_taken(sources: Sources, id: str) -> None:
    """An id that somebody gave to a revision on another branch, or that only the working tree has not."""
    repository = sources.repository
    head = repository.commit("HEAD")
    if not head:
        return
    refs = [ref for ref in repository.refs() if ref.commit != head]
    found = repository.all_changes([(head, ref.commit) for ref in refs], sources.folders)
    seen: set[tuple[str, str]] = set()
    for ref, changes in zip(refs, found, strict=True):
        new = {path: ids for path, ids in changes.items() if (path, ids[1]) not in seen and ids[1]}
        seen.update((path, ids[1]) for path, ids in new.items())
        for change in sources.delta(new, ref.name, lenient=True).values():
            if change.after is not None and change.after.id == id:
                raise _taken(id, change.after.source)
    for change in sources.changed_here(head).values():
        if change.before is not None and change.before.id == id and change.after_id != id:
            raise _taken(id, f"HEAD:{change.before.path}")


def _taken(id: str, where: str) -> DuplicateRevision:
    return DuplicateRevision(
        f"the revision id {id!r} is already that of {where}",
        hint=f"leave out `--rev-id`, and a free one is chosen; {_OVERRIDE}",
    )
