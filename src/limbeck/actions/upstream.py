"""
What others have that is not here, before a new revision is written.

Responsible for refusing one that would make a second head, that has an id which some commit has already, or that would be
written against a database which has not run what others have brought.  Asks git's objects; nothing is fetched, and where there
is no repository nothing is refused for its sake.  Does not know how a revision is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.git_sides import Sources
from limbeck.errors import (
    BehindUpstream,
    BrokenHeader,
    DuplicateRevision,
    NoRepository,
    NotAtHead,
    SelectorError,
)
from limbeck.files.held import refuse_marks
from limbeck.history import resolve
from limbeck.vcs.refs import commits_with_other

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck.actions.stands import Standing
    from limbeck.history import History
    from limbeck.project import Project

_PATIENCE = 2  # seconds
_OVERRIDE = "`--ignore-git` writes it all the same"


def refuse_unseen(project: Project, id: str | None = None) -> None:
    """Raises BehindUpstream when a branch that the current one has to do with has revisions that are not here.

    Raises DuplicateRevision when `id` is that of a revision anywhere in the repository, UnknownRef when the settings name a
    branch that there is not, and BrokenHeader for a file here that a merge has left unfinished.
    """
    try:
        sources = Sources.of(project)
        _refuse_unfinished(sources)
    except NoRepository:
        return
    try:
        if id:
            _refuse_taken(sources, id)
        for name in sources.followed.all:
            _refuse_behind(sources, name)
    except (NoRepository, BrokenHeader):
        return  # what cannot be told is no obstacle


def _refuse_unfinished(sources: Sources) -> None:
    if not sources.working:
        return
    repository = sources.repository
    changes = repository.working_changes(repository.commit("HEAD"), sources.folders)
    for change in sources.delta(changes, "", lenient=True).values():
        if change.after is not None:
            refuse_marks(change.after.source, change.after.content or b"")


def _refuse_behind(sources: Sources, name: str) -> None:
    commit = sources.commit(name)
    base = sources.repository.merge_base("HEAD", commit)
    here = {one.id for one in sources.here.values()}
    theirs = sources.changed_at(base, commit, name)
    missing = sorted({change.after_id for change in theirs.values()} - here - {""})
    if not missing:
        return
    several = "s" if len(missing) > 1 else ""
    pulled = sources.followed.pulled == name
    raise BehindUpstream(
        f"{name} has {len(missing)} revision{several} that you do not: {', '.join(missing)}; a new one would make a"
        " second head",
        hint=f"git {'pull' if pulled else f'merge {name}'}; {_OVERRIDE}",
    )


def _refuse_taken(sources: Sources, id: str) -> None:
    """An id that somebody gave to a revision anywhere in the repository, or that only the working tree has not."""
    repository = sources.repository
    head = repository.commit("HEAD")
    if not head:
        return
    refs = commits_with_other(sources.folder, sources.folders, head)
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


def refuse_pending(project: Project, head: str | Sequence[str] = "head") -> str:
    """Raises NotAtHead when the database has not run what a revision on `head` builds on; gives why it was not asked.

    What nobody else has yet does not count, where git knows that: several revisions may be written one after another.  A
    database that nothing was ever run on is not behind, nor is one at a revision that no file has.
    """
    from limbeck.actions.stands import stands

    problems = []
    below = _below(project.history, head)
    for stand in stands([project], seconds=_PATIENCE) if below else ():
        if stand.problem:
            problems.append(f"the database was not asked what it has run: {stand.problem}")
        elif stand.applied and stand.heads <= project.history.keys():
            _refuse_behind_of(project, stand, below - stand.applied)
    return "; ".join(problems)


def _below(history: History, head: str | Sequence[str]) -> frozenset[str]:
    """What a revision on `head` would build on; nothing where that is not clear, which is said when it is written."""
    texts = (head,) if isinstance(head, str) else head
    try:
        return frozenset(history.closure({id for text in texts for id in resolve(history, text)}))
    except SelectorError:
        return frozenset()


def _refuse_behind_of(project: Project, stand: Standing, pending: frozenset[str]) -> None:
    if not pending:
        return
    from limbeck.actions.published import upstream_of

    branch = upstream_of(project)
    missing = project.history.ordered(pending if branch is None else pending & branch.built_on)
    if missing:
        several = "s" if len(missing) > 1 else ""
        raise NotAtHead(
            f"the database {stand.name or stand.address} has not run {len(missing)} revision{several}:"
            f" {', '.join(missing)}",
            hint="limbeck upgrade; `--offline` writes it without asking the database",
        )
