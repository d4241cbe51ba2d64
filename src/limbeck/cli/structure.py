"""
Schemas, for people and for programs.

Responsible for the JSON of tables and objects, and for what is said of a revision whose schema is not certain.  Does not
know verbs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limbeck.actions.replay import Replayed
    from limbeck.cli.call import Call
    from limbeck.schema import Column, SchemaState, Table


def say_unknown(found: Replayed | None, call: Call) -> None:
    """What of a replay could not be known in memory, and who was asked instead."""
    if found is None:
        return
    for one in found.opaque if not found.scratch else ():
        line = f", line {one.line}" if one.line else ""
        first = one.what.strip().partition("\n")[0]
        call.output.remark(f"not known: revision {one.revision}{line}: {first}: {one.why}")
    if found.scratch:
        call.output.remark(f"asked: {found.scratch}")


def document(state: SchemaState) -> dict[str, object]:
    """Tables and objects, for programs."""
    from limbeck.diff import describe
    from limbeck.operations import CreateObject

    return {
        "tables": [_table(table) for table in state],
        "objects": [
            {
                "kind": key.kind,
                "name": key.name.name,
                "schema": key.name.schema,
                "text": describe(CreateObject(item)),
            }
            for key, item in state.objects.items()
        ],
    }


def _table(table: Table) -> dict[str, object]:
    from limbeck.diff.describe import described_part

    return {
        "name": table.name.name,
        "schema": table.name.schema,
        "columns": [_column(column) for column in table.columns],
        "constraints": sorted(described_part(item) for item in table.constraints),
        "indexes": sorted(described_part(index) for index in table.indexes),
        "comment": table.comment,
    }


def _column(column: Column) -> dict[str, object]:
    from limbeck.diff.describe import described_column

    return {
        "name": column.name,
        "type": column.type.sql,
        "nullable": column.nullable,
        "definition": described_column(column),
        "comment": column.comment,
    }
