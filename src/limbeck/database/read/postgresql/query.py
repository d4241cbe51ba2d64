"""
Many questions to PostgreSQL's catalogs, asked as one statement.

Responsible for the form of a question (`Part`), for what all of them share (which schemas, relations and extension
members there are) and for turning the answer into rows.  Does not know what any of them asks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar, cast

import sqlalchemy as sa

from limbeck.values import dataclass

Row = TypeVar("Row", bound=NamedTuple)

# What anybody asks about a relation: all columns of pg_class would be carried through the statement.
_RELATION = ", ".join(
    f"c.{name}"
    for name in (
        "oid", "relkind", "relowner", "relacl", "relpersistence", "reloptions", "reltablespace", "relam",
        "reltoastrelid", "relispartition", "relpartbound", "relrowsecurity", "relforcerowsecurity",
    )
)  # fmt: skip


def _relations(kinds: str) -> str:
    return f"""
    SELECT {_RELATION}, c.relname::text AS name, s.name AS schema
    FROM pg_catalog.pg_class c JOIN schemas s ON s.oid = c.relnamespace
    WHERE c.relkind IN ({kinds}) AND c.relpersistence <> 't' AND NOT EXISTS (
        SELECT FROM member e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid
    )"""


# Whatever is asked below is asked of these: `tab` have columns and indexes, `rel` are all.  They are read once, and kept
# while the statement runs.  Two scans of pg_class, since the planner cannot tell how many rows a filter on the first
# would leave, and would look up each column by itself.
SHARED = f"""
WITH schemas AS MATERIALIZED (
    SELECT oid, nspname::text AS name, nspowner, nspacl
    FROM pg_catalog.pg_namespace WHERE nspname::text = ANY(CAST(:schemas AS text[]))
), member AS MATERIALIZED (
    SELECT classid, objid, refobjid FROM pg_catalog.pg_depend WHERE deptype = 'e'
), tab AS MATERIALIZED ({_relations("'r', 'p', 'm'")}
), rel AS MATERIALIZED (
    SELECT * FROM tab UNION ALL {_relations("'v', 'S'")}
)
"""


@dataclass(frozen=True)
class Part(Generic[Row]):
    """One question: `fields` are SQL expressions in the order of the fields of `row`, `source` is FROM and the rest."""

    row: type[Row]
    fields: tuple[str, ...]
    source: str

    @property
    def sql(self) -> str:
        """A subquery for all rows as one JSON text; null when there are none."""
        return f"(SELECT json_agg(json_build_array({', '.join(self.fields)})) {self.source})::text"


class Answers:
    """The rows of each part, by the class of its rows."""

    def __init__(self, rows: dict[type[Any], list[Any]]) -> None:
        self._rows = rows

    def of(self, row: type[Row]) -> list[Row]:
        """The rows, in no order."""
        return cast("list[Row]", self._rows[row])


def statement(parts: Sequence[Part[Any]]) -> sa.TextClause:
    """The parts as one statement with one row, whose parameter `schemas` is a list of names."""
    return sa.text(SHARED + "SELECT " + ",\n".join(part.sql for part in parts))


def ask(
    connection: sa.Connection,
    asked: sa.TextClause,
    parts: Sequence[Part[Any]],
    schemas: Sequence[str],
) -> Answers:
    """What the catalogs say about these schemas."""
    texts = connection.execute(asked, {"schemas": list(schemas)}).one()
    return Answers(
        {
            part.row: [part.row._make(values) for values in json.loads(text)] if text else []
            for part, text in zip(parts, texts, strict=True)
        }
    )


def comment_on(catalog: str, oid: str, alias: str = "note") -> str:
    """A join that brings `alias`.description for the object `oid` of `catalog`."""
    return (
        f"LEFT JOIN pg_catalog.pg_description {alias} ON {alias}.objoid = {oid} AND {alias}.objsubid = 0"
        f" AND {alias}.classoid = 'pg_catalog.{catalog}'::regclass"
    )


def not_member(catalog: str, oid: str) -> str:
    """A condition: the object `oid` of `catalog` was not brought by an extension."""
    return (
        f"NOT EXISTS (SELECT FROM member e WHERE e.classid = 'pg_catalog.{catalog}'::regclass"
        f" AND e.objid = {oid})"
    )


def collation_text(alias: str) -> str:
    """How a row of pg_collation is named behind COLLATE: always in quotes, without a schema where it needs none."""
    name = f"'\"' || replace({alias}.collname, '\"', '\"\"') || '\"'"
    schema = f"(SELECT quote_ident(n.nspname) || '.' FROM pg_namespace n WHERE n.oid = {alias}.collnamespace)"
    return (
        f"CASE WHEN {alias}.oid IS NULL THEN NULL WHEN pg_collation_is_visible({alias}.oid) THEN {name}"
        f" ELSE {schema} || {name} END"
    )
