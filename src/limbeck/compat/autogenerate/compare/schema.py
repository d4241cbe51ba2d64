"""
The schemas of a database.

Responsible for which of them are compared; what is in one is compared by the functions registered for "schema".
Does not know tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.compat.util import PriorityDispatchResult

if TYPE_CHECKING:
    from limbeck.compat.autogenerate.context import AutogenContext
    from limbeck.compat.operations.ops import UpgradeOps
    from limbeck.compat.runtime.plugins import Plugin

_NOT_THE_USERS = "information_schema"


def _produce_net_changes(
    autogen_context: AutogenContext, upgrade_ops: UpgradeOps
) -> PriorityDispatchResult:
    """Compare everything; None among the schemas is the default one."""
    autogen_context.comparators.dispatch("schema", qualifier=autogen_context.dialect.name)(
        autogen_context, upgrade_ops, _schemas(autogen_context)
    )
    return PriorityDispatchResult.CONTINUE


def _schemas(autogen_context: AutogenContext) -> set[str | None]:
    found: set[str | None] = {None}
    if autogen_context.opts.get("include_schemas", False):
        found.update(autogen_context.inspector.get_schema_names())
        found -= {_NOT_THE_USERS, autogen_context.dialect.default_schema_name}
        found.add(None)
    return {name for name in found if autogen_context.run_name_filters(name, "schema", {})}


def setup(plugin: Plugin) -> None:
    """Take part in autogenerate."""
    plugin.add_autogenerate_comparator(_produce_net_changes, "autogenerate")
