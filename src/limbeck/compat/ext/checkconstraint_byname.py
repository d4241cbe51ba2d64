"""
Named CHECK constraints, for those who ask for them.

Responsible for checks that one side has by name and the other has not.  What two of one name say is compared only by
dialects that override `compare_check_constraint`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.compat.autogenerate.compare.parts import Parts, changed, counterparts
from limbeck.compat.util import PriorityDispatchResult
from limbeck.database import convert

if TYPE_CHECKING:
    from limbeck.compat.autogenerate.context import AutogenContext
    from limbeck.compat.operations import ops
    from limbeck.compat.runtime.plugins import Plugin


def _compare_check_constraints(
    autogen_context: AutogenContext,
    modify_table_ops: ops.ModifyTableOps,
    schema: str | None,
    tname: str,
    conn_table: sa.Table | None,
    metadata_table: sa.Table | None,
) -> PriorityDispatchResult:
    """Checks by name; those of the models that have none are not looked at."""
    if (
        conn_table is None
        or metadata_table is None
        or "check_constraints" in autogen_context.unreported
    ):
        return PriorityDispatchResult.CONTINUE
    parts = Parts(autogen_context, modify_table_ops, schema, tname)
    dialect = autogen_context.dialect
    found = [
        item
        for item in conn_table.constraints
        if isinstance(item, sa.CheckConstraint) and parts.named(item, "check_constraint")
    ]
    wanted = [
        made.origin
        for made in convert.constraints(metadata_table, dialect)
        if isinstance(made.origin, sa.CheckConstraint) and made.name is not None
    ]
    for before, after in counterparts(found, wanted, dialect):
        changed(before, after, parts)
    return PriorityDispatchResult.CONTINUE


def setup(plugin: Plugin) -> None:
    """Take part in autogenerate."""
    plugin.add_autogenerate_comparator(_compare_check_constraints, "table", "checkconstraints")
