"""Half-done steps, on a server that commits each change of structure: what blocks, what is void, what goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from limbeck.database.engine import call
from limbeck.database.live import LiveDatabase
from limbeck.errors import HistoryChanged, Refused, ResumeUncertain, StatementFailed
from limbeck.history import plan_stamp
from limbeck.runner import StatementDone, StepStarted, stamp
from tests.databases.runs import Shelf, Written, downgrade, execute, picture, rows, sql, upgrade

if TYPE_CHECKING:
    import sqlalchemy as sa

FIRST = Written("r1", sql("CREATE TABLE t (x INTEGER)"), sql("DROP TABLE t"))
STATEMENTS = (
    "ALTER TABLE t ADD COLUMN a INTEGER",
    "INSERT INTO t (x) VALUES (1)",
    "ALTER TABLE t ADD COLUMN b INTEGER",
)
WHOLE = (*STATEMENTS, "UPDATE t SET b = 2")
FAILS = "SELECT nonsense FROM nowhere"
UNDO = sql("ALTER TABLE t DROP COLUMN b", "ALTER TABLE t DROP COLUMN a")
BROKEN = Shelf(FIRST, Written("r2", sql(*STATEMENTS, FAILS), UNDO))
GOOD = Shelf(FIRST, Written("r2", sql(*WHOLE), UNDO), checksum="corrected")
BROKEN_DOWN = Shelf(FIRST, Written("r2", sql(*WHOLE), sql("ALTER TABLE t DROP COLUMN b", FAILS)))


def fail(url: str, shelf: Shelf = BROKEN) -> None:
    with pytest.raises(StatementFailed, match="nowhere"):
        upgrade(url, shelf)


def outcomes(url: str) -> list[tuple[Any, ...]]:
    return rows(url, "SELECT revision, direction, outcome FROM limbeck_journal ORDER BY id")


def stamp_at(url: str, *ids: str) -> None:
    def work(connection: sa.Connection) -> None:
        with LiveDatabase(connection) as database:
            stamp(lambda heads: plan_stamp(GOOD.history, heads, ids), GOOD, database)

    call(url, work)


def sent(url: str, shelf: Shelf = GOOD) -> list[tuple[str, bool]]:
    told: list[Any] = []
    upgrade(url, shelf, report=told.append)
    return [(e.text, e.skipped) for e in told if isinstance(e, StatementDone)]


def test_a_half_done_upgrade_blocks_a_downgrade(mariadb_url: str) -> None:
    fail(mariadb_url)
    before = picture(mariadb_url)
    for to in ("base", "r1"):
        with pytest.raises(
            Refused, match=r"r2 is half applied.*stopped after statement 3 of r2"
        ) as caught:
            downgrade(mariadb_url, BROKEN, to)
        assert "limbeck upgrade r2" in str(caught.value.hint)
        assert "limbeck stamp r1" in str(caught.value.hint)
    with pytest.raises(Refused):
        upgrade(mariadb_url, BROKEN, "r1")
    assert picture(mariadb_url) == before
    assert [skipped for _, skipped in sent(mariadb_url)] == [True, True, True, False]
    assert rows(mariadb_url, "SELECT x, b FROM t") == [(1, 2)]
    assert downgrade(mariadb_url, GOOD).heads == frozenset()


def test_a_half_done_downgrade_blocks_an_upgrade(mariadb_url: str) -> None:
    upgrade(mariadb_url, BROKEN_DOWN)
    with pytest.raises(StatementFailed, match="nowhere"):
        downgrade(mariadb_url, BROKEN_DOWN, "r1")
    with pytest.raises(
        Refused, match=r"r2 is half undone.*statement 1 of the downgrade of r2"
    ) as caught:
        upgrade(mariadb_url, BROKEN_DOWN)
    assert "limbeck downgrade r1" in str(caught.value.hint)
    assert downgrade(mariadb_url, GOOD, "r1").heads == {"r1"}
    assert rows(mariadb_url, "SELECT x FROM t") == [(1,)]
    assert [skipped for _, skipped in sent(mariadb_url)] == [False] * 4


def test_a_stamp_voids_what_was_half_done(mariadb_url: str) -> None:
    fail(mariadb_url)
    execute(mariadb_url, "DROP TABLE t", "CREATE TABLE t (x INTEGER)")
    stamp_at(mariadb_url, "r1")
    assert outcomes(mariadb_url)[-2:] == [("r2", "up", "void"), ("r1", "stamp", "done")]
    assert [skipped for _, skipped in sent(mariadb_url)] == [False] * 4
    assert rows(mariadb_url, "SELECT x, b FROM t") == [(1, 2)]


def test_after_a_reset_by_hand_everything_runs_again(mariadb_url: str) -> None:
    fail(mariadb_url)
    execute(mariadb_url, "DROP TABLE t, alembic_version")
    assert [skipped for _, skipped in sent(mariadb_url)] == [False] * 5
    assert rows(mariadb_url, "SELECT x, b FROM t") == [(1, 2)]
    assert ("r2", "up", "void") in outcomes(mariadb_url)


def test_a_step_that_began_with_the_failure_blocks_nothing(mariadb_url: str) -> None:
    """The server refused its first change of structure: nothing has happened."""
    nothing_yet = Shelf(FIRST, Written("r2", sql("ALTER TABLE nowhere ADD COLUMN a INTEGER")))
    fail(mariadb_url, nothing_yet)
    assert downgrade(mariadb_url, nothing_yet).heads == frozenset()
    assert [skipped for _, skipped in sent(mariadb_url)] == [False] * 5


def test_an_older_downgrade_that_went_below_left_nothing_to_go_on_with(mariadb_url: str) -> None:
    """Rows of the journal as a move that did not look at them leaves them."""
    fail(mariadb_url)
    progress = rows(mariadb_url, "SELECT progress FROM limbeck_journal WHERE revision = 'r2'")[0][0]
    stamp_at(mariadb_url, "r1")
    downgrade(mariadb_url, GOOD)
    escaped = progress.replace("%", "%%")
    execute(
        mariadb_url,
        f"UPDATE limbeck_journal SET progress = '{escaped}', outcome = 'failed' WHERE outcome = 'void'",
    )
    assert [skipped for _, skipped in sent(mariadb_url)] == [False] * 5
    assert rows(mariadb_url, "SELECT x, b FROM t") == [(1, 2)]
    assert ("r2", "up", "void") in outcomes(mariadb_url)


def test_a_failed_step_of_a_transaction_blocks_nothing(postgresql_url: str) -> None:
    upgrade(postgresql_url, BROKEN, "r1")
    fail(postgresql_url)
    assert downgrade(postgresql_url, BROKEN).heads == frozenset()
    told: list[Any] = []
    upgrade(postgresql_url, GOOD, report=told.append)
    assert [e.finished for e in told if isinstance(e, StepStarted)] == [0, 0]


def test_what_was_done_is_not_forgotten_when_going_on_fails_again(mariadb_url: str) -> None:
    fail(mariadb_url)
    fail(mariadb_url)
    edited = Shelf(FIRST, Written("r2", sql("ALTER TABLE t ADD COLUMN c INTEGER")), checksum="new")
    with pytest.raises(HistoryChanged):
        upgrade(mariadb_url, edited)
    with pytest.raises(Refused, match="stopped after statement 3 of r2"):
        downgrade(mariadb_url, BROKEN)
    assert [skipped for _, skipped in sent(mariadb_url)] == [True, True, True, False]
    assert rows(mariadb_url, "SELECT x, b FROM t") == [(1, 2)]


def test_a_temporary_table_is_lost_and_the_way_out_is_told(mariadb_url: str) -> None:
    temporary = ("CREATE TEMPORARY TABLE kept AS SELECT x FROM t", "DROP TABLE t", FAILS)
    shelf = Shelf(FIRST, Written("r2", sql(*temporary)))
    fail(mariadb_url, shelf)
    with pytest.raises(ResumeUncertain, match="after statement 1, and uses a temporary") as caught:
        upgrade(mariadb_url, shelf)
    assert caught.value.hint is not None
    assert "`limbeck stamp r2`" in caught.value.hint
    assert "`limbeck stamp r1`" in caught.value.hint


PARTS = (
    "CREATE TABLE other (x INTEGER NOT NULL UNIQUE)",
    "CREATE INDEX i ON t (x)",
    "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES other (x)",
    "ALTER TABLE t ADD CONSTRAINT u UNIQUE (x)",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (x > 0)",
    "ALTER TABLE other ADD COLUMN y INTEGER",
)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("ALTER TABLE t DROP FOREIGN KEY f, DROP INDEX i", "index i of table t is not there"),
        ("ALTER TABLE t DROP FOREIGN KEY f", "constraint f of table t is not there"),
        ("ALTER TABLE t DROP INDEX u", "constraint u of table t is not there"),
        ("ALTER TABLE t DROP CONSTRAINT c", "constraint c of table t is not there"),
    ],
)
def test_indexes_and_constraints_that_are_left_out_must_be_there(
    mariadb_url: str, change: str, told: str
) -> None:
    fail(mariadb_url, Shelf(FIRST, Written("r2", sql(*PARTS, FAILS))))
    good = Shelf(FIRST, Written("r2", sql(*PARTS)), checksum="corrected")
    execute(mariadb_url, change)
    with pytest.raises(ResumeUncertain, match=told):
        upgrade(mariadb_url, good)


def test_what_goes_with_another_thing_is_not_looked_for(mariadb_url: str) -> None:
    gone = (
        "ALTER TABLE t DROP FOREIGN KEY f",
        "DROP INDEX u ON t",
        "ALTER TABLE t DROP CONSTRAINT c",
        "ALTER TABLE t ADD COLUMN y INTEGER",
        "CREATE INDEX j ON t (y)",
        "ALTER TABLE t DROP COLUMN y",
    )
    for count in range(1, len(gone) + 1):
        execute(mariadb_url, "DROP TABLE IF EXISTS t, other, alembic_version, limbeck_journal")
        done = (*PARTS, *gone[:count])
        fail(mariadb_url, Shelf(FIRST, Written("r2", sql(*done, FAILS))))
        good = Shelf(FIRST, Written("r2", sql(*done)), checksum="corrected")
        assert upgrade(mariadb_url, good).heads == {"r2"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DROP TABLE t", "table t is not there"),
        ("ALTER TABLE t DROP COLUMN a", "column a of table t is not there"),
    ],
)
def test_what_is_left_out_must_be_there(mariadb_url: str, change: str, told: str) -> None:
    fail(mariadb_url)
    execute(mariadb_url, change)
    for _ in range(2):
        with pytest.raises(ResumeUncertain, match=told):
            upgrade(mariadb_url, GOOD)
    assert rows(mariadb_url, "SELECT * FROM alembic_version") == [("r1",)]


def test_what_a_later_statement_took_away_is_not_looked_for(mariadb_url: str) -> None:
    done = (
        "CREATE TABLE new (x INTEGER, `y z` NUMERIC(10, 2))",
        "ALTER TABLE new ADD COLUMN q NUMERIC(10, 2) DEFAULT 1",
        "ALTER TABLE new ADD COLUMN gone INTEGER, DROP COLUMN `y z`",
        "ALTER TABLE new DROP COLUMN gone",
        "CREATE INDEX i ON new (x)",
        "DROP TABLE t",
        "RENAME TABLE new TO t",
        "CREATE TABLE other (x INTEGER)",
        "ALTER TABLE other RENAME TO another",
    )
    for count in range(1, len(done) + 1):
        execute(
            mariadb_url,
            "DROP TABLE IF EXISTS t, new, other, another, alembic_version, limbeck_journal",
        )
        fail(mariadb_url, Shelf(FIRST, Written("r2", sql(*done[:count], FAILS))))
        found = sent(mariadb_url, Shelf(FIRST, Written("r2", sql(*done)), checksum="corrected"))
        assert [skipped for _, skipped in found].count(True) == count
