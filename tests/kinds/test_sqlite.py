"""On SQLite views and triggers come, change and go, and stay when their table is made anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from limbeck import objects
from tests.kinds.stages import Declare, Stage, walk
from tests.servers import Kind

T = "CREATE TABLE t (id INTEGER NOT NULL, n INTEGER, name VARCHAR(20), PRIMARY KEY (id))\n\n"


def and_t(*items: objects.Declaration, more: Any = (), kind: Any = sa.Integer) -> Declare:
    """Models of the table with these constraints, and what is declared beside it."""

    def declare(m: sa.MetaData) -> None:
        sa.Table(
            "t", m, sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", kind), sa.Column("name", sa.String(20)),
            *(make() for make in more),
        )  # fmt: skip
        for item in items:
            objects.attach(m, item)

    return declare


BARE = Stage(T, and_t())

CHAINS: dict[str, list[Stage]] = {
    "views over a table that changes": [
        BARE,
        Stage(
            T + "CREATE VIEW v AS SELECT id, n FROM t WHERE n > 1\n\nCREATE VIEW w AS SELECT n FROM v",
            and_t(objects.View("w", "SELECT n FROM v"), objects.View("v", "SELECT id, n FROM t WHERE n > 1")),
        ),
        Stage(
            T.replace("n INTEGER", "n BIGINT").replace("PRIMARY KEY (id)", "PRIMARY KEY (id), CONSTRAINT ck CHECK (n > 5)")
            + "CREATE VIEW v AS SELECT n, name FROM t\n\nCREATE VIEW w AS SELECT n FROM v",
            and_t(
                objects.View("w", "SELECT n FROM v"), objects.View("v", "SELECT n, name FROM t"),
                kind=sa.BigInteger, more=[lambda: sa.CheckConstraint("n > 5", name="ck")],
            ),
        ),
        BARE,
    ],
    "triggers on a table that is made anew": [
        BARE,
        Stage(
            T + "CREATE TABLE log (what VARCHAR(20))\n\nCREATE TRIGGER a AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('x;y'); END\n\n"
            "CREATE TRIGGER b AFTER UPDATE OF n ON t WHEN NEW.n > 5 BEGIN DELETE FROM log; END",
            lambda m: (
                and_t(
                    objects.Trigger("a", "t", "AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('x;y'); END"),
                    objects.Trigger("b", "t", "AFTER UPDATE OF n ON t WHEN NEW.n > 5 BEGIN DELETE FROM log; END"),
                )(m),
                sa.Table("log", m, sa.Column("what", sa.String(20))),
            ),
        ),
        Stage(
            T.replace("n INTEGER", "n BIGINT").replace("PRIMARY KEY (id)", "PRIMARY KEY (id), CONSTRAINT uq UNIQUE (name)")
            + "CREATE TABLE log (what VARCHAR(20))\n\nCREATE TRIGGER a AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('z'); END\n\n"
            "CREATE TRIGGER b AFTER UPDATE OF n ON t WHEN NEW.n > 5 BEGIN DELETE FROM log; END",
            lambda m: (
                and_t(
                    objects.Trigger("a", "t", "AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('z'); END"),
                    objects.Trigger("b", "t", "AFTER UPDATE OF n ON t WHEN NEW.n > 5 BEGIN DELETE FROM log; END"),
                    kind=sa.BigInteger, more=[lambda: sa.UniqueConstraint("name", name="uq")],
                )(m),
                sa.Table("log", m, sa.Column("what", sa.String(20))),
            ),
        ),
        Stage(
            T + "CREATE VIEW v AS SELECT id, n FROM t\n\nCREATE TRIGGER c INSTEAD OF DELETE ON v BEGIN DELETE FROM t WHERE id = OLD.id; END",
            and_t(
                objects.View("v", "SELECT id, n FROM t"),
                objects.Trigger("c", "v", "INSTEAD OF DELETE ON v BEGIN DELETE FROM t WHERE id = OLD.id; END"),
            ),
        ),
        Stage(
            T + "CREATE VIEW v AS SELECT n, id FROM t\n\nCREATE TRIGGER c INSTEAD OF DELETE ON v BEGIN DELETE FROM t WHERE id = OLD.id; END",
            and_t(
                objects.View("v", "SELECT n, id FROM t"),
                objects.Trigger("c", "v", "INSTEAD OF DELETE ON v BEGIN DELETE FROM t WHERE id = OLD.id; END"),
            ),
        ),
        BARE,
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("name", CHAINS)
def test_comes_changes_and_goes(name: str, kind: Kind, tmp_path: Path) -> None:
    files = [tmp_path / "here.db", tmp_path / "there.db"]
    for file in files:
        file.touch()
    here, there = (f"sqlite:///{file}" for file in files)
    walk(CHAINS[name], kind, (here, there), tmp_path)
