"""What the journal knows, and how it gets on with Alembic beside it."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from limbeck.database.engine import call
from limbeck.database.entries import Entry
from limbeck.database.live import LiveDatabase
from limbeck.errors import StatementFailed
from limbeck.history import plan_stamp
from limbeck.runner import Notice, Policy, stamp
from tests.databases.runs import Shelf, Written, downgrade, picture, rows, sql, upgrade

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import sqlalchemy as sa

    from tests.servers import Kind

SHELF = Shelf(
    Written("one", sql("CREATE TABLE a (x INTEGER)"), sql("DROP TABLE a")),
    Written("two"),
    Written("three"),
)

SHELF_OF_ONE = Written("one", sql("CREATE TABLE a (x INTEGER)"), sql("DROP TABLE a"))
SHELF_OF_NOTHING = tuple(Written(id) for id in ("one", "two", "three"))


def journal(url: str) -> list[Entry]:
    def work(connection: sa.Connection) -> list[Entry]:
        with LiveDatabase(connection) as database:
            return database.journal.entries()

    return call(url, work)


def applied(url: str, shelf: Shelf) -> frozenset[str]:
    def work(connection: sa.Connection) -> frozenset[str]:
        with LiveDatabase(connection) as database:
            return database.journal.applied(shelf.history)

    return call(url, work)


def set_heads(url: str, shelf: Shelf, *ids: str) -> None:
    def work(connection: sa.Connection) -> None:
        with LiveDatabase(connection) as database:
            stamp(lambda heads: plan_stamp(shelf.history, heads, ids), shelf, database)

    call(url, work)


def test_who_when_and_how_it_went(database_url: str) -> None:
    upgrade(database_url, SHELF, "two")
    downgrade(database_url, SHELF, "one")
    found = journal(database_url)
    assert [(e.revision, e.direction, e.outcome) for e in found] == [
        ("one", "up", "done"),
        ("two", "up", "done"),
        ("two", "down", "done"),
    ]
    assert [e.parents for e in found] == [(), ("one",), ("one",)]
    assert [e.heads for e in found] == [{"one"}, {"two"}, {"one"}]
    last = found[-1]
    assert abs(datetime.now(timezone.utc) - last.started) < timedelta(minutes=5)
    assert last.finished is not None
    assert last.finished >= last.started
    assert last.seconds is not None
    assert last.host
    assert last.os_user
    assert last.tool.startswith("limbeck ")
    assert last.checksum == "the same"


def test_failures_are_noted(database_url: str) -> None:
    upgrade(database_url, SHELF)
    bad = Shelf(
        *[Written(id) for id in ("one", "two", "three")],
        Written("bad", sql("SELECT nonsense FROM nowhere")),
    )
    with pytest.raises(StatementFailed):
        upgrade(database_url, bad)
    last = journal(database_url)[-1]
    assert (last.revision, last.outcome) == ("bad", "failed")
    assert "nowhere" in last.error
    assert last.heads == {"three"}


def test_a_first_run_that_fails_is_noted(database_url: str) -> None:
    """Where the transaction takes back the journal with everything else, it is made again for that."""
    shelf = Shelf(SHELF_OF_ONE, Written("bad", sql("SELECT nonsense FROM nowhere")))
    with pytest.raises(StatementFailed):
        upgrade(database_url, shelf)
    last = journal(database_url)[-1]
    assert (last.revision, last.outcome, last.direction) == ("bad", "failed", "up")
    assert "nowhere" in last.error
    good = Shelf(SHELF_OF_ONE, Written("bad"))
    assert upgrade(database_url, good).heads == {"bad"}
    assert applied(database_url, good) == {"one", "bad"}


def test_what_a_failed_run_would_have_adopted_is_adopted(database_url: str) -> None:
    upgrade(database_url, SHELF, journal=None)
    bad = Shelf(*SHELF_OF_NOTHING, Written("bad", sql("SELECT nonsense FROM nowhere")))
    with pytest.raises(StatementFailed):
        upgrade(database_url, bad)
    assert [(e.revision, e.direction, e.outcome) for e in journal(database_url)] == [
        ("three", "adopt", "done"),
        ("bad", "up", "failed"),
    ]
    rebased = Shelf(Written("new"), *SHELF_OF_NOTHING)
    assert [step.revision for step in upgrade(database_url, rebased).plan] == ["new"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("how", ["dry run", "joined"])
def test_a_failure_is_not_noted_where_nothing_is_to_be_written(
    make_database: Callable[[Kind], str], kind: Kind, how: str
) -> None:
    url = make_database(kind)
    bad = Shelf(SHELF_OF_ONE, Written("bad", sql("SELECT nonsense FROM nowhere")))

    def work(connection: sa.Connection) -> None:
        if how == "joined":
            connection.exec_driver_sql("BEGIN")
        policy = Policy(dry_run=how == "dry run")
        with LiveDatabase(connection, policy=policy, join=True) as database:
            bad.upgrade(database)

    with pytest.raises(StatementFailed):
        call(url, work)
    assert set(picture(url, without=())) == {"views"}


def test_a_stamp_is_told_from_a_run(database_url: str) -> None:
    set_heads(database_url, SHELF, "two")
    assert applied(database_url, SHELF) == {"one", "two"}
    (only,) = journal(database_url)
    assert (only.revision, only.direction, only.outcome) == ("two", "stamp", "done")
    assert [step.revision for step in upgrade(database_url, SHELF).plan] == ["three"]


def test_a_revision_that_came_to_lie_below_is_run(database_url: str) -> None:
    upgrade(database_url, SHELF)
    rebased = Shelf(
        Written("one"),
        Written("new", sql("CREATE TABLE late (x INTEGER)")),
        Written("two"),
        Written("three"),
    )
    assert applied(database_url, rebased) == {"one", "two", "three"}
    assert [step.revision for step in upgrade(database_url, rebased).plan] == ["new"]
    assert rows(database_url, "SELECT version_num FROM alembic_version") == [("three",)]
    assert upgrade(database_url, rebased).plan.steps == ()


def test_without_a_journal(database_url: str) -> None:
    upgrade(database_url, SHELF, journal=None)
    assert "limbeck_journal" not in picture(database_url, without=())
    assert upgrade(database_url, SHELF, journal=None).plan.steps == ()
    downgrade(database_url, SHELF, journal=None)
    assert set(picture(database_url, without=())) == {"views", "alembic_version"}


REVISION = """
revision = {id!r}
down_revision = {parent!r}
from alembic import op
def upgrade(): op.execute("CREATE TABLE t_{id} (x INTEGER)")
def downgrade(): op.execute("DROP TABLE t_{id}")
"""
ENV = """
from alembic import context
from sqlalchemy import create_engine
with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
PEER = """
import sys
from alembic import command
from alembic.config import Config
config = Config()
config.set_main_option("script_location", sys.argv[1])
config.set_main_option("path_separator", "os")
config.set_main_option("sqlalchemy.url", sys.argv[2])
getattr(command, sys.argv[3])(config, sys.argv[4])
"""


