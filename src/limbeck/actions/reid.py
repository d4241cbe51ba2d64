"""
Give a revision another id.

Responsible for which references change with it, also where two files have the same id, for refusing where the id is
known elsewhere already, and for databases that are to know it, too.  Does not know how files are written, nor journals.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.actions.published import applied_in, holding, refuse_published, upstream_of
from limbeck.errors import LimbeckError, Published, Refused, Undecided, UsageError
from limbeck.history import History, check_id, resolve
from limbeck.history.rebase import reid as rewrites_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from limbeck.database.live import LiveDatabase
    from limbeck.history import Revision, Rewrite
    from limbeck.project import Project, Target

NOBODY = "none"
"""Instead of ids: no other file follows the one that is given another id."""


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A revision that was called `before` and is called `after`; `rewritten` are other files that refer to it.

    `databases` are those that had the old id, and have the new one now.
    """

    before: str
    after: str
    path: str
    rewritten: tuple[str, ...]
    databases: tuple[str, ...] = ()


def reid(
    project: Project,
    file: str,
    id: str | None = None,
    *,
    followed_by: Sequence[str] | None = None,
    upstream: str | None = None,
    everywhere: Sequence[Project] = (),
    databases: Sequence[Project] = (),
    force: bool = False,
) -> Renumbered:
    """Give the revision in `file` (a path, or anything that selects one) the id `id`, or one made by chance.

    Its name and what refers to it change along.  Where another file has the same id, `followed_by` says which
    revisions refer to this one; the rest stays with the other.  In `databases`, where this file has run, the id changes
    along, under the lock of each; `everywhere` are the others that are asked.

    Raises UsageError when there is no such file, Undecided without `followed_by` where it is needed, Published when
    the revision is on the `upstream` branch or a database has it (unless `force`), HistoryError and Refused.
    """
    from limbeck.actions.revision import free_id
    from limbeck.files.rename import rename

    path, own = _found(project, file)
    files = project.library.files()
    same = [place for place, revision in files if revision.id == own.id and place != path]
    history = (
        History(revision for place, revision in files if place != path) if same else project.history
    )
    new = id or free_id(history)
    check_id(history, new)
    followers = history.above(own.id)
    if same:
        followers = _chosen(project, own, same, followers, followed_by)
        if not force:
            _refuse_twice(project, path, own, upstream, everywhere)
    else:
        refuse_published(
            [own.id],
            upstream_of(project, upstream),
            applied_in(everywhere, [own.id]),
            instead="leave it as it is",
            force=force,
        )
    rewrites = rewrites_for(history, own, new, followers)
    known = History(revision for place, revision in files if place not in same) if same else history
    with _renamed_in(databases, known, rewrites) as changed:
        first, *others = rename(project.library, path, rewrites)
    shown = project.library.shown
    return Renumbered(own.id, new, shown(first), tuple(shown(one) for one in others), changed)


@contextmanager
def _renamed_in(
    databases: Sequence[Project], history: History, rewrites: Sequence[Rewrite]
) -> Iterator[tuple[str, ...]]:
    """Rename the revision of the first of `rewrites` in databases, and back in those that were changed when anything fails."""
    own = rewrites[0]
    assert own.before is not None
    old, new = own.before.id, own.after.id
    later = {id: history[id] for id in history if id != old}
    later.update((one.after.id, one.after) for one in rewrites)
    asked: list[Project] = []
    found: list[str] = []
    try:
        for project in databases:
            asked.append(project)  # one of its databases may be changed when another one fails
            _rename_in(project, history, old, new, found)
        yield tuple(found)
    except BaseException as error:
        back: list[str] = []
        for project in reversed(asked) if found else ():
            with suppress(LimbeckError):  # what was not changed back is named below
                _rename_in(project, History(later.values()), new, old, back, only=found)
        left = [name for name in found if name not in back]
        if left:
            raise Refused(
                f"{', '.join(left)} has the id {new} now, and could not be changed back to {old}: {error}",
                hint=f"limbeck reid {old} --rev-id {new} --force gives the file the id that is there",
            ) from error
        raise


def _rename_in(
    project: Project,
    history: History,
    old: str,
    new: str,
    found: list[str],
    *,
    only: Collection[str] | None = None,
) -> None:
    """Rename a revision of `history` in the databases of one project (those called like one of `only`, where that is given).

    The names of those that had it go to `found`, each when it is done.
    """

    def one(target: Target, database: LiveDatabase) -> None:
        name = target.name or target.shown
        if only is not None and name not in only:
            return
        with database.exclusive():
            entries = database.journal.entries() if target.journal else []
            applied = database.journal.applied(history)
            known = applied | {one.revision for one in entries if one.direction in {"up", "down"}}
            if new in known:
                raise Refused(
                    f"{name} has a revision {new} already",
                    hint="choose another --rev-id",
                )
            if old not in known:
                return
            with database.run():
                database.journal.rename(old, new)
            found.append(name)
            heads = database.journal.heads()
            database.verify(heads)

    project.visit(one)


def _found(project: Project, file: str) -> tuple[Path, Revision]:
    wanted = Path(file).resolve()
    for path, revision in project.library.files():
        if path.resolve() == wanted:
            return path, revision
    if Path(file).exists() or Path(file).suffix in {".py", ".sql"}:
        raise UsageError(
            f"{file} is no revision file of this project", hint="`limbeck history -v` shows paths"
        )
    ids = resolve(project.history, file, looking=True)
    if len(ids) != 1:
        raise UsageError(f"{file!r} means {len(ids)} revisions", hint="name the file")
    (id,) = ids
    return project.library.path(id), project.history[id]


def _chosen(
    project: Project,
    own: Revision,
    same: Sequence[Path],
    followers: Sequence[str],
    followed_by: Sequence[str] | None,
) -> tuple[str, ...]:
    """Which of `followers` refer to the file that gets another id; nobody but the author can know."""
    if followed_by is None:
        if not followers:
            return ()
        other = ", ".join(project.library.shown(path) for path in same)
        raise Undecided(
            f"{', '.join(followers)} refer to {own.id}, which is the id of {other}, too",
            hint=f"--followed-by {followers[0]} when it follows the file that gets another id, once for each;"
            f" --followed-by {NOBODY} when all of them follow the other",
        )
    chosen = tuple(name for name in followed_by if name != NOBODY)
    wrong = [name for name in chosen if name not in followers]
    if wrong:
        raise UsageError(
            f"{', '.join(wrong)} does not refer to {own.id}",
            hint=f"--followed-by {followers[0] if followers else NOBODY}",
        )
    return chosen


def _refuse_twice(
    project: Project,
    path: Path,
    own: Revision,
    upstream: str | None,
    everywhere: Sequence[Project],
) -> None:
    branch = upstream_of(project, upstream)
    if branch is not None and path in branch.files:
        raise Published(
            f"{project.library.shown(path)} is on the branch {branch.ref}: somebody may have run it",
            hint="give the other file another id; `--force` does it all the same",
        )
    names = holding(everywhere, own.id)
    if names:
        raise Published(
            f"{own.id} was applied to {', '.join(names)}, and it cannot be told which of the two files that was",
            hint="`--force` when it was the other file",
        )
