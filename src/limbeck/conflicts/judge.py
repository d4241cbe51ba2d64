"""
The verdict.

Responsible for putting together what both orders lead to on a model, what both sides do to rows, and what is not known.
Does not know where the sides come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.conflicts.effects import Effect, effects
from limbeck.conflicts.model import Followed, Model, Rules, follow
from limbeck.conflicts.naming import things
from limbeck.conflicts.orders import Sides, structure
from limbeck.conflicts.rows import meet
from limbeck.conflicts.same import same
from limbeck.conflicts.texts import defaults, programs
from limbeck.conflicts.verdict import Clash, Kind, Verdict

if TYPE_CHECKING:
    from limbeck.conflicts.deeds import Deed


def judge(model: Model, left: Sequence[Deed], right: Sequence[Deed], rules: Rules) -> Verdict:
    """What `left` and `right` do to each other, from the schema of `model` on."""
    alone = follow(left, model, rules), follow(right, model, rules)
    known = model.known.with_state(alone[0].model.state).with_state(alone[1].model.state)
    model = replace(model, known=known)
    alone = follow(left, model, rules), follow(right, model, rules)
    found = list(structure(model, (left, right), alone, rules))
    data = list(_data(model, (left, right), rules))
    if Verdict.of(found).kind is Kind.ORDERED:
        # There is but one order, whatever it does to rows.
        data = [clash for clash in data if clash.kind is Kind.ORDERED]
    return Verdict.of(
        [
            *_unknown((left, right), alone),
            *found,
            *data,
            *programs((left, right), rules),
            *defaults((left, right), rules),
        ]
    )


def _unknown(sides: Sides, alone: tuple[Followed, Followed]) -> Iterator[Clash]:
    for number, deeds in enumerate(sides):
        refused = {one.deed: one.why for one in alone[number].refused}
        for deed in deeds:
            why = deed.unknown or (
                f"it does not fit what is known: {refused[deed]}" if deed in refused else ""
            )
            if not why:
                continue
            if number == 0:
                yield Clash(Kind.UNKNOWN, deed.text, why, left=deed)
            else:
                yield Clash(Kind.UNKNOWN, deed.text, why, right=deed)


def _data(model: Model, sides: Sides, rules: Rules) -> Iterator[Clash]:
    """What both sides do to the same rows."""
    left, right = (_with_effects(deeds, model, rules) for deeds in sides)
    # A table that both sides make is not there at the ancestor: what is known of it, one of them knows.
    state = model.state
    for one, ours in left:
        for other, theirs in right:
            if one.rows and other.rows and same(one, other) and _writes(one):
                yield Clash(
                    Kind.TWICE, things(one, other), "both sides run the same statement", one, other
                )
                continue
            for mine in ours:
                for effect in theirs:
                    met = meet(mine, effect, state)
                    if met is not None:
                        yield Clash(met.kind, met.what, met.why, one, other, met.first)


def _writes(deed: Deed) -> bool:
    return any(use.verb != "read" for use in deed.rows)


def _with_effects(
    deeds: Sequence[Deed], model: Model, rules: Rules
) -> list[tuple[Deed, tuple[Effect, ...]]]:
    found = []
    for deed in deeds:
        effect = effects(deed, model.state)
        if effect and not deed.unknown:
            found.append((deed, effect))
        model = follow([deed], model, rules).model
    return found
