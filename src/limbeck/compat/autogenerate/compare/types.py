"""
Types of columns.

Responsible for whose verdict counts: the user's function first, then the dialect's.  Does not know when two types are
the same: that is `limbeck.compat.ddl.comparing`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy.types import NullType

from limbeck.compat.util import DispatchPriority, PriorityDispatchResult

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.compat.autogenerate.context import AutogenContext
    from limbeck.compat.operations.ops import AlterColumnOp
    from limbeck.compat.runtime.plugins import Plugin

log = logging.getLogger("alembic.autogenerate.compare.types")


def _compare_type_setup(
    alter_column_op: AlterColumnOp,
    tname: str,
    cname: str,
    conn_col: sa.Column[Any],
    metadata_col: sa.Column[Any],
) -> bool:
    """Say in the operation what is there; False when there is a type that nobody knows."""
    alter_column_op.existing_type = conn_col.type
    if isinstance(conn_col.type, NullType):
        log.info("Couldn't determine database type for column '%s.%s'", tname, cname)
        return False
    if isinstance(metadata_col.type, NullType):
        log.info("Column '%s.%s' has no type within the model; can't compare", tname, cname)
        return False
    return True


def _user_compare_type(
    autogen_context: AutogenContext,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: sa.Column[Any],
    metadata_col: sa.Column[Any],
) -> PriorityDispatchResult:
    """Ask the function given as `compare_type`; True and False are its verdict, None leaves it to the dialect."""
    if not _compare_type_setup(alter_column_op, tname, cname, conn_col, metadata_col):
        return PriorityDispatchResult.CONTINUE
    context = autogen_context.migration_context
    wanted = context._user_compare_type
    if wanted is False:
        return PriorityDispatchResult.STOP
    if not callable(wanted):
        return PriorityDispatchResult.CONTINUE
    differs = wanted(context, conn_col, metadata_col, conn_col.type, metadata_col.type)
    if differs is None:
        return PriorityDispatchResult.CONTINUE
    if differs:
        alter_column_op.modify_type = metadata_col.type
    return PriorityDispatchResult.STOP


def _dialect_impl_compare_type(
    autogen_context: AutogenContext,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: sa.Column[Any],
    metadata_col: sa.Column[Any],
) -> PriorityDispatchResult:
    """The dialect's verdict."""
    if not _compare_type_setup(alter_column_op, tname, cname, conn_col, metadata_col):
        return PriorityDispatchResult.CONTINUE
    if autogen_context.migration_context.impl.compare_type(conn_col, metadata_col):
        alter_column_op.modify_type = metadata_col.type
        log.info(
            "Detected type change from %r to %r on '%s.%s'",
            conn_col.type,
            metadata_col.type,
            tname,
            cname,
        )
        return PriorityDispatchResult.STOP
    return PriorityDispatchResult.CONTINUE


def setup(plugin: Plugin) -> None:
    """Take part in autogenerate."""
    plugin.add_autogenerate_comparator(
        _user_compare_type, "column", "types", priority=DispatchPriority.FIRST
    )
    plugin.add_autogenerate_comparator(
        _dialect_impl_compare_type, "column", "types", priority=DispatchPriority.LAST
    )
