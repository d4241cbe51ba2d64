"""On MariaDB views, programs, sequences, enums and keys come, change and go by generated revisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from limbeck import objects
from tests.kinds.stages import IS_OLD, Declare, Stage, walk
from tests.servers import Kind

T = "CREATE TABLE t (id integer NOT NULL, n integer, name varchar(20), PRIMARY KEY (id))\n\n"


def t(m: sa.MetaData, *more: Any, kind: Any = sa.Integer, **options: Any) -> sa.Table:
    """The table that most things are about."""
    return sa.Table(
        "t", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("n", kind),
        sa.Column("name", sa.String(20)), *more, **options,
    )  # fmt: skip


def and_t(*items: objects.Declaration, kind: Any = sa.Integer) -> Declare:
    """Models of the table, and what is declared beside it."""

    def declare(m: sa.MetaData) -> None:
        t(m, kind=kind)
        for item in items:
            objects.attach(m, item)

    return declare


BARE = Stage(T, t)
BIG = T.replace("n integer", "n bigint")


def keyed(name: str, index: str | None = None) -> Stage:
    """A foreign key of that name, whose index the server makes by itself, or is declared."""
    own = f", KEY {index} (t_id)" if index is not None else ""
    sql = f"{T}CREATE TABLE u (id integer NOT NULL, t_id integer, PRIMARY KEY (id){own}, CONSTRAINT {name} FOREIGN KEY (t_id) REFERENCES t (id))"

    def declare(m: sa.MetaData) -> None:
        t(m)
        u = sa.Table(
            "u", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("t_id", sa.Integer, sa.ForeignKey("t.id", name=name)),
        )  # fmt: skip
        if index is not None:
            sa.Index(index, u.c.t_id)

    return Stage(sql, declare)


CHAINS: dict[str, list[Stage]] = {
    "views over a table that changes": [
        BARE,
        Stage(
            T + "CREATE VIEW v AS SELECT id, n FROM t WHERE n > 1\n\nCREATE VIEW w AS SELECT n FROM v",
            and_t(objects.View("w", "SELECT n FROM v"), objects.View("v", "SELECT id, n FROM t WHERE n > 1")),
        ),
        Stage(
            BIG + "CREATE VIEW v AS SELECT n, id, name FROM t\n\nCREATE VIEW w AS SELECT n, name FROM v",
            and_t(objects.View("w", "SELECT n, name FROM v"), objects.View("v", "SELECT n, id, name FROM t"), kind=sa.BigInteger),
        ),
        Stage(
            "CREATE TABLE t (id integer NOT NULL, name varchar(20), PRIMARY KEY (id))\n\nCREATE VIEW v AS SELECT id, name FROM t",
            lambda m: (
                sa.Table("t", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("name", sa.String(20))),
                objects.View("v", "SELECT id, name FROM t", metadata=m),
            ),
        ),
        BARE,
    ],
    "a foreign key that gets another name, and its index with it": [
        keyed("fk_a"), keyed("fk_b"), keyed("fk_c", index="ix"), keyed("fk_a"),
    ],
    "functions and procedures": [
        BARE,
        Stage(
            T + "CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC COMMENT 'it''s' RETURN a + 1\n\n"
            "CREATE PROCEDURE p(IN a int, OUT b int) BEGIN SELECT a INTO b; DELETE FROM t WHERE id = a; END",
            and_t(
                objects.Function("f", "a int", "RETURNS int DETERMINISTIC RETURN a + 1", comment="it's"),
                objects.Procedure("p", "IN a int, OUT b int", "BEGIN SELECT a INTO b; DELETE FROM t WHERE id = a; END"),
            ),
        ),
        Stage(
            T + "CREATE FUNCTION f(a varchar(20), c int) RETURNS varchar(30) DETERMINISTIC RETURN concat(a, c)\n\n"
            "CREATE PROCEDURE p(IN a int) READS SQL DATA SQL SECURITY INVOKER COMMENT 'two' SELECT a",
            and_t(
                objects.Function("f", "a varchar(20), c int", "RETURNS varchar(30) DETERMINISTIC RETURN concat(a, c)"),
                objects.Procedure("p", "IN a int", "READS SQL DATA SQL SECURITY INVOKER SELECT a", comment="two"),
            ),
        ),
        BARE,
    ],
    "triggers": [
        BARE,
        Stage(
            T + "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 1\n\n"
            "CREATE TRIGGER b BEFORE UPDATE ON t FOR EACH ROW SET NEW.n = 1",
            and_t(
                objects.Trigger("a", "t", "BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 1"),
                objects.Trigger("b", "t", "BEFORE UPDATE ON t FOR EACH ROW SET NEW.n = 1"),
            ),
        ),
        Stage(
            BIG + "CREATE TRIGGER a AFTER DELETE ON t FOR EACH ROW BEGIN DELETE FROM u WHERE id = OLD.id; END\n\n"
            "CREATE TRIGGER b BEFORE UPDATE ON t FOR EACH ROW SET NEW.n = 2\n\nCREATE TABLE u (id integer NOT NULL, PRIMARY KEY (id))",
            lambda m: (
                t(m, kind=sa.BigInteger), sa.Table("u", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)),
                objects.Trigger("a", "t", "AFTER DELETE ON t FOR EACH ROW BEGIN DELETE FROM u WHERE id = OLD.id; END", metadata=m),
                objects.Trigger("b", "t", "BEFORE UPDATE ON t FOR EACH ROW SET NEW.n = 2", metadata=m),
            ),
        ),
        BARE,
    ],
    "sequences": [
        BARE,
        Stage(T + "CREATE SEQUENCE s START 5 INCREMENT 2", lambda m: (t(m), sa.Sequence("s", start=5, increment=2, metadata=m))),
        Stage(
            T + "CREATE SEQUENCE s START 6 INCREMENT 3 MAXVALUE 100 CACHE 5 CYCLE",
            lambda m: (t(m), sa.Sequence("s", start=6, increment=3, maxvalue=100, cache=5, cycle=True, metadata=m)),
        ),
        BARE,
    ],
    "values, comments and keys": [
        BARE,
        Stage(
            T + "ALTER TABLE t ADD COLUMN e enum('a', 'it''s') DEFAULT 'a' COMMENT 'it''s'\n\nALTER TABLE t ADD COLUMN s set('x', 'y')\n\n"
            "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (n, name)\n\nCREATE INDEX ix ON t (name(5))\n\nALTER TABLE t COMMENT 'all'\n\n"
            "ALTER TABLE t ADD CONSTRAINT ck CHECK (n > 5)",
            lambda m: t(
                m, sa.Column("e", sa.Enum("a", "it's"), server_default="a", comment="it's"), sa.Column("s", mysql.SET("x", "y")),
                sa.UniqueConstraint("n", "name", name="uq"), sa.Index("ix", "name", mysql_length={"name": 5}),
                sa.CheckConstraint("n > 5", name="ck"), comment="all",
            ),
        ),
        Stage(
            T + "ALTER TABLE t ADD COLUMN e enum('z', 'a', 'b') DEFAULT 'b'\n\nALTER TABLE t ADD COLUMN s set('y')\n\n"
            "ALTER TABLE t ADD UNIQUE (n)\n\nCREATE INDEX ix ON t (name(6), n)\n\nALTER TABLE t COMMENT 'some'\n\n"
            "ALTER TABLE t ADD CHECK (n > 6)\n\nALTER TABLE t ADD CHECK (n < 60)",
            lambda m: t(
                m, sa.Column("e", sa.Enum("z", "a", "b"), server_default="b"), sa.Column("s", mysql.SET("y")),
                sa.UniqueConstraint("n"), sa.Index("ix", "name", "n", mysql_length={"name": 6}),
                sa.CheckConstraint("n > 6"), sa.CheckConstraint("n < 60"), comment="some",
            ),
        ),
        BARE,
    ],
    "types without a cast": [
        Stage("CREATE TABLE t (a uuid, b uuid NOT NULL)", lambda m: sa.Table("t", m, sa.Column("a", sa.Uuid), sa.Column("b", sa.Uuid, nullable=False))),
        Stage(
            "CREATE TABLE t (a integer unsigned COMMENT 'it''s', b varchar(9) NOT NULL)",
            lambda m: sa.Table(
                "t", m, sa.Column("a", mysql.INTEGER(unsigned=True), comment="it's"), sa.Column("b", sa.String(9), nullable=False),
            ),
        ),
    ],
    "keys without names": [
        BARE,
        Stage(
            T + "CREATE TABLE u (id integer NOT NULL, a integer, b integer, PRIMARY KEY (id))",
            lambda m: (
                t(m),
                sa.Table("u", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("a", sa.Integer), sa.Column("b", sa.Integer)),
            ),
        ),
        Stage(
            T + "CREATE TABLE u (id integer NOT NULL, a integer, b integer, PRIMARY KEY (id))\n\n"
            "ALTER TABLE u ADD CONSTRAINT u_ibfk_1 FOREIGN KEY (a) REFERENCES t (id)\n\n"
            "ALTER TABLE u ADD CONSTRAINT u_ibfk_2 FOREIGN KEY (b) REFERENCES t (id) ON DELETE CASCADE",
            lambda m: (
                t(m),
                sa.Table(
                    "u", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                    sa.Column("a", sa.ForeignKey("t.id")), sa.Column("b", sa.ForeignKey("t.id", ondelete="CASCADE")),
                ),
            ),
        ),
        Stage(
            T + "CREATE TABLE u (id integer NOT NULL, a integer, b integer, PRIMARY KEY (id))",
            lambda m: (
                t(m),
                sa.Table("u", m, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("a", sa.Integer), sa.Column("b", sa.Integer)),
            ),
        ),
        BARE,
    ],
}  # fmt: skip


if IS_OLD:  # Uuid is CHAR(32) there
    del CHAINS["types without a cast"]


@pytest.mark.parametrize("kind", ["mariadb"])
@pytest.mark.parametrize("name", CHAINS)
def test_comes_changes_and_goes(
    name: str, kind: Kind, empty_pair: tuple[str, str], tmp_path: Path
) -> None:
    walk(CHAINS[name], kind, empty_pair, tmp_path)
