"""On MariaDB the version row and the journal's rows travel in one statement, where the server takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck.errors import JournalDisagrees
from tests.databases.runs import Body, Shelf, Written, execute, nothing, rows, sql, upgrade

if TYPE_CHECKING:
    from limbeck.dsl import Op

SHELF = Shelf(
    Written("one%s", sql("CREATE TABLE a (x INTEGER)")),
    Written("two'", sql("ALTER TABLE a ADD COLUMN y INTEGER", "INSERT INTO a (x) VALUES (1)")),
    Written("three", sql("CREATE TABLE b (x INTEGER)")),
)


@pytest.mark.parametrize("mode", ["", "ANSI", "ORACLE", "NO_BACKSLASH_ESCAPES"])
def test_in_any_mode_of_the_server(mariadb_url: str, mode: str) -> None:
    url = sa.make_url(mariadb_url).update_query_dict({"sql_mode": mode} if mode else {})
    upgrade(url, SHELF)
    assert rows(mariadb_url, "SELECT version_num FROM alembic_version") == [("three",)]
    found = rows(mariadb_url, "SELECT revision, outcome FROM limbeck_journal ORDER BY id")
    assert found == [("one%s", "done"), ("two'", "done"), ("three", "done")]


def of_three(meanwhile: Body) -> Shelf:
    return Shelf(
        Written("one", sql("CREATE TABLE a (x INTEGER)")),
        Written("two", meanwhile),
        Written("three", sql("CREATE TABLE b (x INTEGER)")),
    )


def test_a_row_that_somebody_else_has_removed(mariadb_url: str) -> None:
    def remove(op: Op) -> None:
        execute(mariadb_url, "DELETE FROM alembic_version")

    upgrade(mariadb_url, of_three(remove), "one")
    with pytest.raises(JournalDisagrees, match="changed by somebody else"):
        upgrade(mariadb_url, of_three(remove))


def test_a_row_that_is_there_twice(mariadb_url: str) -> None:
    upgrade(mariadb_url, of_three(nothing), "one")
    execute(
        mariadb_url,
        "ALTER TABLE alembic_version DROP PRIMARY KEY",
        "INSERT INTO alembic_version VALUES ('one')",
    )
    with pytest.raises(JournalDisagrees, match="several rows"):
        upgrade(mariadb_url, of_three(nothing))
    assert rows(mariadb_url, "SELECT version_num FROM alembic_version") == [("one",), ("one",)]
