"""What is certainly not there is told from what was sent; whatever is not plain is asked."""

from __future__ import annotations

import pytest

from limbeck.database.fresh import FreshTables

CREATE = "CREATE TABLE t (id INTEGER, name VARCHAR(3), KEY by_name (name))"


def lacks(before: list[str], text: str) -> bool:
    fresh = FreshTables()
    for each in before:
        fresh.sent(each)
        fresh.happened(each)
    return fresh.lack(text)


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE t ADD COLUMN x INTEGER",
        "ALTER TABLE `t` ADD COLUMN `x` INTEGER",
        "CREATE INDEX x ON t (id)",
        "create unique index x on T (id)",
    ],
)
def test_a_name_that_was_never_mentioned(text: str) -> None:
    assert lacks([CREATE], text)
    assert lacks([CREATE, "ALTER TABLE t ADD COLUMN y INTEGER"], text)
    assert not lacks([], text)
    assert not lacks([CREATE, text], text)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ([CREATE], "ALTER TABLE t ADD COLUMN name INTEGER"),
        ([CREATE], "ALTER TABLE t ADD COLUMN NAME INTEGER"),
        ([CREATE], "CREATE INDEX by_name ON t (id)"),
        ([CREATE], "ALTER TABLE t DROP COLUMN x"),
        ([CREATE], "ALTER TABLE t ADD COLUMN x INTEGER, ADD COLUMN y INTEGER"),
        ([CREATE], "ALTER TABLE t ADD COLUMN `é` INTEGER"),
        ([CREATE], "ALTER TABLE t ADD COLUMN `a``b` INTEGER"),
        ([CREATE], "ALTER TABLE s ADD COLUMN x INTEGER"),
        ([CREATE], "ALTER TABLE other.t ADD COLUMN x INTEGER"),
        ([CREATE], "CREATE TABLE x (id INTEGER)"),
        (["CREATE TABLE t LIKE s"], "ALTER TABLE t ADD COLUMN x INTEGER"),
        (["CREATE TABLE t (id INTEGER) AS SELECT * FROM s"], "ALTER TABLE t ADD COLUMN x INTEGER"),
        (["CREATE TABLE t (id INTEGER) TABLE s"], "ALTER TABLE t ADD COLUMN x INTEGER"),
        (["CREATE TABLE t (`é` INTEGER)"], "ALTER TABLE t ADD COLUMN e INTEGER"),
        (["CREATE TABLE IF NOT EXISTS t (id INTEGER)"], "ALTER TABLE t ADD COLUMN x INTEGER"),
        ([CREATE, "DROP TABLE t"], "ALTER TABLE t ADD COLUMN x INTEGER"),
        ([CREATE, "RENAME TABLE t TO s, u TO t"], "ALTER TABLE t ADD COLUMN x INTEGER"),
        ([CREATE, "ALTER TABLE t CHANGE id x INTEGER"], "ALTER TABLE t ADD COLUMN x INTEGER"),
        ([CREATE, "CALL something()"], "ALTER TABLE t ADD COLUMN x INTEGER"),
        (["CREATE TABLE t (id INTEGER, FOREIGN KEY (id) REFERENCES s (id))"], "CREATE INDEX t_ibfk_1 ON t (id)"),
        ([CREATE, "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (id) REFERENCES s (id)"], "CREATE INDEX x ON t (id)"),
    ],
)  # fmt: skip
def test_whatever_is_not_plain(before: list[str], text: str) -> None:
    assert not lacks(before, text)


def test_a_statement_that_failed_says_nothing_of_a_table() -> None:
    fresh = FreshTables()
    fresh.sent(CREATE)
    assert not fresh.lack("ALTER TABLE t ADD COLUMN x INTEGER")


def test_what_was_sent_counts_though_it_failed() -> None:
    fresh = FreshTables()
    fresh.happened(CREATE)
    fresh.sent("ALTER TABLE t ADD COLUMN x INTEGER")
    assert not fresh.lack("ALTER TABLE t ADD COLUMN x INTEGER")


def test_everything_can_be_forgotten() -> None:
    fresh = FreshTables()
    fresh.happened(CREATE)
    fresh.forget()
    assert not fresh.lack("ALTER TABLE t ADD COLUMN x INTEGER")
