"""On PostgreSQL things of every kind come, change and go, each by generated revisions and each exactly."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from limbeck import objects
from tests.kinds.stages import BARE, Declare, Stage, T, and_t, t, walk
from tests.servers import Kind


def pinned(citext: str, hstore: str) -> Declare:
    """Two extensions, each in a version of its own."""
    return and_t(
        objects.Extension("citext", version=citext), objects.Extension("hstore", version=hstore)
    )


ROLE = "pg_monitor"
"""A role that each server has."""

CHAINS: dict[str, list[Stage]] = {
    "policies": [
        BARE,
        Stage(
            T + "ALTER TABLE t ENABLE ROW LEVEL SECURITY\n\nCREATE POLICY own ON t USING (name = current_user)",
            and_t(objects.RowSecurity("t"), objects.Policy("own", "t", using="name = current_user")),
        ),
        Stage(
            T + "ALTER TABLE t ENABLE ROW LEVEL SECURITY\n\nALTER TABLE t FORCE ROW LEVEL SECURITY\n\n"
            f"CREATE POLICY own ON t TO {ROLE} USING (n > 5) WITH CHECK (n > 6)\n\nCOMMENT ON POLICY own ON t IS 'it''s'",
            and_t(
                objects.RowSecurity("t", forced=True),
                objects.Policy("own", "t", using="n > 5", check="n > 6", roles=[ROLE], comment="it's"),
            ),
        ),
        Stage(
            T + "ALTER TABLE t ENABLE ROW LEVEL SECURITY\n\n"
            "CREATE POLICY own ON t AS RESTRICTIVE FOR INSERT WITH CHECK (n > 6)",
            and_t(
                objects.RowSecurity("t"),
                objects.Policy("own", "t", command="INSERT", permissive=False, check="n > 6"),
            ),
        ),
        Stage(
            T + "CREATE POLICY own ON t AS RESTRICTIVE FOR DELETE USING (n > 6)",
            and_t(objects.Policy("own", "t", command="DELETE", permissive=False, using="n > 6")),
        ),
        BARE,
    ],
    "a policy on a column that changes": [
        Stage(T + "CREATE POLICY own ON t USING (n > 5);", and_t(objects.Policy("own", "t", using="n > 5"))),
        Stage(
            T.replace("n integer,", "n bigint,") + "CREATE POLICY own ON t USING (n > 5)",
            lambda m: (
                sa.Table(
                    "t", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                    sa.Column("n", sa.BigInteger), sa.Column("name", sa.Text),
                ),
                objects.Policy("own", "t", using="n > 5", metadata=m),
            ),
        ),
        Stage(
            T.replace("n integer, ", "") + "CREATE POLICY own ON t USING (id > 5)",
            lambda m: (
                sa.Table(
                    "t", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                    sa.Column("name", sa.Text),
                ),
                objects.Policy("own", "t", using="id > 5", metadata=m),
            ),
        ),
    ],
    "versions of extensions": [
        Stage(T + "CREATE EXTENSION citext VERSION '1.4'\n\nCREATE EXTENSION hstore VERSION '1.4'", pinned("1.4", "1.4")),
        Stage(T + "CREATE EXTENSION citext VERSION '1.6'\n\nCREATE EXTENSION hstore VERSION '1.5'", pinned("1.6", "1.5")),
        Stage(T + "CREATE EXTENSION citext VERSION '1.5'\n\nCREATE EXTENSION hstore VERSION '1.6'", pinned("1.5", "1.6")),
    ],
    "extensions": [
        BARE,
        Stage(
            T + "CREATE EXTENSION citext\n\nCREATE EXTENSION pg_trgm\n\nALTER TABLE t ADD COLUMN c citext\n\n"
            "CREATE INDEX ix_name ON t USING gin (name gin_trgm_ops)",
            lambda m: (
                t(
                    m, sa.Column("c", pg.CITEXT),
                    sa.Index("ix_name", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
                ),
                objects.Extension("citext", metadata=m),
                objects.Extension("pg_trgm", metadata=m),
            ),
        ),
        Stage(
            T + "CREATE EXTENSION citext\n\nALTER TABLE t ADD COLUMN c citext",
            lambda m: (
                t(m, sa.Column("c", pg.CITEXT)),
                objects.Extension("citext", metadata=m),
            ),
        ),
        BARE,
    ],
    "domains": [
        BARE,
        Stage(
            "CREATE DOMAIN positive AS integer CONSTRAINT above CHECK (VALUE > 0)\n\n" + T
            + "ALTER TABLE t ADD COLUMN p positive",
            lambda m: (
                t(m, sa.Column("p", pg.DOMAIN("positive", sa.Integer(), create_type=False))),
                objects.Domain("positive", sa.Integer, checks=[("above", "VALUE > 0")], metadata=m),
            ),
        ),
        Stage(
            "CREATE DOMAIN positive AS integer DEFAULT 5 NOT NULL CONSTRAINT above CHECK (VALUE > 1)"
            " CONSTRAINT below CHECK (VALUE < 100)\n\nCOMMENT ON DOMAIN positive IS 'it''s'\n\n" + T
            + "ALTER TABLE t ADD COLUMN p positive",
            lambda m: (
                t(m, sa.Column("p", pg.DOMAIN("positive", sa.Integer(), create_type=False))),
                objects.Domain(
                    "positive", sa.Integer, nullable=False, default="5", comment="it's",
                    checks=[("above", "VALUE > 1"), ("below", "VALUE < 100")], metadata=m,
                ),
            ),
        ),
        Stage(
            "CREATE DOMAIN positive AS integer DEFAULT 6 CONSTRAINT below CHECK (VALUE < 100)\n\n" + T
            + "ALTER TABLE t ADD COLUMN p positive",
            lambda m: (
                t(m, sa.Column("p", pg.DOMAIN("positive", sa.Integer(), create_type=False))),
                objects.Domain(
                    "positive", sa.Integer, default="6", checks=[("below", "VALUE < 100")], metadata=m
                ),
            ),
        ),
        BARE,
    ],
    "domains of columns": [
        BARE,
        Stage(
            "CREATE DOMAIN positive AS integer CONSTRAINT positive_check CHECK (VALUE > 0)\n\n" + T
            + "ALTER TABLE t ADD COLUMN p positive DEFAULT 3",
            lambda m: t(
                m, sa.Column("p", pg.DOMAIN("positive", sa.Integer(), check="VALUE > 0"), server_default="3")
            ),
        ),
        Stage(
            "CREATE DOMAIN positive AS integer CONSTRAINT positive_check CHECK (VALUE > 2)\n\n" + T
            + "ALTER TABLE t ADD COLUMN p positive",
            lambda m: t(m, sa.Column("p", pg.DOMAIN("positive", sa.Integer(), check="VALUE > 2"))),
        ),
        BARE,
    ],
    "domains of new tables": [
        BARE,
        Stage(
            "CREATE DOMAIN positive AS integer CONSTRAINT positive_check CHECK (VALUE > 0)\n\n" + T
            + "CREATE TABLE u (p positive)",
            lambda m: (
                t(m), sa.Table("u", m, sa.Column("p", pg.DOMAIN("positive", sa.Integer(), check="VALUE > 0"))),
            ),
        ),
        BARE,
    ],
    "composite types": [
        BARE,
        Stage(
            "CREATE TYPE money_of AS (amount numeric(10,2), unit text)\n\n" + T,
            and_t(objects.Composite("money_of", [("amount", sa.Numeric(10, 2)), ("unit", "text")])),
        ),
        Stage(
            "CREATE TYPE money_of AS (amount numeric(12,2), unit text, more integer)\n\n"
            "COMMENT ON TYPE money_of IS 'it''s'\n\n" + T,
            and_t(
                objects.Composite(
                    "money_of", [("amount", sa.Numeric(12, 2)), ("unit", "text"), ("more", "integer")], comment="it's"
                )
            ),
        ),
        Stage(
            "CREATE TYPE money_of AS (amount numeric(12,2), more integer)\n\n" + T,
            and_t(objects.Composite("money_of", [("amount", sa.Numeric(12, 2)), ("more", "integer")])),
        ),
        BARE,
    ],
    "grants": [
        BARE,
        Stage(
            T + f"CREATE SEQUENCE s\n\nGRANT SELECT, INSERT ON t TO {ROLE}\n\nGRANT USAGE ON SEQUENCE s TO {ROLE}\n\n"
            f"GRANT CREATE ON SCHEMA public TO {ROLE}",
            lambda m: (
                t(m), sa.Sequence("s", metadata=m),
                objects.Grant(["SELECT", "INSERT"], "t", ROLE, metadata=m),
                objects.Grant(["USAGE"], "s", ROLE, kind="sequence", metadata=m),
                objects.Grant(["CREATE"], "public", ROLE, kind="schema", metadata=m),
            ),
        ),
        Stage(
            T + f"CREATE SEQUENCE s\n\nGRANT SELECT, UPDATE ON t TO {ROLE} WITH GRANT OPTION\n\nGRANT SELECT ON t TO PUBLIC\n\n"
            f"GRANT UPDATE (n) ON t TO PUBLIC",
            lambda m: (
                t(m), sa.Sequence("s", metadata=m),
                objects.Grant(["SELECT", "UPDATE"], "t", ROLE, grantable=["SELECT", "UPDATE"], metadata=m),
                objects.Grant(["SELECT", "UPDATE (n)"], "t", "public", metadata=m),
            ),
        ),
        BARE,
    ],
    "grants on a function and a view that change": [
        Stage(
            T + "CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'\n\n"
            f"CREATE VIEW v AS SELECT id, n FROM t\n\nGRANT SELECT ON v TO {ROLE}\n\nGRANT EXECUTE ON FUNCTION f(integer) TO {ROLE}",
            and_t(
                objects.Function("f", "a integer", "RETURNS integer LANGUAGE sql AS 'SELECT 1'"),
                objects.View("v", "SELECT id, n FROM t"),
                objects.Grant(["SELECT"], "v", ROLE),
                objects.Grant(["EXECUTE"], "f", ROLE, kind="function", arguments="integer"),
            ),
        ),
        Stage(
            T + "CREATE FUNCTION f(a integer) RETURNS text LANGUAGE sql AS 'SELECT ''x'''\n\n"
            f"CREATE VIEW v AS SELECT name FROM t\n\nGRANT SELECT ON v TO {ROLE}\n\nGRANT EXECUTE ON FUNCTION f(integer) TO {ROLE}",
            and_t(
                objects.Function("f", "a integer", "RETURNS text LANGUAGE sql AS 'SELECT ''x'''"),
                objects.View("v", "SELECT name FROM t"),
                objects.Grant(["SELECT"], "v", ROLE),
                objects.Grant(["EXECUTE"], "f", ROLE, kind="function", arguments="integer"),
            ),
        ),
    ],
    "sequences": [
        BARE,
        Stage(
            T + "CREATE SEQUENCE s START 5 INCREMENT 2\n\nALTER TABLE t ADD COLUMN x integer DEFAULT nextval('s')",
            lambda m: t(m, sa.Column("x", sa.Integer, sa.Sequence("s", start=5, increment=2, metadata=m),
                                     server_default=sa.text("nextval('s')"))),
        ),
        Stage(
            T + "CREATE SEQUENCE s AS integer START 6 INCREMENT -2 MINVALUE -10 MAXVALUE 20 CACHE 3 CYCLE\n\n"
            "ALTER TABLE t ADD COLUMN x integer",
            lambda m: (
                t(m, sa.Column("x", sa.Integer)),
                sa.Sequence("s", start=6, increment=-2, minvalue=-10, maxvalue=20, cache=3, cycle=True,
                            data_type=sa.Integer, metadata=m),
            ),
        ),
        Stage(T + "CREATE SEQUENCE s INCREMENT -1", lambda m: (t(m), sa.Sequence("s", increment=-1, metadata=m))),
        Stage(T + "CREATE SEQUENCE s", lambda m: (t(m), sa.Sequence("s", metadata=m))),
        BARE,
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize("name", CHAINS)
def test_comes_changes_and_goes(
    name: str, kind: Kind, empty_pair: tuple[str, str], tmp_path: Path
) -> None:
    walk(CHAINS[name], kind, empty_pair, tmp_path)
