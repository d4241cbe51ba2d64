"""
Names for constraints that neither the models nor the database call anything.

Responsible for naming what will be added to a table that is there: as the server has called it in the scratch
database, or, where that name is taken, by the next number.  A constraint that was added without a name could not be
dropped again by the revision that added it.  Does not know how servers choose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from limbeck.schema import Check, ForeignKey, Index, SchemaState, Table, TableName
from limbeck.schema.objects import Constraint

_NUMBERED = re.compile(r"(.*?)(_?)(\d*)", re.DOTALL)


def called(want: SchemaState, said: Mapping[TableName, Table], have: SchemaState) -> SchemaState:
    """The wanted side with names, in tables that `have` has and of which a server `said` what they are like."""
    tables = [
        _called(table, said[table.name], have[table.name])
        if table.name in said and table.name in have
        else table
        for table in want
    ]
    return SchemaState(tables, want.objects.values())


def _called(table: Table, said: Table, have: Table) -> Table:
    if all(item.name is not None for item in table.constraints):
        return table
    parts: list[Constraint | Index] = [*table.constraints, *table.indexes]
    parts += [*have.constraints, *have.indexes]
    taken = {part.name for part in parts if part.name is not None}
    found: list[Constraint] = []
    for item in table.constraints:
        twin = next(
            (other for other in said.constraints if replace(other, name=None) == item), None
        )
        if twin is None or twin.name is None:
            found.append(item)
            continue
        name = _free(twin.name, taken, numbered=isinstance(item, (Check, ForeignKey)))
        taken.add(name)
        # Not the author's own object any more: that one would be made without a name.
        found.append(replace(item, name=name, origin=None))
    return replace(table, constraints=tuple(found))


def _free(name: str, taken: set[str], *, numbered: bool) -> str:
    """The name, with the next number behind it that nothing has; keys are numbered from 2 on."""
    if name not in taken:
        return name
    match = _NUMBERED.fullmatch(name) if numbered else None
    stem, line, digits = match.groups() if match else (name, "_", "")
    number = int(digits or 1)
    while f"{stem}{line}{number}" in taken or number == 1:
        number += 1
    return f"{stem}{line}{number}"
