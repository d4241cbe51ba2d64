"""
The verdict on many branches, two at a time.

Responsible for reading what each branch does, on what the main branch has, and for judging only those that are about
something in common: what no name connects is disjoint.  Executes nothing.  Does not know which branches there are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from limbeck.actions.ancestor import Ancestor, names_in, related
from limbeck.actions.conflicts import rules_of
from limbeck.actions.deeds import done_by
from limbeck.actions.forks import MOST_REVISIONS
from limbeck.actions.guard.joined import ReadFolder
from limbeck.actions.guard.open_branches import Judged
from limbeck.conflicts import judge, model_of
from limbeck.conflicts.model import follow
from limbeck.schema import SchemaState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from limbeck.actions.guard.collisions import Trunk
    from limbeck.actions.guard.open_branches import Collision, Open
    from limbeck.conflicts import Deed, Verdict
    from limbeck.files.held import Held
    from limbeck.project import Project, Target


_MOST_APART = 200
"""Pairs that are compared on an older schema, of which each has one of its own."""


class _Side(NamedTuple):
    """What a branch does, the names that it is about, whether that is all known, and whether it fits the schema."""

    deeds: tuple[Deed, ...]
    names: frozenset[str]
    read: bool
    fits: bool = True

    @property
    def known(self) -> bool:
        """Whether nothing else can come of it."""
        return self.read and self.fits


class Foreseen:
    """What is known of many branches, for databases as `target`; `content` is that of a file of the main branch."""

    def __init__(
        self,
        project: Project,
        target: Target,
        content: Callable[[Held], bytes],
        trunk: Trunk,
        branches: Mapping[str, Open],
    ) -> None:
        files = trunk.files.values()
        self._target = target
        self._rules = rules_of(self._target)
        self._branches = branches
        self._trunk = project._replace(
            library=ReadFolder(files, project.library, content, trunk.history)
        )
        self._read = {
            name: project._replace(library=ReadFolder(one.new.values(), project.library, content))
            for name, one in branches.items()
        }
        self._ancestor = Ancestor(self._trunk, self._target, trunk.history.keys())
        self._left = _MOST_APART

    def judged(self, collisions: Sequence[Collision]) -> dict[tuple[str, str], Collision]:
        """The same with verdicts, by the names of the branches; what is not an open branch is the main one."""
        names = {one.left for one in collisions} | {one.right for one in collisions}
        state = self._state(self._ancestor, sorted(names & self._branches.keys()))
        sides = {
            name: self._side(self._read[name], self._branches[name].ids, state)
            for name in sorted(names & self._branches.keys())
        }
        mains = [one for one in collisions if one.right not in self._branches]
        tail = self._tail(mains, state)
        found = {one.left: self._with_main(one, sides, tail) for one in mains}
        result = {(one.left, one.right): one for one in found.values()}
        for one in collisions:
            if one.right in self._branches:
                old = any(_differs(found.get(name)) for name in (one.left, one.right))
                met = not _disjoint(sides[one.left], sides[one.right])
                judge = self._apart if old and met else self._with_other
                result[one.left, one.right] = judge(one, state, sides)
        return result

    def _with_other(
        self, one: Collision, state: SchemaState, sides: Mapping[str, _Side]
    ) -> Collision:
        names = (one.left, one.right)
        shared = self._branches[one.left].new.keys() & self._branches[one.right].new.keys()
        if not shared:
            return self._verdict(one, state, sides[one.left], sides[one.right])
        # one is built on the other: only what each has alone is compared
        common = [id for id in self._branches[one.left].ids if id in shared]
        below = done_by(self._read[one.left], self._target, common, state).schema
        left, right = (
            self._side(
                self._read[name],
                tuple(id for id in self._branches[name].ids if id not in shared),
                below,
            )
            for name in names
        )
        return self._verdict(one, below, left, right)

    def _apart(self, one: Collision, state: SchemaState, sides: Mapping[str, _Side]) -> Collision:
        """Two branches of which one is at odds with the main one: on what both have of that."""
        if self._left == 0:
            return replace(one, unjudged="they do not fit what the main branch has by now")
        self._left -= 1
        names = (one.left, one.right)
        behind = set(self._branches[one.left].behind) & set(self._branches[one.right].behind)
        state = self._state(self._ancestor.before(behind), names)
        sides = {
            name: self._side(self._read[name], self._branches[name].ids, state) for name in names
        }
        return self._with_other(one, state, sides)

    def _with_main(
        self, one: Collision, sides: dict[str, _Side], tail: Mapping[str, _Side]
    ) -> Collision:
        """What a branch does beside what the main one has done since they parted.

        In `sides`, what is not known of it on the newest schema becomes what it does on its own.
        """
        side, behind = sides[one.left], self._branches[one.left].behind
        if len(behind) > MOST_REVISIONS:
            return replace(one, unjudged=f"{one.right} has {len(behind)} revisions more")
        met = _met(behind, side, tail)
        if not met and side.known:
            return replace(one, judged=Judged("disjoint", "", (), self._rules.dialect))
        ancestor = self._ancestor.before(behind)
        state = self._state(ancestor, [one.left], met)
        mine = self._side(self._read[one.left], self._branches[one.left].ids, state)
        if not side.known:
            sides[one.left] = mine
        return self._verdict(one, state, mine, self._side(self._trunk, met, state))

    def _tail(self, mains: Iterable[Collision], state: SchemaState) -> dict[str, _Side]:
        """What each revision does that the main branch has more than one of those that it is compared with."""
        behinds = [self._branches[one.left].behind for one in mains]
        ids = {id for those in behinds if len(those) <= MOST_REVISIONS for id in those}
        if not ids:
            return {}
        ordered = tuple(self._trunk.history.ordered(ids))
        below = self._state(self._ancestor.before(ids), [], ordered)
        deeds: dict[str, list[Deed]] = {id: [] for id in ordered}
        for deed in done_by(self._trunk, self._target, ordered, below).deeds:
            deeds[deed.revision].append(deed)
        found = {}
        for id, those in deeds.items():
            names = names_in(those)
            names |= related(names, state) | related(names, below)
            read = not any(deed.unknown for deed in those)
            found[id] = _Side(tuple(those), frozenset(names), read)
        return found

    def _state(
        self, ancestor: Ancestor, names: Iterable[str], behind: tuple[str, ...] = ()
    ) -> SchemaState:
        """The schema below, as far as some branches, and what the main one did since, are about it.

        Whatever was written for that schema fits it: where it does not, names were not found in files.
        """
        newest = ancestor is self._ancestor
        work = [
            (
                self._read[name],
                self._branches[name].ids,
                not (newest and self._branches[name].behind),
            )
            for name in names
        ]
        if behind:
            work.append((self._trunk, behind, True))
        nothing = SchemaState()
        words = {
            word
            for project, ids, _ in work
            for word in names_in(done_by(project, self._target, ids, nothing).deeds)
        }
        state = ancestor.about(words)
        for project, ids, fits in work:
            deeds = done_by(project, self._target, ids, state).deeds if fits else ()
            if follow(deeds, model_of(state), self._rules).refused:
                return ancestor.whole()
        return state

    def _side(self, project: Project, ids: tuple[str, ...], state: SchemaState) -> _Side:
        done = done_by(project, self._target, ids, state)
        names = names_in(done.deeds)
        for schema in (state, done.schema):
            names |= related(names, schema)
        read = not any(deed.unknown for deed in done.deeds)
        fits = not follow(done.deeds, model_of(state), self._rules).refused
        return _Side(done.deeds, frozenset(names), read, fits)

    def _verdict(self, one: Collision, state: SchemaState, left: _Side, right: _Side) -> Collision:
        dialect = self._rules.dialect
        if _disjoint(left, right):
            return replace(one, judged=Judged("disjoint", "", (), dialect))
        verdict = judge(model_of(state), left.deeds, right.deeds, self._rules)
        first = "" if verdict.first is None else (one.left, one.right)[verdict.first]
        judged = Judged(verdict.kind.value, first, tuple(_lines(verdict)), dialect)
        return replace(one, judged=judged)


def _disjoint(left: _Side, right: _Side) -> bool:
    """Whether no name connects two sides of which all is read."""
    return left.read and right.read and left.names.isdisjoint(right.names)


def _differs(with_main: Collision | None) -> bool:
    """Whether what a branch does is otherwise on what the main one has by now."""
    return with_main is not None and (
        with_main.judged is None or with_main.judged.verdict != "disjoint"
    )


def _met(behind: Sequence[str], side: _Side, tail: Mapping[str, _Side]) -> tuple[str, ...]:
    """Those of `behind` that are about what `side` is about, near or far; all where that is not known."""
    if not side.known:
        return tuple(behind)
    names, met = set(side.names), set[str]()
    while True:
        more = {
            id
            for id in behind
            if id not in met and (not tail[id].known or not names.isdisjoint(tail[id].names))
        }
        if not more:
            return tuple(id for id in behind if id in met)
        met |= more
        names |= {name for id in more for name in tail[id].names}


def _lines(verdict: Verdict) -> list[str]:
    found = []
    for clash in verdict.clashes:
        deeds = [deed for deed in (clash.left, clash.right) if deed is not None]
        places = ", ".join(deed.place or deed.revision for deed in deeds)
        why = " ".join(clash.why.split())
        found.append(f"{clash.what}: {why} ({places})" if places else f"{clash.what}: {why}")
    return found
