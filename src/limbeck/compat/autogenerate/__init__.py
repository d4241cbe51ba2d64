"""Comparing models with a database, and writing what differs as Python, under Alembic's names."""

from limbeck.compat.autogenerate.api import (
    _render_migration_diffs,
    compare_metadata,
    produce_migrations,
    render_python_code,
)
from limbeck.compat.autogenerate.compare import _produce_net_changes, comparators
from limbeck.compat.autogenerate.render import render_op_text, renderers
from limbeck.compat.autogenerate.revisions import RevisionContext
from limbeck.compat.autogenerate.rewriter import Rewriter

__all__ = [
    "RevisionContext",
    "Rewriter",
    "_produce_net_changes",
    "_render_migration_diffs",
    "comparators",
    "compare_metadata",
    "produce_migrations",
    "render_op_text",
    "render_python_code",
    "renderers",
]
