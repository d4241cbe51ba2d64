"""
Both orders, carried out on a model of the schema.

Responsible for what is refused in one order, for what is other in the end, and for putting it down to a deed of each
side.  Does not know rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.conflicts.deeds import Deed, flat
from limbeck.conflicts.loss import throws_away
from limbeck.conflicts.model import Followed, Model, Refused, Rules, after, follow
from limbeck.conflicts.naming import meets, names_of, things
from limbeck.conflicts.same import same, same_thing
from limbeck.conflicts.unsound import Lack, unsound
from limbeck.conflicts.verdict import Clash, Kind, Side
from limbeck.diff import describe, diff
from limbeck.operations import ANYTHING
from limbeck.schema import Enum
from limbeck.schema.mentions import mentions

if TYPE_CHECKING:
    from limbeck.operations import Operation
    from limbeck.schema import SchemaState

_MOST = 12  # refusals that are put down to a deed of the other side, one by one
Sides = tuple[Sequence[Deed], Sequence[Deed]]


def structure(
    model: Model, sides: Sides, alone: tuple[Followed, Followed], rules: Rules
) -> Iterator[Clash]:
    """Both orders on the model."""
    left, right = sides
    both = (
        follow(right, replace(alone[0].model, known=model.known), rules),
        follow(left, replace(alone[1].model, known=model.known), rules),
    )
    hopeless = {one.deed for each in alone for one in each.refused}
    second = [one for one in both[0].refused if one.deed not in hopeless]
    first = [one for one in both[1].refused if one.deed not in hopeless]
    pairs: dict[tuple[Deed, Deed], list[tuple[Side, str]]] = {}
    for number, refused, deeds, others in ((1, second, right, left), (0, first, left, right)):
        for one in refused[:_MOST]:
            culprit = _culprit(one, deeds, others, model, rules)
            pair = (culprit, one.deed) if number == 1 else (one.deed, culprit)
            pairs.setdefault(pair, []).append((1 if number == 1 else 0, one.why))
    for (mine, theirs), refusals in pairs.items():
        yield _refused(mine, theirs, refusals)
    yield from _broken(
        model,
        alone,
        [one for one, late in zip(both, (second, first), strict=True) if not late],
        rules,
        sides,
    )
    if not second and not first and not hopeless:
        yield from _different(both[0].model.state, both[1].model.state, sides)
        yield from _same_twice(sides)


def _broken(
    model: Model,
    alone: tuple[Followed, Followed],
    ends: Sequence[Followed],
    rules: Rules,
    sides: Sides,
) -> Iterator[Clash]:
    """What refers to nothing after an order that works, and is neither side's own doing."""
    own = frozenset[Lack]().union(
        *(_lacks(one, model, rules) for one in (model, alone[0].model, alone[1].model))
    )
    for lack in dict.fromkeys(
        lack for one in ends for lack in sorted(_lacks(one.model, model, rules) - own)
    ):
        left, right = (_said_in(lack.text, deeds) for deeds in sides)
        yield Clash(Kind.CONFLICT, "", lack.text, left, right)


def _lacks(one: Model, model: Model, rules: Rules) -> frozenset[Lack]:
    return unsound(one.state, model.known, rules.dialect)


def _said_in(text: str, deeds: Sequence[Deed]) -> Deed | None:
    """The deed of which most names stand in a text."""
    words = set(re.findall(r"\w+", text))

    def score(deed: Deed) -> int:
        return len(words & {part for name in names_of(deed) for part in re.findall(r"\w+", name)})

    best = max(deeds, key=score, default=None)
    return best if best is not None and score(best) else None


def _refused(left: Deed, right: Deed, refusals: list[tuple[Side, str]]) -> Clash:
    """The clash of two deeds of which one, or each, is refused behind the other."""
    late = {side for side, _ in refusals}
    why = "; ".join(dict.fromkeys(why for _, why in refusals))
    what = things(left, right)
    if len(late) == 2:
        kind = Kind.TWICE if same(left, right) or same_thing(left, right) else Kind.CONFLICT
        return Clash(kind, what, why, left, right)
    (behind,) = late
    early, dropping = (left, right) if behind == 0 else (right, left)
    if not throws_away(dropping, early):
        return Clash(Kind.ORDERED, what, why, left, right, first=behind)
    why += f"; in the order that works, the other side throws it away: {dropping.text}"
    return Clash(Kind.ORDERED, what, why, left, right, first=behind, lost=True)


def _culprit(
    refused: Refused, deeds: Sequence[Deed], others: Sequence[Deed], model: Model, rules: Rules
) -> Deed:
    """The first deed of the other side behind which the refused one is refused."""
    before = deeds[: deeds.index(refused.deed)]
    reached = model
    for other in others:
        found = follow([other], reached, rules)
        reached = found.model
        start = follow(before, reached, rules).model
        if isinstance(after(refused.deed, start, rules), str):
            return other
    return others[-1]


def _different(one: SchemaState, other: SchemaState, sides: Sides) -> Iterator[Clash]:
    """Both orders work, and lead elsewhere."""
    for operation in diff(one, other).operations:
        left, right = (_about(operation, deeds) for deeds in sides)
        why = f"the order decides; when the second side comes first, what remains to be done is: {describe(operation)}"
        yield Clash(Kind.CONFLICT, _named(operation), why, left, right)
    yield from _other_values(one, other, sides)


def _other_values(one: SchemaState, other: SchemaState, sides: Sides) -> Iterator[Clash]:
    """Enums with the same values in another order."""
    for key, item in one.objects.items():
        found = other.objects.get(key)
        if not isinstance(item, Enum) or not isinstance(found, Enum):
            continue
        if item.values != found.values and set(item.values) == set(found.values):
            left, right = (_with_word(key.name.name, deeds) for deeds in sides)
            values = f"{', '.join(item.values)}, or {', '.join(found.values)}"
            why = f"the order decides in which order its values stand: {values}"
            yield Clash(Kind.CONFLICT, str(key), why, left, right)


def _named(operation: Operation) -> str:
    touches = operation.touches
    return ", ".join(sorted(touches.writes - {ANYTHING})) or describe(operation)


def _about(operation: Operation, deeds: Sequence[Deed]) -> Deed | None:
    names = operation.touches.writes
    for deed in deeds:
        if any(meets(a, b) for a in names for b in names_of(deed)):
            return deed
    return None


def _with_word(word: str, deeds: Sequence[Deed]) -> Deed | None:
    return next((deed for deed in deeds if any(mentions(n, word) for n in names_of(deed))), None)


def _same_twice(sides: Sides) -> Iterator[Clash]:
    """The same said by both, which does no harm."""
    for one in sides[0]:
        for other in sides[1]:
            if not one.rows and not one.unknown and flat(one.operation) and same(one, other):
                why = "both sides do the same, and the second one changes nothing"
                yield Clash(Kind.TWICE, things(one, other), why, one, other)
