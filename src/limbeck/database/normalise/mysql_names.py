"""
The names that MySQL and MariaDB choose for constraints.

Responsible for the names of constraints that have none, in a table of which all constraints are known.  Does not know
which ones there were before: the servers go on counting where they left off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.schema import Check, Constraint, ForeignKey, SchemaState, Table, Unique

if TYPE_CHECKING:
    from limbeck.database.normalise.facts import Facts


def numbered(state: SchemaState, facts: Facts) -> SchemaState:
    """The state with names for all constraints that can have one, as the server would choose them for a new table."""
    return SchemaState([_table(table, facts) for table in state], state.objects.values())


def _table(table: Table, facts: Facts) -> Table:
    if all(item.name is not None for item in table.constraints):
        return table
    parts = (*table.constraints, *table.indexes)
    taken = {item.name.lower() for item in parts if item.name is not None} | {"primary"}
    found: list[Constraint] = []
    for item in table.constraints:
        name = item.name
        if name is None:
            name = next((n for n in _names(table, item, facts) if n.lower() not in taken), None)
        if name is not None:
            taken.add(name.lower())
        found.append(item if name == item.name else replace(item, name=name))
    return replace(table, constraints=tuple(found))


def _names(table: Table, item: Constraint, facts: Facts) -> Iterator[str]:
    """The names that the server tries, one after the other; none for what has no name.

    `make_unique_key_name` and `make_unique_constraint_name` in sql_table.cc of both, InnoDB's for foreign keys.
    """
    if isinstance(item, Unique):
        yield item.columns[0]
        yield from (f"{item.columns[0]}_{number}" for number in count(2))
    elif isinstance(item, ForeignKey):
        yield from (f"{table.name.name}_ibfk_{number}" for number in count(1))
    elif isinstance(item, Check) and facts.dialect == "mysql":
        yield from (f"{table.name.name}_chk_{number}" for number in count(1))
    elif isinstance(item, Check) and not _is_beside(item):
        yield from (f"CONSTRAINT_{number}" for number in count(1))


def _is_beside(item: Check) -> bool:
    """Whether it is a column's own, which for MariaDB has no name."""
    return isinstance(getattr(item.origin, "parent", None), sa.Column)
