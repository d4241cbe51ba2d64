"""What each change does to a SQLite table, and how the table reads afterwards."""

from __future__ import annotations

import sqlite3
from contextlib import nullcontext
from typing import Any

import pytest
import sqlalchemy as sa

from limbeck.errors import CannotCompile, SchemaError, StatementFailed
from tests.databases.sqlite_bench import Bench

T = """CREATE TABLE t (
    id INTEGER PRIMARY KEY,
    a TEXT,
    b INTEGER NOT NULL DEFAULT 5,
    c TEXT UNIQUE,
    d TEXT
)"""
ROWS = "INSERT INTO t (id, a, b, c, d) VALUES (1, 'a1', 1, 'c1', 'd1'), (2, 'a2', 2, 'c2', 'd2')"


def bench_of(url: str, table: str = T, rows: str = ROWS) -> Bench:
    return Bench(url, f"{table}; {rows}")


def line(bench: Bench, start: str, table: str = "t") -> str:
    """The line of the table's text that begins so, without its comma."""
    found = [text.strip().rstrip(",") for text in bench.sql(table).splitlines()]
    return next((text for text in found if text.startswith(start)), "")


# What SQLite does by itself


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            lambda op: op.alter_column("t", "a", new_column_name="x"),
            "ALTER TABLE t RENAME COLUMN a TO x",
        ),
        (
            lambda op: op.add_column("t", sa.Column("x", sa.String(5), server_default="q")),
            "ALTER TABLE t ADD COLUMN x VARCHAR(5) DEFAULT 'q'",
        ),
        (
            lambda op: op.add_column("t", sa.Column("x", sa.Integer, sa.ForeignKey("t.id", ondelete="CASCADE"))),
            "ALTER TABLE t ADD COLUMN x INTEGER REFERENCES t (id) ON DELETE CASCADE",
        ),
        (
            lambda op: op.add_column("t", sa.Column("x", sa.Integer, sa.Computed("b + 1"))),
            "ALTER TABLE t ADD COLUMN x INTEGER GENERATED ALWAYS AS (b + 1)",
        ),
        (lambda op: op.drop_column("t", "d"), "ALTER TABLE t DROP COLUMN d"),
        (lambda op: op.rename_table("t", "u"), "ALTER TABLE t RENAME TO u"),
        (lambda op: op.create_index("ix", "t", ["a"]), "CREATE INDEX ix ON t (a)"),
    ],
)  # fmt: skip
def test_native_statements_are_used_where_they_do(sqlite_url: str, change: Any, text: str) -> None:
    bench = bench_of(sqlite_url)
    with bench.revision() as op:
        change(op)
    assert bench.script == [text]


def test_an_sqlite_without_drop_column_copies(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 31, 0))
    bench = bench_of(sqlite_url)
    with bench.revision() as op:
        op.drop_column("t", "d")
    assert "DROP COLUMN" not in bench.script[0]
    assert bench.columns("t") == ["id", "a", "b", "c"]


def test_a_batch_of_native_changes_stays_native(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url)
    with bench.revision() as op, op.batch_alter_table("t") as batch:
        batch.add_column(sa.Column("x", sa.Integer))
        batch.alter_column("a", new_column_name="y")
        batch.create_index("ix_x", ["x"])
        batch.drop_column("d")
    assert [text.partition(" t ")[0] for text in bench.script] == [
        "ALTER TABLE", "ALTER TABLE", "CREATE INDEX ix_x ON", "ALTER TABLE",
    ]  # fmt: skip
    assert bench.columns("t") == ["id", "y", "b", "c", "x"]


@pytest.mark.parametrize(
    "change",
    [
        lambda op: op.alter_column("t", "a", comment="no comments on SQLite"),
        lambda op: op.alter_column("t", "a", nullable=True, existing_type=sa.Text()),
        lambda op: op.alter_column("t", "b", nullable=False, server_default=sa.text("5")),
        lambda op: op.alter_column("t", "id", autoincrement=True, existing_type=sa.Integer()),
        lambda op: op.create_table_comment("t", "nor on tables"),
        lambda op: op.add_column("t", sa.Column("a", sa.Text), if_not_exists=True),
        lambda op: op.drop_column("t", "nothing", if_exists=True),
        lambda op: op.drop_constraint("nothing", "t", type_="unique", if_exists=True),
    ],
)
def test_a_change_that_changes_nothing_copies_nothing(sqlite_url: str, change: Any) -> None:
    bench = bench_of(sqlite_url)
    with bench.revision() as op:
        change(op)
    assert bench.script == []


