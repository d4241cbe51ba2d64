"""Recreating a table on SQLite: nothing is lost that is not meant to go."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from limbeck.dsl import Op
from limbeck.errors import DirtyConnection, SchemaError, StatementFailed
from tests.databases.sqlite_bench import Bench

FAMILY = """
CREATE TABLE parent (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name VARCHAR(20) NOT NULL
);
CREATE TABLE child (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE
);
INSERT INTO parent (name) VALUES ('ada'), ('bob');
INSERT INTO child (parent_id) VALUES (1), (1), (2);
"""


# Rows


def test_children_survive_on_delete_cascade(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, FAMILY)
    with bench.revision() as op, op.batch_alter_table("parent") as batch:
        batch.alter_column("name", type_=sa.String(50))
    assert bench.rows("SELECT * FROM child") == [(1, 1), (2, 1), (3, 2)]
    assert bench.rows("SELECT * FROM parent") == [(1, "ada"), (2, "bob")]
    assert "REFERENCES parent (id) ON DELETE CASCADE" in bench.sql("child")
    with pytest.raises(Exception, match="FOREIGN KEY"):
        bench.do("INSERT INTO child (parent_id) VALUES (9)")


def test_enforced_foreign_keys_are_refused_before_anything_happens(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, FAMILY)
    with (
        pytest.raises(DirtyConnection, match="foreign keys are enforced"),
        bench.revision(enforced=True) as op,
    ):
        op.alter_column("parent", "name", nullable=True)
    assert "NOT NULL" in bench.sql("parent")
    assert bench.rows("SELECT count(*) FROM child") == [(3,)]


def test_the_counter_of_autoincrement_goes_on(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, FAMILY)
    bench.do("INSERT INTO parent (name) VALUES ('eve'); DELETE FROM parent WHERE name = 'eve'")
    with bench.revision() as op:
        op.alter_column("parent", "name", nullable=True)
    bench.do("INSERT INTO parent (name) VALUES ('dan')")
    assert bench.rows("SELECT id FROM parent WHERE name = 'dan'") == [(4,)]
    assert bench.rows("SELECT * FROM sqlite_sequence") == [("parent", 4)]


def test_a_counter_of_a_table_without_rows_goes_on(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, FAMILY)
    bench.do("DELETE FROM parent")
    with bench.revision() as op:
        op.alter_column("parent", "name", nullable=True)
    bench.do("INSERT INTO parent (name) VALUES ('dan')")
    assert bench.rows("SELECT id FROM parent") == [(3,)]


def test_hidden_row_numbers_stay(sqlite_url: str) -> None:
    bench = Bench(
        sqlite_url,
        "CREATE TABLE note (rowid TEXT, text TEXT); INSERT INTO note VALUES ('a', 1), ('b', 2), ('c', 3);"
        "DELETE FROM note WHERE text = 2",
    )
    with bench.revision() as op:
        op.alter_column("note", "text", nullable=False)
    assert bench.rows("SELECT _rowid_, rowid FROM note") == [(1, "a"), (3, "c")]


def test_generated_columns_are_computed_not_copied(sqlite_url: str) -> None:
    bench = Bench(
        sqlite_url,
        """CREATE TABLE line (
            price INTEGER, tax AS (price / 10), total INTEGER GENERATED ALWAYS AS (price + price / 10) STORED
        ); INSERT INTO line VALUES (100)""",
    )
    with bench.revision() as op:
        op.alter_column("line", "price", nullable=False)
    assert bench.rows("SELECT * FROM line") == [(100, 10, 110)]
    assert "tax AS (price / 10), total INTEGER GENERATED ALWAYS AS (price + price / 10) STORED" in (
        bench.sql("line")
    )


def test_a_computed_column_can_be_added_to_rows(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (a INTEGER, b AS (a + 1)); INSERT INTO t VALUES (1)")
    with bench.revision() as op:
        op.add_column("t", sa.Column("c", sa.Integer, sa.Computed("a * 2", persisted=True)))
    assert bench.rows("SELECT * FROM t") == [(1, 2, 2)]


@pytest.mark.parametrize("kind", ["STORED", "VIRTUAL"])
@pytest.mark.parametrize("default", [None, "9"])
def test_a_column_that_is_computed_no_longer_keeps_its_values(
    sqlite_url: str, kind: str, default: str | None
) -> None:
    bench = Bench(sqlite_url, f"CREATE TABLE t (a INTEGER, b INTEGER AS (a + 1) {kind})")
    bench.do("INSERT INTO t VALUES (1)")
    with bench.revision() as op:
        op.alter_column("t", "b", server_default=default)
    assert bench.rows("SELECT * FROM t") == [(1, 2)]
    assert " AS " not in bench.sql("t")


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("INTEGER", sa.String(10), 7, "7"),
        ("VARCHAR(10)", sa.Integer(), "7", 7),
        ("BLOB", sa.Text(), b"seven", "seven"),
        ("INTEGER", sa.Float(), 7, 7.0),
        # A CAST would make 2020 of it.
        ("VARCHAR(10)", sa.Date(), "2020-01-02", "2020-01-02"),
        ("VARCHAR(10)", sa.Numeric(10, 2), "7.50", 7.5),
        ("INTEGER", sa.Boolean(), 1, 1),
        ("INTEGER", sa.BigInteger(), 7, 7),
        ("TEXT", sa.JSON(), '{"a": 1}', '{"a": 1}'),
    ],
)
def test_values_are_converted_with_the_type(
    sqlite_url: str, old: str, new: sa.types.TypeEngine[object], before: object, after: object
) -> None:
    shown = f"x'{before.hex()}'" if isinstance(before, bytes) else repr(before)
    bench = Bench(sqlite_url, f"CREATE TABLE t (x {old}); INSERT INTO t VALUES ({shown})")
    with bench.revision() as op:
        op.alter_column("t", "x", type_=new)
    ((value,),) = bench.rows("SELECT x FROM t")
    assert value == after
    assert type(value) is type(after)


@pytest.mark.parametrize(
    ("old", "new", "values", "message"),
    [
        ("TEXT", sa.Integer(), "('7'), (NULL), ('abc'), ('7 apples'), ('')", "3 values of t.x cannot be read as an integer"),
        ("TEXT", sa.Integer(), "('7.5')", "1 value of t.x cannot be read as an integer"),
        ("TEXT", sa.Float(), "('7.5'), ('x')", "1 value of t.x cannot be read as a number"),
        ("REAL", sa.Integer(), "(7.0), ('x')", "1 value of t.x cannot be read as an integer"),
        ("DATE", sa.Integer(), "('2020-01-02')", "1 value of t.x cannot be read as an integer"),
    ],
)  # fmt: skip
def test_values_that_are_no_numbers_are_never_made_zero(
    sqlite_url: str, old: str, new: sa.types.TypeEngine[object], values: str, message: str
) -> None:
    bench = Bench(sqlite_url, f"CREATE TABLE t (x {old}); INSERT INTO t VALUES {values}")
    before = bench.rows("SELECT x, typeof(x) FROM t")
    with pytest.raises(StatementFailed, match=message), bench.revision() as op:
        op.alter_column("t", "x", type_=new)
    assert bench.rows("SELECT x, typeof(x) FROM t") == before


def test_the_type_that_counts_is_the_last_of_a_batch(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('abc')")
    with bench.revision() as op, op.batch_alter_table("t") as batch:
        batch.alter_column("x", type_=sa.Integer())
        batch.alter_column("x", type_=sa.String(9), new_column_name="y")
    assert bench.rows("SELECT y FROM t") == [("abc",)]


def test_integers_of_numbers_with_a_fraction(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (x FLOAT); INSERT INTO t VALUES (7.5), (8), (NULL)")
    with bench.revision() as op:
        op.alter_column("t", "x", type_=sa.Integer())
    assert bench.rows("SELECT x FROM t") == [(7,), (8,), (None,)]


@pytest.mark.parametrize("answer", ["IGNORE", "REPLACE", "ROLLBACK"])
def test_on_conflict_clauses_drop_no_rows(sqlite_url: str, answer: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2), (1, 3)")
    with (
        pytest.raises(StatementFailed, match=r"UNIQUE constraint failed: t\.a"),
        bench.revision() as op,
        op.batch_alter_table("t") as batch,
    ):
        batch.create_unique_constraint("uq", ["a"], sqlite_on_conflict=answer)
    assert bench.rows("SELECT * FROM t") == [(1, 2), (1, 3)]


def test_a_table_keeps_the_case_of_its_name(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE Parent (ID INTEGER PRIMARY KEY, up REFERENCES parent)")
    bench.do("INSERT INTO parent VALUES (1, 1)")
    with bench.revision() as op, op.batch_alter_table("parent") as batch:
        batch.alter_column("id", new_column_name="key")
        batch.create_foreign_key("fk", "PARENT", ["up"], ["key"])
    assert list(bench.schema()) == ["Parent"]
    assert bench.rows("SELECT key, up FROM parent") == [(1, 1)]
    assert bench.rows("PRAGMA foreign_key_check") == []


# What belongs to the table, word for word

ODD = """CREATE TABLE [odd one] (
    id INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT REPLACE, -- the key
    code "national varchar"(20, 3) COLLATE NOCASE NOT NULL ON CONFLICT IGNORE DEFAULT ('x' || 1),
    `amount` DECIMAL(10,2) CHECK (amount >= 0) DEFAULT -1.5, /* never
    below zero */
    untyped, "a ""quoted"" name" TEXT DEFAULT CURRENT_TIMESTAMP,
    boss INTEGER REFERENCES [odd one] (id) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    other TEXT UNIQUE ON CONFLICT FAIL,
    CHECK (length(code) > 0 AND code <> ')'),
    UNIQUE (code COLLATE NOCASE, untyped) ON CONFLICT ROLLBACK
    CONSTRAINT named CHECK (id > -1),
    FOREIGN KEY (code, untyped) REFERENCES [odd one] (code, untyped) MATCH FULL -- to itself
)"""


def test_the_text_of_the_table_stays_but_for_what_changes(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, ODD)
    with bench.revision() as op:
        op.alter_column("odd one", "untyped", nullable=False)
    expected = (
        ODD.replace("CREATE TABLE [odd one]", 'CREATE TABLE "odd one"')
        .replace("untyped, ", "untyped NOT NULL, ")
        .replace("ROLLBACK\n", "ROLLBACK,\n")
    )
    assert bench.sql("odd one") == expected
    with bench.revision() as op:
        op.alter_column("odd one", "untyped", nullable=True)
    assert bench.sql("odd one") == expected.replace("untyped NOT NULL, ", "untyped, ")


@pytest.mark.parametrize("options", ["WITHOUT ROWID", "STRICT", "STRICT, WITHOUT ROWID"])
def test_options_of_the_table_stay(sqlite_url: str, options: str) -> None:
    bench = Bench(sqlite_url, f"CREATE TABLE t (k TEXT PRIMARY KEY, v INT) {options}")
    bench.do("INSERT INTO t VALUES ('b', 2), ('a', 1)")
    with bench.revision() as op:
        op.alter_column("t", "v", nullable=False)
    assert bench.sql("t").endswith(f") {options}")
    assert sorted(bench.rows("SELECT * FROM t")) == [("a", 1), ("b", 2)]


AROUND = """
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER);
CREATE TABLE log (what TEXT);
CREATE INDEX ix_desc ON t (b DESC, a COLLATE NOCASE);
CREATE UNIQUE INDEX ix_part ON t (lower(a)) WHERE b > 0;
CREATE TRIGGER on_t AFTER UPDATE OF b ON t WHEN new.b > 1
BEGIN
    INSERT INTO log VALUES ('t; ' || new.a); -- with a semicolon
