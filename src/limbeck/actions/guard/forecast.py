"""
Which open branches will collide, before any of them is merged.

Responsible for what each branch would add to the main branch, for what that and each two of them do to each other, and for an
order in which they could be merged.  Reads git's objects: nothing is checked out, fetched or executed.  Does not know how it is
shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import combinations
from typing import TYPE_CHECKING

from limbeck.actions.git_sides import Sources
from limbeck.actions.guard.collisions import Trunk, between, with_trunk
from limbeck.actions.guard.joined import join
from limbeck.actions.guard.open_branches import Collision, Open, Place
from limbeck.actions.guard.order import suggested
from limbeck.errors import HistoryError, LimbeckError, UnknownRef
from limbeck.history import History

if TYPE_CHECKING:
    from limbeck.actions.git_sides import Delta
    from limbeck.actions.guard.joined import Joined
    from limbeck.files.held import Held
    from limbeck.project import Project
    from limbeck.vcs import Ref


@dataclass(frozen=True, slots=True)
class Forecast:
    """All open branches, those that collide, and an order to merge them in.  `unjudged` says why there is no verdict."""

    trunk: str
    commit: str
    branches: tuple[Open, ...]
    collisions: tuple[Collision, ...]
    order: tuple[Place, ...]
    unjudged: str = ""


def forecast(project: Project, refs: Sequence[str] = (), against: str | None = None) -> Forecast:
    """What comes of merging the branches that `refs` (patterns such as `origin/*`) name into the branch `against`.

    Without `refs` those of all remotes, where there are none the local ones.  A branch that brings no revision, or changes
    none, is left out.

    Raises NoRepository, UnknownRef, and HistoryError when the branch `against` itself is broken.
    """
    sources = Sources.of(project)
    name = against or sources.trunk()
    commit = sources.commit(name)
    table = sources.all_at(commit, name)
    trunk = Trunk(name, table, History(one.revision for one in table.values() if one.revision))
    branches = list(_open(sources, trunk, commit, _chosen(sources, refs, name, commit)))
    sound = [one for one in branches if not one.problem]
    found = [one for pair in combinations(sound, 2) for one in [between(trunk, *pair)] if one]
    try:
        judged = _judged(project, sources, trunk, sound, found)
    except LimbeckError as error:
        why = error.message.partition("\n")[0]
        return _ordered(trunk, commit, branches, found, why)
    mains = {one.left: one for one in judged if one.right == name}
    branches = [replace(one, main=mains.get(one.name, one.main)) for one in branches]
    return _ordered(trunk, commit, branches, [one for one in judged if one.right != name])


def _ordered(
    trunk: Trunk,
    commit: str,
    branches: Sequence[Open],
    collisions: Sequence[Collision],
    unjudged: str = "",
) -> Forecast:
    order = suggested([one for one in branches if not one.problem], collisions)
    return Forecast(trunk.name, commit, tuple(branches), tuple(collisions), order, unjudged)


def _chosen(sources: Sources, patterns: Sequence[str], trunk: str, commit: str) -> list[Ref]:
    everything = sources.repository.refs()
    remote = sources.repository.remotes()
    wanted = patterns or [f"{one}/*" for one in remote] or ["*"]
    found = [
        ref
        for ref in everything
        if ref.name != trunk
        and ref.commit != commit
        and any(fnmatchcase(ref.name, one) for one in wanted)
    ]
    if not found and patterns and not any(fnmatchcase(r.name, p) for r in everything for p in patterns):  # fmt: skip
        raise UnknownRef(
            f"no branch is called {' or '.join(patterns)}", hint="`git branch --all` lists branches"
        )
    return found


def _open(sources: Sources, trunk: Trunk, commit: str, refs: Sequence[Ref]) -> Iterator[Open]:
    """The branches that bring something, in one process of git for all where that is possible."""
    repository = sources.repository
    bases = [repository.merge_base(commit, ref.commit) for ref in refs]
    there = repository.all_changes(
        [(base, ref.commit) for base, ref in zip(bases, refs, strict=True)], sources.folders
    )
    distinct = list(dict.fromkeys(bases))
    main = dict(
        zip(
            distinct,
            repository.all_changes([(base, commit) for base in distinct], sources.folders),
            strict=True,
        )
    )
    for base, ref, changes in zip(bases, refs, there, strict=True):
        try:
            theirs = sources.delta(changes, ref.name)
            ours = sources.delta(main[base], trunk.name, lenient=True)
        except HistoryError as error:
            yield Open(ref, {}, {}, {}, problem=error.message)
            continue
        found = _one(trunk, ref, ours, theirs)
        if found.new or found.changed or found.main or found.problem:
            yield found


def _one(trunk: Trunk, ref: Ref, ours: Delta, theirs: Delta) -> Open:
    joined = join(trunk.files, ours, theirs)
    known = trunk.history
    new = {one.id: one for one in joined.files.values() if one.id in joined.theirs}
    changed = {
        key: change.after
        for key, change in theirs.items()
        if change.before_id and change.after != trunk.files.get(key)
    }
    behind = tuple(known.ordered(id for id in joined.ours if id in known))
    problem = _unsound(joined, known, new, edits=bool(changed))
    labels = {} if problem else _labels(known, new)
    found = Open(ref, new, changed, labels, behind, problem=problem)
    return replace(found, main=with_trunk(trunk, found, joined, theirs))


def _unsound(joined: Joined, known: History, new: Mapping[str, Held], *, edits: bool) -> str:
    """Why the main branch and this one together form no history; "" when they do."""
    if joined.twice:
        one = joined.twice[0]
        return f"{one.ours.source} and {one.theirs.source} both have the id {one.id}"
    if not edits:
        names = known.keys() | new.keys() | known.labels.keys()
        revisions = [one.revision for one in new.values() if one.revision]
        parents = all(parent in names for one in revisions for parent in one.parents)
        plain = not any(one.requires or one.labels for one in revisions)
        if parents and plain:
            return ""
    try:
        joined.history  # noqa: B018 - it is checked when it is made
    except HistoryError as error:
        return error.message
    return ""


def _labels(known: History, new: Mapping[str, Held]) -> dict[str, tuple[str, ...]]:
    """The labels that each new revision is under: its own, and those of what it follows."""
    found: dict[str, frozenset[str]] = {}

    def of(id: str) -> frozenset[str]:
        if id not in new:
            return known.branch_labels(id) if id in known else frozenset()
        if id not in found:
            revision = new[id].revision
            assert revision is not None
            found[id] = frozenset(revision.labels)
            found[id] |= frozenset(label for parent in revision.parents for label in of(parent))
        return found[id]

    return {id: tuple(sorted(of(id))) for id in new}


def _judged(
    project: Project,
    sources: Sources,
    trunk: Trunk,
    branches: Sequence[Open],
    found: Sequence[Collision],
) -> list[Collision]:
    """All collisions, those with the main branch included, with the verdict where both bring something of their own."""
    by_name = {one.name: one for one in branches}
    mains = [one.main for one in branches if one.main is not None]
    wanted = [one for one in (*mains, *found) if _has_two_sides(one, by_name)]
    if not wanted:
        return [*mains, *found]
    verdicts = _verdicts(project, sources, trunk, by_name, wanted)
    return [verdicts.get((one.left, one.right), one) for one in (*mains, *found)]


def _verdicts(
    project: Project,
    sources: Sources,
    trunk: Trunk,
    branches: Mapping[str, Open],
    wanted: Sequence[Collision],
) -> dict[tuple[str, str], Collision]:
    """The collisions with the gravest verdict that they have on any kind of database."""
    from limbeck.actions.alike import alike
    from limbeck.actions.considered import on
    from limbeck.actions.guard.foreseen import Foreseen

    kinds = alike(project, unasked=True)
    found: dict[tuple[str, str], Collision] = {}
    for kind in kinds:
        foreseen = Foreseen(kind.project, kind.target, sources.content, trunk, branches)
        for pair, one in foreseen.judged(wanted).items():
            judged = one.judged
            if judged is not None and len(kinds) > 1:
                judged = judged._replace(where=on(judged.dialect, kind.names))
            before = found.get(pair)
            if before is None or (
                judged and before.judged and judged.gravity > before.judged.gravity
            ):
                found[pair] = replace(one, judged=judged)
    return found


def _has_two_sides(one: Collision, branches: Mapping[str, Open]) -> bool:
    """Whether each side has revisions that the other has not."""
    left, right = branches[one.left], branches.get(one.right)
    if "same id" in one.kinds:
        return False
    if right is None:
        return bool(left.new and left.behind)
    return bool(left.new.keys() - right.new.keys() and right.new.keys() - left.new.keys())
