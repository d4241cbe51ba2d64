"""A revision drops the journal, as a plain Alembic's autogenerate proposes: nothing is lost but what was in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from limbeck.errors import StatementFailed
from limbeck.runner import Notice, Policy
from tests.databases.runs import Body, Shelf, Written, downgrade, execute, rows, sql, upgrade
from tests.databases.test_journal import applied, journal

if TYPE_CHECKING:
    from limbeck.dsl import Op


def by_operation(op: Op) -> None:
    op.create_table("before_it", sa.Column("x", sa.Integer))
    op.drop_table("limbeck_journal")
    op.create_table("after_it", sa.Column("x", sa.Integer))


def by_connection(op: Op) -> None:
    bind = op.get_bind()
    bind.execute(sa.text("CREATE TABLE before_it (x INTEGER)"))
    bind.execute(sa.text("DROP TABLE IF EXISTS limbeck_journal"))
    bind.execute(sa.text("INSERT INTO before_it (x) VALUES (1)"))
    bind.execute(sa.text("CREATE TABLE after_it (x INTEGER)"))


def in_an_autocommit_block(op: Op) -> None:
    op.execute("CREATE TABLE before_it (x INTEGER)")
    with op.get_context().autocommit_block():
        op.execute("DROP TABLE limbeck_journal")
    op.execute("CREATE TABLE after_it (x INTEGER)")


def shelf(dropping: Body) -> Shelf:
    return Shelf(
        Written("one", sql("CREATE TABLE a (x INTEGER)"), sql("DROP TABLE a")),
        Written("two", dropping, sql("DROP TABLE before_it", "DROP TABLE after_it")),
        Written("three", sql("CREATE TABLE b (x INTEGER)"), sql("DROP TABLE b")),
    )


BODIES = pytest.mark.parametrize("dropping", [by_operation, by_connection, in_an_autocommit_block])


@BODIES
@pytest.mark.parametrize("policy", [Policy(), Policy(per_revision=True)])
def test_it_is_made_anew(database_url: str, dropping: Body, policy: Policy) -> None:
    told: list[Any] = []
    upgrade(database_url, shelf(dropping), report=told.append, policy=policy)
    notices = [event for event in told if isinstance(event, Notice)]
    assert [notice.code for notice in notices] == ["journal-dropped"]
    assert "limbeck_journal" in notices[0].text
    assert heads(database_url) == [("three",)]
    assert applied(database_url, shelf(dropping)) == {"one", "two", "three"}
    found = [(e.revision, e.direction, e.outcome) for e in journal(database_url)]
    assert found[0][1] == "adopt"
    assert found[-2:] == [("two", "up", "done"), ("three", "up", "done")]


@BODIES
def test_everything_goes_on_from_there(database_url: str, dropping: Body) -> None:
    upgrade(database_url, shelf(dropping), "one")
    upgrade(database_url, shelf(dropping))
    downgrade(database_url, shelf(dropping), "one")
    assert applied(database_url, shelf(dropping)) == {"one"}
    told: list[Any] = []
    upgrade(database_url, shelf(dropping), report=told.append)
    assert applied(database_url, shelf(dropping)) == {"one", "two", "three"}
    assert [event.code for event in told if isinstance(event, Notice)] == ["journal-dropped"]


def making_it(op: Op) -> None:
    """As Alembic writes what undoes a table's end."""
    op.create_table("limbeck_journal", sa.Column("version_table", sa.String(128)))
    op.drop_table("before_it")
    op.drop_table("after_it")


def test_what_undoes_it_does_not_make_it_a_second_time(database_url: str) -> None:
    undone = Shelf(
        Written("one", sql("CREATE TABLE a (x INTEGER)"), sql("DROP TABLE a")),
        Written("two", by_operation, making_it),
    )
    upgrade(database_url, undone)
    told: list[Any] = []
    downgrade(database_url, undone, "one", report=told.append)
    assert [event.code for event in told if isinstance(event, Notice)] == ["journal-kept"]
    assert applied(database_url, undone) == {"one"}
    assert journal(database_url)[-1].outcome == "done"
    upgrade(database_url, undone)
    assert heads(database_url) == [("two",)]


def failing(op: Op) -> None:
    by_operation(op)
    op.execute("INSERT INTO after_it (x) VALUES (1)")
    op.execute("CREATE TABLE later (x INTEGER)")


def heads(url: str) -> list[Any]:
    return rows(url, "SELECT version_num FROM alembic_version")


def test_a_failure_behind_it_is_gone_on_from(database_url: str) -> None:
    """Also where structure is committed at once: nothing is done twice."""
    execute(database_url, "CREATE TABLE later (x INTEGER)")
    of_two = Shelf(Written("one", sql("CREATE TABLE a (x INTEGER)")), Written("two", failing))
    with pytest.raises(StatementFailed):
        upgrade(database_url, of_two)
    execute(database_url, "DROP TABLE later")
    upgrade(database_url, of_two)
    assert heads(database_url) == [("two",)]
    assert applied(database_url, of_two) == {"one", "two"}

    assert rows(database_url, "SELECT x FROM after_it") == [(1,)]


def test_one_that_was_dropped_by_hand_is_made_by_the_next_run(database_url: str) -> None:
    of_two = Shelf(Written("one", sql("CREATE TABLE a (x INTEGER)")), Written("two"))
    upgrade(database_url, of_two, "one")

    execute(database_url, "DROP TABLE limbeck_journal")
    told: list[Any] = []
    upgrade(database_url, of_two, report=told.append)
    assert [event.code for event in told if isinstance(event, Notice)] == ["adopted"]
    assert [(e.revision, e.direction) for e in journal(database_url)] == [
        ("one", "adopt"),
        ("two", "up"),
    ]
