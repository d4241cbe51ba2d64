"""Only one run at a time, on every kind of database, and nobody has to know about the others."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from limbeck.database.live import LiveDatabase
from limbeck.errors import Locked
from limbeck.history import plan_stamp
from limbeck.runner import Policy, Waiting, stamp
from tests.databases.runs import Shelf, Written, execute, picture, rows, sql, upgrade

if TYPE_CHECKING:
    from collections.abc import Callable

    from limbeck.dsl import Op
    from tests.servers import Kind

ROOT = Path(__file__).parents[2]
RUNNER = """
import sys, time
from tests.databases.runs import Shelf, Written, upgrade

def body(op):
    op.execute("CREATE TABLE a (x INTEGER)")
    time.sleep(0.7)

told = []
result = upgrade(sys.argv[1], Shelf(Written("one", body), Written("two")), report=told.append)
print(len(result.plan), sum(type(event).__name__ == "Waiting" for event in told) > 0)
"""


def test_of_three_processes_one_works_and_two_wait(database_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RUNNER, database_url],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    answers = sorted(process.communicate(timeout=60)[0].strip() for process in processes)
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert [answer[0] for answer in answers] == ["0", "0", "2"]
    assert rows(database_url, "SELECT version_num FROM alembic_version") == [("two",)]
    assert rows(database_url, "SELECT count(*) FROM limbeck_journal") == [(2,)]


TWO = Shelf(Written("one"), Written("two"))
VERBS: dict[str, Callable[[LiveDatabase], object]] = {
    "upgrade": TWO.upgrade,
    "applied": lambda database: database.journal.applied(TWO.history),
    "entries": lambda database: database.journal.entries(),
    "stamp": lambda database: stamp(
        lambda heads: plan_stamp(TWO.history, heads, "two"), TWO, database
    ),
}


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_journal_that_is_newer_than_our_first_look(
    kind: Kind, verb: str, make_database: Callable[[Kind], str]
) -> None:
    """Another run makes it after we have read the version table; it was listed already."""
    url = make_database(kind)
    upgrade(url, Shelf(Written("one")))
    execute(url, "ALTER TABLE limbeck_journal RENAME TO old")
    execute(url, "CREATE TABLE limbeck_journal AS SELECT * FROM old")
    made = 0

    def meanwhile(_: Any, cursor: Any, statement: str, *rest: Any) -> None:
        nonlocal made
        if statement == "SELECT version_num FROM alembic_version":
            made += 1
            execute(
                url,
                "DROP TABLE limbeck_journal",
                "CREATE TABLE limbeck_journal AS SELECT * FROM old",
            )

    engine = sa.create_engine(url)
    sa.event.listen(engine, "after_cursor_execute", meanwhile)
    with engine.connect() as connection, LiveDatabase(connection) as database:
        VERBS[verb](database)
    engine.dispose()
    assert made >= 1


def _held(url: str, meanwhile: Callable[[], None]) -> None:
    """Do something while a run is under way in another thread."""
    inside, done = threading.Event(), threading.Event()

    def body(op: Op) -> None:
        inside.set()
        assert done.wait(30)

    runner = threading.Thread(target=upgrade, args=(url, Shelf(Written("slow", body))))
    runner.start()
    try:
        assert inside.wait(30)
        meanwhile()
    finally:
        done.set()
        runner.join()


def test_waiting_has_an_end_and_says_who_it_was(database_url: str) -> None:
    told: list[Any] = []

    def meanwhile() -> None:
        start = time.monotonic()
        with pytest.raises(Locked, match=r"process|connection") as caught:
            upgrade(
                database_url,
                Shelf(Written("slow")),
                policy=Policy(lock_timeout=0.3),
                report=told.append,
            )
        assert 0.3 <= time.monotonic() - start < 10
        assert "--lock-timeout" in (caught.value.hint or "")

    _held(database_url, meanwhile)
    assert any(isinstance(event, Waiting) and event.holder for event in told)


def test_another_version_table_is_another_lock(mariadb_url: str) -> None:
    def meanwhile() -> None:
        upgrade(
            mariadb_url,
            Shelf(Written("other")),
            version_table="other",
            policy=Policy(lock_timeout=5),
        )

    _held(mariadb_url, meanwhile)
    assert rows(mariadb_url, "SELECT version_num FROM other") == [("other",)]


def test_nothing_to_do_waits_for_nobody(postgresql_url: str) -> None:
    upgrade(postgresql_url, Shelf(Written("one")))

    def meanwhile() -> None:
        result = upgrade(postgresql_url, Shelf(Written("one")), policy=Policy(lock_timeout=0))
        assert result.plan.steps == ()

    inside, done = threading.Event(), threading.Event()

    def body(op: Op) -> None:
        inside.set()
        assert done.wait(30)

    shelf = Shelf(Written("one"), Written("two", body))
    runner = threading.Thread(target=upgrade, args=(postgresql_url, shelf))
    runner.start()
    assert inside.wait(30)
    meanwhile()
    done.set()
    runner.join()


def test_sqlite_waits_for_programs_that_know_nothing_of_limbeck(sqlite_url: str) -> None:
    file = sa.make_url(sqlite_url).database
    assert file is not None
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE theirs (x INTEGER)")
    with pytest.raises(Locked, match="another program"):
        upgrade(sqlite_url, Shelf(Written("one")), policy=Policy(lock_timeout=0.2))
    release = threading.Timer(0.3, other.execute, ["COMMIT"])
    release.start()
    assert upgrade(sqlite_url, Shelf(Written("one"))).heads == {"one"}
    release.join()
    other.close()
    assert "theirs" in picture(sqlite_url)


def test_the_lock_file_goes_when_the_run_ends(sqlite_url: str) -> None:
    upgrade(sqlite_url, Shelf(Written("one")))
    folder = Path(str(sa.make_url(sqlite_url).database)).parent
    assert [path.name for path in folder.iterdir() if "lock" in path.name] == []


def test_four_threads_migrate_four_databases(make_database: Callable[[Kind], str]) -> None:
    urls = [make_database(kind) for kind in ("sqlite", "postgresql", "mariadb", "sqlite")]
    together = threading.Barrier(4)
    failures: list[BaseException] = []

    def work(url: str) -> None:
        def body(op: Op) -> None:
            together.wait(30)
            op.execute("CREATE TABLE a (x INTEGER)")

        try:
            upgrade(
                url, Shelf(Written("one", body), Written("two", sql("INSERT INTO a VALUES (1)")))
            )
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work, args=(url,)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [rows(url, "SELECT x FROM a") for url in urls] == [[(1,)]] * 4
