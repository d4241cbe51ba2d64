"""
What joining this branch with another one would give, before anybody does it.

Responsible for heads, ids, edits and the verdict on what both sides have added.  Nothing is checked out, written, fetched or
executed, and no database is asked.  Does not know how it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from shlex import quote
from typing import TYPE_CHECKING, Literal

from limbeck.actions.edited import does, edited, edited_there, place
from limbeck.actions.forks import Fork, forks
from limbeck.actions.git_sides import Sources
from limbeck.actions.guard.joined import Joined, ReadFolder, join
from limbeck.actions.point import points
from limbeck.actions.problem import Problem, problem_of, several_heads, stale_head
from limbeck.conflicts.verdict import Kind
from limbeck.errors import HistoryError
from limbeck.history import History

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from limbeck.actions.git_sides import Delta
    from limbeck.actions.guard.joined import Both
    from limbeck.files.held import Held
    from limbeck.project import Project
    from limbeck.vcs import Commit

Side = Literal["here", "there", "both"]

ALLOWED: Mapping[str, frozenset[str]] = {
    "heads": frozenset({"S003"}),
    "conflict": frozenset({"R006", "both-added"}),
    "edited": frozenset({"edited", "deleted", "moved"}),
    "stale": frozenset({"stale-head"}),
}
"""What may be allowed, and the codes of the problems that then are only worth knowing."""

_SEVEREST = (4, 14, 7, 6, 1)
_BROKEN = 4
_CONFLICT = 14


@dataclass(frozen=True, slots=True)
class Checked:
    """What was compared, and what would come of it.

    `base` is the newest commit that both sides have, "" when none is known.  `ours` and `theirs` are the ids that only one
    side has brought; `heads` are those of both together, with the side that each is from, and none when they form no
    history.
    """

    against: str
    commit: str
    base: str
    here: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    heads: tuple[tuple[str, Side], ...]
    forks: tuple[Fork, ...]
    problems: tuple[Problem, ...]
    history: History

    @property
    def exit_code(self) -> int:
        """The code of the gravest problem, 0 when there is none."""
        found = {problem.exit_code for problem in self.problems}
        return next((code for code in _SEVEREST if code in found), 0)


def guard_check(
    project: Project, against: str | None = None, *, allow: Collection[str] = ()
) -> Checked:
    """What joining the working tree (in a bare repository: HEAD) with the branch `against` would give.

    Without `against` it is the branch that the current one will be joined with (`vcs.upstream`).  `allow` names what is
    no problem: "heads", "conflict", "edited", "stale".

    Raises NoRepository, UnknownRef, and BrokenHeader for a file that cannot be read on either side.
    """
    sides = _Sides.of(project, against)
    joined = join(sides.sources.here, sides.ours, sides.theirs)
    problems = list(_found(sides, joined))
    try:
        history = joined.history
    except HistoryError as error:
        problems.insert(0, _broken(error, sides.sources.here, joined, sides.name))
        history = History()
    found = _forks(project, sides, joined, history)
    problems += [*_stale(project, sides), *_heads(history, sides.name), *_conflicts(found)]
    return Checked(
        sides.name,
        sides.commit,
        sides.base,
        "the working tree" if sides.sources.working else "HEAD",
        _ordered(history, joined.ours),
        _ordered(history, joined.theirs),
        tuple((id, _side(id, joined)) for id in history.ordered(history.heads)),
        found,
        tuple(_allowed(problem, allow) for problem in problems),
        history,
    )


@dataclass(frozen=True)
class _Sides:
    """What is compared: what both have done since `base`; `name` is the other branch, at `commit`."""

    sources: Sources
    name: str
    commit: str
    base: str
    ours: Delta
    theirs: Delta

    @classmethod
    def of(cls, project: Project, against: str | None) -> _Sides:
        """Raises NoRepository, UnknownRef and BrokenHeader."""
        sources = Sources.of(project)
        name = against or sources.trunk()
        commit = sources.commit(name)
        base = sources.parted(commit)
        ours, theirs = sources.changed_here(base), sources.changed_at(base, commit, name)
        return cls(sources, name, commit, base, ours, theirs)

    def brought(self, id: str) -> Commit | None:
        """The commit that has brought a head."""
        repository = self.sources.repository
        for delta, tip, branch in ((self.ours, "HEAD", ""), (self.theirs, self.commit, self.name)):
            path = next((c.after.path for c in delta.values() if c.after and c.after.id == id), "")
            if path:
                found = repository.brought(tip, path, self.base)
                where = branch or repository.current_branch()
                return found._replace(branch=where) if found is not None else None
        return None


def _found(sides: _Sides, joined: Joined) -> Iterator[Problem]:
    """What is wrong, or worth knowing, beside heads and what they do."""
    name = sides.name
    yield from _without_base(sides.sources, sides.base, name)
    yield from _twice(joined, name)
    yield from _computed(sides.theirs, name)
    if sides.base:
        yield from edited(sides.ours, name, sides.base)
    yield from edited_there(sides.theirs, name)
    yield from _both(joined, name)


def _allowed(problem: Problem, allow: Collection[str]) -> Problem:
    codes = frozenset[str]().union(*(ALLOWED[word] for word in allow))
    return replace(problem, exit_code=0) if problem.code in codes else problem


def _ordered(history: History, ids: frozenset[str]) -> tuple[str, ...]:
    known = [id for id in ids if id in history]
    return tuple(history.ordered(known)) if len(known) == len(ids) else tuple(sorted(ids))


def _side(id: str, joined: Joined) -> Side:
    return "here" if id in joined.ours else "there" if id in joined.theirs else "both"


# What is wrong


def _without_base(sources: Sources, base: str, name: str) -> Iterator[Problem]:
    if base:
        return
    shallow = sources.repository.is_shallow()
    why = "only the newest commits are here" if shallow else "they have no commit in common"
    yield Problem(
        "no-common-commit",
        f"it is not known where this branch and {name} parted ({why}): what only one side has counts as added,"
        " and edits cannot be told",
        "git fetch --deepen=1000, or `fetch-depth: 0` in CI" if shallow else None,
        0,
    )


def _twice(joined: Joined, name: str) -> Iterator[Problem]:
    for id, ours, theirs in joined.twice:
        yield Problem(
            "H002",
            f"{ours.source} and {theirs.source} both have the id {id}",
            f"limbeck reid {ours.source} gives this one another id",
            _BROKEN,
        )


def _computed(theirs: Delta, name: str) -> Iterator[Problem]:
    for change in theirs.values():
        if change.after is not None and change.after.computed:
            yield Problem(
                "computed-head",
                f"{change.after.source} is left out: its head is computed, and files of {name} are not executed",
                "write revision, down_revision, branch_labels and depends_on as literals",
                0,
            )


def _both(joined: Joined, name: str) -> Iterator[Problem]:
    for both in joined.both:
        ours, theirs = both
        if both.added:
            yield from _both_added(both, name)
            continue
        one = ours.before or theirs.before
        if one is None or (one.revision is None and not ours.after_id and not theirs.after_id):
            continue
        mine = "removed" if ours.after is None else "changed"
        other = "removed" if theirs.after is None else "changed"
        where = f" ({_where(both, name)})" if mine == other else ""
        yield Problem(
            "both-changed",
            f"{one.path} was {mine} here and {other} on {name}: git may stop there{where}",
            None,
            0,
        )


def _both_added(both: Both, name: str) -> Iterator[Problem]:
    """Git stops at such a file; which of both is right, somebody has to say, unless they do the same."""
    ours, theirs = both.ours.after, both.theirs.after
    if ours is None or theirs is None or not (ours.id or theirs.id):
        return
    same = ours.id == theirs.id
    harmless = same and does(ours) == does(theirs) and place(ours) == place(theirs)
    what = "" if same else f", with another revision in it ({ours.id or 'none'} here, {theirs.id or 'none'} there)"  # fmt: skip
    yield Problem(
        "both-added",
        f"{ours.path} was added here and on {name}{what}: {_where(both, name)}",
        f"{name} may have run already: git checkout {name} -- {quote(f':/{ours.path}')}, and what is missing into a"
        " new revision"
        if same
        else f"git mv {quote(ours.source)} to another name",
        0 if harmless else _CONFLICT,
    )


def _where(both: Both, name: str) -> str:
    mine, other = both.lines
    parts = [
        f"{lines} {where}" for lines, where in ((mine, "here"), (other, f"on {name}")) if lines
    ]
    if not parts:
        return "they differ in how lines end"
    return (
        f"line{'s' if len(parts) > 1 or not mine.isdecimal() else ''} {' and '.join(parts)} differ"
    )


def _broken(error: HistoryError, here: Mapping[str, Held], joined: Joined, name: str) -> Problem:
    """A history that is none, and whether it was none before."""
    found = problem_of(error)
    try:
        History(one.revision for one in here.values() if one.revision is not None)
    except HistoryError as already:
        found = problem_of(already)
        return replace(found, text=f"the history here is broken already: {found.text}")
    return replace(found, text=f"joined with {name} it is no history any more: {found.text}")


def _stale(project: Project, sides: _Sides) -> Iterator[Problem]:
    """A file HEAD that is not true; in a bare repository nobody can mend it."""
    if sides.sources.working:
        try:
            yield from stale_head(project.library)
        except HistoryError:
            return  # which is said


def _heads(history: History, name: str) -> Iterator[Problem]:
    heads = tuple(points(history, history.ordered(history.heads)))
    for problem in several_heads(heads):
        yield replace(
            problem,
            text=f"joined with {name} there would be {problem.text}",
            hint=f"git merge {name}, then `limbeck rebase` or `limbeck merge`",
        )


def _conflicts(found: tuple[Fork, ...]) -> Iterator[Problem]:
    for fork in found:
        for pair in fork.pairs:
            if pair.verdict.kind in (Kind.CONFLICT, Kind.TWICE):
                yield Problem(
                    "R006",
                    f"{pair.left} and {pair.right}: {pair.verdict.kind.value}"
                    f" (on {pair.dialect}, by what the files say)",
                    "limbeck conflicts says more when both are here",
                    _CONFLICT,
                )


# What both sides do to each other


def _forks(project: Project, sides: _Sides, joined: Joined, history: History) -> tuple[Fork, ...]:
    heads = history.ordered(history.heads)
    if len(heads) < 2 or joined.twice:
        return ()
    library = ReadFolder(joined.files.values(), project.library, sides.sources.content, history)
    return forks(project._replace(library=library), heads, sides.brought)
