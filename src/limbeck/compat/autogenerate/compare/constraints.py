"""
Indexes, unique constraints, foreign keys and NOT NULL.

Responsible for which one of the models is which one of the database, and for what becomes of those that differ.  Does
not know when two are the same: that is `limbeck.compat.ddl.comparing`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.compat.autogenerate.compare.parts import Parts, changed, counterparts
from limbeck.compat.util import PriorityDispatchResult
from limbeck.database import convert
from limbeck.schema import ForeignKey

if TYPE_CHECKING:
    from limbeck.compat.autogenerate.context import AutogenContext
    from limbeck.compat.operations import ops
    from limbeck.compat.runtime.plugins import Plugin

log = logging.getLogger("alembic.autogenerate.compare.constraints")

CONTINUE = PriorityDispatchResult.CONTINUE


def _compare_indexes_and_uniques(
    autogen_context: AutogenContext,
    modify_ops: ops.ModifyTableOps,
    schema: str | None,
    tname: str,
    conn_table: sa.Table | None,
    metadata_table: sa.Table | None,
) -> PriorityDispatchResult:
    """Indexes and unique constraints; a table that is made or dropped takes its constraints along."""
    parts = Parts(autogen_context, modify_ops, schema, tname)
    whole = conn_table is None or metadata_table is None
    found = _unique_and_indexed(conn_table, parts, whole, reflected=True)
    wanted = _unique_and_indexed(metadata_table, parts, whole, reflected=False)
    impl = autogen_context.migration_context.impl
    if "unique_constraints" in autogen_context.unreported:
        _leave_out_uniques(found[1], wanted[0], wanted[1])
    if conn_table is not None:
        impl.correct_for_autogen_constraints(*found, *wanted)
    for before, after in counterparts(
        [*found[0], *found[1]], [*wanted[0], *wanted[1]], autogen_context.dialect
    ):
        changed(before, after, parts)
    return CONTINUE


def _leave_out_uniques(
    found: set[sa.Index], constraints: set[sa.UniqueConstraint], indexes: set[sa.Index]
) -> None:
    """Where unique constraints are not told: those of the models, and unique indexes that may be one."""
    names = {index.name for index in indexes}
    constraints.clear()
    found -= {index for index in found if index.unique and index.name not in names}


def _unique_and_indexed(
    table: sa.Table | None, parts: Parts, whole: bool, *, reflected: bool
) -> tuple[set[sa.UniqueConstraint], set[sa.Index]]:
    if table is None:
        return set(), set()
    uniques = {item for item in table.constraints if isinstance(item, sa.UniqueConstraint)}
    indexes = set(table.indexes)
    if whole:
        return set(), indexes
    if not reflected:
        return uniques, indexes
    return (
        {item for item in uniques if parts.named(item, "unique_constraint")},
        {item for item in indexes if parts.named(item, "index")},
    )


def _compare_foreign_keys(
    autogen_context: AutogenContext,
    modify_table_ops: ops.ModifyTableOps,
    schema: str | None,
    tname: str,
    conn_table: sa.Table | None,
    metadata_table: sa.Table | None,
) -> PriorityDispatchResult:
    """Foreign keys, which are the same when they say the same, whatever they are called."""
    if conn_table is None or metadata_table is None:
        return CONTINUE
    parts = Parts(autogen_context, modify_table_ops, schema, tname)
    impl = autogen_context.migration_context.impl
    found = {
        key
        for key in conn_table.foreign_key_constraints
        if parts.named(key, "foreign_key_constraint")
    }
    wanted = {key for key in metadata_table.foreign_key_constraints if _is_made(key)}
    impl.correct_for_autogen_foreignkeys(found, wanted)
    there = {_said(key, parts): key for key in found}
    models = {_said(key, parts): key for key in wanted}
    # Any: SQLAlchemy's mark for no name is a kind of name to its types
    names: dict[Any, Any] = {_name(key, parts): key for key in wanted}
    for said, key in sorted(there.items(), key=lambda item: repr(item[0])):
        if said not in models:
            parts.removed(key, names.get(key.name) if key.name else None)
    back: dict[Any, Any] = {key.name: key for key in found if key.name}
    for said, key in sorted(models.items(), key=lambda item: repr(item[0])):
        if said not in there:
            parts.added(key, back.get(_name(key, parts)))
    return CONTINUE


def _is_made(key: sa.ForeignKeyConstraint) -> bool:
    return not getattr(key, "_alembic_skip", False)


def _name(key: sa.ForeignKeyConstraint, parts: Parts) -> str | None:
    return convert.name(key, parts.context.dialect)


def _said(key: sa.ForeignKeyConstraint, parts: Parts) -> ForeignKey:
    """All that a foreign key says but its name, without the schema where that is the default one."""
    from dataclasses import replace

    made = parts.context.migration_context.impl.foreign_key_words(key)
    return replace(made, name=None, origin=None)


def _compare_nullable(
    autogen_context: AutogenContext,
    alter_column_op: ops.AlterColumnOp,
    schema: str | None,
    tname: str,
    cname: str,
    conn_col: sa.Column[Any],
    metadata_col: sa.Column[Any],
) -> PriorityDispatchResult:
    """NULL or NOT NULL, where it was said."""
    before, after = conn_col.nullable, metadata_col.nullable
    alter_column_op.existing_nullable = before
    if bool(before) is bool(after):
        return CONTINUE
    if not _is_said(metadata_col) and _is_generated(conn_col, metadata_col):
        log.info("Ignoring nullable change on generated column '%s.%s'", tname, cname)
        return CONTINUE
    alter_column_op.modify_nullable = after
    log.info("Detected %s on column '%s.%s'", "NULL" if after else "NOT NULL", tname, cname)
    return CONTINUE


def _is_generated(*columns: sa.Column[Any]) -> bool:
    return any(isinstance(one.server_default, (sa.Computed, sa.Identity)) for one in columns)


def _is_said(column: sa.Column[Any]) -> bool:
    """Whether `nullable` was given, as SQLAlchemy remembers it."""
    return getattr(column, "_user_defined_nullable", None) in (True, False)


def setup(plugin: Plugin) -> None:
    """Take part in autogenerate."""
    plugin.add_autogenerate_comparator(_compare_indexes_and_uniques, "table", "indexes")
    plugin.add_autogenerate_comparator(_compare_foreign_keys, "table", "foreignkeys")
    plugin.add_autogenerate_comparator(_compare_nullable, "column", "nullable")
