"""
Comparing by hand.

Responsible for the functions that programs call with a connection and their models.  Does not know what is compared, nor
how it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from limbeck.compat import util
from limbeck.compat.autogenerate import compare, render
from limbeck.compat.autogenerate.context import AutogenContext
from limbeck.compat.autogenerate.revisions import RevisionContext
from limbeck.compat.operations import ops
from limbeck.compat.util import CommandError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.compat.runtime.migration import MigrationContext

__all__ = [
    "AutogenContext",
    "RevisionContext",
    "compare_metadata",
    "produce_migrations",
    "render_python_code",
]


def compare_metadata(
    context: MigrationContext, metadata: sa.MetaData | Sequence[sa.MetaData]
) -> Any:
    """What differs, as a list of tuples.

    They are `("add_table", table)`, `("add_column", schema, table, column)` and so on; changes of one column are a list
    of tuples of their own.
    """
    script = produce_migrations(context, metadata)
    assert script.upgrade_ops is not None
    return script.upgrade_ops.as_diffs()


def produce_migrations(
    context: MigrationContext, metadata: sa.MetaData | Sequence[sa.MetaData]
) -> ops.MigrationScript:
    """What differs, as operations up and down.  Raises CommandError where SQL is only written."""
    autogen_context = AutogenContext(context, metadata=metadata)
    script = ops.MigrationScript(
        rev_id=None, upgrade_ops=ops.UpgradeOps([]), downgrade_ops=ops.DowngradeOps([])
    )
    refuse_offline(context)
    compare._populate_migration_script(autogen_context, script)
    return script


def refuse_offline(context: MigrationContext) -> None:
    """Raises CommandError where there is no database that could be read."""
    if context.as_sql:
        raise CommandError(
            "autogenerate can't use as_sql=True as it prevents querying the database for schema information"
        )


def render_python_code(
    up_or_down_op: ops.UpgradeOps | ops.DowngradeOps,
    sqlalchemy_module_prefix: str = "sa.",
    alembic_module_prefix: str = "op.",
    render_as_batch: bool = False,
    imports: Sequence[str] = (),
    render_item: Callable[..., Any] | None = None,
    migration_context: MigrationContext | None = None,
    user_module_prefix: str | None = None,
) -> str:
    """The operations as the body of a function."""
    opts = {
        "sqlalchemy_module_prefix": sqlalchemy_module_prefix,
        "alembic_module_prefix": alembic_module_prefix,
        "render_item": render_item,
        "render_as_batch": render_as_batch,
        "user_module_prefix": user_module_prefix,
    }
    if migration_context is None:
        from sqlalchemy.engine.default import DefaultDialect

        from limbeck.compat.runtime.migration import MigrationContext

        migration_context = MigrationContext.configure(dialect=DefaultDialect())
    autogen_context = AutogenContext(migration_context, opts=opts, autogenerate=False)
    autogen_context.imports = set(imports)
    return render._indent(render._render_cmd_body(up_or_down_op, autogen_context))


def _render_migration_diffs(context: MigrationContext, template_args: dict[Any, Any]) -> None:
    """Compare, and put both functions and the imports into the variables of a template."""
    autogen_context = AutogenContext(context)
    script = ops.MigrationScript(
        rev_id=util.rev_id(),
        imports=set(),
        upgrade_ops=ops.UpgradeOps([], upgrade_token=context.opts["upgrade_token"]),
        downgrade_ops=ops.DowngradeOps([], downgrade_token=context.opts["downgrade_token"]),
    )
    compare._populate_migration_script(autogen_context, script)
    render._render_python_into_templatevars(autogen_context, script, template_args)
