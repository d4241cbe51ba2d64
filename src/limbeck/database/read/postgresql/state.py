"""
A PostgreSQL database, or some of its schemas, as a state.

Responsible for asking everything at once and putting the answers together.  Does not know what is to be compared.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from limbeck.database.read.postgresql import (
    columns,
    constraints,
    grants,
    indexes,
    needs,
    programs,
    relations,
    sequences,
    settings,
    types,
)
from limbeck.database.read.postgresql.query import Answers, Part, ask, statement
from limbeck.schema import Grant, Policy, SchemaState, Standalone, Table, TableName, Trigger, View

if TYPE_CHECKING:
    import sqlalchemy as sa

Wanted = Callable[[TableName], bool]


@lru_cache(maxsize=8)
def _asked(version: int) -> tuple[sa.TextClause, tuple[Part[Any], ...]]:
    parts: tuple[Part[Any], ...] = (
        *relations.parts(),
        columns.PART,
        *indexes.parts(version),
        *constraints.parts(version),
        sequences.PART,
        *types.parts(),
        *programs.parts(version),
        needs.PART,
        *grants.parts(),
    )
    return statement(parts), parts


def read(
    connection: sa.Connection,
    *,
    schemas: Sequence[str | None] = (None,),
    leave_out: Collection[TableName] = (),
    wanted: Wanted | None = None,
) -> SchemaState:
    """The state of these schemas; None is the connection's default one, which names do not show.

    `leave_out` and `wanted` decide on tables and views, and on what hangs on them: triggers, policies, grants.  A
    schema that does not exist has nothing; extensions are those of the whole database.
    """
    asked, parts = _asked((connection.dialect.server_version_info or (12,))[0])
    left_out = frozenset(leave_out)

    def chosen(name: TableName) -> bool:
        return name not in left_out and (wanted is None or wanted(name))

    with _uncollected():
        with settings.plain(connection) as default:
            answers = ask(connection, asked, parts, named(schemas, default))
        return _state(answers, relations.Names(answers, default), chosen)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: there are none here, and it would look through all rows again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def named(schemas: Sequence[str | None], default: str | None) -> list[str]:
    """The names of the schemas to be read; never those of the server itself."""
    names = {default if schema is None else schema for schema in schemas}
    return sorted(
        name
        for name in names
        if name is not None and name != "information_schema" and not name.startswith("pg_")
    )


def _state(answers: Answers, names: relations.Names, chosen: Wanted) -> SchemaState:
    all_columns = columns.Columns(answers)
    all_indexes = indexes.Indexes(answers, all_columns)
    all_constraints = constraints.Constraints(answers, names, all_columns, all_indexes)
    wants = needs.Wants(answers, names)
    tables = (
        _table(row, names, all_columns, all_constraints, all_indexes, wants)
        for row in sorted(names.relations.values(), key=lambda row: (row.schema, row.name))
        if row.kind in "rp" and chosen(names.of(row.oid))
    )
    objects: Iterator[Standalone] = (
        item for item in _objects(answers, names, all_indexes, wants) if _stays(item, chosen)
    )
    return SchemaState(tables, sorted(objects, key=lambda item: tuple(map(str, item.key))))


def _table(
    row: relations.Relation,
    names: relations.Names,
    all_columns: columns.Columns,
    all_constraints: constraints.Constraints,
    all_indexes: indexes.Indexes,
    wants: needs.Wants,
) -> Table:
    return Table(
        names.of(row.oid),
        all_columns.columns(row.oid),
        all_constraints.constraints(row.oid),
        all_indexes.indexes(row.oid, all_constraints.brought),
        row.comment,
        relations.prefixes(row),
        relations.table_options(row, names.parents(row.oid)),
        needs=wants.of("table", row.oid),
    )


def _objects(
    answers: Answers, names: relations.Names, all_indexes: indexes.Indexes, wants: needs.Wants
) -> Iterator[Standalone]:
    yield from grants.extensions(answers, names)
    yield from types.types(answers, names)
    yield from sequences.sequences(answers, names)
    yield from programs.routines(answers, names, wants)
    yield from programs.views(answers, names, all_indexes, wants)
    yield from programs.triggers(answers, names, wants)
    yield from programs.policies(answers, names, wants)
    yield from grants.grants(answers, names)


def _stays(item: Standalone, chosen: Wanted) -> bool:
    """Whether an object is of a table or view that is wanted, or of none."""
    if isinstance(item, View):
        return chosen(item.name)
    if isinstance(item, (Trigger, Policy)):
        return chosen(item.table)
    if isinstance(item, Grant) and item.kind == "table":
        return chosen(item.name)
    return True
