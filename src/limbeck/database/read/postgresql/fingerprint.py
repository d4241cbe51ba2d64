"""
Whether a PostgreSQL database may have changed, from one query.

Responsible for a text that is another one whenever `read` would give another state.  Does not read a state, and may
change where that does not: what objects outside of the schemas are called counts, since definitions may name them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa


class _Rows(NamedTuple):
    """Rows that count: the columns that do, FROM and the rest, and whether their versions are known.

    The version of a row (xmin) counts, since it never comes back: what was changed and changed back while somebody
    was reading is not what it was.
    """

    columns: str
    source: str
    versioned: bool = True

    @property
    def counted(self) -> str:
        """The columns, and the version of the row that the first of them is of."""
        return (
            f"{self.columns}, {self.columns.partition('.')[0]}.xmin"
            if self.versioned
            else self.columns
        )


_FIRST_OF_USERS = 16384  # lower oids are the server's own, which no user changes

_SHARED = f"""
WITH schemas AS MATERIALIZED (
    SELECT oid FROM pg_catalog.pg_namespace WHERE nspname::text = ANY(CAST(:schemas AS text[]))
    OR nspname = current_schema() AND CAST(:here AS boolean)
), rel AS MATERIALIZED (
    SELECT c.oid FROM pg_catalog.pg_class c JOIN schemas s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'c')
), outside AS MATERIALIZED (
    SELECT DISTINCT d.refobjid AS oid FROM pg_catalog.pg_rewrite w JOIN rel r ON r.oid = w.ev_class
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
    WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid >= {_FIRST_OF_USERS}
    UNION SELECT k.confrelid FROM pg_catalog.pg_constraint k JOIN rel r ON r.oid = k.conrelid WHERE k.contype = 'f'
    UNION SELECT i.inhparent FROM pg_catalog.pg_inherits i JOIN rel r ON r.oid = i.inhrelid
    EXCEPT SELECT oid FROM rel
)
"""


def _relations() -> tuple[_Rows, ...]:
    return (
        _Rows(
            "c.oid, c.relname, c.relnamespace, c.relkind, c.relpersistence, c.reloptions, c.reltablespace, c.relam,"
            " c.relispartition, c.relpartbound::text, c.relrowsecurity, c.relforcerowsecurity, c.relacl, c.relowner",
            "pg_class c JOIN schemas s ON s.oid = c.relnamespace",
            versioned=False,  # work with the rows of a table writes it anew; see `Seen.relations`
        ),
        _Rows(
            "c.oid, c.reloptions",
            "pg_class c WHERE c.relkind = 't' AND c.reloptions IS NOT NULL",
            versioned=False,
        ),
        _Rows(
            "a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated,"
            " a.attcollation, a.attisdropped, a.attacl",
            "pg_attribute a JOIN rel r ON r.oid = a.attrelid WHERE a.attnum > 0",
        ),
        _Rows(
            "a.attrelid, a.attnum, a.attoptions", "pg_attribute a WHERE a.attoptions IS NOT NULL"
        ),
        _Rows("d.adrelid, d.adnum, d.adbin::text", "pg_attrdef d JOIN rel r ON r.oid = d.adrelid"),
        _Rows(
            "i.inhrelid, i.inhparent, i.inhseqno", "pg_inherits i JOIN rel r ON r.oid = i.inhrelid"
        ),
        _Rows(
            "p.partrelid, p.partstrat, p.partattrs::text, p.partclass::text, p.partcollation::text, p.partexprs::text",
            "pg_partitioned_table p JOIN rel r ON r.oid = p.partrelid",
        ),
    )


def _constraints(version: int) -> tuple[_Rows, ...]:
    set_columns = ", k.confdelsetcols" if version >= 15 else ""
    distinct = ", i.indnullsnotdistinct" if version >= 15 else ""
    return (
        _Rows(
            "k.oid, k.conname, k.contype, k.condeferrable, k.condeferred, k.convalidated, k.conrelid, k.contypid,"
            " k.conindid, k.conparentid, k.confrelid, k.confupdtype, k.confdeltype, k.confmatchtype, k.conislocal,"
            f" k.connoinherit, k.conkey, k.confkey, k.conexclop, k.conbin::text{set_columns}",
            "pg_constraint k JOIN schemas s ON s.oid = k.connamespace WHERE k.contype <> 't'",
        ),
        _Rows(
            "i.indexrelid, i.indrelid, i.indnkeyatts, i.indisunique, i.indisvalid, i.indkey::text,"
            " i.indcollation::text, i.indclass::text, i.indoption::text, i.indexprs::text,"
            f" i.indpred::text{distinct}",
            "pg_index i JOIN rel r ON r.oid = i.indrelid",
        ),
    )


def _objects(version: int) -> tuple[_Rows, ...]:
    body = ", p.prosqlbody::text" if version >= 14 else ""
    return (
        _Rows(
            "t.oid, t.typname, t.typnamespace, t.typtype, t.typrelid, t.typbasetype, t.typtypmod, t.typnotnull,"
            " t.typcollation, t.typdefaultbin::text, t.typacl, t.typowner",
            "pg_type t JOIN schemas s ON s.oid = t.typnamespace WHERE t.typcategory <> 'A'",
        ),
        _Rows("e.enumtypid, e.enumsortorder, e.enumlabel", "pg_enum e"),
        _Rows(
            "q.seqrelid, q.seqtypid, q.seqstart, q.seqincrement, q.seqmax, q.seqmin, q.seqcache, q.seqcycle,"
            " d.refobjid, d.refobjsubid, d.deptype",
            "pg_sequence q LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = q.seqrelid"
            " AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0",
        ),
        _Rows(
            "p.oid, p.proname, p.prokind, p.prolang, p.procost, p.prorows, p.provariadic, p.prosupport::oid,"
            " p.prosecdef, p.proleakproof, p.proisstrict, p.proretset, p.provolatile, p.proparallel, p.prorettype,"
            " p.proargtypes::text, p.proallargtypes, p.proargmodes::text, p.proargnames, p.proargdefaults::text,"
            f" p.protrftypes, p.prosrc, p.probin, p.proconfig, p.proacl, p.proowner{body}",
            "pg_proc p JOIN schemas s ON s.oid = p.pronamespace",
        ),
        _Rows("w.ev_class, w.ev_action::text", "pg_rewrite w JOIN rel r ON r.oid = w.ev_class"),
        _Rows(
            "t.oid, t.tgrelid, t.tgname, t.tgfoid, t.tgtype, t.tgenabled, t.tgconstrrelid, t.tgdeferrable,"
            " t.tginitdeferred, t.tgattr::text, encode(t.tgargs, 'hex'), t.tgqual::text, t.tgoldtable, t.tgnewtable",
            "pg_trigger t JOIN rel r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal",
        ),
        _Rows(
            "p.oid, p.polname, p.polrelid, p.polcmd, p.polpermissive, p.polroles, p.polqual::text,"
            " p.polwithcheck::text",
            "pg_policy p JOIN rel r ON r.oid = p.polrelid",
        ),
        _Rows("n.nspacl, n.nspowner", "pg_namespace n JOIN schemas s ON s.oid = n.oid"),
    )


def _surroundings() -> tuple[_Rows, ...]:
    """What is named by definitions, and belongs to the whole database or server."""
    users = f"oid >= {_FIRST_OF_USERS}"
    return (
        _Rows("n.objoid, n.classoid, n.objsubid, n.description", f"pg_description n WHERE n.obj{users}"),
        _Rows("e.classid, e.objid, e.refobjid", "pg_depend e WHERE e.deptype = 'e'"),
        _Rows("x.oid, x.extname, x.extnamespace, x.extversion", "pg_extension x"),
        _Rows("n.oid, n.nspname", "pg_namespace n WHERE n.nspname NOT LIKE 'pg!_%' ESCAPE '!'"),
        _Rows("c.oid, c.relname, c.relnamespace", "pg_class c JOIN outside o ON o.oid = c.oid", versioned=False),
        _Rows(
            "a.attrelid, a.attnum, a.attname", "pg_attribute a JOIN outside o ON o.oid = a.attrelid WHERE a.attnum > 0"
        ),
        _Rows("p.oid, p.proname, p.pronamespace", f"pg_proc p WHERE p.{users}"),
        _Rows("o.oid, o.oprname, o.oprnamespace", f"pg_operator o WHERE o.{users}"),
        _Rows("o.oid, o.opcname, o.opcnamespace, o.opcdefault", f"pg_opclass o WHERE o.{users}"),
        _Rows("o.oid, o.collname, o.collnamespace", f"pg_collation o WHERE o.{users}"),
        _Rows(
            "t.oid, t.typname, t.typnamespace, t.typcollation",
            f"pg_type t WHERE t.{users} AND t.typtype <> 'c' AND t.typcategory <> 'A'",
        ),
        _Rows("t.oid, t.spcname", "pg_tablespace t"),
        _Rows("a.oid, a.rolname", "pg_roles a", versioned=False),
        _Rows("current_schema(), current_setting('server_version_num')", "(VALUES (1)) AS one (v)", versioned=False),
    )  # fmt: skip


@lru_cache(maxsize=8)
def _statement(version: int) -> sa.TextClause:
    # Records have hashes since version 14; before that, their text does.
    form = (
        "hash_record_extended(ROW({}), 0)"
        if version >= 14
        else "hashtextextended(ROW({})::text, 0)"
    )
    rows = (*_relations(), *_constraints(version), *_objects(version), *_surroundings())
    # A sum (of bigint it is exact, and as wide as need be), so that the order does not matter; beside it the number,
    # so that nothing vanishes that has the hash 0.
    sums = (
        f"(SELECT count(*) || ' ' || coalesce(sum({form.format(part.counted)}), 0) FROM {part.source})"
        for part in rows
    )
    relations = f"(SELECT sum({form.format('c.oid, c.xmin')})::text FROM pg_class c)"
    return sa.text(
        f"{_SHARED} SELECT md5(concat_ws(',', {', '.join(sums)})), {relations}, {_MOMENT}"
    )


# Which transactions were over: the same text means that nobody has changed anything since.  It says so only where each
# statement sees what is there when it begins, and definitions are always printed as they are now.
_MOMENT = (
    "CASE current_setting('transaction_isolation') WHEN 'read committed'"
    " THEN txid_current_snapshot()::text END"
)


class Seen(NamedTuple):
    """A fingerprint, and when it was taken: the versions of the rows of pg_class, and which transactions were over.

    The versions are no part of the fingerprint, since a mere TRUNCATE makes others.  `moment` is None where it cannot
    be told.
    """

    fingerprint: str
    relations: str
    moment: str | None

    def is_still(self, connection: sa.Connection, schemas: Sequence[str | None]) -> bool:
        """Whether nothing has changed since; that is known at once where nobody has written anything."""
        if (
            self.moment is not None
            and self.moment == _alone(connection, sa.text(f"SELECT {_MOMENT}"))[0]
        ):
            return True
        now = seen(connection, schemas=schemas)
        return (now.fingerprint, now.relations) == (self.fingerprint, self.relations)


def seen(connection: sa.Connection, *, schemas: Sequence[str | None] = (None,)) -> Seen:
    """The fingerprint of now."""
    version = (connection.dialect.server_version_info or (12,))[0]
    given = {"schemas": [name for name in schemas if name is not None], "here": None in schemas}
    return Seen._make(_alone(connection, _statement(version), given))


def fingerprint(connection: sa.Connection, *, schemas: Sequence[str | None] = (None,)) -> str:
    """A text that changes whenever what `read` says of these schemas does; it may change more often."""
    return seen(connection, schemas=schemas).fingerprint


def _alone(
    connection: sa.Connection, statement: sa.TextClause, given: Mapping[str, object] | None = None
) -> sa.Row[Any]:
    """The one row of a statement; where there was no transaction, there is none afterwards."""
    owned = not connection.in_transaction()
    try:
        return connection.execute(statement, given).one()
    finally:
        if owned:
            connection.rollback()
