"""Routines and domains of PostgreSQL that cannot change where they stand, under all that is built on them."""

from __future__ import annotations

import re
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


def behind(kind: sa.types.TypeEngine[Any], check: str = "VALUE IS NOT NULL") -> sa.MetaData:
    """A table with a column, and one of arrays, of a domain with this type."""
    models = sa.MetaData()
    domain = pg.DOMAIN("code", kind, check=sa.text(check), constraint_name="there")
    sa.Table(
        "t",
        models,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("c", domain),
        sa.Column("many", pg.ARRAY(domain)),
    )
    return models


ROWS = "SELECT c::text, many::text FROM t ORDER BY id"


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize(
    ("before", "after", "values", "there", "back"),
    [
        (sa.Numeric(10, 2), sa.BigInteger(), [("20.00", "{1.00}")], [("20", "{1}")], [("20.00", "{1.00}")]),
        (sa.Text(), sa.Integer(), [("12", "{3,4}")], [("12", "{3,4}")], [("12", "{3,4}")]),
        (sa.Text(), sa.String(5), [("abcde", "{ab}")], [("abcde", "{ab}")], [("abcde", "{ab}")]),
        (sa.Boolean(), sa.BigInteger(), [("true", "{f,t}")], [("1", "{0,1}")], [("true", "{f,t}")]),
        (sa.Enum("1", "2", name="e"), sa.Integer(), [("2", "{1}")], [("2", "{1}")], [("2", "{1}")]),
        (sa.Text(), pg.BIT(3), [("101", "{111}")], [("101", "{111}")], [("101", "{111}")]),
    ],
    ids=["assigned", "named", "shorter", "through integer", "through text", "bits"],
)  # fmt: skip
def test_values_are_assigned_to_another_type_behind_a_domain(
    before: Any, after: Any, values: Any, there: Any, back: Any, empty_pair: tuple[str, str], tmp_path: Path
) -> None:  # fmt: skip
    workshop = Workshop(empty_pair[0], tmp_path)
    workshop.generate(behind(before))
    workshop.upgrade()
    for c, many in values:
        workshop.execute(f"INSERT INTO t (c, many) VALUES ('{c}', '{many}')")
    workshop.generate(behind(after))
    workshop.upgrade()
    assert workshop.rows(ROWS) == there
    workshop.downgrade("-1")
    assert workshop.rows(ROWS) == back


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize(
    ("before", "after", "row", "said"),
    [
        (sa.Text(), sa.String(5), ("abcdefghij", "{}"), "value too long for type character varying(5)"),
        (sa.Text(), sa.CHAR(5), ("abc", "{a,abcdefghij}"), "value too long for type character(5)"),
        (sa.BigInteger(), sa.String(2), ("123", "{}"), "value too long for type character varying(2)"),
        (sa.Text(), pg.BIT(3), ("10110", "{}"), "bit string length 5 does not match type bit(3)"),
        (pg.BIT(5), pg.BIT(3, varying=True), ("10110", "{}"), "bit string too long for type bit varying(3)"),
    ],
    ids=["text", "in an array", "number", "text to bits", "bits"],
)  # fmt: skip
@pytest.mark.parametrize("way", ["up", "down"])
def test_a_value_too_long_for_the_type_behind_a_domain_is_refused(
    way: str, before: Any, after: Any, row: Any, said: str, empty_pair: tuple[str, str], tmp_path: Path
) -> None:  # fmt: skip
    workshop = Workshop(empty_pair[0], tmp_path)
    for models in [behind(before)] if way == "up" else [behind(after), behind(before)]:
        workshop.generate(models)
        workshop.upgrade()
    workshop.execute(f"INSERT INTO t (c, many) VALUES ('{row[0]}', '{row[1]}')")
    if way == "up":
        workshop.generate(behind(after))
    with pytest.raises(Exception, match=re.escape(said)):
        workshop.upgrade() if way == "up" else workshop.downgrade("-1")
    assert workshop.rows(ROWS) == [row]
    kinds = workshop.rows("SELECT typname FROM pg_type WHERE typname ~ '^_?limbeck_old|^code$'")
    assert kinds == [("code",)]
