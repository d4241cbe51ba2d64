"""Scripts: what they look like for each dialect, and that the servers' own clients run them."""

from __future__ import annotations

import io
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from limbeck.database.engine import dialect_of
from limbeck.database.paper import PaperDatabase
from limbeck.history import plan_downgrade, plan_upgrade, resolve_downgrade
from limbeck.runner import Policy, run
from tests.databases.runs import Shelf, Written, downgrade, picture, sql, upgrade
from tests.databases.sqlite_bench import without_dots

if TYPE_CHECKING:
    from collections.abc import Callable

    from limbeck.dsl import Op
    from tests.servers import Kind


def tables(op: Op) -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False, server_default="it's 100% a; b"),
    )
    person = sa.table("person", sa.column("id", sa.Integer), sa.column("name", sa.String))
    op.bulk_insert(person, [{"id": 1, "name": "x; -- y"}, {"id": 2, "name": "50% 'off'"}])


def index(op: Op) -> None:
    op.create_index("ix_name", "person", ["name"], postgresql_concurrently=True)
    op.execute("UPDATE person SET name = 'z' WHERE id = 2")


def altered(op: Op) -> None:
    with op.batch_alter_table("person") as batch:
        batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80),
                           existing_nullable=False, existing_server_default="it's 100% a; b")  # fmt: skip


SHELF = Shelf(
    Written("one", tables, lambda op: op.drop_table("person")),
    Written("two", index, lambda op: op.drop_index("ix_name", "person")),
    Written("three", altered),
)
SIMPLE = Shelf(Written("one", sql("CREATE TABLE a (x INTEGER)"), sql("DROP TABLE a")),
               Written("two", sql("CREATE TABLE b (x INTEGER)"), sql("DROP TABLE b")))  # fmt: skip


def script(
    shelf: Shelf, dialect: str, to: str, start: str = "", policy: Policy | None = None
) -> str:
    out = io.StringIO()
    heads = frozenset([start] if start else [])
    database = PaperDatabase(dialect_of(dialect), out, start=heads, policy=policy)
    run(lambda applied: plan_upgrade(shelf.history, applied, [to]), shelf, database)
    return out.getvalue()


def script_down(shelf: Shelf, dialect: str, start: str, to: str) -> str:
    out = io.StringIO()
    heads = frozenset([start])
    database = PaperDatabase(dialect_of(dialect), out, start=heads)
    down = resolve_downgrade(shelf.history, to, heads)
    run(lambda applied: plan_downgrade(shelf.history, applied, down), shelf, database)
    return out.getvalue()


def client(url: str, text: str) -> None:
    """Run a script with the server's own client, which stops at the first error."""
    at = sa.make_url(url)
    if at.get_backend_name() == "sqlite":
        assert at.database is not None
        if shutil.which("sqlite3"):
            command = ["sqlite3", "-bail", at.database]
        else:
            with closing(sqlite3.connect(at.database, isolation_level=None)) as connection:
                connection.executescript(without_dots(text))
            return
    elif at.get_backend_name() == "postgresql":
        command = [
            "psql",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            at.set(drivername="postgresql").render_as_string(False),
        ]
    else:
        command = [
            "mariadb",
            f"--host={at.host}",
            f"--port={at.port}",
            f"--user={at.username}",
            str(at.database),
        ]
    subprocess.run(command, input=text, text=True, check=True, capture_output=True)


DIALECT = {"sqlite": "sqlite", "postgresql": "postgresql", "mariadb": "mysql"}


def test_the_script_does_what_the_run_does(
    database_kind: Kind, make_database: Callable[[Kind], str]
) -> None:
    online, offline = make_database(database_kind), make_database(database_kind)
    dialect = DIALECT[database_kind]
    upgrade(online, SHELF)
    client(offline, script(SHELF, dialect, "three"))
    assert picture(offline) == picture(online)
    assert upgrade(offline, SHELF).plan.steps == ()
    downgrade(online, SHELF, "one")
    client(offline, script_down(SHELF, dialect, "three", "one"))
    assert picture(offline) == picture(online)


@pytest.mark.parametrize(
    ("dialect", "begin", "end", "commit"),
    [
        ("postgresql", "BEGIN;\n\n", ";\n\n", "COMMIT;\n\n"),
        ("sqlite", "BEGIN;\n\n", ";\n\n", "COMMIT;\n\n"),
        ("mysql", "", ";\n\n", ""),
        ("mssql", "BEGIN TRANSACTION;\n\nGO\n\n", ";\n\nGO\n\n", "COMMIT;\n\nGO\n\n"),
        ("oracle", "", "\n\n/\n\n", ""),
    ],
)
def test_the_form_that_people_know(dialect: str, begin: str, end: str, commit: str) -> None:
    text = script(SIMPLE, dialect, "two", "one")
    assert text == (
        f"{begin}-- Running upgrade one -> two\n\nCREATE TABLE b (x INTEGER){end}"
        f"UPDATE alembic_version SET version_num='two' WHERE alembic_version.version_num = 'one'{end}{commit}"
    )
    text = script_down(SIMPLE, dialect, "one", "base")
    assert text == (
        f"{begin}-- Running downgrade one -> \n\nDROP TABLE a{end}"
        f"DELETE FROM alembic_version WHERE alembic_version.version_num = 'one'{end}{commit}"
    )


def test_comments_name_the_parents_of_a_revision_on_branches_too() -> None:
    branched = Shelf(
        Written("a"),
        Written("b", parents=("a",)),
        Written("c", parents=("a",)),
        Written("m", parents=("b", "c")),
    )
    up = script(branched, "postgresql", "m")
    assert [line for line in up.splitlines() if line.startswith("--")] == [
        "-- Running upgrade  -> a",
        "-- Running upgrade a -> b",
        "-- Running upgrade a -> c",
        "-- Running upgrade b, c -> m",
    ]
    down = script_down(branched, "postgresql", "m", "base")
    assert "-- Running downgrade m -> b, c\n" in down
    assert "-- Running downgrade c -> a\n" in down


def test_a_transaction_for_each_revision() -> None:
    text = script(SIMPLE, "postgresql", "two", policy=Policy(per_revision=True))
    assert text.startswith(
        "BEGIN;\n\nCREATE TABLE alembic_version (\n    version_num VARCHAR(255) NOT NULL"
    )
    assert text.count("BEGIN;") == text.count("COMMIT;") == 2


def test_what_cannot_be_in_a_transaction_is_not() -> None:
    text = script(SHELF, "postgresql", "two", "one")
    assert "COMMIT;\n\nCREATE INDEX CONCURRENTLY ix_name ON person (name);\n\nBEGIN;" in text


CHECKED = Shelf(
    Written("one", sql("CREATE TABLE t (x INTEGER, CONSTRAINT ck_x CHECK (x > 0))")),
    Written("two", lambda op: op.drop_constraint("ck_x", "t", type_="check")),
)


def test_mysql_and_mariadb_are_two_dialects(mariadb_url: str) -> None:
    """Nobody can be asked which of the two it is; the manual says to write it into the URL."""
    assert "ALTER TABLE t DROP CHECK ck_x;" in script(CHECKED, "mysql+pymysql://", "two")
    client(mariadb_url, script(CHECKED, "mariadb+pymysql://", "two"))
    client(mariadb_url, "INSERT INTO t VALUES (-1);")
