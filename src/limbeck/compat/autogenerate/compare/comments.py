"""
Comments of tables and columns.

Responsible for what becomes of one that differs.  Does not know databases without comments but by their dialect.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from limbeck.compat.operations import ops
from limbeck.compat.util import PriorityDispatchResult

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.compat.autogenerate.context import AutogenContext
    from limbeck.compat.runtime.plugins import Plugin

log = logging.getLogger("alembic.autogenerate.compare.comments")


def _compare_table_comment(
    autogen_context: AutogenContext,
    modify_table_ops: ops.ModifyTableOps,
    schema: str | None,
    tname: str,
    conn_table: sa.Table | None,
    metadata_table: sa.Table | None,
) -> PriorityDispatchResult:
    """A comment that a table on both sides gets, loses or changes."""
    if (
        conn_table is None
        or metadata_table is None
        or not autogen_context.dialect.supports_comments
    ):
        return PriorityDispatchResult.CONTINUE
    before, after = conn_table.comment or None, metadata_table.comment or None
    if before == after:
        return PriorityDispatchResult.CONTINUE
    if after is not None:
        modify_table_ops.ops.append(
            ops.CreateTableCommentOp(tname, after, existing_comment=before, schema=schema)
        )
    else:
        modify_table_ops.ops.append(
            ops.DropTableCommentOp(tname, existing_comment=before, schema=schema)
        )
    return PriorityDispatchResult.CONTINUE


def _compare_column_comment(
    autogen_context: AutogenContext,
    alter_column_op: ops.AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: sa.Column[Any],
    metadata_col: sa.Column[Any],
) -> PriorityDispatchResult:
    """The comment of a column."""
    if not autogen_context.dialect.supports_comments:
        return PriorityDispatchResult.CONTINUE
    before, after = conn_col.comment or None, metadata_col.comment or None
    alter_column_op.existing_comment = before
    if before != after:
        alter_column_op.modify_comment = after
        log.info("Detected column comment '%s.%s'", tname, cname)
    return PriorityDispatchResult.CONTINUE


def setup(plugin: Plugin) -> None:
    """Take part in autogenerate."""
    plugin.add_autogenerate_comparator(_compare_column_comment, "column", "comments")
    plugin.add_autogenerate_comparator(_compare_table_comment, "table", "comments")
