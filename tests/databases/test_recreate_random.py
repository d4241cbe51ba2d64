"""Random tables, random changes: what a change is not about stays as it was, word for word."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.databases.sqlite_bench import Bench

if TYPE_CHECKING:
    from collections.abc import Callable

    from limbeck.dsl import Op

TYPES = ["INTEGER", "TEXT", "VARCHAR(20)", "decimal(10, 2)", '"odd type"(3)', "BLOB", "real"]
NAMES = ["a", "b2", "[c d]", '"e ""x"""', "`order`", '"ü"', "G"]
CLAUSES = [
    "NOT NULL ON CONFLICT IGNORE DEFAULT 0",
    "DEFAULT ('x' || (1 + 2))",
    "DEFAULT CURRENT_TIMESTAMP",
    "COLLATE NOCASE",
    "UNIQUE ON CONFLICT REPLACE",
    "CONSTRAINT \"a check\" CHECK ({name} <> ')' OR {name} IS NULL)",
    "REFERENCES other (id) ON DELETE CASCADE ON UPDATE SET NULL",
    "NULL",
    "/* a comment, with a comma */",
]
CONSTRAINTS = [
    "UNIQUE ({one}, {two})",
    "CONSTRAINT named UNIQUE ({one} COLLATE NOCASE, {two} DESC) ON CONFLICT IGNORE",
    "CHECK (length({one}) < 100)",
    "CONSTRAINT \"it's\" CHECK ({one} IS NOT 'it''s')",
    "FOREIGN KEY ({one}) REFERENCES other (id) MATCH SIMPLE DEFERRABLE INITIALLY DEFERRED",
]
KEYS = ["", "INTEGER PRIMARY KEY", "INTEGER PRIMARY KEY AUTOINCREMENT", "INT PRIMARY KEY DESC"]
AROUND = [
    "CREATE INDEX ix_desc ON t ({one} DESC, {two} COLLATE RTRIM)",
    "CREATE UNIQUE INDEX ix_expr ON t (lower({one}), {two}, key_) WHERE {one} IS NOT NULL",
    "CREATE TRIGGER tr AFTER UPDATE OF {one} ON t BEGIN INSERT INTO seen VALUES (new.{two}); END",
    "CREATE VIEW v AS SELECT {one} AS first, {two} AS second FROM t",
    "CREATE TABLE child (k INTEGER REFERENCES t (key_) ON DELETE CASCADE, x)",
]


@dataclass(frozen=True)
class Case:
    """A table `t`, what stands around it, its rows, and the column that will be changed."""

    table: str
    around: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    columns: tuple[str, ...]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True))
    comma = draw(st.sampled_from([", ", ",\n    ", ", -- it's a comment\n  "]))
    key = draw(st.sampled_from(KEYS))
    items = [f"key_ {key}".strip()]
    for name in names:
        clauses = draw(st.lists(st.sampled_from(CLAUSES), max_size=2, unique=True))
        text = " ".join([name, draw(st.sampled_from(["", *TYPES])), *clauses])
        items.append(text.replace("{name}", name))
    items.append("computed AS (key_ * 2)")
    one, two = draw(st.permutations(names))[:2]
    constraints = draw(st.lists(st.sampled_from(CONSTRAINTS), max_size=3, unique=True))
    items += [constraint.format(one=one, two=two) for constraint in constraints]
    around = draw(st.lists(st.sampled_from(AROUND), unique=True))
    value = st.sampled_from([None, 0, 1, 7, "seven", "it's", b"blob", 2.5])
    rows = draw(st.lists(st.tuples(*[value for _ in names]), max_size=6))
    return Case(
        f"CREATE TABLE t ({comma.join(items)})",
        tuple(text.format(one=one, two=two) for text in around),
        tuple(rows),
        tuple(names),
    )


