"""Views, functions, triggers and comments on PostgreSQL, over tables that change meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from limbeck import objects
from tests.kinds.stages import BARE, Declare, Stage, T, and_t, t, walk
from tests.servers import Kind

ROLE = "pg_monitor"
TOUCH = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.n := {}; RETURN NEW; END $$"
ON_EACH = "{} ON t FOR EACH ROW EXECUTE FUNCTION touch()"


def function(name: str, arguments: str, definition: str, comment: str | None = None) -> str:
    return f"CREATE FUNCTION {name}({arguments}) {definition}\n\n"


def of_n(kind: Any, *items: objects.Declaration) -> Declare:
    """The table with another type for `n`, and what is beside it; without `n` for None."""

    def declare(m: sa.MetaData) -> None:
        columns = [
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            *([sa.Column("n", kind)] if kind is not None else []),
            sa.Column("name", sa.Text),
        ]
        sa.Table("t", m, *columns)
        for item in items:
            objects.attach(m, item)

    return declare


BIG = T.replace("n integer,", "n bigint,")
WITHOUT = T.replace("n integer, ", "")

VIEWS = (
    objects.View("w", "SELECT n FROM v WHERE id > 1"),
    objects.View("v", "SELECT id, n FROM t", comment="one"),
    objects.MaterializedView(
        "m",
        "SELECT n, count(*) AS c FROM w GROUP BY n",
        comment="two",
        indexes=[objects.ViewIndex("m_n", ["n"], unique=True)],
    ),
    objects.Grant(["SELECT"], "v", ROLE),
    objects.Grant(["SELECT"], "m", ROLE),
)

CHAINS: dict[str, list[Stage]] = {
    "views": [
        BARE,
        Stage(
            T + "CREATE VIEW v AS SELECT id, n FROM t WHERE n > 1\n\nCOMMENT ON VIEW v IS 'it''s'",
            and_t(objects.View("v", "SELECT id, n FROM t WHERE n > 1", comment="it's")),
        ),
        Stage(
            T + "CREATE VIEW v WITH (security_barrier=true) AS SELECT id, n, name FROM t WHERE n > 2",
            and_t(objects.View("v", "SELECT id, n, name FROM t WHERE n > 2", options={"security_barrier": True})),
        ),
        Stage(
            T + "CREATE VIEW v AS SELECT name AS id FROM t",
            and_t(objects.View("v", sa.select(sa.column("name").label("id")).select_from(sa.table("t")))),
        ),
        Stage(
            T + "CREATE MATERIALIZED VIEW v AS SELECT name, id FROM t\n\nCREATE UNIQUE INDEX v_id ON v (id)\n\n"
            "CREATE INDEX v_name ON v (lower(name))\n\nCOMMENT ON MATERIALIZED VIEW v IS 'kept'",
            and_t(
                objects.MaterializedView(
                    "v", "SELECT name, id FROM t", comment="kept",
                    indexes=[objects.ViewIndex("v_id", ["id"], unique=True), objects.ViewIndex("v_name", ["(lower(name))"])],
                )
            ),
        ),
        Stage(
            T + "CREATE MATERIALIZED VIEW v AS SELECT name, id FROM t\n\n"
            "CREATE INDEX v_name ON v USING hash (name) WHERE id > 5",
            and_t(
                objects.MaterializedView(
                    "v", "SELECT name, id FROM t",
                    indexes=[objects.ViewIndex("v_name", ["name"], using="hash", where="id > 5")],
                )
            ),
        ),
        BARE,
    ],
    "views on views over a table that changes": [
        BARE,
        Stage(
            T + "CREATE VIEW v AS SELECT id, n FROM t\n\nCREATE VIEW w AS SELECT n FROM v WHERE id > 1\n\n"
            "CREATE MATERIALIZED VIEW m AS SELECT n, count(*) AS c FROM w GROUP BY n\n\nCREATE UNIQUE INDEX m_n ON m (n)\n\n"
            f"GRANT SELECT ON v TO {ROLE}\n\nGRANT SELECT ON m TO {ROLE}\n\nCOMMENT ON VIEW v IS 'one'\n\nCOMMENT ON MATERIALIZED VIEW m IS 'two'",
            and_t(*VIEWS),
        ),
        Stage(
            BIG + "CREATE VIEW v AS SELECT id, n FROM t\n\nCREATE VIEW w AS SELECT n FROM v WHERE id > 1\n\n"
            "CREATE MATERIALIZED VIEW m AS SELECT n, count(*) AS c FROM w GROUP BY n\n\nCREATE UNIQUE INDEX m_n ON m (n)\n\n"
            f"GRANT SELECT ON v TO {ROLE}\n\nGRANT SELECT ON m TO {ROLE}\n\nCOMMENT ON VIEW v IS 'one'\n\nCOMMENT ON MATERIALIZED VIEW m IS 'two'",
            of_n(sa.BigInteger, *VIEWS),
        ),
        Stage(
            WITHOUT + "CREATE VIEW v AS SELECT id FROM t\n\nCREATE VIEW w AS SELECT id FROM v WHERE id > 1",
            of_n(None, objects.View("v", "SELECT id FROM t"), objects.View("w", "SELECT id FROM v WHERE id > 1")),
        ),
        BARE,
    ],
    "a view over a column that gets another name": [
        Stage(T + "CREATE VIEW v AS SELECT id, n FROM t", and_t(objects.View("v", "SELECT id, n FROM t"))),
        Stage(
            T.replace("n integer", "number integer") + "CREATE VIEW v AS SELECT id, number AS n FROM t",
            lambda m: (
                sa.Table(
                    "t", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                    sa.Column("number", sa.Integer), sa.Column("name", sa.Text),
                ),
                objects.View("v", "SELECT id, number AS n FROM t", metadata=m),
            ),
            ("t.n=t.number",),
        ),
        Stage(
            T.replace("n integer", "number integer").replace("TABLE t ", "TABLE things ").replace("t_pkey", "things_pkey")
            + "CREATE VIEW v AS SELECT id, number AS n FROM things",
            lambda m: (
                sa.Table(
                    "things", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                    sa.Column("number", sa.Integer), sa.Column("name", sa.Text),
                ),
                objects.View("v", "SELECT id, number AS n FROM things", metadata=m),
            ),
            ("t=things",),
        ),
    ],
    "functions": [
        BARE,
        Stage(
            T + function("f", "a integer", "RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a'")
            + function("f", "a text, b text DEFAULT 'x'", "RETURNS text LANGUAGE sql AS 'SELECT a'")
            + "CREATE PROCEDURE p(a integer) LANGUAGE sql AS 'DELETE FROM t WHERE id = a'\n\nCOMMENT ON FUNCTION f(integer) IS 'one'\n\n"
            "COMMENT ON PROCEDURE p(integer) IS 'it''s'\n\nREVOKE EXECUTE ON FUNCTION f(integer) FROM PUBLIC",
            and_t(
                objects.Function("f", "a int", "RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a'", comment="one"),
                objects.Function("f", "a text, b text = 'x'", "RETURNS text LANGUAGE sql AS 'SELECT a'"),
                objects.Procedure("p", "a int", "LANGUAGE sql AS 'DELETE FROM t WHERE id = a'", comment="it's"),
                objects.Grant([], "f", "public", kind="function", arguments="integer"),
            ),
        ),
        Stage(
            T + function("f", "a integer", "RETURNS integer LANGUAGE sql STABLE AS 'SELECT a + 1'")
            + function("f", "a text, c text DEFAULT 'y'", "RETURNS text LANGUAGE sql AS 'SELECT c'")
            + "CREATE PROCEDURE p(a integer) LANGUAGE sql AS 'DELETE FROM t WHERE id > a'\n\nCOMMENT ON FUNCTION f(integer) IS 'two'",
            and_t(
                objects.Function("f", "a integer", "RETURNS integer LANGUAGE sql STABLE AS 'SELECT a + 1'", comment="two"),
                objects.Function("f", "a text, c text DEFAULT 'y'", "RETURNS text LANGUAGE sql AS 'SELECT c'"),
                objects.Procedure("p", "a integer", "LANGUAGE sql AS 'DELETE FROM t WHERE id > a'"),
            ),
        ),
        Stage(
            T + function("f", "a integer", "RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'"),
            and_t(objects.Function("f", "a integer", "RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'")),
        ),
        BARE,
    ],
    "functions that a default, a check and an index call": [
        BARE,
        Stage(
            function("one", "", "RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'")
            + function("big", "a integer", "RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a > 100'") + T
            + "ALTER TABLE t ADD COLUMN x integer DEFAULT one()\n\nALTER TABLE t ADD CONSTRAINT ck CHECK (big(x))\n\n"
            "CREATE INDEX ix ON t (big(x))",
            lambda m: (
                t(
                    m, sa.Column("x", sa.Integer, server_default=sa.text("one()")),
                    sa.CheckConstraint("big(x)", name="ck"), sa.Index("ix", sa.text("big(x)")),
                ),
                objects.Function("one", "", "RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'", metadata=m),
                objects.Function("big", "a integer", "RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a > 100'", metadata=m),
            ),
        ),
        Stage(
            function("one", "", "RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2'")
            + function("big", "a integer", "RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a > 200'") + T
            + "ALTER TABLE t ADD COLUMN x integer DEFAULT one()\n\nCREATE INDEX ix ON t (big(n))",
            lambda m: (
                t(
                    m, sa.Column("x", sa.Integer, server_default=sa.text("one()")), sa.Index("ix", sa.text("big(n)")),
                ),
                objects.Function("one", "", "RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2'", metadata=m),
                objects.Function("big", "a integer", "RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a > 200'", metadata=m),
            ),
        ),
        BARE,
    ],
    "triggers": [
        BARE,
        Stage(
            T + function("touch", "", TOUCH.format(1)) + "CREATE TRIGGER first " + ON_EACH.format("BEFORE UPDATE")
            + "\n\nCREATE TRIGGER second " + ON_EACH.format("BEFORE INSERT") + "\n\nCOMMENT ON TRIGGER first ON t IS 'it''s'",
            and_t(
                objects.Trigger("first", "t", ON_EACH.format("BEFORE UPDATE"), comment="it's"),
                objects.Trigger("second", "t", ON_EACH.format("BEFORE INSERT")),
                objects.Function("touch", "", TOUCH.format(1)),
            ),
        ),
        Stage(
            BIG + function("touch", "", TOUCH.format(2)) + "CREATE TRIGGER first " + ON_EACH.format("AFTER UPDATE OF n")
            + "\n\nCREATE CONSTRAINT TRIGGER second AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch()",
            of_n(
                sa.BigInteger,
                objects.Trigger("first", "t", ON_EACH.format("AFTER UPDATE OF n")),
                objects.Trigger(
                    "second", "t",
                    "CONSTRAINT AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch()",
                ),
                objects.Function("touch", "", TOUCH.format(2)),
            ),
        ),
        Stage(
            T + function("touch", "", TOUCH.format(2)) + "CREATE VIEW v AS SELECT id, n FROM t\n\n"
            "CREATE TRIGGER third INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION touch()",
            and_t(
                objects.View("v", "SELECT id, n FROM t"),
                objects.Trigger("third", "v", "INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION touch()"),
                objects.Function("touch", "", TOUCH.format(2)),
            ),
        ),
        Stage(
            T + function("touch", "", TOUCH.format(2)) + "CREATE VIEW v AS SELECT n, id FROM t\n\n"
            "CREATE TRIGGER third INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION touch()",
            and_t(
                objects.View("v", "SELECT n, id FROM t"),
                objects.Trigger("third", "v", "INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION touch()"),
                objects.Function("touch", "", TOUCH.format(2)),
            ),
        ),
        BARE,
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize("name", CHAINS)
def test_comes_changes_and_goes(
    name: str, kind: Kind, empty_pair: tuple[str, str], tmp_path: Path
) -> None:
    walk(CHAINS[name], kind, empty_pair, tmp_path)