def test_never_refuses_what_needs_a_copy(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url)
    with (
        pytest.raises(CannotCompile, match="no statement for AddConstraint"),
        bench.revision() as op,
        op.batch_alter_table("t", recreate="never") as batch,
    ):
        batch.create_unique_constraint("uq", ["a"])


def test_always_copies(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url)
    with bench.revision() as op, op.batch_alter_table("t", recreate="always") as batch:
        batch.add_column(sa.Column("x", sa.Integer))
    assert "CREATE TABLE _limbeck_new_t" in bench.script[0]
    assert bench.columns("t")[-1] == "x"


# Columns


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (sa.Column("x", sa.DateTime, server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False), "x DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL"),
        (sa.Column("x", sa.Integer, sa.Computed("b * 2", persisted=True)), "x INTEGER GENERATED ALWAYS AS (b * 2) STORED"),
        (sa.Column("x", sa.Integer, sa.CheckConstraint("x > 0", name="pos"), unique=True), "x INTEGER CONSTRAINT pos CHECK (x > 0)"),
        (sa.Column("x", sa.Integer, sa.ForeignKey("t.id", name="fk_x")), "x INTEGER"),
    ],
)  # fmt: skip
def test_columns_that_sqlite_cannot_add_to_rows(
    sqlite_url: str, column: sa.Column[Any], expected: str
) -> None:
    bench = bench_of(sqlite_url)
    with bench.revision() as op:
        op.add_column("t", column)
    assert line(bench, "x") == expected
    if column.foreign_keys:
        assert line(bench, "CONSTRAINT") == "CONSTRAINT fk_x FOREIGN KEY(x) REFERENCES t (id)"
    assert bench.rows("SELECT count(x) FROM t") == [
        (2 if "x DATETIME" in expected or "b * 2" in expected else 0,)
    ]


def test_a_unique_column_with_an_index(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url)
    with bench.revision() as op:
        op.add_column("t", sa.Column("x", sa.Integer, unique=True))
        op.add_column("t", sa.Column("y", sa.Integer, index=True))
    assert line(bench, "UNIQUE") == "UNIQUE (x)"
    assert bench.sql("ix_t_y") == "CREATE INDEX ix_t_y ON t (y)"


@pytest.mark.parametrize(
    ("where", "order"),
    [
        ({"insert_before": "a"}, ["id", "x", "a", "b", "c", "d"]),
        ({"insert_after": "d"}, ["id", "a", "b", "c", "d", "x"]),
        ({"insert_after": "id"}, ["id", "x", "a", "b", "c", "d"]),
        ({}, ["id", "a", "b", "c", "d", "x"]),
    ],
)
def test_where_a_new_column_stands(sqlite_url: str, where: Any, order: list[str]) -> None:
    bench = bench_of(sqlite_url)
    with bench.revision() as op, op.batch_alter_table("t") as batch:
        batch.add_column(sa.Column("x", sa.Integer, server_default="0"), **where)
        batch.alter_column("b", nullable=True)
    assert bench.columns("t") == order
    assert bench.rows("SELECT id, a, b, c, d, x FROM t WHERE id = 2") == [
        (2, "a2", 2, "c2", "d2", 0)
    ]


