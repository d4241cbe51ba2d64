"""
The names that PostgreSQL chooses for constraints.

Responsible for the names of constraints that have none, where it is certain which one the server takes, and for some
that fit where it is not.  Does not know how expressions are printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, count

from limbeck.database.normalise.names import in_order, postgresql_name
from limbeck.database.normalise.postgresql_conditions import columns_in
from limbeck.schema import (
    Constraint,
    Exclude,
    ForeignKey,
    Index,
    PrimaryKey,
    SchemaState,
    Table,
    Unique,
)

Taken = set[tuple[str | None, str]]
"""Schemas and names."""


def named(state: SchemaState) -> SchemaState:
    """The state with the server's names for constraints that have none.

    Where two would want one name the server counts, in an order that is not known here: those stay without a name.
    """
    wanted = Counter((table.name.schema, name) for table in state for name in _wanted(table))
    free = {key for key, number in wanted.items() if number == 1}
    return SchemaState([_named(table, free) for table in state], state.objects.values())


def _wanted(table: Table) -> Iterable[str]:
    yield table.name.name
    for item in (*table.constraints, *table.indexes):
        name = item.name or (None if isinstance(item, Index) else chosen_name(table, item))
        if name is not None:
            yield name


def _named(table: Table, free: Taken) -> Table:
    if all(item.name is not None for item in table.constraints):
        return table
    constraints = []
    for item in table.constraints:
        name = item.name or chosen_name(table, item)
        known = item.name is not None or (name is not None and (table.name.schema, name) in free)
        constraints.append(replace(item, name=name) if known and name != item.name else item)
    return replace(table, constraints=tuple(constraints))


def numbered(state: SchemaState) -> SchemaState:
    """The state with names for all constraints, those of one name counted as the server would for a new table."""
    taken: Taken = {
        (table.name.schema, name)
        for table in state
        for name in (table.name.name, *(i.name for i in (*table.constraints, *table.indexes)))
        if name is not None
    }
    return SchemaState([_numbered(table, taken) for table in state], state.objects.values())


def _numbered(table: Table, taken: Taken) -> Table:
    if all(item.name is not None for item in table.constraints):
        return table
    found: dict[int, str] = {}
    for item in in_order(table.constraints):
        if item.name is not None:
            continue
        name = next((n for n in _names(table, item) if (table.name.schema, n) not in taken), None)
        if name is not None:
            found[id(item)] = name
            taken.add((table.name.schema, name))
    return replace(
        table,
        constraints=tuple(
            replace(item, name=found[id(item)]) if id(item) in found else item
            for item in table.constraints
        ),
    )


def _names(table: Table, item: Constraint) -> Iterator[str]:
    """The names that the server tries, one after the other; none for what is always named by its author.

    A check of which it is not known what it is about gets the name that one about several columns has.
    """
    if isinstance(item, Exclude):
        return
    for number in chain([""], map(str, count(1))):
        name = chosen_name(table, item, number)
        yield name or postgresql_name(table.name.name, (), f"check{number}")


def chosen_name(table: Table, item: Constraint, number: str = "") -> str | None:
    """What the server calls a constraint without a name, as long as nothing else is called so; None: not known."""
    name = table.name.name
    if isinstance(item, PrimaryKey):
        return postgresql_name(name, (), f"pkey{number}")
    if isinstance(item, Unique):
        return postgresql_name(name, item.columns, f"key{number}")
    if isinstance(item, ForeignKey):
        return postgresql_name(name, item.columns, f"fkey{number}")
    if isinstance(item, Exclude):
        return None
    columns = columns_in(item.sql, {column.name: column.type.sql for column in table.columns})
    if columns is None:
        return None
    # Only a condition on one column is called after it.
    return postgresql_name(name, tuple(columns) if len(columns) == 1 else (), f"check{number}")
