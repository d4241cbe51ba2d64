"""
What could not be found out, taken for equal and named.

Responsible for the difference between what is certain without a server (a column more, another length, NOT NULL) and
what only looks different (a text that the server would print in other words).  Does not know why it was not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from limbeck.database.normalise.certain import knows_condition, knows_default, knows_type
from limbeck.database.scratch.needs import Owner
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Default,
    Exclude,
    Index,
    Key,
    SchemaState,
    Table,
)
from limbeck.schema.mentions import mentions

if TYPE_CHECKING:
    from limbeck.database.normalise import Facts


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Something of which nobody knows whether it is the same on both sides, and the reason."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


def settled(
    have: SchemaState,
    want: SchemaState,
    failed: Mapping[Owner, str],
    facts: Facts,
    *,
    asked: bool = True,
) -> tuple[SchemaState, list[NotCompared]]:
    """The wanted side, as the other one where it failed to be asked and only a text differs.

    What the other side does not have at all is missing for certain: it is named only where a server was `asked`, and
    refused it.
    """
    if not failed:
        return want, []
    notes: list[NotCompared] = []
    tables = {owner.name: why for owner, why in failed.items() if not isinstance(owner, Key)}
    done = []
    for table in want:
        why = failed.get(table.name) or tables.get(table.name.name)
        if why is not None and table.name in have and have[table.name] != table:
            settler = _Settler(have[table.name], facts)
            done.append(settler.table(table))
            notes += [NotCompared(what, why) for what in settler.doubts]
        else:
            done.append(table)
    items = dict(want.objects)
    for key, why in failed.items():
        if not isinstance(key, Key):
            continue
        alike = [
            other
            for other in have.objects
            if (other.kind, other.name.name) == (key.kind, key.name.name)
        ]
        if alike:
            items = {
                k: item
                for k, item in items.items()
                if (k.kind, k.name.name) != (key.kind, key.name.name)
            }
            items |= {other: have.objects[other] for other in alike}
        if alike or asked:
            notes.append(NotCompared(str(key), why))
    return SchemaState(done, items.values()), notes


class _Settler:
    """Takes the other side's text for one table, and remembers where."""

    def __init__(self, have: Table, facts: Facts) -> None:
        self.have = have
        self.facts = facts
        self.doubts: list[str] = []
        self.types: dict[str, str] = {}

    def table(self, want: Table) -> Table:
        self.types = {column.name: column.type.sql for column in want.columns}
        return replace(
            want,
            columns=tuple(self.column(column) for column in want.columns),
            constraints=self.constraints(want),
            indexes=tuple(self.index(index) for index in want.indexes),
        )

    def doubt(self, what: str) -> None:
        self.doubts.append(f"{what} of table {self.have.name}")

    def column(self, want: Column) -> Column:
        if want.name not in self.have:
            return want
        have = self.have[want.name]
        type = want.type
        if type != have.type and not knows_type(type.sql, self.facts):
            self.doubt(f"type {type.sql} of column {want.name}")
            type = replace(have.type, origin=type.origin)
        default = want.default
        if (
            isinstance(default, Default)
            and isinstance(have.default, Default)
            and default != have.default
        ):
            if not knows_default(default.sql, type.sql, self.facts):
                self.doubt(f"default {default.sql} of column {want.name}")
                default = replace(have.default, origin=default.origin)
        elif (
            isinstance(default, Computed)
            and isinstance(have.default, Computed)
            and default != have.default
        ):
            self.doubt(f"expression {default.sql} of column {want.name}")
            default = replace(have.default, origin=default.origin)
        return replace(want, type=type, default=default)

    def constraints(self, want: Table) -> tuple[Constraint, ...]:
        equal = set(want.constraints) & set(self.have.constraints)
        others = [item for item in self.have.constraints if item not in equal]
        return tuple(
            self.constraint(item, others) if item not in equal else item
            for item in want.constraints
        )

    def constraint(self, want: Constraint, others: list[Constraint]) -> Constraint:
        if not isinstance(want, (Check, Exclude)):
            return want
        if isinstance(want, Check) and knows_condition(want.sql, self.types, self.facts):
            return want
        alike = [item for item in others if type(item) is type(want)]
        # One without a name can be any of them.
        twin = next((item for item in alike if item.name == want.name), None)
        if twin is None and want.name is None and alike:
            twin = alike[0]
        if twin is None or self.is_outdated(twin):
            return want
        others.remove(twin)
        self.doubt(f"condition of {want.name or 'a check'}")
        return twin

    def is_outdated(self, twin: Check | Exclude) -> bool:
        """Whether it names a column that is no more."""
        text = twin.sql if isinstance(twin, Check) else repr(twin.elements)
        gone = (column.name for column in self.have.columns if column.name not in self.types)
        return any(mentions(text, name) for name in gone)

    def index(self, want: Index) -> Index:
        twin = next((index for index in self.have.indexes if index.name == want.name), None)
        if twin is None or twin == want or twin.unique != want.unique:
            return want
        if len(twin.elements) != len(want.elements):
            return want
        texts = ("postgresql_where", "sqlite_where")
        plain = {name for name, _ in (*want.options, *twin.options)} - set(texts)
        if any(dict(want.options).get(name) != dict(twin.options).get(name) for name in plain):
            return want
        self.doubt(f"expressions of index {want.name}")
        return replace(twin, origin=want.origin)