def test_partial_reordering(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url)
    with (
        bench.revision() as op,
        op.batch_alter_table("t", partial_reordering=[("d", "a"), ("c", "x", "b")]) as batch,
    ):
        batch.add_column(sa.Column("x", sa.Integer))
    assert bench.columns("t") == ["id", "c", "d", "a", "x", "b"]
    assert bench.rows("SELECT id, a, b, c, d FROM t WHERE id = 1") == [(1, "a1", 1, "c1", "d1")]
    with (
        pytest.raises(SchemaError, match="contradicts itself"),
        bench.revision() as op,
        op.batch_alter_table("t", partial_reordering=[("a", "b"), ("b", "a")]) as batch,
    ):
        batch.drop_column("d")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"type_": sa.String(9)}, "b VARCHAR(9) NOT NULL DEFAULT 5"),
        ({"nullable": True}, "b INTEGER DEFAULT 5"),
        ({"server_default": None}, "b INTEGER NOT NULL"),
        ({"server_default": "7"}, "b INTEGER DEFAULT '7' NOT NULL"),
        ({"server_default": sa.text("(1 + 1)")}, "b INTEGER DEFAULT (1 + 1) NOT NULL"),
        ({"type_": sa.Text(collation="NOCASE")}, 'b TEXT COLLATE "NOCASE" NOT NULL DEFAULT 5'),
        ({"type_": sa.BigInteger(), "nullable": True, "server_default": None}, "b BIGINT"),
    ],
)
def test_altering_a_column(sqlite_url: str, arguments: dict[str, Any], expected: str) -> None:
    bench = bench_of(sqlite_url)
    with bench.revision() as op:
        op.alter_column("t", "b", **arguments)
    assert line(bench, "b ") == expected
    assert bench.rows("SELECT CAST(b AS INTEGER) FROM t") == [(1,), (2,)]


KEYS = [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a)",
    "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)",
    "CREATE TABLE t (id INTEGER NOT NULL, a, PRIMARY KEY (id))",
]


@pytest.mark.parametrize("table", KEYS)
def test_a_key_that_numbers_the_rows_goes_on_to_do_so(sqlite_url: str, table: str) -> None:
    bench = bench_of(sqlite_url, table, "INSERT INTO t (id, a) VALUES (4, 'x')")
    with bench.revision() as op, op.batch_alter_table("t", recreate="always") as batch:
        batch.alter_column("id", type_=sa.BigInteger(), existing_type=sa.Integer())
    bench.do("INSERT INTO t (a) VALUES ('y'); INSERT INTO t VALUES (9000000000000000000, 'z')")
    assert bench.rows("SELECT id, a FROM t") == [(4, "x"), (5, "y"), (9000000000000000000, "z")]
    with bench.revision() as op:  # and it reads as before, so that nothing is to be done
        op.alter_column("t", "id", type_=sa.SmallInteger())
    assert bench.script[1:] == []


def test_copy_from_does_not_take_the_numbers_of_rows_away(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url, KEYS[0], "INSERT INTO t VALUES (4, 'x')")
    model = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("a", sa.Text()),
    )
    with bench.revision() as op, op.batch_alter_table("t", copy_from=model) as batch:
        batch.alter_column("a", nullable=False)
    bench.do("INSERT INTO t (a) VALUES ('y')")
    assert bench.rows("SELECT id, a FROM t") == [(4, "x"), (5, "y")]


def test_a_key_of_another_kind_still_refuses_null(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url, KEYS[0], "INSERT INTO t VALUES (4, 'x')")
    with bench.revision() as op:
        op.alter_column("t", "id", type_=sa.String(9))
    assert bench.rows("SELECT id, a FROM t") == [("4", "x")]
    with pytest.raises(sqlite3.IntegrityError, match=r"NOT NULL constraint failed: t\.id"):
        bench.do("INSERT INTO t (a) VALUES ('y')")


@pytest.mark.parametrize(
    ("number", "fits"),
    [("-9223372036854775808.0", True), ("9223372036854775808.0", False), ("-1e30", False)],
)
def test_a_number_beyond_64_bits_does_not_become_another(
    sqlite_url: str, number: str, fits: bool
) -> None:
    bench = bench_of(sqlite_url, "CREATE TABLE t (a REAL)", f"INSERT INTO t VALUES ({number})")
    before = bench.rows("SELECT a FROM t")
    refused = pytest.raises(StatementFailed, match=r"1 value of t\.a cannot be read as an integer")
    with nullcontext() if fits else refused, bench.revision() as op:
        op.alter_column("t", "a", type_=sa.BigInteger())
    kind = "integer" if fits else "real"
    assert bench.rows("SELECT a, typeof(a) FROM t") == [(*before[0], kind)]


