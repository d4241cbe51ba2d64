"""
Names of constraints that nobody has given.

Responsible for treating them as what they are: whatever the constraint is called in the database is right, so that a
table that was renamed once does not differ for ever.  Does not know which name a server would choose.
"""

from __future__ import annotations

from dataclasses import replace

from limbeck.schema import Table
from limbeck.schema.objects import Constraint


def adopted(table: Table, other: Table) -> Table:
    """The table whose nameless constraints are called as the same ones in `other`."""
    if all(item.name is not None for item in table.constraints):
        return table
    explicit = {item.name for item in table.constraints if item.name is not None}
    free = [
        item for item in other.constraints if item.name is not None and item.name not in explicit
    ]
    constraints: list[Constraint] = []
    for item in table.constraints:
        twin = None
        if item.name is None:
            twin = next((known for known in free if _nameless(known) == item), None)
        if twin is None:
            constraints.append(item)
            continue
        free.remove(twin)
        # Not the author's own object any more: that one would be made without a name.
        constraints.append(replace(item, name=twin.name, origin=None))
    return replace(table, constraints=tuple(constraints))


def as_declared(table: Table, model: Table) -> Table:
    """A table that a server has named all constraints of, with those nameless again that are so in the model."""
    explicit = {item.name for item in model.constraints}
    if None not in explicit:
        return table
    return replace(
        table,
        constraints=tuple(
            item if item.name in explicit else _nameless(item) for item in table.constraints
        ),
    )


def _nameless(item: Constraint) -> Constraint:
    return replace(item, name=None)
