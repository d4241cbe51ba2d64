"""
Whatever breaks, and whenever: after a plain retry the database is what it would be had nothing broken.

The n-th touch of the world (connecting, executing, committing) fails, for n = 1, 2, 3 … until none does; a process is
killed at the n-th, just before the server acts and just after; and at moments that nobody has chosen, while the server
may be in the middle of a statement.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tests.databases.runs import picture, rows
from tests.faults.world import Fuse, When, engine, failing, migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


ROOT = Path(__file__).parents[2]
SEVERAL = 400
MOMENTS = 25


def empty(url: str) -> None:
    """Make the database empty again, faster than by making another."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        for suffix in ("", "-journal", "-wal", ".limbeck-lock"):
            Path(f"{parsed.database}{suffix}").unlink(missing_ok=True)
        return
    made = sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with made.connect() as connection:
        if made.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        else:
            connection.exec_driver_sql(f"DROP DATABASE {parsed.database}")
            connection.exec_driver_sql(f"CREATE DATABASE {parsed.database} CHARACTER SET utf8mb4")


def assert_at_rest(url: str, wanted: dict[str, Any]) -> None:
    """The database is as wanted, and its journal knows of nothing left to do."""
    assert picture(url) == wanted
    assert (
        rows(
            url,
            "SELECT revision FROM limbeck_journal WHERE progress IS NOT NULL OR outcome = 'running'",
        )
        == []
    )
    done = rows(url, "SELECT revision FROM limbeck_journal WHERE outcome = 'done' ORDER BY id")
    assert done == [(f"r{n:02}",) for n in range(1, 11)]


@pytest.fixture
def wanted(database_url: str) -> dict[str, Any]:
    """What an undisturbed run leaves."""
    migrate(engine(database_url))
    return picture(database_url)


@pytest.fixture
def killed() -> Iterator[Callable[[str], str]]:
    """A function: a line for the program that kills itself → its answer."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.killed"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        send, answers = program.stdin, program.stdout

        def ask(line: str) -> str:
            send.write(line + "\n")
            send.flush()
            return answers.readline().strip()

        yield ask
        send.close()


def test_a_killed_process_leaves_no_lie(
    database_url: str, wanted: dict[str, Any], killed: Callable[[str], str]
) -> None:
    """Just after touch n - 1 and just before touch n is one moment to the server: both are had in one pass."""
    for number in range(1, SEVERAL):
        when: When = "before" if number == 1 else "after"
        per_revision = number % 4 == 0
        empty(database_url)
        answer = killed(f"{database_url} {number} {when} {per_revision}")
        if answer != "killed":
            assert answer == "finished 0"
            break
        migrate(engine(database_url), per_revision=per_revision)
        assert_at_rest(database_url, wanted)
    assert 40 < number < SEVERAL - 1


def test_a_process_killed_at_any_moment_leaves_no_lie(
    database_url: str, wanted: dict[str, Any], killed: Callable[[str], str]
) -> None:
    """The moments are spread over the time that an undisturbed run takes here and now."""
    empty(database_url)
    killed(f"{database_url} 1 before False")  # so that everything is loaded
    empty(database_url)
    started = time.perf_counter()
    assert killed(f"{database_url} {SEVERAL} before False") == "finished 0"
    whole = time.perf_counter() - started
    chance = random.Random(MOMENTS)
    answers = []
    for moment in range(MOMENTS):
        delay = whole * (moment + chance.random()) / MOMENTS
        empty(database_url)
        answer = killed(f"{database_url} {round(delay * 1_000_000)} later False")
        answers.append(answer)
        if answer != "killed":
            whole *= 0.8  # the machine was busy when it was timed
        migrate(engine(database_url))
        assert_at_rest(database_url, wanted)
    assert answers.count("killed") > MOMENTS / 4


def test_a_failing_touch_leaves_no_lie(database_url: str, wanted: dict[str, Any]) -> None:
    """The process lives on, and tells the journal what it can; what fails has happened every other time."""
    lost = sa.create_engine(database_url).dialect.import_dbapi().OperationalError

    def happen() -> None:
        raise lost("the network is down")

    for number in range(1, SEVERAL):
        empty(database_url)
        when: When = "after" if number % 2 else "before"
        fuse = Fuse(number, when, happen, lasting=False)
        with failing():
            migrate(engine(database_url, fuse))
        if not fuse.blown:
            break
        migrate(engine(database_url))
        assert_at_rest(database_url, wanted)
    assert 40 < number < SEVERAL - 1
