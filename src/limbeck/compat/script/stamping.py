"""
What a stamp does to the heads.

Responsible for the steps from the heads that a database has to those that somebody says it has.  Does not write them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limbeck.compat import util
from limbeck.compat.runtime.steps import StampStep

if TYPE_CHECKING:
    from limbeck.compat.script.revision import Revision, RevisionMap


def steps(map_: RevisionMap, revision: Any, heads: Any) -> list[StampStep]:
    """The steps that lead from `heads` to `revision`: one name, or several, or `base`."""
    present = [one for one in map_.get_revisions(heads) if one is not None]
    wanted = revision or "base"
    moved: dict[str, Revision] = {}
    for name in util.to_tuple(wanted):
        for one in map_.filter_for_lineage(present, name, include_dependencies=True):
            moved[one.revision] = one
    found: list[StampStep] = []
    for target in map_.get_revisions(wanted) or (None,):
        if target is None:
            found += [_gone(map_, id) for id in moved]
        elif target.revision not in moved:
            found.append(_to(map_, target, moved))
    return found


def _gone(map_: RevisionMap, id: str) -> StampStep:
    return StampStep(id, None, is_upgrade=False, branch_move=True, revision_map=map_)


def _to(map_: RevisionMap, target: Revision, moved: dict[str, Revision]) -> StampStep:
    above = {one.revision for one in map_._get_descendant_nodes([target])}
    below = {one.revision for one in map_._get_ancestor_nodes([target])}
    down = tuple(id for id in moved if id in above)
    up = tuple(id for id in moved if id in below)
    if down:
        return StampStep(
            down, target.revision, is_upgrade=False, branch_move=False, revision_map=map_
        )
    if up:
        return StampStep(up, target.revision, is_upgrade=True, branch_move=False, revision_map=map_)
    return StampStep((), target.revision, is_upgrade=True, branch_move=True, revision_map=map_)