@pytest.mark.parametrize(
    ("table", "left"),
    [
        ("CREATE TABLE t (a, gone PRIMARY KEY)", "CREATE TABLE \"t\" (a)"),
        ("CREATE TABLE t (a, gone UNIQUE)", "CREATE TABLE \"t\" (a)"),
        ("CREATE TABLE t (a, gone CHECK (gone > 0))", "CREATE TABLE \"t\" (a)"),
        ("CREATE TABLE t (a CHECK (a < gone), gone)", "CREATE TABLE \"t\" (a)"),
        ("CREATE TABLE t (a, gone, CHECK (a < gone), CHECK (a > 0))", "CREATE TABLE \"t\" (a, CHECK (a > 0))"),
        ("CREATE TABLE t (a, gone, UNIQUE (a, gone), UNIQUE (a))", "CREATE TABLE \"t\" (a, UNIQUE (a))"),
        ("CREATE TABLE t (a, gone REFERENCES t)", "CREATE TABLE \"t\" (a)"),
        ("CREATE TABLE t (a, gone, FOREIGN KEY (gone) REFERENCES t (a))", "CREATE TABLE \"t\" (a)"),
        ("CREATE TABLE t (a, gone, CONSTRAINT pk PRIMARY KEY (a, gone))", "CREATE TABLE \"t\" (a, CONSTRAINT pk PRIMARY KEY (a))"),
        ("CREATE TABLE t (gone, -- first\n a)", "CREATE TABLE \"t\" (\n a)"),
        ("CREATE TABLE t (a, -- stays\n gone UNIQUE -- goes\n)", "CREATE TABLE \"t\" (a -- stays\n)"),
    ],
)  # fmt: skip
def test_a_column_takes_with_it_what_needs_it(sqlite_url: str, table: str, left: str) -> None:
    bench = Bench(sqlite_url, table)
    bench.do("PRAGMA foreign_keys=OFF; INSERT INTO t (a, gone) VALUES (3, 4)")
    with bench.revision() as op, op.batch_alter_table("t", recreate="always") as batch:
        batch.drop_column("gone")
    assert bench.sql("t") == left
    assert bench.rows("SELECT * FROM t") == [(3,)]


def test_indexes_over_a_dropped_column_go_with_it(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url)
    bench.do(
        "CREATE INDEX ix_d ON t (d, a); CREATE INDEX d ON t (a) WHERE b > 0; CREATE INDEX ix_e ON t (lower(d))"
    )
    with bench.revision() as op:
        op.drop_column("t", "d")
    assert bench.columns("t") == ["id", "a", "b", "c"]
    assert sorted(bench.schema()) == ["d", "t"]


def test_a_column_that_another_is_computed_from_stays(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (a, b AS (a + 1))")
    with pytest.raises(SchemaError, match="'b' is computed from it"), bench.revision() as op:
        op.drop_column("t", "a")


def test_a_column_can_be_replaced_by_another_of_its_name(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url)
    with bench.revision() as op, op.batch_alter_table("t") as batch:
        batch.drop_column("c")
        batch.add_column(sa.Column("c", sa.Integer, server_default="3"))
    assert bench.rows("SELECT c FROM t") == [(3,), (3,)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda op: op.alter_column("t", "z", nullable=False), "no column 'z'"),
        (lambda op: op.alter_column("z", "z", nullable=False), "no table z"),
        (lambda op: op.drop_constraint("z", "t", type_="unique"), "no unique constraint 'z'"),
        (lambda op: op.create_unique_constraint("u", "t", ["z"]), "no column 'z'"),
        (lambda op: op.alter_column("t", "a", new_column_name="b", nullable=False), "column 'b' already"),
    ],
)  # fmt: skip
def test_names_that_are_not_there_or_taken(sqlite_url: str, change: Any, message: str) -> None:
    bench = bench_of(sqlite_url)
    with pytest.raises(SchemaError, match=message), bench.revision() as op:
        change(op)


# Constraints


