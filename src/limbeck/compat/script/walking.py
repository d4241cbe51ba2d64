"""
Ranges of revisions: which belong to one, and in which order they come.

Responsible for what `RevisionMap.iterate_revisions` gives, relative names included.  Does not change anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from limbeck.compat import util
from limbeck.compat.script.errors import RangeNotAncestorError, RevisionError

if TYPE_CHECKING:
    from limbeck.compat.script.revision import Revision, RevisionMap

_relative_destination = re.compile(r"(?:(.+?)@)?(\w+)?((?:\+|-)\d+)")


class _Relative(NamedTuple):
    """`branch@symbol+steps`, of which only the steps must be there."""

    branch: str | None
    symbol: str | None
    written: str

    @property
    def steps(self) -> int:
        return int(self.written)

    @property
    def too_far(self) -> RevisionError:
        return RevisionError(
            f"Relative revision {self.written} didn't produce {abs(self.steps)} migrations"
        )


def _relative(text: Any) -> _Relative | None:
    found = _relative_destination.fullmatch(text) if isinstance(text, str) else None
    return _Relative(found[1], found[2], found[3]) if found else None


def newest_first(map_: RevisionMap, revisions: Collection[Revision]) -> list[str]:
    """The ids, each before what is below it.

    One line is followed down until it meets something that another line still leads to; then that one is followed.
    """
    wanted = {one.revision: one for one in revisions}
    users = dict.fromkeys(wanted, 0)
    for one in wanted.values():
        for below in one._normalized_down_revisions:
            if below in users:
                users[below] += 1
    places = {id: place for place, id in enumerate(map_._revision_map)}
    ends = sorted((id for id, count in users.items() if not count), key=places.__getitem__)
    result: list[str] = []
    met = set(ends)
    at = 0
    while ends:
        if at >= len(ends):
            at = _free(ends, users)
        id = ends[at]
        if users[id]:
            at += 1
            continue
        result.append(id)
        new = []
        for below in wanted[id]._normalized_down_revisions:
            if below in users:
                users[below] -= 1
                if below not in met:
                    new.append(below)
        met.update(new)
        if new:
            ends[at] = new[0]
            ends.extend(new[1:])
        else:
            del ends[at]
            at = max(at - 1, 0)
    if len(result) < len(wanted):
        raise RevisionError("Dependency resolution failed; some revisions lead to nothing")
    return result


def _free(ends: list[str], users: dict[str, int]) -> int:
    """The first place of a revision to which nothing leads any more."""
    for place, id in enumerate(ends):
        if not users[id]:
            return place
    raise RevisionError(
        f"Dependency resolution failed; these revisions lead to each other: {', '.join(ends)}"
    )


def walk(
    map_: RevisionMap,
    start: str | Revision | None,
    steps: int,
    branch_label: str | None = None,
    *,
    exact: bool = True,
) -> Any:
    """The revision so many steps above (or below) `start`; "base" below the last, None when there are not so many.

    Without `exact` it stops at the end.  RevisionError where the way forks.
    """
    here: Any = map_.get_revision(start) if isinstance(start, str) else start
    for _ in range(abs(steps)):
        if steps > 0:
            choices = _above(map_, here, branch_label)
        else:
            if here == "base" or here is None:
                return None if exact else here
            choices = here._versioned_down_revisions
        if len(choices) > 1:
            raise RevisionError("Ambiguous walk", hint="name the branch: <branch>@...")
        if choices:
            here = map_._one(choices[0])
        elif steps > 0:
            return None if exact else here
        else:
            here = "base"
    return here


def _above(map_: RevisionMap, here: Any, branch_label: str | None) -> list[str]:
    if here is None or here == "base":
        found = list(map_.bases)
    else:
        found = sorted(here.nextrev)
    return list(map_.filter_for_lineage(found, branch_label)) if branch_label else found


# Upwards


def for_upgrade(
    map_: RevisionMap,
    upper: Any,
    lower: Any,
    *,
    inclusive: bool,
    implicit_base: bool,
    exact: bool,
) -> list[Revision]:
    """What lies between `lower` and `upper`, with what that depends on."""
    targets = _upgrade_targets(map_, lower, upper, exact=exact)
    branch = None
    if isinstance(lower, str) and "@" in lower:
        branch = lower.partition("@")[0]
        targets = map_.filter_for_lineage(targets, branch)
    starts = [one for one in _starts(map_, lower) if one is not None]
    map_._refuse_overlaps(starts)
    if starts and not implicit_base:
        targets = _above_some(map_, targets, starts, lower)
    needed = {
        one.revision: one for one in map_._get_ancestor_nodes(targets, check=len(targets) > 1)
    }
    below = {one.revision for one in map_._get_ancestor_nodes(starts)}
    if starts and not implicit_base:
        reached = {one.revision for one in map_._get_descendant_nodes(starts)}
        needed = {id: one for id, one in needed.items() if id in reached}
        below &= reached
    kept = {one.revision for one in starts} if inclusive else set()
    chosen = [one for id, one in needed.items() if id not in below]
    chosen += [map_._one(id) for id in kept if id not in {one.revision for one in chosen}]
    return chosen


def _above_some(
    map_: RevisionMap, targets: tuple[Any, ...], starts: list[Revision], lower: Any
) -> tuple[Any, ...]:
    reached = {one.revision for one in map_._get_descendant_nodes(starts)}
    above = tuple(one for one in targets if one is not None and one.revision in reached)
    if not above:
        shown = [one.revision for one in targets if one is not None]
        raise RangeNotAncestorError(_scalar([one.revision for one in starts]), _scalar(shown))
    return above


def _scalar(ids: list[str]) -> str:
    return ", ".join(ids) or "base"


def _starts(map_: RevisionMap, lower: Any) -> tuple[Any, ...]:
    given = _relative(lower)
    found: tuple[Any, ...]
    if given is None or given.symbol is None:
        found = map_.get_revisions(lower)
    else:
        found = (_from_symbol(map_, given, exact=False),)
    return tuple(None if one == "base" else one for one in dict.fromkeys(found))


def _upgrade_targets(
    map_: RevisionMap, current: Any, target: Any, *, exact: bool
) -> tuple[Any, ...]:
    given = _relative(target)
    if given is None:
        return tuple(dict.fromkeys(one for one in map_.get_revisions(target) if one is not None))
    if given.symbol is not None:
        found = _from_symbol(map_, given, exact=exact)
    else:
        found = walk(map_, _where(map_, current, given), given.steps, given.branch, exact=exact)
        if given.steps < 0 and exact:
            raise given.too_far
    if found is None:
        if exact:
            raise given.too_far
        return ()
    return () if found == "base" else (found,)


def _where(map_: RevisionMap, current: Any, given: _Relative) -> Revision | None:
    """The one revision from which relative steps up are counted."""
    starts = [one for one in map_.get_revisions(current) if one is not None]
    if given.branch:
        on_branch = map_.filter_for_lineage(starts, given.branch)
        if not on_branch:
            # Nothing of the branch itself is applied, but what it forked from.
            active = map_._get_ancestor_nodes(starts)
            on_branch = map_.filter_for_lineage(active, given.branch)
        starts = list(_topmost(map_, on_branch))
    if len(starts) > 1:
        raise RevisionError(
            "Ambiguous upgrade from multiple current revisions", hint="name the branch: <branch>@+1"
        )
    return starts[0] if starts else None


def _topmost(map_: RevisionMap, found: tuple[Revision, ...]) -> tuple[Revision, ...]:
    """Those that are below none of the others."""
    under = map_.under(one.revision for one in found)
    return tuple(one for one in found if one.revision not in under)


def _from_symbol(map_: RevisionMap, given: _Relative, *, exact: bool) -> Any:
    name = f"{given.branch}@{given.symbol}" if given.branch else given.symbol
    start = map_.get_revision(name)
    found = walk(map_, start, given.steps, given.branch if given.steps > 0 else None, exact=exact)
    if found is None and exact:
        raise given.too_far
    return found


# Downwards


def for_downgrade(
    map_: RevisionMap,
    upper: Any,
    lower: Any,
    *,
    inclusive: bool,
    implicit_base: bool,
    exact: bool,
) -> list[Revision]:
    """What has to be undone to get from `upper` to `lower`, with what depends on it."""
    branch, target = _downgrade_target(map_, upper, lower, exact=exact)
    if target == "base":
        target = None
    roots = _roots(map_, target, branch)
    if inclusive and target is not None:
        roots = [target]
    heads = [one for one in map_.get_revisions(upper) if one is not None]
    active = {one.revision: one for one in map_._get_ancestor_nodes(heads)}
    undone = {one.revision for one in map_._get_descendant_nodes(roots)}
    if implicit_base:
        undone |= active.keys() - {one.revision for one in map_._get_ancestor_nodes([target])}
    chosen = [one for id, one in active.items() if id in undone]
    if target is not None and not chosen and target not in heads:
        raise RangeNotAncestorError("Nothing to drop", upper)
    return chosen


def _roots(map_: RevisionMap, target: Any, branch: str | None) -> list[Revision]:
    ids = list(map_.bases) if target is None else sorted(target.nextrev)
    if branch and len(ids) > 1:
        on_branch = map_._resolve_branch(branch)
        line = {
            one.revision
            for one in map_._get_ancestor_nodes([on_branch], include_dependencies=False)
        }
        ids = [id for id in ids if id in line] or list(map_.filter_for_lineage(ids, branch))
    return [map_._one(id) for id in ids]


def _downgrade_target(
    map_: RevisionMap, current: Any, target: Any, *, exact: bool
) -> tuple[str | None, Any]:
    """The branch to which the downgrade is limited, None for none, and where it ends."""
    if target is None:
        return None, None
    given = _relative(target)
    if given is None:
        name = target.rpartition("@")[0] if isinstance(target, str) else ""
        return name or None, map_.get_revision(target)
    if given.symbol is not None:
        return given.branch, _from_symbol(map_, given, exact=exact)
    start, branch = _top(map_, current, given)
    found = walk(map_, start, given.steps, given.branch, exact=exact)
    if (found is None and exact) or given.steps > 0:
        raise given.too_far
    return branch, found


def _top(map_: RevisionMap, current: Any, given: _Relative) -> tuple[Revision | None, str | None]:
    """From where relative steps down are counted, and the line that they are on."""
    heads = [one for one in map_.get_revisions(current) if one is not None]
    if given.branch:
        found = list(map_.filter_for_lineage(heads, given.branch)) or list(
            _ends_on(map_, heads, given.branch)
        )
        if len(found) != 1:
            raise RevisionError("Not a valid downgrade target from current heads")
        return found[0], given.branch
    if len(heads) > 1:
        util.warn(
            "downgrade -1 from multiple heads is ambiguous; this usage will be disallowed in a"
            " future release."
        )
    return (heads[0], heads[0].revision) if heads else (None, None)


def _ends_on(map_: RevisionMap, heads: list[Revision], branch: str) -> list[Revision]:
    active = {one.revision: one for one in map_._get_ancestor_nodes(heads)}
    on_branch = map_.filter_for_lineage(active.values(), branch)
    return [one for one in on_branch if one.nextrev.isdisjoint(active)]
