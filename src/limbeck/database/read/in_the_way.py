"""
What PostgreSQL has to forget for a moment, so that the columns of an enum type can be given another type.

Responsible for finding views, checks, indexes, policies and triggers that name the columns or the type, in an order in
which they can be dropped, and the statements that make them again.  Does not know why the type changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.database.compile import InTheWay
from limbeck.database.dialects.postgresql_replace import kept
from limbeck.schema import TableName
from limbeck.schema.typenames import type_text

if TYPE_CHECKING:
    from limbeck.operations import EnumColumn

_TYPE = """
    SELECT oid FROM pg_catalog.pg_type WHERE oid = CAST(:type AS regtype)
    UNION SELECT typarray FROM pg_catalog.pg_type WHERE oid = CAST(:type AS regtype)
"""

_COLUMNS = f"""
    SELECT a.attrelid, a.attnum, a.attname, c.relname, n.nspname, c.oid
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE a.atttypid IN ({_TYPE}) AND NOT a.attisdropped
"""

# Views in the order of how far they are from the columns; what hangs on them comes after them.
_QUERY = f"""
WITH RECURSIVE columns AS ({_COLUMNS}),
depends AS (
    SELECT d.classid, d.objid FROM pg_catalog.pg_depend d JOIN columns c
    ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.attrelid AND d.refobjsubid = c.attnum
    UNION
    SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
    WHERE d.refclassid = 'pg_type'::regclass AND d.refobjid IN ({_TYPE})
),
views (oid, depth) AS (
    SELECT r.ev_class, 1 FROM depends d
    JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    UNION
    SELECT r.ev_class, v.depth + 1 FROM views v
    JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid
    JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    WHERE r.ev_class <> v.oid
),
found (step, kind, name, dropped, made) AS (
    SELECT 1000 - max(v.depth), CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END,
        c.oid::regclass::text,
        format('DROP %s %s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, c.oid::regclass),
        format('CREATE %s %s%s AS %s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END,
            c.oid::regclass, ' WITH (' || array_to_string(c.reloptions, ', ') || ')',
            rtrim(pg_get_viewdef(c.oid), ';'))
    FROM views v JOIN pg_catalog.pg_class c ON c.oid = v.oid AND c.relkind IN ('v', 'm')
    GROUP BY c.oid, c.relkind, c.reloptions
    UNION ALL
    SELECT 2000, '', '', format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass), pg_get_triggerdef(t.oid)
    FROM pg_catalog.pg_trigger t
    WHERE NOT t.tgisinternal AND t.oid IN (SELECT objid FROM depends WHERE classid = 'pg_trigger'::regclass)
    UNION ALL
    SELECT 2000, '', '', format('DROP POLICY %I ON %s', p.polname, p.polrelid::regclass),
        format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', p.polname, p.polrelid::regclass,
            CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
            CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
                ELSE 'ALL' END,
            (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ')
                FROM unnest(p.polroles) AS r),
            ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
            ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
    FROM pg_catalog.pg_policy p
    WHERE p.oid IN (SELECT objid FROM depends WHERE classid = 'pg_policy'::regclass)
    UNION ALL
    SELECT 3000, '', '', format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname),
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
    FROM pg_catalog.pg_constraint k
    WHERE k.contype = 'c' AND k.conislocal AND k.conrelid <> 0
        AND k.oid IN (SELECT objid FROM depends WHERE classid = 'pg_constraint'::regclass)
    UNION ALL
    SELECT 3000, '', '', format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
    FROM pg_catalog.pg_index i
    WHERE (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL) AND i.indexrelid IN (
        SELECT objid FROM depends WHERE classid = 'pg_class'::regclass)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid)
)
SELECT kind, name, dropped, made FROM found ORDER BY step, dropped
"""

_BESIDE_VIEW = """
SELECT pg_get_indexdef(indexrelid) FROM pg_catalog.pg_index WHERE indrelid = CAST(:name AS regclass)
UNION ALL
SELECT format('COMMENT ON %s %s IS %L', CAST(:kind AS text), CAST(:name AS text), description)
FROM pg_catalog.pg_description
WHERE objoid = CAST(:name AS regclass) AND classoid = 'pg_class'::regclass AND objsubid = 0
"""


def in_the_way_of(connection: sa.Connection, name: TableName) -> tuple[InTheWay, ...]:
    """What must be dropped before columns of the type can be altered, in this order, on PostgreSQL."""
    rows = connection.execute(sa.text(_QUERY), {"type": type_text(name)}).all()
    return tuple(
        InTheWay(row.dropped, (row.made, *_beside(connection, row.kind, row.name))) for row in rows
    )


def _beside(connection: sa.Connection, kind: str, name: str) -> list[str]:
    """What goes with a view that is dropped: indexes, comment, owner, grants, triggers."""
    if not kind:
        return []
    query = sa.text(_BESIDE_VIEW)
    found = connection.execute(query, {"kind": kind, "name": name}).scalars().all()
    rights = connection.exec_driver_sql(kept(kind, name), execution_options={"no_parameters": True})
    return [*map(str, found), *map(str, rights.scalars())]


def columns_of_type(connection: sa.Connection, name: TableName) -> tuple[EnumColumn, ...]:
    """The columns of the type, or of an array of it, with their defaults, on PostgreSQL.

    The schema is None where the name of the type has none, which then are tables of the current schema.
    """
    query = f"""
        SELECT c.nspname = current_schema() AS here, c.nspname, c.relname, c.attname,
            pg_get_expr(d.adbin, d.adrelid) AS value
        FROM ({_COLUMNS}) AS c
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.attrelid AND d.adnum = c.attnum
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.attrelid)
        ORDER BY c.nspname, c.relname, c.attnum
    """
    rows = connection.execute(sa.text(query), {"type": type_text(name)})
    return tuple(
        (TableName(row.relname, None if row.here else row.nspname), row.attname, row.value)
        for row in rows
    )


def values_of_type(connection: sa.Connection, name: TableName) -> tuple[str, ...]:
    """The values of an enum, in order, on PostgreSQL."""
    query = "SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = CAST(:type AS regtype) ORDER BY enumsortorder"
    return tuple(connection.execute(sa.text(query), {"type": type_text(name)}).scalars())
