"""
What models declare, as a value.

Responsible for everything that `create_all` would make of one or several MetaData on one dialect, and for what is
declared beside the tables.  Names are those that the database will see: a naming convention has been applied, once.
Does not know how the server will spell a type or an expression; that is `limbeck.database.normalise`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck import objects
from limbeck.database import convert
from limbeck.database.numbering import numbering
from limbeck.database.read.declarations import standalone
from limbeck.database.read.named_types import named_types, sequences
from limbeck.database.render import script_dialect
from limbeck.errors import ModelsFailed
from limbeck.schema import (
    Domain,
    Options,
    SchemaState,
    Standalone,
    Table,
    TableName,
)
from limbeck.values import dataclass

if TYPE_CHECKING:
    from limbeck.schema import Key

Wanted = Callable[[TableName], bool]

SKIP = "skip_autogenerate"
"""In `info` of a table or column: limbeck looks the other way, in the models and in the database."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What models ask not to be compared: whole tables, and columns by their table."""

    tables: frozenset[TableName] = frozenset()
    columns: frozenset[tuple[TableName, str]] = frozenset()

    def table(self, table: Table) -> Table:
        """A table of a database without the columns that are not to be compared."""
        hidden = {column for name, column in self.columns if name == table.name}
        if not hidden:
            return table
        return table.with_columns(c for c in table.columns if c.name not in hidden)


def metadata(
    given: sa.MetaData | Sequence[sa.MetaData],
    dialect: sa.Dialect,
    *,
    wanted: Wanted | None = None,
) -> SchemaState:
    """The tables and objects that the MetaData declare, each with the author's own object as its `origin`.

    `wanted` says which tables are of interest; types and sequences that only others need are left out, too.  Tables
    that stand for a view, and what says `info={"skip_autogenerate": True}`, are left out.  Raises ModelsFailed when
    two declarations have one name and are not the same.
    """
    several = (given,) if isinstance(given, sa.MetaData) else tuple(given)
    dialect = script_dialect(dialect)
    collecting = gc.isenabled()
    gc.disable()  # nothing made here is garbage, and looking for some takes as long as all the rest
    try:
        tables = dict(_tables(several, wanted))
        found = {name: _table(table, dialect) for name, table in tables.items()}
        items = _unique(_objects(several, tables.values(), dialect, wanted))
    finally:
        if collecting:
            gc.enable()
    secured = _row_security(several, found)
    return SchemaState(secured.values(), items)


def left_out(given: sa.MetaData | Sequence[sa.MetaData]) -> LeftOut:
    """What the MetaData ask not to be compared, so that it can be left out of the database's side as well.

    Tables that stand for views are not named: in the database they are no tables.
    """
    several = (given,) if isinstance(given, sa.MetaData) else tuple(given)
    tables = [table for one in several for table in one.tables.values()]
    return LeftOut(
        frozenset(convert.table_name(t) for t in tables if t.info.get(SKIP)),
        frozenset(
            (convert.table_name(table), column.name)
            for table in tables
            for column in table.columns
            if "info" in vars(column) and column.info.get(SKIP)
        ),
    )


def _tables(
    several: Iterable[sa.MetaData], wanted: Wanted | None
) -> Iterator[tuple[TableName, sa.Table]]:
    seen: set[TableName] = set()
    for one in several:
        for table in one.tables.values():
            if table.info.get("is_view") or table.info.get(SKIP):
                continue
            name = convert.table_name(table)
            if wanted is not None and not wanted(name):
                continue
            if name in seen:
                raise ModelsFailed(
                    f"Table {name} is declared in two MetaData.",
                    hint="remove one of the two, or give it info={'skip_autogenerate': True}",
                )
            seen.add(name)
            yield name, table


def _table(given: sa.Table, dialect: sa.Dialect) -> Table:
    numbered = numbering(given, dialect)
    columns = []
    skipped = False
    for column in given.columns:
        if "info" in vars(column) and column.info.get(SKIP):
            skipped = True
            continue
        columns.append(
            convert.column(
                column,
                dialect,
                autoincrement=numbered(column),
            )
        )
    return Table(
        name=convert.table_name(given),
        columns=tuple(columns),
        constraints=convert.constraints(given, dialect) if _has_constraints(given) else (),
        indexes=convert.indexes(given, dialect) if given.indexes else (),
        comment=given.comment,
        prefixes=tuple(str(prefix) for prefix in getattr(given, "_prefixes", ())),
        options=_own(convert.dialect_options(given, dialect), dialect),
        origin=None if skipped else given,
    )


def _has_constraints(given: sa.Table) -> bool:
    return bool(given.constraints)


def _own(options: Options, dialect: sa.Dialect) -> Options:
    """The options that mean something to this dialect; a model may carry those of several."""
    names = (
        ("mysql_", "mariadb_") if dialect.name in {"mysql", "mariadb"} else (f"{dialect.name}_",)
    )
    return tuple(
        (key, value) for key, value in options if key.startswith(names) or key == "comment"
    )


def _objects(
    several: Sequence[sa.MetaData],
    tables: Iterable[sa.Table],
    dialect: sa.Dialect,
    wanted: Wanted | None,
) -> Iterator[Standalone]:
    tables = list(tables)
    declared = [item for one in several for item in standalone(one, dialect)]
    keys = {item.key for item in declared}
    for item in named_types(several if wanted is None else (), tables, dialect):
        if item.key not in keys or not _is_named_only(item):
            yield item  # else what it is like is said in the declaration
    yield from sequences(several, tables if wanted is not None else None, dialect)
    yield from declared


def _is_named_only(item: Standalone) -> bool:
    """Whether a type of a column says no more than its name, or that it is made elsewhere."""
    plain = isinstance(item, Domain) and (item.checks, item.default, item.nullable) == (
        (),
        None,
        True,
    )
    return plain or not getattr(getattr(item, "origin", None), "create_type", True)


def _unique(items: Iterable[Standalone]) -> list[Standalone]:
    found: dict[Key, Standalone] = {}
    for item in items:
        known = found.setdefault(item.key, item)
        if known != item:
            raise ModelsFailed(
                f"The {item.key} is declared twice, and not the same: {_told(known)} and {_told(item)}.",
                hint="declare it once, and use that object in every place",
            )
    return list(found.values())


def _told(item: Standalone) -> str:
    return ", ".join(item.values) if hasattr(item, "values") else repr(item)


def _row_security(
    several: Iterable[sa.MetaData], found: dict[TableName, Table]
) -> dict[TableName, Table]:
    """The tables with row-level security as an option, where it is declared."""
    from dataclasses import replace

    for one in several:
        for item in objects.declared(one):
            if not isinstance(item, objects.RowSecurity):
                continue
            name = TableName(item.table, item.schema or one.schema)
            table = found.get(name)
            if table is None:
                raise ModelsFailed(
                    f"RowSecurity is declared for {name}, but there is no such table."
                )
            how = "forced" if item.forced else "enabled"
            options = dict(table.options) | {"postgresql_row_security": how}
            # Without the origin nothing else is lost: columns and constraints keep theirs.
            found[name] = replace(table, options=tuple(sorted(options.items())))
    return found
