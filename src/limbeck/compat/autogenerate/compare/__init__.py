"""
What takes part in a comparison.

Responsible for the plugins that Alembic brings along, and for starting them.  Does not know what is compared.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from limbeck.compat.autogenerate.compare import (
    comments,
    constraints,
    schema,
    server_defaults,
    tables,
    types,
)
from limbeck.compat.autogenerate.registry import comparators
from limbeck.compat.ext import checkconstraint_byname
from limbeck.compat.runtime.plugins import Plugin

if TYPE_CHECKING:
    from limbeck.compat.autogenerate.context import AutogenContext
    from limbeck.compat.operations.ops import MigrationScript, UpgradeOps

__all__ = ["comparators"]

log = logging.getLogger("alembic.autogenerate.compare")


def _populate_migration_script(
    autogen_context: AutogenContext, migration_script: MigrationScript
) -> None:
    """Add what has changed to the last operations of a revision, and what takes it back."""
    upgrade_ops = migration_script.upgrade_ops_list[-1]
    _produce_net_changes(autogen_context, upgrade_ops)
    upgrade_ops.reverse_into(migration_script.downgrade_ops_list[-1])


def _produce_net_changes(autogen_context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Add what has changed."""
    assert autogen_context.dialect is not None
    autogen_context.comparators.dispatch("autogenerate", qualifier=autogen_context.dialect.name)(
        autogen_context, upgrade_ops
    )


for _module, _name in (
    (schema, "alembic.autogenerate.schemas"),
    (tables, "alembic.autogenerate.tables"),
    (types, "alembic.autogenerate.types"),
    (constraints, "alembic.autogenerate.constraints"),
    (server_defaults, "alembic.autogenerate.defaults"),
    (comments, "alembic.autogenerate.comments"),
    (checkconstraint_byname, "alembic.ext.checkconstraint_byname"),
):
    Plugin.setup_plugin_from_module(_module, _name)
