"""
Put what the current branch added behind what others did.

Responsible for what is moved where when nobody says, for what is asked before files are changed, and for taking it
back.  Does not know how branches are compared, nor what may not be moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.actions.published import Upstream, applied_in, refuse_published, upstream_of
from limbeck.errors import ConfigError, Conflicting, MultipleHeads, UsageError
from limbeck.history import resolve
from limbeck.history.rebase import changed, moved_by
from limbeck.history.rebase import rebase as rewrites_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck.actions.considered import Considered
    from limbeck.history import History, Rewrite
    from limbeck.project import Project


@dataclass(frozen=True, slots=True)
class Rebased:
    """What was moved behind `onto`: ids in order, and the files that were changed for it.

    `upstream` is the branch that was asked, "" when there is none; `considered` is None when nothing was asked.
    """

    moved: tuple[str, ...]
    onto: str
    files: tuple[str, ...]
    upstream: str = ""
    considered: Considered | None = None
    forced: bool = False


def rebase(
    project: Project,
    head: str | None = None,
    onto: str | None = None,
    *,
    upstream: str | None = None,
    everywhere: Sequence[Project] = (),
    prove: bool = True,
    force: bool = False,
) -> Rebased:
    """Put the revisions that `head` has and `onto` has not behind `onto`, in their files, all or none.

    Without `head`, those that the git branch `upstream` has not; without `onto`, behind the newest one that it has.
    `everywhere` are the projects whose databases are asked whether they have applied one of them.  With `prove`, both
    sides are run first where a scratch database can be had.  `force` moves what would be refused.

    Raises UsageError, SelectorError, HistoryError; Published, Conflicting and Refused.
    """
    history = project.history
    branch = upstream_of(project, upstream)
    behind = _behind(history, onto, branch)
    heads = _moving(history, head, behind, branch)
    rewrites = rewrites_for(history, heads, behind)
    moved = moved_by(history, heads, behind)
    along = history.ordered(history.descendants(moved))
    refuse_published(
        along,
        branch,
        applied_in(everywhere, along),
        instead=f"`limbeck merge {behind} {' '.join(heads)}` joins them instead",
        force=force,
    )
    considered, forced = _considered(project, moved, behind, rewrites, prove=prove, force=force)
    files = _write(project, rewrites)
    return Rebased(tuple(moved), behind, files, branch.ref if branch else "", considered, forced)


def undo(
    project: Project,
    *,
    upstream: str | None = None,
    everywhere: Sequence[Project] = (),
    force: bool = False,
) -> tuple[str, ...]:
    """Make the files what they were before the last rebase; gives their names.

    Raises Refused when there was none, or a file was changed since, and Published when somebody may have run them in
    the new order.
    """
    from limbeck.files.undo import kept, put_back

    earlier = kept(project.library)
    history = project.history
    paths = {one.path for one in earlier}
    ids = [revision.id for path, revision in project.library.files() if path.absolute() in paths]
    along = history.ordered(history.descendants(ids))
    refuse_published(
        along,
        upstream_of(project, upstream),
        applied_in(everywhere, along),
        instead="`limbeck history --graph` shows the order that they ran in",
        force=force,
    )
    put_back(project.library, earlier)
    return tuple(project.library.shown(one.path) for one in earlier)


def _behind(history: History, onto: str | None, branch: Upstream | None) -> str:
    """The id to build on."""
    if onto is not None:
        found = history.ordered(resolve(history, onto, looking=True))
        if len(found) != 1:
            raise UsageError(f"{onto!r} means {len(found)} revisions", hint="--onto takes one")
        return found[0]
    if branch is None:
        raise UsageError(
            "there is no upstream branch to build on",
            hint="limbeck rebase HEAD --onto HEAD, or `--upstream BRANCH`",
        )
    missing = sorted(branch.revisions - history.keys())
    if missing:
        raise UsageError(
            f"{branch.ref} has revisions that are not here: {', '.join(missing)}",
            hint="git pull, or say --onto",
        )
    tips = _ends(history, branch.revisions)
    if len(tips) != 1:
        raise UsageError(
            f"{branch.ref} has {len(tips)} heads: {', '.join(tips) or 'none'}",
            hint=f"--onto {tips[0]}" if tips else "limbeck rebase HEAD --onto HEAD",
        )
    return tips[0]


def _moving(
    history: History, head: str | None, onto: str, branch: Upstream | None
) -> tuple[str, ...]:
    """The ids of the heads to move."""
    if head is not None:
        return tuple(history.ordered(resolve(history, head, looking=True)))
    if branch is not None:
        mine = history.keys() - branch.revisions
        if not mine:
            raise UsageError(
                f"everything here is on {branch.ref} already: there is nothing to move",
                hint="limbeck rebase HEAD --onto HEAD",
            )
        return tuple(_ends(history, frozenset(mine)))
    others = history.ordered(history.heads - {onto})
    if len(others) != 1:
        raise MultipleHeads(
            f"there are {len(others)} heads beside {onto}",
            heads=tuple(others),
            hint=f"limbeck rebase HEAD --onto {onto}",
        )
    return tuple(others)


def _ends(history: History, ids: frozenset[str]) -> list[str]:
    """Those of `ids` that none of them follows."""
    return history.ordered(id for id in ids if ids.isdisjoint(history.children(id)))


def _considered(
    project: Project,
    moved: Sequence[str],
    onto: str,
    rewrites: Sequence[Rewrite],
    *,
    prove: bool,
    force: bool,
) -> tuple[Considered | None, bool]:
    """What is known of running the moved side after `onto`; and whether that was overridden.

    Of a side that was joined with the other one before, only what was not yet behind `onto` is asked about.
    """
    from limbeck.actions.considered import consider

    history = project.history
    apart = [id for id in moved if onto not in history.closure([id])]
    if not apart:
        return None, False
    heads = (onto, *history.ordered(history.tips(apart)))
    known = consider(project, heads, prove=prove)
    refusal = _refusal(known, onto, [id for id in heads if id != onto])
    if refusal is None and changed(history, rewrites).ordered(moved) != list(moved):
        refusal = Conflicting(
            f"{', '.join(moved)} would run in another order among themselves",
            hint="say in depends_on which comes first; `--force` moves them all the same",
        )
    if refusal is not None and not force:
        raise refusal
    return known, refusal is not None


def _refusal(known: Considered, onto: str, moved: Sequence[str]) -> Conflicting | None:
    """The error that says why the moved side should not run after `onto`."""
    found = known.refusal()
    if found is not None:
        found.hint = (found.hint or "").replace("writes the merge", "moves it")
        return found
    orders = known.orders
    if orders and not any(order[0] == onto for order in orders):
        first = " ".join(moved)
        return Conflicting(
            "\n".join([f"{first} does not work after {onto}:", *known.lines()]),
            hint=f"`limbeck rebase {onto} --onto {first}` puts them the other way round,"
            f" `limbeck merge {onto} {first}` joins them; `--force` moves it all the same",
        )
    return None


def _write(project: Project, rewrites: Sequence[Rewrite]) -> tuple[str, ...]:
    from limbeck.files.atomic import Change, change
    from limbeck.files.undo import contents, keep
    from limbeck.files.write import write

    library = project.library
    paths = [library.path(rewrite.after.id) for rewrite in rewrites]
    before = contents(paths)
    write(library, project.settings, rewrites)
    try:
        keep(library, paths, before)
    except OSError as error:
        change([Change(path, old, new=False) for path, old in zip(paths, before, strict=True)])
        library.reload()
        raise ConfigError(
            f"{error.filename} cannot be written, so that nothing could be undone: {error.strerror}"
        ) from None
    return tuple(library.shown(path) for path in paths)
