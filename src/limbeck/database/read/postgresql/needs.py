"""
What cannot be without what, as PostgreSQL tracks it in pg_depend.

Responsible for what views, routines, triggers, policies and tables need: tables and their columns, types, routines,
sequences, extensions.  What a body that is text needs is not tracked, and not known here.
"""

from __future__ import annotations

from typing import NamedTuple

from limbeck.database.read.postgresql.query import Answers, Part
from limbeck.database.read.postgresql.relations import Names
from limbeck.schema import Need, TableName


class NeedRow(NamedTuple):
    """What the object `oid` of that kind needs; `schema` None for an extension."""

    of: str
    oid: str
    kind: str
    schema: str | None
    name: str
    column: str | None


# Rows of pg_depend, and whose they are.  Of a table only what its defaults, checks and indexes call counts: its types
# and foreign keys are known otherwise.
_REFERENCES = """
    SELECT DISTINCT o.of, o.oid, d.refclassid, d.refobjid, d.refobjsubid
    FROM (
        SELECT 'view' AS of, r.oid, 'pg_rewrite'::regclass AS classid, w.oid AS objid
            FROM rel r JOIN pg_rewrite w ON w.ev_class = r.oid WHERE r.relkind IN ('v', 'm')
        UNION ALL SELECT 'trigger', t.oid, 'pg_trigger'::regclass, t.oid
            FROM rel r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
        UNION ALL SELECT 'policy', p.oid, 'pg_policy'::regclass, p.oid
            FROM rel r JOIN pg_policy p ON p.polrelid = r.oid
        UNION ALL SELECT 'routine', p.oid, 'pg_proc'::regclass, p.oid
            FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
    ) o JOIN pg_depend d ON d.classid = o.classid AND d.objid = o.objid
    WHERE d.deptype IN ('n', 'a') AND d.refobjid >= 16384
        AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)
    UNION SELECT 'table', r.oid, d.refclassid, d.refobjid, 0
    FROM pg_depend d
    LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid
    LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
    LEFT JOIN pg_index i ON d.classid = 'pg_class'::regclass AND i.indexrelid = d.objid
    JOIN tab r ON r.oid = coalesce(a.adrelid, k.conrelid, i.indrelid)
    WHERE d.deptype IN ('n', 'a') AND d.refobjid >= 16384 AND d.refclassid = 'pg_proc'::regclass
    UNION SELECT 'table', r.oid, d.refclassid, d.refobjid, 0
    FROM rel q JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = q.oid
    JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid JOIN tab r ON r.oid = a.adrelid
    WHERE q.relkind = 'S' AND NOT EXISTS (
        SELECT FROM pg_depend w WHERE w.classid = 'pg_class'::regclass AND w.objid = q.oid
            AND w.refclassid = 'pg_class'::regclass AND w.deptype IN ('a', 'i')
    )"""

_KIND = """CASE WHEN x.oid IS NOT NULL THEN 'extension'
    WHEN p.prokind IS NOT NULL THEN CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END
    WHEN t.typtype = 'e' THEN 'enum' WHEN t.typtype = 'd' THEN 'domain' ELSE CASE c.relkind
        WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'f' THEN 'table' WHEN 'v' THEN 'view'
        WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'composite' END END"""

PART = Part(
    NeedRow,
    (
        "f.of", "f.oid", _KIND, "CASE WHEN x.oid IS NULL THEN n.nspname END",
        "coalesce(x.extname, p.proname, c.relname, t.typname)", "a.attname",
    ),
    f"""FROM ({_REFERENCES}) AS f
    LEFT JOIN pg_type tt ON f.refclassid = 'pg_type'::regclass AND tt.oid = f.refobjid
    LEFT JOIN pg_type t ON t.oid = CASE WHEN tt.typcategory = 'A' THEN tt.typelem ELSE tt.oid END
    LEFT JOIN pg_proc p ON f.refclassid = 'pg_proc'::regclass AND p.oid = f.refobjid
    LEFT JOIN pg_class c ON c.oid
        = CASE WHEN f.refclassid = 'pg_class'::regclass THEN f.refobjid ELSE nullif(t.typrelid, 0) END
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = nullif(f.refobjsubid, 0)
    LEFT JOIN pg_namespace n ON n.oid = coalesce(p.pronamespace, c.relnamespace, t.typnamespace)
    LEFT JOIN member e ON e.classid = f.refclassid AND e.objid = coalesce(t.oid, f.refobjid)
    LEFT JOIN pg_extension x ON x.oid = e.refobjid""",
)  # fmt: skip


class Wants:
    """What each object needs."""

    def __init__(self, answers: Answers, names: Names) -> None:
        self._of: dict[tuple[str, str], set[Need]] = {}
        self._own = {oid: names.of(oid) for oid in names.relations}
        for row in answers.of(NeedRow):
            if row.kind is not None:
                name = (
                    TableName(row.name) if row.schema is None else names.name(row.schema, row.name)
                )
                self._of.setdefault((row.of, row.oid), set()).add(Need(row.kind, name, row.column))

    def of(self, kind: str, oid: str) -> frozenset[Need]:
        """What an object needs, without itself."""
        found = self._of.get((kind, oid))
        if found is None:
            return frozenset()
        itself = self._own.get(oid)
        return frozenset(need for need in found if need.name != itself)
