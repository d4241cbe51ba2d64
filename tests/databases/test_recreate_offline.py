"""The script that recreates a SQLite table leaves what a run leaves."""

from __future__ import annotations

import io
import shutil
import sqlite3
import subprocess
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck.database.compile import Compiler
from limbeck.database.paper import PaperDatabase
from limbeck.dsl import Op
from limbeck.errors import CannotCompile
from limbeck.operations import AlterColumn
from limbeck.schema import Column, SchemaState, Table, TableName, Type
from tests.databases.sqlite_bench import Bench

if TYPE_CHECKING:
    from collections.abc import Callable

    from limbeck.operations import Operation
    from limbeck.runner.ports import Send
    from tests.servers import Kind


def make(op: Op) -> None:
    """A schema with everything that could be lost, made by operations and by SQL."""
    op.create_table(
        "parent",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(20), index=True),
        sa.Column("age", sa.Integer),
        sa.CheckConstraint("age > 0"),
    )
    op.create_table(
        "child",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("parent.id", ondelete="CASCADE")),
    )
    op.execute("CREATE INDEX ix_age ON parent (age DESC)")
    op.execute("CREATE TRIGGER tr AFTER DELETE ON parent BEGIN SELECT old.name; END")
    op.execute("CREATE VIEW v AS SELECT name FROM parent")
    op.execute("INSERT INTO parent VALUES (1, 'ada', 36), (2, 'bob', 40)")
    op.execute("INSERT INTO child VALUES (1, 1), (2, 2)")


def change(op: Op) -> None:
    """Two recreations, the second of what the first one made."""
    with op.batch_alter_table("parent") as batch:
        batch.alter_column("name", nullable=False, new_column_name="title")
        batch.add_column(sa.Column("at", sa.DateTime, server_default=sa.func.now()))
    op.create_unique_constraint("uq", "parent", ["title", "age"])
    op.drop_column("parent", "at")


def sender(paper: PaperDatabase) -> Send:
    """Carry out operations by writing them down."""

    def send(operation: Operation) -> None:
        for statement in paper.compile(operation):
            paper.execute(statement)

    return send


def written(*parts: Callable[[Op], None]) -> str:
    """The script of operations, as `--sql` prints it."""
    out = io.StringIO()
    paper = PaperDatabase(sa.create_engine("sqlite://").dialect, out)

    with paper.run():
        for part in parts:
            part(Op(paper, sender(paper)))
    return out.getvalue()


def seen(bench: Bench) -> object:
    schema = {name: sql for name, sql in bench.schema().items() if name != "alembic_version"}
    return (
        {name: " ".join(sql.split()) for name, sql in schema.items()},
        bench.rows("SELECT * FROM parent"),
        bench.rows("SELECT * FROM child"),
    )


def test_the_script_leaves_what_the_run_leaves(make_database: Callable[[Kind], str]) -> None:
    online = Bench(make_database("sqlite"))
    with online.revision() as op:
        make(op)
        change(op)
    offline = Bench(make_database("sqlite"))
    offline.do(written(make, change))
    assert seen(offline) == seen(online)
    names = {"parent", "child", "ix_parent_name", "ix_age", "tr", "v", "alembic_version"}
    assert set(offline.schema()) == names
    assert offline.rows("SELECT count(*) FROM child") == [(2,)]


def test_the_shell_of_sqlite_takes_the_script(sqlite_url: str) -> None:
    bench = Bench(sqlite_url)
    shell = shutil.which("sqlite3")
    script = "PRAGMA foreign_keys=ON;\n" + written(make, change)
    if shell is None:
        bench.do(script)
    else:
        done = subprocess.run(
            [shell, "-bail", bench.file], input=script, capture_output=True, text=True, check=True
        )
        assert (done.stdout, done.stderr) == ("", "")
    assert bench.rows("SELECT title, age FROM parent") == [("ada", 36), ("bob", 40)]
    assert bench.rows("SELECT count(*) FROM child") == [(2,)]


def test_the_shell_stops_where_rows_cannot_be_copied(sqlite_url: str) -> None:
    bench = Bench(sqlite_url)
    bench.do("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (NULL)")
    known = sa.Table("t", sa.MetaData(), sa.Column("a", sa.Integer))
    out = io.StringIO()
    paper = PaperDatabase(sa.create_engine("sqlite://").dialect, out)
    with paper.run(), Op(paper, sender(paper)).batch_alter_table("t", copy_from=known) as batch:
        batch.alter_column("a", nullable=False)
    shell = shutil.which("sqlite3")
    if shell is None:
        with pytest.raises(sqlite3.Error):
            bench.do(out.getvalue())
    else:
        done = subprocess.run(
            [shell, bench.file], input=out.getvalue(), capture_output=True, text=True, check=False
        )
        assert "NOT NULL" in done.stderr
    assert bench.rows("SELECT a FROM t") == [(1,), (None,)]


def test_a_script_that_begins_in_the_middle_knows_the_tables_from_before() -> None:
    name = TableName("t")
    state = SchemaState([Table(name, (Column("a", Type("INTEGER")),))])
    out = io.StringIO()
    paper = PaperDatabase(sa.create_engine("sqlite://").dialect, out, state=lambda: state)
    op = Op(paper, sender(paper))
    op.execute("CREATE TRIGGER tr AFTER DELETE ON t BEGIN SELECT 1; END")
    op.alter_column("t", "a", nullable=False)
    assert "a INTEGER NOT NULL" in out.getvalue()
    assert out.getvalue().count("CREATE TRIGGER tr") == 2


def test_a_script_about_an_unknown_table_does_what_needs_no_knowledge() -> None:
    out = io.StringIO()
    paper = PaperDatabase(sa.create_engine("sqlite://").dialect, out)
    op = Op(paper, sender(paper))
    op.drop_column("t", "a")
    assert out.getvalue() == "ALTER TABLE t DROP COLUMN a;\n\n"
    with pytest.raises(CannotCompile) as raised:
        op.alter_column("t", "b", nullable=False)
    assert "copy_from=Table(...)" in str(raised.value.hint)
    known = sa.Table("t", sa.MetaData(), sa.Column("b", sa.Integer))
    with op.batch_alter_table("t", copy_from=known) as batch:
        batch.alter_column("b", nullable=False)
    assert "b INTEGER NOT NULL" in out.getvalue()


def test_without_any_knowledge_it_is_said_what_to_do() -> None:
    compiler = Compiler(sa.create_engine("sqlite://").dialect, literal=True)
    with pytest.raises(CannotCompile) as raised:
        compiler.statements(AlterColumn(TableName("t"), "a", nullable=False))
    assert "copy_from=Table(...)" in str(raised.value.hint)
