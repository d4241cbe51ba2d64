"""What PostgreSQL knows of tables beyond their columns: schemas, enums, constraints, comments, storage, partitions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from limbeck import objects
from tests.kinds.stages import BARE, IS_OLD, Stage, T, t, walk
from tests.servers import Kind

SHOP = 'CREATE SCHEMA "the.shop"\n\n'


def constrained(*more: Any, **options: Any) -> Any:
    """A table with two columns and these constraints, made anew each time."""
    return lambda m: sa.Table(
        "t", m, sa.Column("a", sa.Integer), sa.Column("b", sa.Integer),
        *(make() for make in more), **options,
    )  # fmt: skip


def parents(m: sa.MetaData, kind: Any) -> sa.Table:
    """A table that is partitioned, and one that others inherit from; gives the first."""
    sa.Table("h", m, sa.Column("id", sa.Integer, nullable=False), sa.Column("n", kind))
    return sa.Table(
        "p", m, sa.Column("id", sa.Integer, nullable=False), sa.Column("n", kind),
        postgresql_partition_by="RANGE (id)",
    )  # fmt: skip


AB = "CREATE TABLE t (a integer, b integer)\n\n"

CHAINS: dict[str, list[Stage]] = {
    "unique constraints": [
        Stage(AB, constrained()),
        Stage(
            AB + "ALTER TABLE t ADD CONSTRAINT uq UNIQUE NULLS NOT DISTINCT (a)\n\n"
            "ALTER TABLE t ADD CONSTRAINT two UNIQUE (b) DEFERRABLE INITIALLY DEFERRED",
            constrained(
                lambda: sa.UniqueConstraint("a", name="uq", postgresql_nulls_not_distinct=True),
                lambda: sa.UniqueConstraint("b", name="two", deferrable=True, initially="DEFERRED"),
            ),
        ),
        Stage(
            AB + "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a) INCLUDE (b)\n\n"
            "ALTER TABLE t ADD CONSTRAINT two UNIQUE (b) DEFERRABLE\n\nCOMMENT ON CONSTRAINT uq ON t IS 'it''s'",
            constrained(
                lambda: sa.UniqueConstraint("a", name="uq", postgresql_include=["b"], comment="it's"),
                lambda: sa.UniqueConstraint("b", name="two", deferrable=True),
            ),
        ),
        Stage(
            AB + "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a) INCLUDE (b)\n\nCOMMENT ON CONSTRAINT uq ON t IS 'it''s'",
            constrained(lambda: sa.UniqueConstraint("a", name="uq", postgresql_include=["b"], comment="it's")),
        ),
        Stage(AB, constrained()),
    ],
    "exclude constraints": [
        Stage("CREATE EXTENSION btree_gist\n\n" + AB, lambda m: (constrained()(m), objects.Extension("btree_gist", metadata=m))),
        Stage(
            "CREATE EXTENSION btree_gist\n\n" + AB
            + "ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING gist (a WITH =, b WITH <>) WHERE (a > 5)",
            lambda m: (
                constrained(lambda: pg.ExcludeConstraint(("a", "="), ("b", "<>"), name="ex", using="gist", where=sa.text("a > 5")))(m),
                objects.Extension("btree_gist", metadata=m),
            ),
        ),
        Stage(
            "CREATE EXTENSION btree_gist\n\n" + AB
            + "ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING gist ((a + b) WITH =) DEFERRABLE",
            lambda m: (
                constrained(
                    lambda: pg.ExcludeConstraint((sa.text("(a + b)"), "="), name="ex", using="gist", deferrable=True)
                )(m),
                objects.Extension("btree_gist", metadata=m),
            ),
        ),
    ],
    "indexes": [
        BARE,
        Stage(
            T + "CREATE UNIQUE INDEX one ON t (n) INCLUDE (name) NULLS NOT DISTINCT WHERE n > 5\n\n"
            "CREATE INDEX two ON t (lower(name) text_pattern_ops, n DESC NULLS LAST)\n\nCOMMENT ON COLUMN t.n IS 'it''s'\n\n"
            "COMMENT ON TABLE t IS 'all'",
            lambda m: (
                table := sa.Table(
                    "t", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                    sa.Column("n", sa.Integer, comment="it's"), sa.Column("name", sa.Text), comment="all",
                ),
                sa.Index(
                    "one", table.c.n, unique=True, postgresql_include=["name"], postgresql_nulls_not_distinct=True,
                    postgresql_where=table.c.n > 5,
                ),
                sa.Index(
                    "two", sa.func.lower(table.c.name).label("low"), table.c.n.desc().nulls_last(),
                    postgresql_ops={"low": "text_pattern_ops"},
                ),
            ),
        ),
        Stage(
            T + "CREATE UNIQUE INDEX one ON t (n) INCLUDE (name, id) WHERE n > 6\n\n"
            "CREATE INDEX two ON t (lower(name) text_pattern_ops, n) WITH (fillfactor=50)",
            lambda m: (
                table := t(m),
                sa.Index("one", table.c.n, unique=True, postgresql_include=["name", "id"], postgresql_where=table.c.n > 6),
                sa.Index(
                    "two", sa.func.lower(table.c.name).label("low"), "n",
                    postgresql_ops={"low": "text_pattern_ops"}, postgresql_with={"fillfactor": 50},
                ),
            ),
        ),
        BARE,
    ],
    "foreign keys": [
        BARE,
        Stage(
            T + "CREATE TABLE u (id integer PRIMARY KEY, t_id integer, CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES t (id)"
            " MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED)\n\n"
            "COMMENT ON CONSTRAINT fk ON u IS 'it''s'",
            lambda m: (
                t(m),
                sa.Table(
                    "u", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("t_id", sa.Integer),
                    sa.ForeignKeyConstraint(
                        ["t_id"], ["t.id"], name="fk", match="FULL", ondelete="SET NULL", onupdate="CASCADE",
                        deferrable=True, initially="DEFERRED", comment="it's",
                    ),
                ),
            ),
        ),
        Stage(
            T + "CREATE TABLE u (id integer PRIMARY KEY, t_id integer)\n\n"
            "ALTER TABLE u ADD CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES t (id) NOT VALID",
            lambda m: (
                t(m),
                sa.Table(
                    "u", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("t_id", sa.Integer),
                    sa.ForeignKeyConstraint(["t_id"], ["t.id"], name="fk", postgresql_not_valid=True),
                ),
            ),
        ),
        Stage(
            T + "CREATE TABLE u (id integer PRIMARY KEY, t_id integer)\n\n"
            "ALTER TABLE u ADD CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES t (id)",
            lambda m: (
                t(m),
                sa.Table(
                    "u", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("t_id", sa.Integer),
                    sa.ForeignKeyConstraint(["t_id"], ["t.id"], name="fk"),
                ),
            ),
        ),
    ],
    "checks without names": [
        BARE,
        Stage(
            T + "ALTER TABLE t ADD CHECK (n > 1)\n\nALTER TABLE t ADD CHECK (length(md5(name)) < 50)",
            lambda m: t(m, sa.CheckConstraint("n > 1"), sa.CheckConstraint("length(md5(name)) < 50")),
        ),
        Stage(
            T + "ALTER TABLE t ADD CONSTRAINT t_n_check CHECK (n > 2)",
            lambda m: t(m, sa.CheckConstraint("n > 2")),
        ),
        BARE,
    ],
    "options": [
        BARE,
        Stage(
            T.replace("CREATE TABLE", "CREATE UNLOGGED TABLE") + "ALTER TABLE t SET (autovacuum_enabled=false, fillfactor=50)",
            lambda m: t(m, prefixes=["UNLOGGED"], postgresql_with={"fillfactor": 50, "autovacuum_enabled": False}),
        ),
        Stage(T + "ALTER TABLE t SET (fillfactor=60)", lambda m: t(m, postgresql_with={"fillfactor": 60})),
        BARE,
    ],
    "types with their defaults": [
        Stage(AB + "ALTER TABLE t ALTER a SET DEFAULT 5", lambda m: sa.Table("t", m, sa.Column("a", sa.Integer, server_default="5"), sa.Column("b", sa.Integer))),
        Stage(
            "CREATE TABLE t (a timestamp with time zone DEFAULT now(), b text DEFAULT 'x')",
            lambda m: sa.Table(
                "t", m, sa.Column("a", sa.DateTime(timezone=True), server_default=sa.func.now()), sa.Column("b", sa.Text, server_default="x"),
            ),
        ),
        Stage(
            "CREATE TABLE t (a integer DEFAULT 7, b boolean DEFAULT true)",
            lambda m: sa.Table("t", m, sa.Column("a", sa.Integer, server_default="7"), sa.Column("b", sa.Boolean, server_default=sa.true())),
        ),
    ],
    "numbers": [
        Stage("CREATE TABLE s (id serial PRIMARY KEY, n integer)", lambda m: sa.Table("s", m, sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))),
        Stage(
            "CREATE TABLE s (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2 MAXVALUE 99 CACHE 3 CYCLE), n integer)",
            lambda m: sa.Table(
                "s", m, sa.Column("id", sa.Integer, sa.Identity(always=True, start=5, increment=2, maxvalue=99, cache=3, cycle=True), primary_key=True),
                sa.Column("n", sa.Integer),
            ),
        ),
        Stage(
            "CREATE TABLE s (id integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, n integer)",
            lambda m: sa.Table("s", m, sa.Column("id", sa.Integer, sa.Identity(), primary_key=True), sa.Column("n", sa.Integer)),
        ),
        Stage(
            "CREATE TABLE s (id bigint PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (INCREMENT -1), n integer)",
            lambda m: sa.Table("s", m, sa.Column("id", sa.BigInteger, sa.Identity(increment=-1), primary_key=True), sa.Column("n", sa.Integer)),
        ),
    ],
    "partitions and heirs, left alone": [
        Stage(
            "CREATE TABLE p (id integer NOT NULL, n integer) PARTITION BY RANGE (id)\n\nCREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (5)\n\n"
            "CREATE TABLE h (id integer NOT NULL, n integer)\n\nCREATE TABLE h1 (more text) INHERITS (h)",
            lambda m: parents(m, sa.Integer),
        ),
        Stage(
            "CREATE TABLE p (id integer NOT NULL, n bigint) PARTITION BY RANGE (id)\n\nCREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (5)\n\n"
            "CREATE INDEX ix ON p (n)\n\nCREATE TABLE h (id integer NOT NULL, n bigint)\n\nCREATE TABLE h1 (more text) INHERITS (h)",
            lambda m: sa.Index("ix", parents(m, sa.BigInteger).c.n),
        ),
        Stage(
            "CREATE TABLE p (id integer NOT NULL) PARTITION BY RANGE (id)\n\nCREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (5)\n\n"
            "CREATE TABLE h (id integer NOT NULL, n bigint)\n\nCREATE TABLE h1 (more text) INHERITS (h)",
            lambda m: (
                sa.Table("p", m, sa.Column("id", sa.Integer, nullable=False), postgresql_partition_by="RANGE (id)"),
                sa.Table("h", m, sa.Column("id", sa.Integer, nullable=False), sa.Column("n", sa.BigInteger)),
            ),
        ),
    ],
}  # fmt: skip


if IS_OLD:  # no INCLUDE of unique constraints, no storage parameters of tables
    del CHAINS["unique constraints"], CHAINS["options"]


def mood(*values: str) -> sa.Enum:
    return sa.Enum(*values, name="Mood", schema="the.shop")


IN_SCHEMAS: dict[str, list[Stage]] = {
    "enums": [
        Stage(T + SHOP, t),
        Stage(
            T + SHOP + """CREATE TYPE "the.shop"."Mood" AS ENUM ('sad', 'it''s')\n\nCREATE TABLE "the.shop".t (id integer, m "the.shop"."Mood" DEFAULT 'sad')\n\n"""
            """CREATE TABLE u (ms "the.shop"."Mood"[])""",
            lambda m: (
                t(m),
                sa.Table("t", m, sa.Column("id", sa.Integer), sa.Column("m", mood("sad", "it's"), server_default="sad"), schema="the.shop"),
                sa.Table("u", m, sa.Column("ms", pg.ARRAY(mood("sad", "it's")))),
            ),
        ),
        Stage(
            T + SHOP + """CREATE TYPE "the.shop"."Mood" AS ENUM ('first', 'glad', 'it''s', 'last')\n\nCREATE TABLE "the.shop".t (id integer, m "the.shop"."Mood" DEFAULT 'glad')\n\n"""
            """CREATE TABLE u (ms "the.shop"."Mood"[])""",
            lambda m: (
                t(m),
                sa.Table(
                    "t", m, sa.Column("id", sa.Integer), sa.Column("m", mood("first", "glad", "it's", "last"), server_default="glad"),
                    schema="the.shop",
                ),
                sa.Table("u", m, sa.Column("ms", pg.ARRAY(mood("first", "glad", "it's", "last")))),
            ),
            ("the.shop.Mood:sad=glad",),
        ),
        Stage(
            T + SHOP + """CREATE TYPE "the.shop"."Mood" AS ENUM ('last', 'glad')\n\nCREATE TABLE "the.shop".t (id integer)\n\n"""
            """CREATE TABLE u (ms "the.shop"."Mood"[])""",
            lambda m: (
                t(m),
                sa.Table("t", m, sa.Column("id", sa.Integer), schema="the.shop"),
                sa.Table("u", m, sa.Column("ms", pg.ARRAY(mood("last", "glad")))),
            ),
        ),
        Stage(T + SHOP + 'CREATE TABLE "the.shop".t (id integer)', lambda m: (t(m), sa.Table("t", m, sa.Column("id", sa.Integer), schema="the.shop"))),
    ],
    "everything": [
        Stage(T + SHOP, t),
        Stage(
            T + SHOP + """CREATE TABLE "the.shop".t (id integer PRIMARY KEY, n integer, t_id integer)\n\nCREATE TABLE u (id integer PRIMARY KEY)\n\n"""
            """ALTER TABLE "the.shop".t ADD CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES u (id)\n\nCREATE INDEX ix ON "the.shop".t (n)\n\n"""
            """CREATE VIEW "the.shop".v AS SELECT n FROM "the.shop".t\n\nCREATE SEQUENCE "the.shop".s INCREMENT 2\n\n"""
            """CREATE FUNCTION "the.shop".f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'\n\n"""
            """CREATE TRIGGER tr BEFORE INSERT ON "the.shop".t FOR EACH ROW EXECUTE FUNCTION "the.shop".f()\n\n"""
            """CREATE DOMAIN "the.shop".d AS integer CONSTRAINT c CHECK (VALUE > 0)\n\nCREATE TYPE "the.shop".co AS (x integer)\n\n"""
            """GRANT SELECT ON "the.shop".t TO pg_monitor\n\nGRANT USAGE ON SCHEMA "the.shop" TO pg_monitor\n\n"""
            """ALTER TABLE "the.shop".t ENABLE ROW LEVEL SECURITY\n\nCREATE POLICY po ON "the.shop".t USING (n > 5)""",
            lambda m: everything(m, 5),
        ),
        Stage(
            T + SHOP + """CREATE TABLE "the.shop".t (id integer PRIMARY KEY, n integer, t_id integer)\n\nCREATE TABLE u (id integer PRIMARY KEY)\n\n"""
            """ALTER TABLE "the.shop".t ADD CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES u (id)\n\nCREATE INDEX ix ON "the.shop".t (n)\n\n"""
            """CREATE VIEW "the.shop".v AS SELECT n, id FROM "the.shop".t\n\nCREATE SEQUENCE "the.shop".s INCREMENT 6\n\n"""
            """CREATE FUNCTION "the.shop".f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'\n\n"""
            """CREATE TRIGGER tr AFTER INSERT ON "the.shop".t FOR EACH ROW EXECUTE FUNCTION "the.shop".f()\n\n"""
            """CREATE DOMAIN "the.shop".d AS integer CONSTRAINT c CHECK (VALUE > 6)\n\nCREATE TYPE "the.shop".co AS (x bigint)\n\n"""
            """GRANT INSERT ON "the.shop".t TO pg_monitor\n\nGRANT CREATE ON SCHEMA "the.shop" TO pg_monitor\n\n"""
            """ALTER TABLE "the.shop".t ENABLE ROW LEVEL SECURITY\n\nCREATE POLICY po ON "the.shop".t USING (n > 6)""",
            lambda m: everything(m, 6),
        ),
        Stage(T + SHOP, t),
    ],
}  # fmt: skip


