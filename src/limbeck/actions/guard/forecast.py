"""
Which open branches will collide, before any of them is merged.

Responsible for what each branch would add to the main branch, for each two of them, and for an order in which they could be
merged.  Reads git's objects: nothing is checked out, fetched or executed.  Does not know how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import combinations
from typing import TYPE_CHECKING

from limbeck.actions.git_sides import Sources
from limbeck.actions.guard.joined import join
from limbeck.actions.guard.open_branches import Collision, Judged, Open, Place
from limbeck.actions.guard.order import suggested
from limbeck.actions.problem import ambiguous
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
    trunk = _Trunk(table, History(one.revision for one in table.values() if one.revision))
    branches = list(_open(sources, trunk, name, commit, _chosen(sources, refs, name, commit)))
    sound = [one for one in branches if not one.problem]
    found = [one for pair in combinations(sound, 2) for one in [_collision(trunk, *pair)] if one]
    verdicts, unjudged = _judged(project, sources, trunk, sound, found)
    collisions = tuple(
        Collision(one.left, one.right, one.kinds, one.about, verdicts.get((one.left, one.right)))
        for one in found
    )
    order = suggested([(one.name, one.ref.date, one.heads) for one in sound], collisions)
    return Forecast(name, commit, tuple(branches), collisions, order, unjudged)


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


@dataclass(frozen=True)
class _Trunk:
    """The main branch: its files by path, and its history."""

    files: Mapping[str, Held]
    history: History


def _open(
    sources: Sources, trunk: _Trunk, name: str, commit: str, refs: Sequence[Ref]
) -> Iterator[Open]:
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
            ours = sources.delta(main[base], name, lenient=True)
        except HistoryError as error:
            yield Open(ref, {}, {}, {}, problem=error.message)
            continue
        found = _one(trunk, ref, ours, theirs)
        if found.new or found.changed or found.problem:
            yield found


def _one(trunk: _Trunk, ref: Ref, ours: Delta, theirs: Delta) -> Open:
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
    if problem:
        return Open(ref, new, changed, {}, behind, problem=problem)
    labels = _labels(known, new)
    one = Open(ref, new, changed, labels, behind)
    heads = any(
        not known.keys().isdisjoint(ids) and not new.keys().isdisjoint(ids)
        for ids, _ in ambiguous(_heads(known, one))
    )
    return Open(ref, new, changed, labels, behind, heads)


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


def _heads(known: History, *branches: Open) -> dict[str, tuple[str, ...]]:
    """The heads of the main branch and some others together, with the labels that lead to each."""
    followed = frozenset[str]().union(*(branch.below for branch in branches))
    heads = {id: tuple(sorted(known.branch_labels(id))) for id in known.real_heads - followed}
    for branch in branches:
        heads.update({id: those for id, those in branch.labels.items() if id not in followed})
    return heads


def _collision(trunk: _Trunk, left: Open, right: Open) -> Collision | None:
    """How two branches are in each other's way; None when they are not, or one is a part of the other."""
    same = left.new.keys() & right.new.keys()
    twice = [id for id in same if not _alike(left.new[id], right.new[id])]
    mine, other = left.new.keys() - same, right.new.keys() - same
    kinds: dict[str, list[str]] = {}
    if twice:
        kinds["same id"] = sorted(twice)
    files = _same_files(left, right, other)
    if files:
        kinds["same file"] = sorted(files)
    labels = _own_labels(left, mine) & _own_labels(right, other)
    if labels:
        kinds["same label"] = sorted(labels)
    heads = [
        id
        for ids, _ in ambiguous(_heads(trunk.history, left, right))
        if not mine.isdisjoint(ids) and not other.isdisjoint(ids)
        for id in ids
        if id in mine or id in other
    ]
    if heads:
        kinds["heads"] = heads
    if not kinds:
        return None
    about = tuple(dict.fromkeys(word for words in kinds.values() for word in words))
    return Collision(left.name, right.name, tuple(kinds), about)


def _same_files(left: Open, right: Open, other: Iterable[str]) -> list[str]:
    """The files that both change, each in its own way, or bring with another revision in them."""
    edited = left.changed.keys() & right.changed.keys()
    paths = {one.path: id for id, one in left.new.items()}
    brought = [right.new[id].path for id in other if paths.get(right.new[id].path, id) != id]
    return [*(key for key in edited if not _alike(left.changed[key], right.changed[key])), *brought]


def _alike(one: Held | None, other: Held | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.path == other.path and one.content == other.content


def _own_labels(branch: Open, ids: Iterable[str]) -> frozenset[str]:
    found = (branch.new[id].revision for id in ids)
    return frozenset(label for one in found if one is not None for label in one.labels)


def _judged(
    project: Project,
    sources: Sources,
    trunk: _Trunk,
    branches: Sequence[Open],
    found: Sequence[Collision],
) -> tuple[dict[tuple[str, str], Judged], str]:
    """The verdict on each two branches that collide and both bring something else; and why there is none."""
    by_name = {one.name: one for one in branches}
    wanted = {
        (one.left, one.right)
        for one in found
        if "same id" not in one.kinds
        and by_name[one.left].new.keys() - by_name[one.right].new.keys()
        and by_name[one.right].new.keys() - by_name[one.left].new.keys()
    }
    if not wanted:
        return {}, ""
    from limbeck.actions.guard.foreseen import judged

    try:
        verdicts = judged(project, sources.content, trunk.files, trunk.history, by_name, wanted)
    except LimbeckError as error:
        return {}, error.message.partition("\n")[0]
    return verdicts, ""
