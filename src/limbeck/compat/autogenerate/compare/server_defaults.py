"""
What a server fills in by itself: defaults, computed columns, identities.

Responsible for whose verdict counts, and for saying what was there before.  Does not know when two defaults are the
same: that is `limbeck.compat.ddl.comparing`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.compat import util
from limbeck.compat.util import DispatchPriority, PriorityDispatchResult

if TYPE_CHECKING:
    from limbeck.compat.autogenerate.context import AutogenContext
    from limbeck.compat.operations.ops import AlterColumnOp
    from limbeck.compat.runtime.plugins import Plugin

log = logging.getLogger("alembic.autogenerate.compare.server_defaults")

CONTINUE, STOP = PriorityDispatchResult.CONTINUE, PriorityDispatchResult.STOP


def _render_server_default_for_compare(
    metadata_default: Any, autogen_context: AutogenContext
) -> str | None:
    """The SQL behind DEFAULT; None for what has none."""
    if isinstance(metadata_default, sa.DefaultClause):
        metadata_default = metadata_default.arg
    if isinstance(metadata_default, str):
        return "'" + metadata_default.replace("'", "''") + "'"
    if isinstance(metadata_default, sa.ClauseElement):
        return autogen_context.migration_context.impl.render_ddl_sql_expr(
            metadata_default, is_server_default=True
        )
    return None


def _user_compare_server_default(
    autogen_context: AutogenContext,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: sa.Column[Any],
    metadata_col: sa.Column[Any],
) -> PriorityDispatchResult:
    """Ask the function given as `compare_server_default`; without it, nothing is compared at all."""
    before, after = conn_col.server_default, metadata_col.server_default
    if before is None and after is None:
        return CONTINUE
    alter_column_op.existing_server_default = before
    context = autogen_context.migration_context
    wanted = context._user_compare_server_default
    if wanted is False:
        return STOP
    if not callable(wanted):
        return CONTINUE
    differs = wanted(
        context,
        conn_col,
        metadata_col,
        _render_server_default_for_compare(before, autogen_context),
        after,
        _render_server_default_for_compare(after, autogen_context),
    )
    if differs is None:
        return CONTINUE
    if differs:
        alter_column_op.modify_server_default = after
    return STOP


def _compare_computed_default(
    autogen_context: AutogenContext,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: sa.Column[Any],
    metadata_col: sa.Column[Any],
) -> PriorityDispatchResult:
    """A computed column cannot be changed; a user is told that it differs."""
    before, after = conn_col.server_default, metadata_col.server_default
    computed = isinstance(before, sa.Computed), isinstance(after, sa.Computed)
    if not any(computed):
        return CONTINUE
    if isinstance(before, sa.Computed):
        alter_column_op.existing_server_default = before
    if not all(computed) or autogen_context.migration_context.impl.compare_computed(
        conn_col, metadata_col
    ):
        _warn_computed_not_supported(tname, cname)
    return STOP


def _warn_computed_not_supported(tname: str, cname: str) -> None:
    util.warn(f"Computed default on {tname}.{cname} cannot be modified")


def _compare_identity_default(
    autogen_context: AutogenContext,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: sa.Column[Any],
    metadata_col: sa.Column[Any],
) -> PriorityDispatchResult:
    """An identity that comes, goes or gets other options."""
    before, after = conn_col.server_default, metadata_col.server_default
    if not _is_identity(before, after):
        return CONTINUE
    alter_column_op.existing_server_default = before
    if autogen_context.migration_context.impl.compare_identity(conn_col, metadata_col):
        alter_column_op.modify_server_default = after
        log.info("Detected identity change on '%s.%s'", tname, cname)
    return CONTINUE


def _is_identity(*defaults: object) -> bool:
    return any(isinstance(one, sa.Identity) for one in defaults)


def _setup_autoincrement(
    autogen_context: AutogenContext,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: sa.Column[Any],
    metadata_col: sa.Column[Any],
) -> PriorityDispatchResult:
    """Say in the operation whether the column counts: MySQL wants to know."""
    if (
        metadata_col.table._autoincrement_column is metadata_col
        or metadata_col.autoincrement is True
    ):
        alter_column_op.kw["autoincrement"] = True
    elif metadata_col.autoincrement is False:
        alter_column_op.kw["autoincrement"] = False
    return CONTINUE


def _dialect_impl_compare_server_default(
    autogen_context: AutogenContext,
    alter_column_op: AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: sa.Column[Any],
    metadata_col: sa.Column[Any],
) -> PriorityDispatchResult:
    """The dialect's verdict."""
    before, after = conn_col.server_default, metadata_col.server_default
    if (before is None and after is None) or _is_identity(before, after):
        return CONTINUE
    differs = autogen_context.migration_context.impl.compare_server_default(
        conn_col,
        metadata_col,
        _render_server_default_for_compare(after, autogen_context),
        _render_server_default_for_compare(before, autogen_context),
    )
    if differs:
        alter_column_op.modify_server_default = after
        log.info("Detected server default on column '%s.%s'", tname, cname)
    return CONTINUE


def setup(plugin: Plugin) -> None:
    """Take part in autogenerate."""
    for function, priority in (
        (_user_compare_server_default, DispatchPriority.FIRST),
        (_compare_computed_default, DispatchPriority.MEDIUM),
        (_compare_identity_default, DispatchPriority.MEDIUM),
        (_setup_autoincrement, DispatchPriority.MEDIUM),
        (_dialect_impl_compare_server_default, DispatchPriority.LAST),
    ):
        plugin.add_autogenerate_comparator(function, "column", "server_default", priority=priority)
