"""Routines and domains of PostgreSQL that cannot change where they stand, under all that is built on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from limbeck import objects
from limbeck.actions.autogenerate import Permissions
from limbeck.errors import Destructive
from tests.generating import Workshop
from tests.kinds.stages import BARE, Stage, T, execute, t, walk
from tests.servers import Kind

BIG = "RETURNS {} LANGUAGE sql IMMUTABLE AS 'SELECT 5'"
TOUCH = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.n := 1; RETURN NEW; END $$"
WHEN = "BEFORE UPDATE ON t FOR EACH ROW WHEN (f(NEW.n) > 3) EXECUTE FUNCTION touch()"


def built_on(arguments: str, returns: str) -> Stage:
    """All that can call a function, and the function."""
    definition = BIG.format(returns)
    sql = f"""CREATE FUNCTION f({arguments}) {definition}

CREATE FUNCTION touch() {TOUCH}

CREATE DOMAIN d AS integer DEFAULT f(1) CONSTRAINT above CHECK (VALUE < f(3)) CONSTRAINT other CHECK (VALUE <> 9)

{T.rstrip()}

ALTER TABLE t ADD COLUMN x integer DEFAULT f(2), ADD COLUMN y d, ADD COLUMN z bigint GENERATED ALWAYS AS (f(n) + 1) STORED

ALTER TABLE t ADD CONSTRAINT ck CHECK (f(n) > 0), ADD CONSTRAINT ck_plain CHECK (n > 0)

CREATE INDEX ix ON t (f(n))

CREATE INDEX ix_where ON t (n) WHERE f(n) > 2

CREATE INDEX ix_z ON t (z)

CREATE VIEW v AS SELECT f(n) AS one, z FROM t

CREATE VIEW w AS SELECT one FROM v

CREATE TRIGGER tr {WHEN}

ALTER TABLE t ENABLE ROW LEVEL SECURITY

CREATE POLICY p ON t USING (f(n) > 1)

CREATE POLICY plain ON t USING (n > 1)"""

    def declare(m: sa.MetaData) -> None:
        domain = pg.DOMAIN("d", sa.Integer(), create_type=False)
        t(
            m,
            sa.Column("x", sa.Integer, server_default=sa.text("f(2)")),
            sa.Column("y", domain),
            sa.Column("z", sa.BigInteger, sa.Computed("f(n) + 1", persisted=True)),
            sa.CheckConstraint("f(n) > 0", name="ck"),
            sa.CheckConstraint("n > 0", name="ck_plain"),
            sa.Index("ix", sa.text("f(n)")),
            sa.Index("ix_where", "n", postgresql_where=sa.text("f(n) > 2")),
            sa.Index("ix_z", "z"),
        )
        for item in (
            objects.Function("f", arguments, definition),
            objects.Function("touch", "", TOUCH),
            objects.Domain("d", "integer", default="f(1)", checks=[("above", "VALUE < f(3)"), ("other", "VALUE <> 9")]),
            objects.View("v", "SELECT f(n) AS one, z FROM t"),
            objects.View("w", "SELECT one FROM v"),
            objects.Trigger("tr", "t", WHEN),
            objects.RowSecurity("t"),
            objects.Policy("p", "t", using="f(n) > 1"),
            objects.Policy("plain", "t", using="n > 1"),
        ):  # fmt: skip
            objects.attach(m, item)

    return Stage(sql, declare)


def on_domain(base: str, kind: sa.types.TypeEngine[Any], check: str, **more: Any) -> Stage:
    """A domain that columns, keys, views and a computed column are built on."""
    default = f" DEFAULT {more['default']}" if "default" in more else ""
    sql = f"""CREATE DOMAIN d AS {base}{default} CONSTRAINT above CHECK ({check})

COMMENT ON DOMAIN d IS 'kept'

GRANT USAGE ON TYPE d TO pg_monitor

CREATE TABLE t (id d NOT NULL, a d DEFAULT 7, many d[], z integer GENERATED ALWAYS AS (length(a::text)) STORED, CONSTRAINT t_pkey PRIMARY KEY (id), CONSTRAINT ck CHECK (a::integer < 90))

