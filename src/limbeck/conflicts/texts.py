"""
What only a server reads, or keeps in words of its own: programs, views of all columns, defaults.

Responsible for what one side makes and the other changes under it.  Does not parse SQL: what names the same words may
be about the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from limbeck.conflicts.deeds import Deed, flat
from limbeck.conflicts.model import Rules, shows_all
from limbeck.conflicts.naming import things
from limbeck.conflicts.verdict import Clash, Kind
from limbeck.operations import (
    ANYTHING,
    UNCHANGED,
    AddColumn,
    AlterColumn,
    CreateObject,
    DropColumn,
    ReplaceObject,
)
from limbeck.schema import Default, Policy, Routine, Trigger, View
from limbeck.schema.mentions import mentions

if TYPE_CHECKING:
    from limbeck.conflicts.orders import Sides
    from limbeck.operations import Operation


def defaults(sides: Sides, rules: Rules) -> Iterator[Clash]:
    """PostgreSQL keeps a default as an expression of the type that the column has when it is set."""
    if rules.dialect != "postgresql":
        return
    for one in sides[0]:
        for other in sides[1]:
            for a in flat(one.operation):
                for b in flat(other.operation):
                    if _type_and_default(a, b) or _type_and_default(b, a):
                        why = "a default is kept as an expression of the type that the column has when it is set"
                        yield Clash(Kind.CONFLICT, things(one, other), why, one, other)


def _type_and_default(one: Operation, other: Operation) -> bool:
    if not isinstance(one, AlterColumn) or not isinstance(other, AlterColumn):
        return False
    if (one.table, one.column) != (other.table, other.column):
        return False
    return one.type is not UNCHANGED and isinstance(other.default, Default)


def programs(sides: Sides, rules: Rules) -> Iterator[Clash]:
    """Programs that one side makes and that name what the other side changes."""
    for number, (makers, changers) in enumerate((sides, sides[::-1])):
        for maker in makers:
            for item in _made(maker):
                for changer in changers:
                    met = _meeting(item, changer, rules)
                    if met is None:
                        continue
                    kind, what, why = met
                    pair = (maker, changer) if number == 0 else (changer, maker)
                    yield Clash(kind, what, why, *pair)


def _made(deed: Deed) -> Iterator[View | Routine | Trigger | Policy]:
    for operation in flat(deed.operation):
        item = getattr(operation, "object", None) if isinstance(operation, CreateObject) else None
        if isinstance(operation, ReplaceObject):
            item = operation.after
        if isinstance(item, (View, Routine, Trigger, Policy)):
            yield item


def _words(item: Routine | Trigger | Policy) -> frozenset[str]:
    """The words of a program, those in its strings included: its body may be one."""
    texts = [getattr(item, name, None) for name in ("definition", "arguments", "using", "check")]
    texts.append(str(getattr(item, "table", "")))
    return frozenset(word for text in texts for word in re.findall(r"\w+", (text or "").lower()))


def _meeting(
    item: View | Routine | Trigger | Policy, changer: Deed, rules: Rules
) -> tuple[Kind, str, str] | None:
    for operation in flat(changer.operation):
        if isinstance(item, View):
            if _changes_columns_of(item, operation) and rules.dialect != "sqlite":
                why = f"{item.key} shows all columns that there are when it is made"
                return Kind.CONFLICT, str(item.key), why
            continue
        words = _words(item)
        for name in sorted(operation.touches.writes - {ANYTHING}):
            parts = name.split(" ")[-1].split(".")
            if str(item.key) != name and words.issuperset(part.lower() for part in parts[-2:]):
                why = f"its text names {name}, which the other side changes"
                return Kind.UNKNOWN, str(item.key), why
    return None


def _changes_columns_of(view: View, operation: Operation) -> bool:
    if not isinstance(operation, (AddColumn, DropColumn, AlterColumn)):
        return False
    return shows_all(view) and mentions(view.sql, operation.table.name)
