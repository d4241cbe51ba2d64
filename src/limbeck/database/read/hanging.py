"""
What hangs on a table beside its definition, on servers that cannot tell it as SQL.

Responsible for naming what would be lost, or would stand in the way, if the table were dropped and made anew: one
statement for each server.  Does not know why anyone asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from limbeck.database.compile import Dependent
    from limbeck.schema import TableName

# Each part yields a kind and a name; the catalogs are those of PostgreSQL's manual, chapter 53.
_POSTGRESQL = """
WITH here AS (
    SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = :name AND n.nspname = coalesce(:schema, current_schema())
)
SELECT 'trigger', tgname::text FROM pg_trigger, here WHERE tgrelid = here.oid AND NOT tgisinternal
UNION ALL
SELECT 'foreign key', conrelid::regclass || '.' || conname FROM pg_constraint, here
    WHERE contype = 'f' AND confrelid = here.oid AND conrelid <> here.oid
UNION ALL
SELECT 'exclude constraint', conname::text FROM pg_constraint, here
    WHERE contype = 'x' AND conrelid = here.oid
UNION ALL
SELECT DISTINCT 'view', w.ev_class::regclass::text FROM pg_depend d
    JOIN pg_rewrite w ON w.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
    JOIN here ON d.refobjid = here.oid AND d.refclassid = 'pg_class'::regclass AND w.ev_class <> here.oid
UNION ALL
SELECT 'rule', rulename::text FROM pg_rewrite, here WHERE ev_class = here.oid
UNION ALL
SELECT 'policy', polname::text FROM pg_policy, here WHERE polrelid = here.oid
UNION ALL
SELECT 'row level security', 'enabled' FROM here WHERE relrowsecurity OR relforcerowsecurity
UNION ALL
SELECT DISTINCT 'grant', coalesce(r.rolname::text, 'PUBLIC') FROM here
    CROSS JOIN LATERAL (
        SELECT relacl AS acl UNION ALL SELECT attacl FROM pg_attribute WHERE attrelid = here.oid
    ) AS given, aclexplode(given.acl) AS one LEFT JOIN pg_roles r ON r.oid = one.grantee
    WHERE one.grantee <> here.relowner
UNION ALL
SELECT 'owner', relowner::regrole::text FROM here WHERE relowner <> current_user::regrole
UNION ALL
SELECT 'statistics', stxname::text FROM pg_statistic_ext, here WHERE stxrelid = here.oid
UNION ALL
SELECT 'publication', p.pubname::text FROM pg_publication_rel r
    JOIN pg_publication p ON p.oid = r.prpubid JOIN here ON r.prrelid = here.oid
UNION ALL
SELECT 'inheritance', (CASE inhparent WHEN here.oid THEN inhrelid ELSE inhparent END)::regclass::text
    FROM pg_inherits, here WHERE here.oid IN (inhparent, inhrelid)
UNION ALL
SELECT 'storage option', unnest(reloptions) FROM here
UNION ALL
SELECT 'storage option', 'UNLOGGED' FROM here WHERE relpersistence = 'u'
UNION ALL
SELECT 'comment of constraint', c.conname::text FROM pg_constraint c JOIN here ON c.conrelid = here.oid
    JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_constraint'::regclass
UNION ALL
SELECT 'comment of index', i.indexrelid::regclass::text FROM pg_index i JOIN here ON i.indrelid = here.oid
    JOIN pg_description d ON d.objoid = i.indexrelid AND d.classoid = 'pg_class'::regclass
UNION ALL
SELECT 'sequence of ' || a.attname, s.relname::text FROM pg_depend d
    JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' AND d.classid = 'pg_class'::regclass
    JOIN here ON d.refobjid = here.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    JOIN pg_attribute a ON a.attrelid = here.oid AND a.attnum = d.refobjsubid
"""

# Privileges stay with the name, and views look the table up by it.
_MYSQL = """
SELECT DISTINCT 'trigger', trigger_name FROM information_schema.triggers
    WHERE event_object_table = :name AND event_object_schema = coalesce(:schema, database())
UNION ALL
SELECT 'foreign key', concat(table_name, '.', constraint_name) FROM information_schema.referential_constraints
    WHERE referenced_table_name = :name AND table_name <> :name
    AND unique_constraint_schema = coalesce(:schema, database())
UNION ALL
SELECT 'history of rows', table_name FROM information_schema.tables
    WHERE table_name = :name AND table_schema = coalesce(:schema, database()) AND table_type = 'SYSTEM VERSIONED'
"""

_QUERIES = {"postgresql": _POSTGRESQL, "mysql": _MYSQL, "mariadb": _MYSQL}


def hanging(connection: sa.Connection, name: TableName) -> tuple[Dependent, ...]:
    """What hangs on a table, without SQL; () for a database that is not asked.

    "sequence of COLUMN" is the one that the column's serial or identity counts with.
    """
    from limbeck.database.compile import Dependent

    query = _QUERIES.get(connection.dialect.name)
    if query is None:
        return ()
    bound = sa.text(query.replace("::", "\\:\\:")).bindparams(
        sa.bindparam("name", name.name, sa.String()),
        sa.bindparam("schema", name.schema, sa.String()),
    )
    rows = sorted((str(kind), str(what)) for kind, what in connection.execute(bound))
    return tuple(Dependent(kind, what, "", name.name, name.schema) for kind, what in rows)