def everything(m: sa.MetaData, number: int) -> None:
    """Something of each kind in a schema, in a first (5) and a second form (6)."""
    first = number == 5
    where: dict[str, Any] = {"schema": "the.shop", "metadata": m}
    t(m)
    sa.Table("u", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))
    sa.Table(
        "t", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("n", sa.Integer),
        sa.Column("t_id", sa.Integer), sa.ForeignKeyConstraint(["t_id"], ["u.id"], name="fk"), sa.Index("ix", "n"),
        schema="the.shop",
    )  # fmt: skip
    objects.View("v", f'SELECT n{"" if first else ", id"} FROM "the.shop".t', **where)
    sa.Sequence("s", increment=2 if first else 6, metadata=m, schema="the.shop")
    body = f"RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN {'NEW' if first else 'OLD'}; END'"
    objects.Function("f", "", body, **where)
    on = f'{"BEFORE" if first else "AFTER"} INSERT ON "the.shop".t FOR EACH ROW EXECUTE FUNCTION "the.shop".f()'
    objects.Trigger("tr", "t", on, **where)
    objects.Domain("d", "integer", checks=[("c", f"VALUE > {number if not first else 0}")], **where)
    objects.Composite("co", [("x", "integer" if first else "bigint")], **where)
    objects.Grant(["SELECT" if first else "INSERT"], "t", "pg_monitor", **where)
    objects.Grant(
        ["USAGE" if first else "CREATE"], "the.shop", "pg_monitor", kind="schema", metadata=m
    )
    objects.RowSecurity("t", **where)
    objects.Policy("po", "t", using=f"n > {number}", **where)


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize("name", CHAINS)
def test_comes_changes_and_goes(
    name: str, kind: Kind, empty_pair: tuple[str, str], tmp_path: Path
) -> None:
    walk(CHAINS[name], kind, empty_pair, tmp_path)


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize("name", IN_SCHEMAS)
def test_in_a_schema_comes_changes_and_goes(
    name: str, kind: Kind, empty_pair: tuple[str, str], tmp_path: Path
) -> None:
    walk(IN_SCHEMAS[name], kind, empty_pair, tmp_path, "the.shop")
