"""
From what a person types to revisions: `head`, `base`, `current`, `ae10`, `billing@head`, `+2`, `a:b`.

Responsible for the meaning of every selector when one moves upward, looks, stamps or merges; downward is
`downward.py`.  Does not know a database: where it stands is passed in as `heads`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from limbeck.history import puzzled
from limbeck.history.selector import Selector, parse, parts, split_range

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.history.history import History

NOWHERE: frozenset[str] = frozenset()


def resolve(
    history: History,
    selector: str | Iterable[str],
    heads: frozenset[str] = NOWHERE,
    *,
    looking: bool = False,
) -> frozenset[str]:
    """The ids that `selector` means; none for `base`.

    `selector` is one text, several with commas or spaces between them, or an iterable of texts.  `heads` are
    the ids that the database holds; `current` and relative selectors start there.  With `looking` nothing is to be
    moved: steps may lead down, but have to say from where.

    Raises UnknownRevision, AmbiguousRevision, MultipleHeads (`head`, but there are several) and NotReachable
    (a relative step leads out of the history, or has several ways to go).
    """
    found: set[str] = set()
    for text in [selector] if isinstance(selector, str) else selector:
        if text in history:
            found.add(text)
        else:
            for part in parts(text):
                found |= _resolve_one(history, read(history, part), heads, looking)
    return frozenset(found)


def check_known(history: History, ids: frozenset[str]) -> None:
    """Raises UnknownRevision when a database holds or has applied what the history does not have."""
    if not all(id in history for id in ids):
        raise puzzled.not_in_files(history, ids)


def _resolve_one(
    history: History, selector: Selector, heads: frozenset[str], looking: bool
) -> frozenset[str]:
    if not selector.steps:
        return anchors(history, selector, heads)
    if selector.is_relative:
        if selector.steps < 0 and not looking:
            raise puzzled.downward(selector.text)
        if selector.steps < 0 and not selector.symbol:
            raise puzzled.from_nowhere(selector.text)
        start = standing(history, selector, heads)
    else:
        start = single(history, selector, heads)
    line = branch_lineage(history, selector.branch) if selector.branch else None
    end = walk_steps(history, start, selector, line)
    return frozenset() if end is None else frozenset([end])


def read(history: History, text: str) -> Selector:
    """The parts of `text`, where a label such as `release-2` is not taken for two steps down."""
    selector = parse(text)
    name = selector.text.rpartition("@")[2]
    if selector.steps and (name in history or name in history.labels):
        return selector._replace(symbol=name, steps=0)
    return selector


def anchors(history: History, selector: Selector, heads: frozenset[str]) -> frozenset[str]:
    """The ids that the part of `selector` before any steps means."""
    line = branch_lineage(history, selector.branch) if selector.branch else None
    match selector.symbol:
        case "base":
            return frozenset()
        case "heads":
            return history.real_heads if line is None else history.heads & line
        case "head":
            found = history.heads if line is None else history.heads & line
            if len(found) > 1:
                raise puzzled.multiple_heads(history, found, selector.text)
            return found
        case "current" | "":
            check_known(history, heads)
            return heads if line is None else heads & line
        case name:
            return frozenset([one(history, name, selector, line)])


def one(history: History, name: str, selector: Selector, line: set[str] | None) -> str:
    """The single id that `name` means, on the branch of `selector` if it has one."""
    found = history.named(name)
    on_line = [id for id in found if line is None or id in line]
    if len(on_line) == 1:
        return on_line[0]
    if on_line:
        raise puzzled.ambiguous(history, name, on_line)
    if found:
        raise puzzled.off_branch(history, found, selector.branch)
    raise puzzled.unknown(history, name)


def branch_lineage(history: History, branch: str) -> set[str]:
    """The lines that the revision called `branch` is on; see `History.lineage`."""
    return history.lineage(branch_root(history, branch))


def branch_root(history: History, branch: str) -> str:
    """The revision that a branch is named by: the one with the label, or any at all."""
    found = history.named(branch)
    if len(found) == 1:
        return found[0]
    raise (puzzled.ambiguous(history, branch, found) if found else puzzled.unknown(history, branch))


def single(history: History, selector: Selector, heads: frozenset[str]) -> str | None:
    """The one revision that steps are counted from; None for `base`."""
    found = anchors(history, selector, heads)
    if len(found) > 1:
        raise puzzled.multiple_heads(history, found, selector.text)
    return next(iter(found), None)


def standing(history: History, selector: Selector, heads: frozenset[str]) -> str | None:
    """The one revision at which a database with these heads stands on the branch of `selector`.

    None before the first one.  When no head is on the branch, the applied revisions on it are looked at:
    another branch may require them.
    """
    check_known(history, heads)
    found = heads
    if selector.branch:
        line = branch_lineage(history, selector.branch)
        found = heads & line or history.tips(history.closure(heads) & line)
    if len(found) > 1:
        raise puzzled.several_current(history, found, selector)
    return next(iter(found), None)


def walk_steps(
    history: History,
    start: str | None,
    selector: Selector,
    line: set[str] | None = None,
    stop_at_edge: bool = False,
) -> str | None:
    """`selector.steps` revisions up or down from `start`, by parents; None is the place before the first.

    Where the way up forks, `line` must leave one to choose.  With `stop_at_edge`, a walk past the last
    revision ends there, instead of raising NotReachable.
    """
    at, steps = start, selector.steps
    for done in range(abs(steps)):
        if steps < 0:
            if at is None:
                ways: tuple[str | None, ...] = ()
            else:
                ways = history.parents(at) or (None,)
        else:
            ways = tuple(history.bases) if at is None else history.children(at)
            ways = tuple(way for way in ways if line is None or way in line)
        if len(ways) > 1:
            raise puzzled.fork(history, at, [way for way in ways if way], selector.text)
        if not ways:
            if stop_at_edge:
                return at
            raise puzzled.overstepped(history, start, selector.text, done)
        at = ways[0]
    return at


class Range(NamedTuple):
    """From `lower` up to `upper`, both included; an empty `lower` is the very beginning."""

    lower: frozenset[str]
    upper: frozenset[str]


def resolve_range(history: History, text: str, heads: frozenset[str] = NOWHERE) -> Range:
    """What `a:b`, `:b`, `a:` or a single selector mean to `history -r`; see `History.walk`.

    An empty side is `base` on the left and `heads` on the right; a single selector is itself on both sides.
    Steps without a start are counted from the other side: `-3:current` are the last three up to where the
    database stands, `ae10:+2` two more than ae10.  Down, they follow every line of a merge; they end
    at the edge of the history without complaint.
    A branch on the left (`billing@base:`) keeps only those of the right side that are on it.

    Raises what `resolve` raises.
    """
    sides = split_range(text)
    older, newer = sides if sides is not None else (text, text)
    low, high = read(history, older or "base"), read(history, newer or "heads")
    if not low.symbol and low.steps > 0:
        raise puzzled.inverted(older)
    if not high.symbol and high.steps < 0:
        raise puzzled.inverted(newer)
    if not low.symbol:
        upper = _on_branch(history, low, _side(history, high, heads))
        return Range(_side(history, low, upper), upper)
    lower = _side(history, low, heads)
    upper = _side(history, high, heads if high.symbol else lower)
    return Range(lower, _on_branch(history, low, upper))


def _on_branch(history: History, low: Selector, upper: frozenset[str]) -> frozenset[str]:
    """Those of `upper` that are on the branch that the older side of a range names, if it names one."""
    if not low.branch:
        return upper
    labels = frozenset([low.branch]) & history.labels.keys()
    labels = labels or history.branch_labels(branch_root(history, low.branch))
    return frozenset(id for id in upper if labels & history.branch_labels(id))


def _side(history: History, selector: Selector, heads: frozenset[str]) -> frozenset[str]:
    """One side of a range; steps that lead over the edge stop there."""
    found = anchors(history, selector, heads)
    if selector.steps < 0:
        return _back(history, found, -selector.steps)
    if not selector.steps:
        return found
    line = branch_lineage(history, selector.branch) if selector.branch else None
    starts: frozenset[str | None] = found or frozenset([None])
    ends = {walk_steps(history, id, selector, line, stop_at_edge=True) for id in starts}
    return frozenset(id for id in ends if id is not None)


def _back(history: History, start: frozenset[str], steps: int) -> frozenset[str]:
    """What lies `steps` below `start` on every line that leads there; nothing if all of them end before."""
    at, ended = start, set[str]()
    for _ in range(steps):
        ended |= {id for id in at if not history.parents(id)}
        at = frozenset(parent for id in at for parent in history.parents(id))
    return at | ended if at else frozenset()
