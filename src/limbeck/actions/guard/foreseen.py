"""
The verdict on many branches, two at a time.

Responsible for reading what each branch does once, on what the main branch has, and for judging only those that are about
something in common: what no name connects is disjoint.  Executes nothing.  Does not know which branches there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from limbeck.actions.ancestor import Ancestor, names_in, related
from limbeck.actions.conflicts import first_target, rules_of
from limbeck.actions.deeds import done_by
from limbeck.actions.guard.joined import ReadFolder
from limbeck.actions.guard.open_branches import Judged
from limbeck.conflicts import judge, model_of
from limbeck.conflicts.model import follow
from limbeck.schema import SchemaState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from limbeck.actions.guard.open_branches import Open
    from limbeck.conflicts import Deed, Rules, Verdict
    from limbeck.files.held import Held
    from limbeck.history import History
    from limbeck.project import Project, Target


class _Side(NamedTuple):
    """What a branch does, the names that it is about, and whether that is all known."""

    deeds: tuple[Deed, ...]
    names: frozenset[str]
    known: bool


def judged(
    project: Project,
    content: Callable[[Held], bytes],
    files: Mapping[str, Held],
    history: History,
    branches: Mapping[str, Open],
    pairs: Collection[tuple[str, str]],
) -> dict[tuple[str, str], Judged]:
    """The verdict on each of `pairs`, by name, of branches that come on top of `files`; `content` is that of one of those.

    Raises ConfigError when it is not known what database it is about.
    """
    target = first_target(project, unasked=True)
    rules = rules_of(target)
    trunk = project._replace(library=ReadFolder(files.values(), project.library, content, history))
    read = {
        name: project._replace(library=ReadFolder(branch.new.values(), project.library, content))
        for name, branch in branches.items()
    }  # fmt: skip
    state = _state(trunk, target, rules, branches, read)
    sides = {
        name: _side(read[name], target, branches[name].ids, state, rules)
        for name in {name for pair in pairs for name in pair}
    }
    found = {}
    for left, right in pairs:
        shared = branches[left].new.keys() & branches[right].new.keys()
        if shared:  # one is built on the other: only what each has alone is compared
            ids = [
                tuple(id for id in branches[one].ids if id not in shared) for one in (left, right)
            ]
            common = [id for id in branches[left].ids if id in shared]
            below = done_by(read[left], target, common, state).schema
            two = [_side(read[one], target, mine, below, rules) for one, mine in zip((left, right), ids, strict=True)]  # fmt: skip
            found[left, right] = _verdict(below, two[0], two[1], rules, (left, right))
        else:
            found[left, right] = _verdict(state, sides[left], sides[right], rules, (left, right))
    return found


def _state(
    trunk: Project,
    target: Target,
    rules: Rules,
    branches: Mapping[str, Open],
    read: Mapping[str, Project],
) -> SchemaState:
    """The schema of the main branch, as far as the branches are about it."""
    ancestor = Ancestor(trunk, target, trunk.history.keys())
    nothing = SchemaState()
    alone = {name: done_by(read[name], target, one.ids, nothing).deeds for name, one in branches.items()}  # fmt: skip
    names = {word for deeds in alone.values() for word in names_in(deeds)}
    state = ancestor.about(names)
    for name, branch in branches.items():
        deeds = done_by(read[name], target, branch.ids, state).deeds
        if follow(deeds, model_of(state), rules).refused:
            return ancestor.whole()
    return state


def _side(
    project: Project, target: Target, ids: tuple[str, ...], state: SchemaState, rules: Rules
) -> _Side:
    done = done_by(project, target, ids, state)
    names = names_in(done.deeds)
    for schema in (state, done.schema):
        names |= related(names, schema)
    known = not any(deed.unknown for deed in done.deeds)
    known = known and not follow(done.deeds, model_of(state), rules).refused
    return _Side(done.deeds, frozenset(names), known)


def _verdict(
    state: SchemaState, left: _Side, right: _Side, rules: Rules, names: tuple[str, str]
) -> Judged:
    if left.known and right.known and left.names.isdisjoint(right.names):
        return Judged("disjoint", "", (), rules.dialect)
    verdict = judge(model_of(state), left.deeds, right.deeds, rules)
    first = "" if verdict.first is None else names[verdict.first]
    return Judged(verdict.kind.value, first, tuple(_lines(verdict)), rules.dialect)


def _lines(verdict: Verdict) -> list[str]:
    found = []
    for clash in verdict.clashes:
        deeds = [deed for deed in (clash.left, clash.right) if deed is not None]
        places = ", ".join(deed.place or deed.revision for deed in deeds)
        why = " ".join(clash.why.split())
        found.append(f"{clash.what}: {why} ({places})" if places else f"{clash.what}: {why}")
    return found