def test_a_database_that_alembic_moves_now_and_then(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "alembic"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    made: list[Written] = []
    parent = None
    for id in ("a1", "b2", "c3", "d4"):
        (folder / "versions" / f"{id}.py").write_text(REVISION.format(id=id, parent=parent))
        made.append(Written(id, sql(f"CREATE TABLE t_{id} (x INTEGER)"), sql(f"DROP TABLE t_{id}")))
        parent = id
    shelf = Shelf(*made)

    def alembic(verb: str, to: str) -> None:
        subprocess.run(
            [sys.executable, "-c", PEER, str(folder), database_url, verb, to],
            check=True,
            capture_output=True,
        )

    alembic("upgrade", "b2")
    told: list[Any] = []
    upgrade(database_url, shelf, "c3", report=told.append)
    assert [e.code for e in told if isinstance(e, Notice)] == ["adopted"]
    alembic("upgrade", "d4")
    assert applied(database_url, shelf) == {"a1", "b2", "c3", "d4"}
    alembic("downgrade", "b2")
    assert applied(database_url, shelf) == {"a1", "b2"}
    upgrade(database_url, shelf)
    assert [(e.revision, e.direction) for e in journal(database_url)] == [
        ("b2", "adopt"),
        ("c3", "up"),
        ("b2", "adopt"),
        ("c3", "up"),
        ("d4", "up"),
    ]
    alembic("downgrade", "base")
    assert {name for name in picture(database_url) if name.startswith("t_")} == set()
    assert applied(database_url, shelf) == frozenset()