def built(case: Case, file: str) -> Bench:
    """The database of a case."""
    bench = Bench(
        f"sqlite:///{file}", "CREATE TABLE other (id INTEGER PRIMARY KEY); CREATE TABLE seen (what)"
    )
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(case.table)
        columns = ", ".join(case.columns)
        marks = ", ".join("?" for _ in case.columns)
        for number, row in enumerate(case.rows, start=3):
            connection.execute(
                f"INSERT OR IGNORE INTO t (key_, {columns}) VALUES ({number}, {marks})", row
            )
        for text in case.around:
            # The rows may not allow a unique index.
            with suppress(sqlite3.IntegrityError):
                connection.execute(text)
        connection.commit()
    return bench


def contents(bench: Bench, columns: str = "*") -> list[tuple[Any, ...]]:
    return sorted(bench.rows(f"SELECT rowid, {columns} FROM t"), key=repr)


def plain(sql: str) -> str:
    """The text of a table without its name, which SQLite puts in quotes, and without commas."""
    return sql.partition("(")[2].replace(",", "")


def changed_and_back(
    bench: Bench, change: Callable[[Op], None], back: Callable[[Op], None]
) -> None:
    before, rows = bench.schema(), contents(bench)
    with bench.revision() as op:
        change(op)
    middle = bench.schema()
    with bench.revision() as op:
        back(op)
    after = bench.schema()
    assert plain(after.pop("t")) == plain(before.pop("t"))
    middle.pop("t")
    assert after == middle == before
    assert contents(bench) == rows
    assert bench.rows("PRAGMA integrity_check") == [("ok",)]


@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_a_constraint_that_comes_and_goes(tmp_path_factory: Any, case: Case) -> None:
    bench = built(case, f"{tmp_path_factory.mktemp('random')}/file.sqlite")
    changed_and_back(
        bench,
        lambda op: op.create_check_constraint("limbeck_check", "t", "key_ > 0 OR key_ IS NULL"),
        lambda op: op.drop_constraint("limbeck_check", "t", type_="check"),
    )


@settings(max_examples=60, deadline=None)
@given(case=cases(), where=st.sampled_from(["key_", "computed"]))
def test_a_column_that_comes_and_goes(tmp_path_factory: Any, case: Case, where: str) -> None:
    bench = built(case, f"{tmp_path_factory.mktemp('random')}/file.sqlite")

    def add(op: Op) -> None:
        with op.batch_alter_table("t") as batch:
            column: sa.Column[Any] = sa.Column("fresh", sa.Integer, server_default=sa.func.now())
            batch.add_column(column, insert_after=where)

    def drop(op: Op) -> None:
        with op.batch_alter_table("t", recreate="always") as batch:
            batch.drop_column("fresh")

    changed_and_back(bench, add, drop)


@settings(max_examples=60, deadline=None)
@given(case=cases(), data=st.data())
def test_a_column_that_changes_its_name_and_back(
    tmp_path_factory: Any, case: Case, data: st.DataObject
) -> None:
    bench = built(case, f"{tmp_path_factory.mktemp('random')}/file.sqlite")
    written = data.draw(st.sampled_from(case.columns))
    name = written[1:-1].replace('""', '"') if written[0] in '"[`' else written
    before, rows = bench.schema(), contents(bench)
    with bench.revision() as op, op.batch_alter_table("t", recreate="always") as batch:
        batch.alter_column(name, new_column_name="renamed")
    assert "renamed" in bench.columns("t")
    with bench.revision() as op, op.batch_alter_table("t", recreate="always") as batch:
        batch.alter_column("renamed", new_column_name=name)
    # SQLite itself writes the names, in quotes where it likes.
    bare = str.maketrans("", "", '"[]`')
    after = bench.schema()
    assert {k: v.translate(bare) for k, v in after.items()} == {
        k: v.translate(bare) for k, v in before.items()
    }
    assert contents(bench) == rows
    assert bench.rows("PRAGMA integrity_check") == [("ok",)]