@pytest.mark.parametrize(
    ("add", "expected"),
    [
        (lambda op: op.create_unique_constraint("uq", "t", ["a", "b"]), "CONSTRAINT uq UNIQUE (a, b)"),
        (lambda op: op.create_check_constraint("ck", "t", "b > 0"), "CONSTRAINT ck CHECK (b > 0)"),
        (lambda op: op.create_check_constraint("ck", "t", sa.column("b") > 0), "CONSTRAINT ck CHECK (b > 0)"),
        (lambda op: op.create_foreign_key("fk", "t", "t", ["b"], ["id"], ondelete="SET NULL", deferrable=True, initially="DEFERRED"),
         "CONSTRAINT fk FOREIGN KEY(b) REFERENCES t (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED"),
        (lambda op: op.create_primary_key("pk", "t", ["a", "b"]), "CONSTRAINT pk PRIMARY KEY (a, b)"),
        (lambda op: op.create_unique_constraint("uq", "t", ["a"], sqlite_on_conflict="IGNORE"), "CONSTRAINT uq UNIQUE (a) ON CONFLICT IGNORE"),
    ],
)  # fmt: skip
def test_a_constraint_is_added_and_dropped(sqlite_url: str, add: Any, expected: str) -> None:
    bench = bench_of(sqlite_url)
    with bench.revision() as op:
        add(op)
    assert line(bench, "CONSTRAINT") == expected
    assert bench.rows("SELECT id, b FROM t ORDER BY b") == [(1, 1), (2, 2)]
    kind = {"UNIQUE": "unique", "CHECK": "check", "FOREIGN": "foreignkey", "PRIMARY": "primary"}
    _, name, word, *_ = expected.split()
    with bench.revision() as op:
        op.drop_constraint(name, "t", type_=kind[word.partition("(")[0]])
    assert line(bench, "CONSTRAINT") == ""
    assert bench.rows("SELECT count(*) FROM t") == [(2,)]


def test_a_new_primary_key_takes_the_place_of_the_old_one(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url)
    with bench.revision() as op:
        op.create_primary_key("pk_t", "t", ["c"])
    assert bench.sql("t").count("PRIMARY KEY") == 1
    assert line(bench, "id") == "id INTEGER"


@pytest.mark.parametrize(
    ("table", "name", "kind"),
    [
        ("CREATE TABLE t (a UNIQUE)", "uq_t_a", "unique"),
        ("CREATE TABLE t (a, UNIQUE (a))", "uq_t_a", "unique"),
        ("CREATE TABLE t (a PRIMARY KEY)", "pk_t", "primary"),
        ("CREATE TABLE t (a REFERENCES t (a))", "fk_t_a_t", "foreignkey"),
        ("CREATE TABLE t (a, FOREIGN KEY (a) REFERENCES t (a))", "fk_t_a_t", "foreignkey"),
    ],
)
def test_a_constraint_without_a_name_is_found_by_the_naming_convention(
    sqlite_url: str, table: str, name: str, kind: str
) -> None:
    convention = {
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    }
    bench = Bench(sqlite_url, table)
    with (
        bench.revision() as op,
        op.batch_alter_table("t", naming_convention=convention) as batch,
    ):
        batch.drop_constraint(name, type_=kind)
    assert bench.sql("t") == 'CREATE TABLE "t" (a)'


def test_what_an_enum_wanted_goes_with_it(sqlite_url: str) -> None:
    old = sa.Enum("x", "y", native_enum=False, create_constraint=True)
    new = sa.Enum("x", "y", "z", name="kinds", native_enum=False, create_constraint=True)
    bench = Bench(sqlite_url, "CREATE TABLE t (a VARCHAR(1), CHECK (a IN ('x', 'y')))")
    with bench.revision() as op, op.batch_alter_table("t") as batch:
        batch.alter_column("a", type_=new, existing_type=old)
    assert bench.sql("t") == (
        "CREATE TABLE \"t\" (a VARCHAR(1), CONSTRAINT kinds CHECK (a IN ('x', 'y', 'z')))"
    )
    with bench.revision() as op:
        op.alter_column("t", "a", type_=sa.Text(), existing_type=new)
    assert bench.sql("t") == 'CREATE TABLE "t" (a TEXT)'


def test_an_index_is_dropped_and_made_in_a_batch(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url)
    bench.do("CREATE INDEX ix_old ON t (a)")
    with bench.revision() as op, op.batch_alter_table("t") as batch:
        batch.drop_index("ix_old")
        batch.create_index("ix_new", ["a"], unique=True)
        batch.alter_column("a", nullable=False)
    assert sorted(bench.schema()) == ["ix_new", "t"]
    with (
        pytest.raises(SchemaError, match="no index 'ix_old'"),
        bench.revision() as op,
        op.batch_alter_table("t", recreate="always") as batch,
    ):
        batch.drop_index("ix_old")


# What the author says about the table


