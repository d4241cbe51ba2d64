"""A run that recreates tables on connections that enforce foreign keys, as applications set them up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from limbeck.database.live import LiveDatabase
from limbeck.errors import RunError
from limbeck.runner import Notice, Policy
from tests.databases.runs import Shelf, Written
from tests.databases.sqlite_bench import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limbeck.dsl import Op


def make(op: Op) -> None:
    op.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT, CHECK (name <> 'x'))")
    op.execute(
        "CREATE TABLE child (id INTEGER PRIMARY KEY, p REFERENCES parent (id) ON DELETE CASCADE)"
    )
    op.execute("CREATE TRIGGER tr AFTER UPDATE ON parent BEGIN SELECT 1; END")
    op.execute("CREATE VIEW v AS SELECT name FROM parent")
    op.execute("INSERT INTO parent VALUES (1, 'ada'), (2, 'bob')")
    op.execute("INSERT INTO child VALUES (1, 1), (2, 2)")


def need(op: Op) -> None:
    op.alter_column("parent", "name", nullable=False)


def fail(op: Op) -> None:
    op.execute("UPDATE parent SET name = 'eve' WHERE id = 1")
    with op.batch_alter_table("parent") as batch:
        batch.drop_column("name")
        batch.add_column(sa.Column("needed", sa.Integer, nullable=False))


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(sqlite_url)

    @sa.event.listens_for(engine, "connect")
    def enforce(connection: Any, _: object) -> None:
        connection.execute("PRAGMA foreign_keys=ON")

    yield engine
    engine.dispose()


@pytest.mark.parametrize("per_revision", [False, True])
def test_children_survive_a_run_with_enforced_foreign_keys(
    engine: sa.Engine, sqlite_url: str, per_revision: bool
) -> None:
    shelf = Shelf(Written("a1", make), Written("b2", need))
    with engine.connect() as connection:
        with LiveDatabase(connection, policy=Policy(per_revision=per_revision)) as database:
            shelf.upgrade(database)
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    bench = Bench(sqlite_url)
    assert bench.rows("SELECT * FROM child") == [(1, 1), (2, 2)]
    assert "name TEXT NOT NULL, CHECK (name <> 'x')" in bench.sql("parent")
    assert {"tr", "v"} < set(bench.schema())


def test_a_recreation_that_fails_leaves_the_revision_undone(
    engine: sa.Engine, sqlite_url: str
) -> None:
    shelf = Shelf(Written("a1", make), Written("b2", fail))
    with engine.connect() as connection:
        with LiveDatabase(connection, policy=Policy(per_revision=True)) as database:
            shelf.upgrade(database, "a1")
        before = Bench(sqlite_url).schema()
        with (
            pytest.raises(RunError, match=r"NOT NULL constraint failed: parent\.needed"),
            LiveDatabase(connection, policy=Policy(per_revision=True)) as database,
        ):
            shelf.upgrade(database)
    bench = Bench(sqlite_url)
    assert bench.schema() == before
    assert bench.rows("SELECT count(*) FROM child") == [(2,)]
    assert bench.rows("SELECT version_num FROM alembic_version") == [("a1",)]


def test_what_happened_to_a_view_is_reported(engine: sa.Engine) -> None:
    shelf = Shelf(Written("a1", make), Written("b2", lambda op: op.drop_column("parent", "name")))
    told: list[object] = []
    with engine.connect() as connection, LiveDatabase(connection) as database:
        shelf.upgrade(database, report=told.append)
    notices = [event.text for event in told if isinstance(event, Notice)]
    assert notices == ["view v does not fit table parent any more: no such column: name"]
