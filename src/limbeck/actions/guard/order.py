"""
An order to merge branches in.

Responsible for who comes first, by what is known of each two.  Pure; does not know how that was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.guard.open_branches import Collision, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def suggested(
    branches: Iterable[tuple[str, str, bool]], collisions: Sequence[Collision]
) -> tuple[Place, ...]:
    """The branches, given as name, date and whether the main branch is in their way, in an order to merge them in.

    One that must come before another does; then those that are in nobody's way, those that only have to be put behind
    what was merged before, and last those that somebody has to change; the older first.
    """
    left = {name: (date, behind) for name, date, behind in branches}
    grave = dict.fromkeys(left, 0)
    after: dict[str, set[str]] = {name: set() for name in left}
    others: dict[str, set[str]] = {name: set() for name in left}
    for one in collisions:
        for name in (one.left, one.right) if one.grave else ():
            grave[name] += 1
        others[one.left].add(one.right)
        others[one.right].add(one.left)
        if one.judged is not None and one.judged.first:
            second = one.right if one.judged.first == one.left else one.left
            after[second].add(one.judged.first)
    found: list[Place] = []
    done: set[str] = set()
    while left:
        free = [name for name in left if not after[name] & left.keys()] or list(left)
        name = min(free, key=lambda one: (grave[one], left[one][1], len(others[one]), left[one][0], one))  # fmt: skip
        _, behind = left.pop(name)
        why = _why(behind, after[name] & done, others[name] & done, grave[name])
        found.append(Place(name, why))
        done.add(name)
    return tuple(found)


def _why(behind: bool, needs: set[str], met: set[str], grave: int) -> str:
    if grave:
        return f"somebody has to change something: it is at odds with {grave} other{'s' if grave > 1 else ''}"  # fmt: skip
    if needs:
        return f"must come after {', '.join(sorted(needs))}"
    if behind:
        return "rebase or merge: the main branch has gone on"
    return "rebase or merge behind the ones above" if met else "nothing is in its way"