def test_table_args_and_options(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url)
    with (
        bench.revision() as op,
        op.batch_alter_table(
            "t",
            table_args=(sa.CheckConstraint("b > 0"), sa.UniqueConstraint("a", name="uq_a")),
            table_kwargs={"sqlite_autoincrement": True},
        ) as batch,
    ):
        batch.alter_column("d", nullable=False)
    assert line(bench, "id") == "id INTEGER PRIMARY KEY AUTOINCREMENT"
    assert line(bench, "CHECK") == "CHECK (b > 0)"
    assert line(bench, "CONSTRAINT") == "CONSTRAINT uq_a UNIQUE (a)"


def test_without_rowid_and_strict_are_switched(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (k TEXT PRIMARY KEY) WITHOUT ROWID")
    with (
        bench.revision() as op,
        op.batch_alter_table(
            "t", recreate="always", table_kwargs={"sqlite_with_rowid": True, "sqlite_strict": True}
        ),
    ):
        pass
    assert bench.sql("t") == 'CREATE TABLE "t" (k TEXT PRIMARY KEY) STRICT'


def test_copy_from_says_what_the_table_is_like(sqlite_url: str) -> None:
    bench = bench_of(sqlite_url)
    bench.do(
        "CREATE INDEX ix_a ON t (a DESC); CREATE TRIGGER tr AFTER DELETE ON t BEGIN SELECT 1; END"
    )
    known = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(9)),
        sa.Column("b", sa.Integer, nullable=False),
        sa.Column("c", sa.Text),
        sa.Column("d", sa.Text, index=True),
        sa.UniqueConstraint("c", name="uq_c"),
    )
    with bench.revision() as op, op.batch_alter_table("t", copy_from=known) as batch:
        batch.drop_constraint("uq_c", type_="unique")
        batch.alter_column("b", type_=sa.BigInteger())
    assert "UNIQUE" not in bench.sql("t")
    assert line(bench, "b ") == "b BIGINT NOT NULL"
    assert bench.sql("ix_a") == "CREATE INDEX ix_a ON t (a DESC)"
    assert sorted(bench.schema()) == ["ix_a", "ix_t_d", "t", "tr"]
    assert bench.rows("SELECT * FROM t WHERE id = 1") == [(1, "a1", 1, "c1", "d1")]


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        (["id", "a", "b"], SchemaError, "the values of c, d would be lost"),
        (["id", "a", "b", "c", "d", "e"], StatementFailed, "no such column: old.e"),
    ],
)
def test_copy_from_must_have_the_columns_of_the_table(
    sqlite_url: str, columns: list[str], error: type[Exception], message: str
) -> None:
    bench = bench_of(sqlite_url)
    known = sa.Table("t", sa.MetaData(), *[sa.Column(name, sa.Text) for name in columns])
    with (
        pytest.raises(error, match=message),
        bench.revision() as op,
        op.batch_alter_table("t", copy_from=known) as batch,
    ):
        batch.alter_column("a", nullable=False)
    assert bench.sql("t") == T
    assert bench.rows("SELECT d FROM t") == [("d1",), ("d2",)]


def test_columns_can_change_names_in_a_ring_beside_any_name(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (a, b, _limbeck_a); INSERT INTO t VALUES (1, 2, 3)")
    with bench.revision() as op, op.batch_alter_table("t") as batch:
        batch.alter_column("a", new_column_name="x", nullable=False)
        batch.alter_column("b", new_column_name="a")
        batch.alter_column("x", new_column_name="b")
    assert bench.rows("SELECT a, b, _limbeck_a FROM t") == [(2, 1, 3)]


def test_reflect_args_correct_a_type(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (flag INTEGER, n INTEGER)")
    with (
        bench.revision() as op,
        op.batch_alter_table("t", reflect_args=(sa.Column("flag", sa.Boolean()),)) as batch,
    ):
        batch.alter_column("n", nullable=False)
    assert bench.sql("t") == 'CREATE TABLE "t" (flag BOOLEAN, n INTEGER NOT NULL)'


def test_a_virtual_table_is_refused(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE VIRTUAL TABLE t USING fts5 (a)")
    with pytest.raises(SchemaError, match="taken apart"), bench.revision() as op:
        op.alter_column("t", "a", nullable=False)
