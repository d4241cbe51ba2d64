"""
From what a person types after `downgrade` to what is to be undone.

Responsible for the meaning of every selector when one moves down, where `base` is somewhere to go and a branch
says which side of a fork goes.  Does not know what is applied beyond the heads it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck import dag
from limbeck.history import puzzled
from limbeck.history.resolve import (
    NOWHERE,
    branch_lineage,
    branch_root,
    check_known,
    read,
    single,
    standing,
    walk_steps,
)
from limbeck.values import dataclass

if TYPE_CHECKING:
    from limbeck.history.history import History
    from limbeck.history.selector import Selector


@dataclass(frozen=True, slots=True)
class Downgrade:
    """How far to go down: `undo` are the lowest revisions that go, with everything above them.

    `to` are the revisions at which this ends, none for before the first one; it is for people, a plan needs
    only `undo`.
    """

    to: frozenset[str]
    undo: frozenset[str]


def resolve_downgrade(history: History, text: str, heads: frozenset[str] = NOWHERE) -> Downgrade:
    """What `text` means as the target of a downgrade of a database that holds `heads`.

    An id goes down to it on all branches that fork there, `branch@id` on one of them; `base` undoes
    everything, `branch@base` one branch with all that requires it; `-2` and `branch@-2` undo the last two along
    the line on which the database stands; `ae10-2` is the same as the id of the revision two below ae10.

    Raises what `resolve` raises; NotReachable, too, when the target is not applied.
    """
    check_known(history, heads)
    selector = read(history, text)
    if selector.is_relative:
        return _last_steps(history, selector, heads)
    target = _target(history, selector, heads)
    if target is not None and target not in history.closure(heads):
        raise puzzled.not_applied(history, target, heads)
    undo = history.bases if target is None else frozenset(history.children(target))
    if selector.branch:
        undo = _on_line(history, undo, branch_root(history, selector.branch))
    return Downgrade(frozenset() if target is None else frozenset([target]), undo)


def _last_steps(history: History, selector: Selector, heads: frozenset[str]) -> Downgrade:
    """Undo so many along one line; only the last of them may be a merge, which leaves what it joined."""
    if selector.steps > 0:
        raise puzzled.upward(selector.text)
    top = _top(history, selector, heads)
    lowest = walk_steps(history, top, selector._replace(steps=selector.steps + 1))
    if lowest is None:
        done = 0 if top is None else -selector.steps - 1
        raise puzzled.overstepped(history, top, selector.text, done)
    return Downgrade(frozenset(history.parents(lowest)), frozenset([lowest]))


def _top(history: History, selector: Selector, heads: frozenset[str]) -> str | None:
    """The one revision from which steps down are counted; None when nothing is applied.

    On a branch that is only applied because another requires it, this is the end of what is applied of it.  A
    branch of which nothing is applied but what lies below other branches, too, has no such revision.
    """
    if not selector.branch:
        return standing(history, selector, heads)
    applied = history.closure(heads)
    on_branch = branch_lineage(history, selector.branch)
    ends = heads & on_branch or frozenset(
        id for id in applied & on_branch if not applied.intersection(history.children(id))
    )
    if len(ends) > 1:
        raise puzzled.several_current(history, ends, selector)
    if not ends and heads:
        raise puzzled.branch_not_applied(history, selector, heads)
    return next(iter(ends), None)


def _target(history: History, selector: Selector, heads: frozenset[str]) -> str | None:
    start = single(history, selector, heads)
    if not selector.steps:
        return start
    line = branch_lineage(history, selector.branch) if selector.branch else None
    return walk_steps(history, start, selector, line)


def _on_line(history: History, starts: frozenset[str], line: str) -> frozenset[str]:
    """Those of `starts` that lead up to `line`; when none does, those that it leads up to."""
    if len(starts) < 2:
        return starts
    ancestors = dag.reachable([line], history.parents)
    descendants = dag.reachable([line], history.children)
    return starts & ancestors or starts & descendants
