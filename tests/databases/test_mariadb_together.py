"""On MariaDB the version row and the journal's rows travel in one statement with the change that they precede."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from limbeck.errors import JournalDisagrees, StatementFailed
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


def listened(url: str, sent: list[str]) -> sa.Engine:
    """An engine that notes what its driver gets to see."""
    engine = sa.create_engine(url, poolclass=NullPool)

    def note(cursor: Any, statement: str, parameters: Any, context: Any) -> None:
        sent.append(statement)

    sa.event.listen(engine, "do_execute", note)
    sa.event.listen(engine, "do_execute_no_params", lambda cursor, text, context: sent.append(text))
    return engine


ODD = (
    "CREATE TABLE a (x INTEGER COMMENT '100%') -- 50% of it",
    "ALTER TABLE a ADD COLUMN `y%s` INTEGER",
    "ALTER TABLE a COMMENT = 'one; two'",
    "CREATE INDEX ix ON a (x) # `y%s`",
)


def test_a_change_of_structure_travels_with_its_note(mariadb_url: str) -> None:
    sent: list[str] = []
    upgrade(listened(mariadb_url, sent), Shelf(Written("one", sql(*ODD)), Written("two")))
    assert [any(text in whole and "INSERT INTO limbeck_journal" in whole for whole in sent)
            for text in (ODD[0].replace("%", "%%"), ODD[1].replace("%", "%%"), ODD[2])] == [True, True, False]  # fmt: skip
    shown = rows(mariadb_url, "SHOW CREATE TABLE a")[0][1]
    assert all(text in shown for text in ("'100%'", "`y%s`", "'one; two'", "`ix`"))
    found = rows(mariadb_url, "SELECT revision, outcome, number FROM limbeck_journal ORDER BY id")
    assert found == [("one", "done", 4), ("two", "done", 0)]


def test_what_a_program_cannot_hold_is_sent_by_itself(mariadb_url: str) -> None:
    """The server says what is wrong with a statement, not with what we have made of it."""
    shelf = Shelf(
        Written("one", sql("CREATE TABLE a (x INTEGER)")),
        Written("two", sql("ALTER TABLE a DRP COLUM y INTEGER")),
    )
    sent: list[str] = []
    with pytest.raises(StatementFailed, match="near 'COLUM y INTEGER' at"):
        upgrade(listened(mariadb_url, sent), shelf)
    assert "ALTER TABLE a DRP COLUM y INTEGER" in sent
    assert rows(mariadb_url, "SELECT version_num FROM alembic_version") == [("one",)]
    found = rows(mariadb_url, "SELECT revision, outcome FROM limbeck_journal ORDER BY id")
    assert found == [("one", "done"), ("two", "failed")]


def test_what_is_refused_is_told_as_if_it_were_alone(mariadb_url: str) -> None:
    execute(mariadb_url, "CREATE TABLE b (x INTEGER)")
    with pytest.raises(StatementFailed, match="already exists") as caught:
        upgrade(mariadb_url, SHELF)
    assert caught.value.statement == "CREATE TABLE b (x INTEGER)"
    assert "limbeck_journal" not in str(caught.value)
    assert rows(mariadb_url, "SELECT version_num FROM alembic_version") == [("two'",)]
    execute(mariadb_url, "DROP TABLE b")
    assert upgrade(mariadb_url, SHELF).heads == {"three"}


def test_who_listens_sees_each_statement_as_it_was_written(mariadb_url: str) -> None:
    sent: list[str] = []
    engine = listened(mariadb_url, sent)

    def before(
        connection: sa.Connection, cursor: Any, text: str, parameters: Any, context: Any, many: bool
    ) -> tuple[str, Any]:
        if text.startswith("CREATE TABLE b"):
            connection.exec_driver_sql("SET lock_wait_timeout = 5")
            text = f"{text} /* seen */"
        return text, parameters

    sa.event.listen(engine, "before_cursor_execute", before, retval=True)
    upgrade(engine, SHELF)
    behind = sent.index("SET lock_wait_timeout = 5") + 1
    assert sent[behind] == "CREATE TABLE b (x INTEGER) /* seen */"
    found = rows(mariadb_url, "SELECT revision, outcome FROM limbeck_journal ORDER BY id")
    assert found == [("one%s", "done"), ("two'", "done"), ("three", "done")]
