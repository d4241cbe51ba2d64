"""
An order to merge branches in.

Responsible for who comes first, by what is known of each two.  Pure; does not know how that was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.guard.open_branches import Collision, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from limbeck.actions.guard.open_branches import Open


def suggested(branches: Iterable[Open], collisions: Sequence[Collision]) -> tuple[Place, ...]:
    """The branches in an order to merge them in.

    One that must come before another does; then those that are in nobody's way, those that only have to be put behind
    what was merged before, and last those that somebody has to change; the older first.
    """
    left = {one.name: one for one in branches}
    grave = {name: int(one.main is not None and one.main.grave) for name, one in left.items()}
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
        name = min(free, key=lambda one: (grave[one], left[one].main is not None, len(others[one]), left[one].ref.date, one))  # fmt: skip
        why = _why(left.pop(name), after[name] & done, others[name] & done, grave[name])
        found.append(Place(name, why))
        done.add(name)
    return tuple(found)


def _why(branch: Open, needs: set[str], met: set[str], grave: int) -> str:
    main = branch.main
    if grave:
        return f"somebody has to change something: it is at odds with {_odds(main, grave)}"
    if main is not None and main.judged is not None and main.judged.first == branch.name:
        return f"merge: it must run before what {main.right} has more"
    if needs:
        return f"must come after {', '.join(sorted(needs))}"
    if main is not None:
        return f"rebase or merge: {main.right} has gone on"
    return "rebase or merge behind the ones above" if met else "nothing is in its way"


def _odds(main: Collision | None, grave: int) -> str:
    names = [main.right] if main is not None and main.grave else []
    others = grave - len(names)
    if others:
        names.append(f"{others} other{'s' if others > 1 else ''}")
    return " and ".join(names)
