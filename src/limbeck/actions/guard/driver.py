"""
What becomes of the file HEAD when git merges it.

Responsible for the heads that the merge leads to, and for leaving the conflict unless it is proven that both sides go together.
Does not change revisions: git has not yet put the other side's files where they belong.  That is done by a hook when it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limbeck.actions.guard.pending import Fork, add
from limbeck.actions.guard.sides import Sides, laid_out, merged, rebased_onto, sides, tree
from limbeck.errors import Conflicting, Published, Refused, UsageError
from limbeck.files import heads
from limbeck.vcs import followed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from limbeck.actions.considered import Considered
    from limbeck.actions.guard.sides import Tree
    from limbeck.actions.rebase import Plan
    from limbeck.config import Settings
    from limbeck.history import History
    from limbeck.project import Project
    from limbeck.vcs.checkout import Git


class Settled(NamedTuple):
    """The text of HEAD after the merge; `considered` is what was found out for it, None when nothing parts there."""

    text: str
    fork: Fork | None = None
    considered: Considered | None = None


@dataclass(frozen=True)
class Question:
    """What git asks: which text `path` gets, of which `texts` are the base, ours and theirs, each in a file.

    `project` is the one that `path` belongs to; `open` makes one from settings.  `everywhere` are the projects whose databases
    are asked what they have applied.
    """

    git: Git
    project: Project
    path: str
    texts: Sequence[Path]
    open: Callable[[Settings], Project]
    everywhere: tuple[Project, ...] = ()


def settle(asked: Question) -> Settled:
    """The answer; what is left to be done when git has merged is remembered.

    Raises Conflicting when the sides do not go together, Refused when that cannot be told or proven, and HistoryError when what
    comes of the merge is no history.
    """
    git, library = asked.git, asked.project.library
    found = sides(git, asked.path, asked.texts)
    folders = git.all_named([library.home, *library.locations])
    trees = [tree(git, one, folders) for one in (found.base, found.ours, found.theirs)]
    files, both = merged(*trees)
    changed = [path for path in both if path != asked.path]
    if changed:
        raise Refused(f"both sides have changed {', '.join(changed)}")
    with laid_out(git, files, asked.project) as (settings, top):
        project = asked.open(settings)
        project.library.root = top / (git.within(asked.project.settings.root) or "")
        return _settled(asked, found, project, top, trees)


def _settled(
    asked: Question, found: Sides, project: Project, top: Path, trees: Sequence[Tree]
) -> Settled:
    history = project.history
    text = heads.text(history.heads)
    pair = _fork(asked, project, top, trees)
    if pair is None:
        return Settled(text)
    ours, theirs = pair
    moves = theirs if found.kind == "rebase" else _moving(asked, project, top, ours, theirs)
    plan = _planned(project, moves, ours if moves == theirs else theirs)
    stays = _refused(asked, found, project, plan) if plan is not None else None
    considered = _proven(project, (ours, theirs), plan, stays)
    fork = Fork(asked.path, found.kind, ours, theirs, moves, (found.ours, found.theirs))
    add(asked.git, fork)
    return Settled(text, fork, considered)


def _fork(
    asked: Question, project: Project, top: Path, trees: Sequence[Tree]
) -> tuple[str, str] | None:
    """The head that only we have, and the one that only they have, where they part newly; None where none do.

    Raises Refused when there are several.
    """
    history = project.history
    _, mine, yours = trees
    paths = {id: project.library.path(id) for id in history.ordered(history.heads)}
    within = {id: path.relative_to(top).as_posix() for id, path in paths.items() if top in path.parents}  # fmt: skip
    ours = [id for id, path in within.items() if path not in yours]
    theirs = [id for id, path in within.items() if path not in mine]
    before = asked.texts[0].read_text(encoding="utf-8", errors="replace")
    known = heads.read(before) or frozenset()
    pairs = [pair for pair in product(ours, theirs) if not _parted(history, known, *pair)]
    if not pairs:
        return None
    if len(pairs) > 1:
        raise Refused(f"more than two heads come together: {', '.join([*ours, *theirs])}")
    return pairs[0]


def _parted(history: History, before: frozenset[str], one: str, other: str) -> bool:
    """Whether two heads were on lines of their own before, on purpose."""
    below = history.closure([one]), history.closure([other])
    if not below[0] & below[1]:
        return bool(before)
    apart = [
        [id for id in before if id in mine and id not in yours]
        for mine, yours in (below, below[::-1])
    ]
    return all(apart)


def _moving(asked: Question, project: Project, top: Path, ours: str, theirs: str) -> str:
    """Of two heads that are merged, the one that the main branch has not, while it has the other."""
    known = followed(asked.git.top, asked.project.settings.upstream or "")
    ref = known.main or known.trunk
    if not ref:
        return ""
    paths = [project.library.path(id).relative_to(top).as_posix() for id in (ours, theirs)]
    has = [asked.git.ask("cat-file", "-e", f"{ref}:{path}") is not None for path in paths]
    if has == [True, False]:
        return theirs
    return ours if has == [False, True] else ""


def _planned(project: Project, head: str, onto: str) -> Plan | None:
    """What the rebase would do; None where nothing moves."""
    from limbeck.actions.rebase import planned

    return planned(project, (head,), onto) if head else None


def _refused(
    asked: Question, found: Sides, project: Project, plan: Plan
) -> Published | UsageError | None:
    """Why what is generated anew could not be written when git has merged; None where it could, or nothing is."""
    from limbeck.actions.published import applied_in, refuse_published, upstream_of, way_down

    if not plan.texts.texts:
        return None
    history = project.history
    # Of the other side, and of what is rebased, no file is in the checkout yet.
    databases = [one._replace(library=project.library) for one in asked.everywhere]
    along = history.ordered(history.descendants(plan.moved))
    first, then = f"`git {found.kind} --abort`, ", f"`git {found.kind}` again"
    try:
        branch = upstream_of(asked.project, rebased_onto(asked.git) or None)
        if branch is not None and found.kind == "merge":
            branch = branch.nearest(history)
        ran = applied_in(databases, along)
        down = way_down(history, ran, then, first=first)
        refuse_published(along, branch, ran, instead=_BY_HAND, down=down, forced="")
    except (Published, UsageError) as error:
        return error
    return None


def _proven(
    project: Project,
    pair: tuple[str, str],
    plan: Plan | None,
    stays: Published | UsageError | None,
) -> Considered:
    """What running both sides has shown; as they are, where `stays` says why neither moves.  Raises Conflicting and Refused."""
    from limbeck.actions.considered import consider

    known = _moved(project, plan) if plan is not None and stays is None else None
    if known is None:
        order = _order(project.history, *pair)
        if plan is not None:
            order = (plan.onto, *(id for id in pair if id != plan.onto))
        known = consider(project, order)
    refusal = known.refusal()
    if refusal is not None and stays is not None:
        why = f"{known.heads[-1]} cannot be written anew for that: {stays.message}"
        raise Conflicting(f"{refusal.message}\n{why}", hint=stays.hint)
    if refusal is not None:
        raise Conflicting(refusal.message, hint=_BY_HAND)
    if known.proof is None or known.unproven:
        why = known.unproven if not known.unjudged else known.unjudged
        raise Refused(
            f"it cannot be proven that {' and '.join(pair)} go together: {why}", hint=_BY_HAND
        )
    return known


def _moved(project: Project, plan: Plan) -> Considered | None:
    """What running the moved side has shown, with what is generated anew for that; None when it should not move."""
    from limbeck.actions.rebase import judge

    try:
        return judge(project, plan)[0]
    except Conflicting:
        return None


def _order(history: History, ours: str, theirs: str) -> tuple[str, ...]:
    """The heads as a revision that joins them would name them."""
    from limbeck.history import merge

    return merge(history, (ours, theirs), "joined", "").after.parents


_BY_HAND = (
    "the conflict stays in HEAD: change one side so that it fits the other, then `limbeck rebase` or `limbeck merge`,"
    " which write HEAD anew, and `git add` it"
)
