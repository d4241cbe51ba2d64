"""What statements read and write, as far as it is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.dialects import mysql, postgresql, sqlite

from limbeck.conflicts import Cell, RowUse
from limbeck.database.replay.parsing import NotUnderstood
from limbeck.database.replay.rows import row_uses
from limbeck.schema import TableName

if TYPE_CHECKING:
    import sqlalchemy as sa

DIALECTS: list[sa.Dialect] = [postgresql.dialect(), mysql.dialect(), sqlite.dialect()]  # type: ignore[no-untyped-call]
T, U = TableName("t"), TableName("u")


def cells(table: TableName, *names: str) -> frozenset[Cell]:
    return frozenset(Cell(table, name) for name in names)


@pytest.fixture(params=DIALECTS, ids=lambda dialect: dialect.name)
def dialect(request: pytest.FixtureRequest) -> sa.Dialect:
    return request.param  # type: ignore[no-any-return]


def one(text: str, dialect: sa.Dialect) -> RowUse:
    (use,) = row_uses(text, dialect)
    return use


def test_an_update(dialect: sa.Dialect) -> None:
    use = one("UPDATE t SET a = lower(b) WHERE c IS NULL AND id IN (1, 2) AND d > 3", dialect)
    assert (use.verb, use.table) == ("update", T)
    assert use.writes == cells(T, "a")
    assert use.reads == cells(T, "b", "c", "d", "id")
    assert dict(use.pins) == {"c": frozenset({"NULL"}), "id": frozenset({"1", "2"})}
    assert use.needs == cells(T, "a", "b", "c", "d", "id")


def test_an_or_says_nothing_of_rows(dialect: sa.Dialect) -> None:
    assert one("UPDATE t SET a = 1 WHERE id = 1 OR b = 2", dialect).pins == ()


def test_an_insert(dialect: sa.Dialect) -> None:
    use = one("INSERT INTO t (id, a) VALUES (1, 'X'), (2, NULL)", dialect)
    assert (use.verb, use.given) == ("insert", frozenset({"id", "a"}))
    assert dict(use.pins) == {"id": frozenset({"1", "2"}), "a": frozenset({"'X'", "NULL"})}
    assert not use.copies


def test_rows_that_are_copied(dialect: sa.Dialect) -> None:
    use = one("INSERT INTO t (a) SELECT u.b FROM u", dialect)
    assert use.copies
    assert use.tables == {U}
    assert use.reads == cells(U, "b")


def test_a_delete_with_a_subquery(dialect: sa.Dialect) -> None:
    use = one("DELETE FROM t WHERE id NOT IN (SELECT u.t_id FROM u)", dialect)
    assert (use.verb, use.writes) == ("delete", frozenset())
    assert use.tables == {U}
    assert Cell(U, "t_id") in use.reads


def test_a_name_that_may_be_of_two_tables_counts_for_both(dialect: sa.Dialect) -> None:
    use = one("UPDATE t SET a = (SELECT max(x) FROM u)", dialect)
    assert {Cell(T, "x"), Cell(U, "x")} <= use.reads
    assert Cell(T, "x") not in use.needs


def test_postgresql_folds_names() -> None:
    assert one('UPDATE T SET "A" = 1', DIALECTS[0]).writes == cells(T, "A")


@pytest.mark.parametrize("text", ["SET search_path = x", "ANALYZE t", "VACUUM"])
def test_what_is_about_the_session_touches_no_rows(text: str) -> None:
    assert row_uses(text, DIALECTS[0]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT mend_everything()",
        "UPDATE t SET a = own_function(a)",
        "CALL mend()",
        "DO $$ BEGIN PERFORM 1; END $$",
        "WITH gone AS (DELETE FROM u RETURNING id) INSERT INTO t SELECT id FROM gone",
        "WITH gone AS (DELETE FROM u RETURNING id) INSERT INTO t SELECT id FROM gone RETURNING id",
        "GRANT SELECT ON t TO PUBLIC",
        "this is no SQL",
    ],
)
def test_what_cannot_be_known_is_not_guessed(text: str) -> None:
    with pytest.raises(NotUnderstood):
        row_uses(text, DIALECTS[0])