END;
CREATE TRIGGER on_log AFTER INSERT ON log BEGIN UPDATE t SET a = 'logged' WHERE id = 1; END;
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT v.id FROM v JOIN t USING (id);
CREATE TRIGGER on_v INSTEAD OF DELETE ON v BEGIN DELETE FROM t WHERE id = old.id; END;
INSERT INTO t VALUES (1, 'one', 1), (2, 'two', 2);
"""


def test_indexes_triggers_and_views_stay_word_for_word(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, AROUND)
    before = bench.schema()
    with bench.revision() as op:
        op.alter_column("t", "b", nullable=False)
    after = bench.schema()
    assert {n: s for n, s in after.items() if n != "t"} == {
        n: s for n, s in before.items() if n != "t"
    }
    bench.do("UPDATE t SET b = 3 WHERE id = 2; DELETE FROM v WHERE id = 2")
    assert bench.rows("SELECT * FROM t") == [(1, "logged", 1)]
    assert bench.rows("SELECT * FROM log") == [("t; two",)]
    assert bench.rows("SELECT * FROM w") == [(1,)]
    assert bench.rows("PRAGMA integrity_check") == [("ok",)]


def test_everything_follows_a_column_that_is_renamed_within_a_recreation(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, AROUND + "CREATE TABLE c (a TEXT, FOREIGN KEY (a) REFERENCES t (a))")
    with bench.revision() as op, op.batch_alter_table("t") as batch:
        batch.alter_column("a", new_column_name="title", type_=sa.String(9), nullable=False)
        batch.create_check_constraint("titled", "title <> ''")
        batch.create_index("ix_title", ["title"])
    assert "title VARCHAR(9) NOT NULL" in bench.sql("t")
    assert "CHECK (\"title\" <> '')" in bench.sql("t")
    assert "title COLLATE NOCASE" in bench.sql("ix_desc")
    assert "lower(title)" in bench.sql("ix_part")
    assert "new.title" in bench.sql("on_t").replace('"', "")
    assert "SELECT id, title FROM t" in bench.sql("v").replace('"', "")
    assert "title" in bench.sql("ix_title")
    assert "(title)" in bench.sql("c").replace('"', "")


def test_columns_can_change_names_in_a_ring(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (a, b, c); INSERT INTO t VALUES (1, 2, 3)")
    with bench.revision() as op, op.batch_alter_table("t", recreate="always") as batch:
        batch.alter_column("a", new_column_name="x")
        batch.alter_column("b", new_column_name="a")
        batch.alter_column("x", new_column_name="b")
        batch.alter_column("c", new_column_name="d")
        batch.add_column(sa.Column("c", sa.Integer, server_default="9"))
    assert bench.columns("t") == ["b", "a", "d", "c"]
    assert bench.rows("SELECT a, b, c, d FROM t") == [(2, 1, 9, 3)]


def test_a_broken_view_elsewhere_does_not_stop_a_rename(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (a, b); CREATE VIEW broken AS SELECT * FROM nowhere")
    with bench.revision() as op:
        op.alter_column("t", "a", new_column_name="x", nullable=False)
    assert bench.columns("t") == ["x", "b"]
    assert bench.sql("broken") == "CREATE VIEW broken AS SELECT * FROM nowhere"


def test_temporary_triggers_and_views_stay(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, AROUND)
    with bench.revision() as op:
        op.execute("CREATE TEMP TRIGGER passing AFTER DELETE ON t BEGIN DELETE FROM log; END")
        op.alter_column("t", "b", nullable=False)
        kept = op.get_bind().exec_driver_sql("SELECT name FROM temp.sqlite_master").scalars().all()
    assert kept == ["passing"]


def test_a_table_in_an_attached_file(sqlite_url: str, tmp_path: object) -> None:
    bench = Bench(sqlite_url)
    with Bench(sqlite_url).revision() as op:
        op.execute("CREATE TABLE t (here TEXT)")
    other = f"{tmp_path}/other.sqlite"
    Bench(f"sqlite:///{other}", AROUND)
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ATTACH '{other}' AS aux")
        bench.connection = connection
        op = Op(bench, bench.send)
        with op.batch_alter_table("t", schema="aux") as batch:
            batch.alter_column("b", nullable=False)
        connection.commit()
    engine.dispose()
    assert bench.sql("t") == "CREATE TABLE t (here TEXT)"
    moved = Bench(f"sqlite:///{other}")
    assert "b INTEGER NOT NULL" in moved.sql("t")
    assert moved.sql("ix_desc") == "CREATE INDEX ix_desc ON t (b DESC, a COLLATE NOCASE)"
    assert moved.sql("on_t").startswith("CREATE TRIGGER on_t AFTER UPDATE OF b ON t")


@pytest.mark.parametrize(
    "event", ["AFTER INSERT", "AFTER DELETE", "AFTER UPDATE", "AFTER UPDATE OF a"]
)
def test_a_trigger_of_an_attached_file_is_tried_there(
    sqlite_url: str, tmp_path: object, event: str
) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (a, gone)")  # of the same name, and without triggers
    row = "OLD" if "DELETE" in event else "NEW"
    other = f"{tmp_path}/other.sqlite"
    Bench(
        f"sqlite:///{other}",
        f"CREATE TABLE t (a, gone); CREATE TABLE log (what);"
        f"CREATE TRIGGER watch {event} ON t BEGIN INSERT INTO log VALUES ({row}.gone); END",
    )
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ATTACH '{other}' AS aux")
        bench.connection = connection
        with (
            pytest.raises(SchemaError, match="trigger watch does not fit"),
            Op(bench, bench.send).batch_alter_table("t", schema="aux", recreate="always") as batch,
        ):
            batch.drop_column("gone")
        connection.commit()
    engine.dispose()
    assert Bench(f"sqlite:///{other}").columns("t") == ["a", "gone"]


# What goes wrong


def test_rows_that_do_not_fit_leave_everything_as_it_was(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, AROUND + "INSERT INTO t VALUES (3, NULL, NULL)")
    before = bench.schema()
    with bench.revision() as op:
        with pytest.raises(StatementFailed, match=r"table t .* NOT NULL constraint failed: t\.b"):
            op.alter_column("t", "b", nullable=False)
        # The author may go on: the transaction is as it was before the operation.
        op.execute("INSERT INTO log VALUES ('went on')")
    assert bench.schema() == before
    assert bench.rows("SELECT * FROM log") == [("went on",)]


@pytest.mark.parametrize("step", range(12))
def test_an_error_at_any_step_leaves_everything_as_it_was(sqlite_url: str, step: int) -> None:
    from dataclasses import replace

    from limbeck import operations as ops
    from limbeck.database.compile import Compiler
    from limbeck.database.read import Catalog
    from limbeck.database.recreate import carry_out, recreation
    from limbeck.schema import TableName

    bench = Bench(sqlite_url, FAMILY + AROUND)
    before = bench.schema(), bench.rows("SELECT * FROM parent"), bench.rows("SELECT * FROM child")
    with bench.revision() as op:
        connection = op.get_bind()
        compiler = Compiler(bench.dialect, tables=Catalog(connection))
        change = ops.AlterColumn(TableName("parent"), "name", nullable=True, new_name="title")
        made = recreation(ops.RecreateTable(TableName("parent"), (change,)), compiler)
        assert made is not None
        steps = [*made.statements[:step], "SELECT this_fails()"]
        with pytest.raises(StatementFailed, match="this_fails"):
            carry_out(connection, replace(made, statements=tuple(steps)))
        assert connection.exec_driver_sql("PRAGMA legacy_alter_table").scalar() == 0
    after = bench.schema(), bench.rows("SELECT * FROM parent"), bench.rows("SELECT * FROM child")
    assert after == before


def test_a_full_disk_leaves_everything_as_it_was(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, AROUND)
    bench.do("INSERT INTO t (a, b) SELECT hex(zeroblob(50000)) || rowid, 1 FROM t")
    before = bench.schema()
    with (
        pytest.raises(StatementFailed, match=r"table t cannot be recreated: .* full"),
        bench.revision() as op,
    ):
        pages = op.get_bind().exec_driver_sql("PRAGMA page_count").scalar()
        op.get_bind().exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        op.alter_column("t", "b", nullable=False)
    assert bench.schema() == before
    assert bench.rows("SELECT count(*) FROM t") == [(4,)]


def test_new_violations_of_foreign_keys_stop_it_old_ones_do_not(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, FAMILY)
    bench.do("PRAGMA foreign_keys=OFF; INSERT INTO child (parent_id) VALUES (77)")
    with bench.revision() as op:
        op.alter_column("parent", "name", nullable=True)
    assert "NOT NULL" not in bench.sql("parent")
    bench.do("CREATE TABLE pet (owner INTEGER); INSERT INTO pet VALUES (1), (88)")
    with (
        pytest.raises(StatementFailed, match=r"1 new foreign key violations; .* of pet refers to"),
        bench.revision() as op,
    ):
        op.create_foreign_key("fk_owner", "pet", "parent", ["owner"], ["id"])
    assert bench.sql("pet") == "CREATE TABLE pet (owner INTEGER)"


@pytest.mark.parametrize("table", ["p", "c"])
def test_a_foreign_key_that_never_worked_does_not_stop_it(sqlite_url: str, table: str) -> None:
    bench = Bench(
        sqlite_url, "CREATE TABLE p (a, b); CREATE TABLE c (a REFERENCES p (a), b REFERENCES c (a))"
    )
    with bench.revision() as op:
        op.alter_column(table, "b", nullable=False)
    assert "NOT NULL" in bench.sql(table)


def test_a_key_that_others_refer_to_cannot_go(sqlite_url: str) -> None:
    bench = Bench(
        sqlite_url,
        "CREATE TABLE p (a INTEGER, CONSTRAINT uq UNIQUE (a)); CREATE TABLE c (a REFERENCES p (a))",
    )
    with pytest.raises(StatementFailed, match="foreign key of c"), bench.revision() as op:
        op.drop_constraint("uq", "p", type_="unique")
    assert "UNIQUE" in bench.sql("p")


def test_a_trigger_that_would_not_work_any_more_stops_it(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, AROUND)
    with (
        pytest.raises(SchemaError, match="trigger on_log does not fit table t any more") as raised,
        bench.revision() as op,
    ):
        op.execute("DROP TRIGGER on_t")
        op.execute("DROP TRIGGER on_v")
        op.drop_column("t", "a")
    assert raised.value.hint == "DROP TRIGGER on_log first, and create it anew after the change"
    assert "on_t" in bench.schema()


def test_a_view_that_does_not_work_any_more_is_told(sqlite_url: str) -> None:
    bench = Bench(sqlite_url, "CREATE TABLE t (a, b, c); CREATE VIEW v AS SELECT a, b FROM t")
    with bench.revision() as op:
        op.drop_column("t", "b")
    assert bench.notices == ["view v does not fit table t any more: no such column: b"]
    assert bench.sql("v") == "CREATE VIEW v AS SELECT a, b FROM t"


# What others left behind


@pytest.mark.parametrize("name", ["_limbeck_new_t", "_alembic_tmp_t"])
def test_a_table_left_behind_does_not_block_a_retry(sqlite_url: str, name: str) -> None:
    bench = Bench(sqlite_url, AROUND + f"CREATE TABLE {name} (id INTEGER, a TEXT)")
    with bench.revision() as op:
        op.alter_column("t", "b", nullable=False)
    assert bench.rows("SELECT count(*) FROM t") == [(2,)]
    assert name not in bench.schema()


def test_what_may_hold_the_only_copy_of_rows_is_left_alone(sqlite_url: str) -> None:
    bench = Bench(
        sqlite_url,
        "CREATE TABLE t (a); CREATE TABLE _alembic_tmp_t (a);INSERT INTO _alembic_tmp_t VALUES (1)",
    )
    with bench.revision() as op:
        op.alter_column("t", "a", nullable=False)
    assert bench.rows("SELECT * FROM _alembic_tmp_t") == [(1,)]


def test_a_table_that_alembic_dropped_and_did_not_bring_back_is_explained(sqlite_url: str) -> None:
    bench = Bench(
        sqlite_url, "CREATE TABLE _alembic_tmp_t (a); INSERT INTO _alembic_tmp_t VALUES (1)"
    )
    with (
        pytest.raises(SchemaError, match="may hold the only copy") as raised,
        bench.revision() as op,
    ):
        op.alter_column("t", "a", nullable=False)
    assert raised.value.hint is not None
    bench.do(raised.value.hint)
    with bench.revision() as op:
        op.alter_column("t", "a", nullable=False)
    assert bench.rows("SELECT * FROM t") == [(1,)]
