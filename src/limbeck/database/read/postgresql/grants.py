"""
Who may do what, and the extensions of the database.

Responsible for privileges that differ from what PostgreSQL gives by itself.  Does not know roles: their names are all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from limbeck.database.read.postgresql.query import Answers, Part, not_member
from limbeck.database.read.postgresql.relations import Names
from limbeck.schema import Extension, Grant, TableName


class GrantRow(NamedTuple):
    """A privilege on an object; `usual` rows are what an object of that kind has by itself.

    `column` is quoted, and None for all of the object.
    """

    kind: str
    schema: str | None
    name: str
    signature: str
    role: str
    privilege: str
    grantable: bool
    usual: bool
    column: str | None


class ExtensionRow(NamedTuple):
    """An extension."""

    name: str
    schema: str
    version: str


# Objects whose privileges were touched.  What the owner may do is the owner's business.
_OBJECTS = f"""
    SELECT CASE r.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind, r.schema, r.name, '' AS signature,
        r.relowner AS owner, r.relacl AS acl,
        acldefault(CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", r.relowner) AS base, NULL AS column
        FROM rel r WHERE r.relacl IS NOT NULL
    UNION ALL SELECT 'table', r.schema, r.name, '', r.relowner, a.attacl, NULL, quote_ident(a.attname)
        FROM rel r JOIN pg_attribute a ON a.attrelid = r.oid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, s.name, p.proname::text,
        oidvectortypes(p.proargtypes), p.proowner, p.proacl, acldefault('f', p.proowner), NULL
        FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
        WHERE p.proacl IS NOT NULL AND p.prokind <> 'a' AND {not_member("pg_proc", "p.oid")}
    UNION ALL SELECT 'type', s.name, t.typname::text, '', t.typowner, t.typacl, acldefault('T', t.typowner), NULL
        FROM pg_type t JOIN schemas s ON s.oid = t.typnamespace
        WHERE t.typacl IS NOT NULL AND {not_member("pg_type", "t.oid")}
    UNION ALL SELECT 'schema', NULL, s.name, '', s.nspowner, s.nspacl,
        coalesce(i.initprivs, acldefault('n', s.nspowner)), NULL
        FROM schemas s LEFT JOIN pg_init_privs i ON i.objoid = s.oid AND i.classoid = 'pg_namespace'::regclass
        WHERE s.nspacl IS NOT NULL"""

_ROLE = "CASE x.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(x.grantee)::text END AS role"
_HELD = "SELECT o.*, {role}, x.privilege_type, x.is_grantable, {usual} AS usual FROM objects o, aclexplode(o.{acl}) x"

_GRANTS = Part(
    GrantRow,
    (
        "g.kind", "g.schema", "g.name", "g.signature", "g.role", "g.privilege_type", "g.is_grantable", "g.usual",
        'g."column"',
    ),
    f"""FROM (
    WITH objects AS ({_OBJECTS})
    {_HELD.format(role=_ROLE, usual="false", acl="acl")} WHERE x.grantee <> o.owner
    UNION ALL {_HELD.format(role=_ROLE, usual="true", acl="base")} WHERE x.grantee <> o.owner
    ) AS g""",
)  # fmt: skip

# plpgsql is in each database from the start.
_EXTENSIONS = Part(
    ExtensionRow,
    ("x.extname", "n.nspname", "x.extversion"),
    "FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace WHERE x.extname <> 'plpgsql'",
)


def parts() -> tuple[Part[GrantRow], Part[ExtensionRow]]:
    """The questions."""
    return (_GRANTS, _EXTENSIONS)


def grants(answers: Answers, names: Names) -> Iterator[Grant]:
    """What roles may do beside what PostgreSQL gives by itself.

    Where it was taken away, as EXECUTE from public, the privileges are empty.
    """
    held: dict[tuple[str, str | None, str, str, str], list[GrantRow]] = {}
    for row in answers.of(GrantRow):
        held.setdefault((row.kind, row.schema, row.name, row.signature, row.role), []).append(row)
    for (kind, schema, name, signature, role), rows in held.items():
        now = _privileges(row for row in rows if not row.usual)
        grantable = _privileges(row for row in rows if not row.usual and row.grantable)
        if (now, grantable) != (_privileges(row for row in rows if row.usual), ()):
            full = TableName(name) if schema is None else names.name(schema, name)
            yield Grant(kind, full, role, now, grantable, signature)


def _privileges(rows: Iterator[GrantRow]) -> tuple[str, ...]:
    """Their names as GRANT takes them, with the columns where they are for some only; sorted."""
    columns: dict[str, set[str]] = {}
    whole: set[str] = set()
    for row in rows:
        if row.column is None:
            whole.add(row.privilege)
        else:
            columns.setdefault(row.privilege, set()).add(row.column)
    listed = (f"{name} ({', '.join(sorted(found))})" for name, found in columns.items())
    return tuple(sorted([*whole, *listed]))


def extensions(answers: Answers, names: Names) -> Iterator[Extension]:
    """The extensions of the database, wherever their objects are."""
    for row in answers.of(ExtensionRow):
        yield Extension(row.name, names.name(row.schema, row.name).schema, row.version)