CREATE TABLE u (t_id d, CONSTRAINT u_fk FOREIGN KEY (t_id) REFERENCES t (id))

CREATE INDEX ix ON t (a) WHERE a::integer > 3

CREATE VIEW v AS SELECT a, id FROM t

CREATE FUNCTION g(a d) RETURNS integer LANGUAGE sql AS 'SELECT 1'"""

    def declare(m: sa.MetaData) -> None:
        domain = pg.DOMAIN("d", kind, create_type=False)
        sa.Table(
            "t",
            m,
            sa.Column("id", domain, primary_key=True, autoincrement=False),
            sa.Column("a", domain, server_default=sa.text("7")),
            sa.Column("many", pg.ARRAY(domain)),
            sa.Column("z", sa.Integer, sa.Computed("length(a::text)", persisted=True)),
            sa.CheckConstraint("a::integer < 90", name="ck"),
            sa.Index("ix", "a", postgresql_where=sa.text("a::integer > 3")),
        )
        sa.Table("u", m, sa.Column("t_id", domain, sa.ForeignKey("t.id", name="u_fk")))
        for item in (
            objects.Domain(
                "d", base, default=more.get("default"), checks=[("above", check)], comment="kept"
            ),
            objects.Grant(["USAGE"], "d", "pg_monitor", kind="type"),
            objects.View("v", "SELECT a, id FROM t"),
            objects.Function("g", "a d", "RETURNS integer LANGUAGE sql AS 'SELECT 1'"),
        ):
            objects.attach(m, item)

    return Stage(sql, declare)  # fmt: skip


CHAINS: dict[str, list[Stage]] = {
    "a function with another result": [built_on("a integer", "integer"), built_on("a integer", "smallint")],
    "a function whose argument has another name": [
        built_on("a integer", "integer"), built_on("b integer", "integer")
    ],
    "a function with another argument": [
        built_on("a integer", "integer"), built_on("a integer, b integer DEFAULT 2", "integer"), BARE,
    ],
    "another type behind a domain": [
        BARE,
        on_domain("integer", sa.Integer(), "VALUE > 0"),
        on_domain("bigint", sa.BigInteger(), "VALUE > 1", default="8"),
        on_domain("text", sa.Text(), "VALUE <> ''::text"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize("name", CHAINS)
def test_is_made_again(name: str, kind: Kind, empty_pair: tuple[str, str], tmp_path: Path) -> None:
    walk(CHAINS[name], kind, empty_pair, tmp_path)


@pytest.mark.parametrize("kind", ["postgresql"])
def test_rows_keep_their_values_behind_another_type(
    empty_pair: tuple[str, str], tmp_path: Path
) -> None:
    workshop = Workshop(empty_pair[0], tmp_path)
    execute(workshop, on_domain("integer", sa.Integer(), "VALUE > 0").sql)
    workshop.execute("INSERT INTO t (id, a, many) VALUES (1, 40, '{5,6}'), (2, NULL, NULL)")
    wanted = on_domain("text", sa.Text(), "VALUE <> ''::text")
    made = workshop.generate(wanted.models)
    assert "op.replace_domain('d', sa.Text()" in workshop.text(made)
    workshop.upgrade()
    rows = workshop.rows("SELECT id, a, many::text, z FROM t ORDER BY id")
    assert rows == [("1", "40", "{5,6}", 2), ("2", None, None, None)]
    workshop.downgrade("-1")
    rows = workshop.rows("SELECT id, a, many::text, z FROM t ORDER BY id")
    assert rows == [(1, 40, "{5,6}", 2), (2, None, None, None)]


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_narrower_type_behind_a_domain_may_lose_values(
    empty_pair: tuple[str, str], tmp_path: Path
) -> None:
    workshop = Workshop(empty_pair[0], tmp_path)
    execute(workshop, on_domain("bigint", sa.BigInteger(), "VALUE > 0").sql)
    wanted = on_domain("integer", sa.Integer(), "VALUE > 0")
    with pytest.raises(Destructive) as caught:
        workshop.generate(wanted.models, permissions=Permissions())
    assert "columns of domain d that integer cannot hold (it was bigint)" in caught.value.message
