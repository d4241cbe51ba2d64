"""
Tables and their columns.

Responsible for which tables and columns are new, gone or on both sides, in the order that Alembic's users know.  What
differs within them is found by the functions registered for "table" and "column".
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from limbeck.compat.autogenerate.compare.reflected import Reflected
from limbeck.compat.operations import ops
from limbeck.compat.util import PriorityDispatchResult
from limbeck.dag import topological
from limbeck.database.session import JOURNAL

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.compat.autogenerate.context import AutogenContext
    from limbeck.compat.runtime.plugins import Plugin

log = logging.getLogger("alembic.autogenerate.compare.tables")

Name = tuple["str | None", str]
"""Schema and name of a table."""


def _autogen_for_tables(
    autogen_context: AutogenContext, upgrade_ops: ops.UpgradeOps, schemas: set[str | None]
) -> PriorityDispatchResult:
    """Compare the tables of these schemas; the version table and the journal belong to neither side."""
    if autogen_context.ours is not None:
        autogen_context.ours(upgrade_ops)
        return PriorityDispatchResult.CONTINUE
    context = autogen_context.migration_context
    journal = autogen_context.opts.get("limbeck_journal", JOURNAL)
    own = {(context.version_table_schema, name) for name in (context.version_table, journal)}
    inspector = autogen_context.inspector
    conn_table_names = [
        (schema, name)
        for schema in sorted(schemas, key=_text)
        for name in inspector.get_table_names(schema=schema)
        if (schema, name) not in own
        and autogen_context.run_name_filters(name, "table", {"schema_name": schema})
    ]
    metadata_table_names = [
        (table.schema, table.name)
        for table in autogen_context.sorted_tables
        if (table.schema, table.name) not in own
    ]
    _compare_tables(conn_table_names, metadata_table_names, inspector, upgrade_ops, autogen_context)
    return PriorityDispatchResult.CONTINUE


def _text(name: str | None) -> str:
    return name or ""


def _order(name: Name) -> tuple[str, str]:
    return name[0] or "", name[1]


def _compare_tables(
    conn_table_names: Collection[Name],
    metadata_table_names: Collection[Name],
    inspector: Any,
    upgrade_ops: ops.UpgradeOps,
    autogen_context: AutogenContext,
) -> None:
    """New tables in the order of their dependencies, then what is gone, then what is on both sides."""
    default = autogen_context.dialect.default_schema_name
    wanted = {_without(name, default): name for name in metadata_table_names}
    gone = sorted((name for name in conn_table_names if name not in wanted), key=_order)
    both = sorted((name for name in conn_table_names if name in wanted), key=_order)
    reflected = Reflected(autogen_context, inspector)
    reflected.prepare([*gone, *both])
    compare = _Comparison(autogen_context, upgrade_ops, reflected)
    for plain, name in wanted.items():
        if plain not in conn_table_names:
            compare.added(name, autogen_context.table_key_to_table[_key(name)])
    found = reflected.tables(gone)
    for name in _referring_first(found):
        compare.removed(name, found[name])
    found = reflected.tables(both)
    for name in both:
        compare.both(name, found[name], autogen_context.table_key_to_table[_key(wanted[name])])


def _referring_first(tables: Mapping[Name, sa.Table]) -> list[Name]:
    """Each table before those that it refers to; those that refer to each other in a circle come first."""

    def targets(name: Name) -> list[Name]:
        found = [key.referred_table for key in tables[name].foreign_key_constraints]
        return [(one.schema, one.name) for one in found if one is not tables[name]]

    order = topological(list(tables), targets)
    return [*(name for name in tables if name not in order), *reversed(order)]


def _without(name: Name, default: str | None) -> Name:
    """The name as the database says it: without the default schema."""
    return (None if name[0] == default else name[0], name[1])


def _key(name: Name) -> str:
    return f"{name[0]}.{name[1]}" if name[0] else name[1]


class _Comparison:
    """Where a comparison of tables puts what it finds."""

    def __init__(
        self, autogen_context: AutogenContext, upgrade_ops: ops.UpgradeOps, reflected: Reflected
    ) -> None:
        self.context = autogen_context
        self.found = upgrade_ops
        self.reflected = reflected
        self.each = autogen_context.comparators.dispatch(
            "table", qualifier=autogen_context.dialect.name
        )

    def added(self, name: Name, table: sa.Table) -> None:
        """A table that only the models have."""
        if self.context.run_object_filters(table, name[1], "table", False, None):
            self.found.ops.append(ops.CreateTableOp.from_table(table))
            log.info("Detected added table %r", _key(name))
            self._parts(name, None, table)

    def removed(self, name: Name, table: sa.Table) -> None:
        """A table that only the database has."""
        if self.context.run_object_filters(table, name[1], "table", True, None):
            self._parts(name, table, None)
            self.found.ops.append(ops.DropTableOp.from_table(table))
            log.info("Detected removed table %r", name[1])

    def both(self, name: Name, conn_table: sa.Table, metadata_table: sa.Table) -> None:
        """A table that both have."""
        schema, tname = name
        if not self.context.run_object_filters(metadata_table, tname, "table", False, conn_table):
            return
        modify = ops.ModifyTableOps(tname, [], schema=schema)
        with _compare_columns(
            schema, tname, conn_table, metadata_table, modify, self.context, self.reflected
        ):
            self.each(self.context, modify, schema, tname, conn_table, metadata_table)
        if not modify.is_empty():
            self.found.ops.append(modify)

    def _parts(
        self, name: Name, conn_table: sa.Table | None, metadata_table: sa.Table | None
    ) -> None:
        """What is made after a table, or goes before it: its indexes."""
        table = metadata_table if metadata_table is not None else conn_table
        assert table is not None
        modify = ops.ModifyTableOps(name[1], [], schema=table.schema)
        self.each(self.context, modify, table.schema, name[1], conn_table, metadata_table)
        if not modify.is_empty():
            self.found.ops.append(modify)


@contextmanager
def _compare_columns(
    schema: str | None,
    tname: str,
    conn_table: sa.Table,
    metadata_table: sa.Table,
    modify_table_ops: ops.ModifyTableOps,
    autogen_context: AutogenContext,
    inspector: object,
) -> Iterator[None]:
    """New columns and changed ones first; those that are gone when the block is left, after all that used them."""
    name = f"{schema}.{tname}" if schema else tname
    wanted = {column.name: column for column in metadata_table.c if not column.system}
    there = {
        column.name: column
        for column in conn_table.c
        if autogen_context.run_name_filters(
            column.name, "column", {"table_name": tname, "schema_name": schema}
        )
    }
    for cname, column in wanted.items():
        if cname not in there and autogen_context.run_object_filters(
            column, cname, "column", False, None
        ):
            modify_table_ops.ops.append(
                ops.AddColumnOp.from_column_and_tablename(schema, tname, column)
            )
            log.info("Detected added column '%s.%s'", name, cname)
    modify_table_ops.ops.extend(
        _altered(schema, tname, _pairs(there, wanted, autogen_context), autogen_context)
    )
    yield
    # The last one first, for a column may be computed from those before it.
    for cname, column in reversed(there.items()):
        if cname not in wanted and autogen_context.run_object_filters(
            column, cname, "column", True, None
        ):
            modify_table_ops.ops.append(
                ops.DropColumnOp.from_column_and_tablename(schema, tname, column)
            )
            log.info("Detected removed column '%s.%s'", name, cname)


def _pairs(
    there: dict[str, sa.Column[Any]],
    wanted: dict[str, sa.Column[Any]],
    autogen_context: AutogenContext,
) -> Iterator[tuple[sa.Column[Any], sa.Column[Any]]]:
    for cname, column in wanted.items():
        before = there.get(cname)
        if before is not None and autogen_context.run_object_filters(
            column, cname, "column", False, before
        ):
            yield before, column


def _altered(
    schema: str | None,
    tname: str,
    pairs: Iterable[tuple[sa.Column[Any], sa.Column[Any]]],
    autogen_context: AutogenContext,
) -> Iterator[ops.AlterColumnOp]:
    compare = autogen_context.comparators.dispatch("column", qualifier=autogen_context.dialect.name)
    for before, after in pairs:
        altered = ops.AlterColumnOp(tname, after.name, schema=schema)
        compare(autogen_context, altered, schema, tname, after.name, before, after)
        if altered.has_changes():
            yield altered


def setup(plugin: Plugin) -> None:
    """Take part in autogenerate."""
    plugin.add_autogenerate_comparator(_autogen_for_tables, "schema", "tables")
