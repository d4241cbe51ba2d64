"""`batch_alter_table` of an Alembic project: what becomes of the table, its rows and what hangs on it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from limbeck.compat.operations import Operations
from limbeck.compat.runtime.migration import MigrationContext
from limbeck.compat.util import CommandError


@contextmanager
def connected(url: str, **opts: Any) -> Iterator[Operations]:
    """A connection to a database with two tables, three rows, an index and a view."""
    metadata = sa.MetaData()
    users = sa.Table(
        "users",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("age", sa.Integer),
        sa.UniqueConstraint("name", name="uq_name"),
        sa.Index("ix_age", "age"),
    )
    sa.Table(
        "posts",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("author", sa.Integer, sa.ForeignKey("users.id", name="fk_author")),
    )
    engine = sa.create_engine(url)
    metadata.create_all(engine)
    with engine.begin() as connection:
        rows = [{"name": name, "age": age} for age, name in enumerate("abc", 30)]
        connection.execute(sa.insert(users), rows)
    with engine.connect() as connection:
        yield Operations(MigrationContext.configure(connection, opts=opts))
        connection.commit()
    engine.dispose()


def columns(operations: Operations, table: str = "users") -> list[str]:
    return [column["name"] for column in sa.inspect(operations.get_bind()).get_columns(table)]


def rows(operations: Operations, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in operations.get_bind().execute(sa.text(sql))]


def test_changes_are_carried_out_together_and_rows_stay(database_url: str) -> None:
    with connected(database_url) as operations:
        with operations.batch_alter_table("users") as batch_op:
            batch_op.alter_column(
                "name",
                new_column_name="login",
                type_=sa.String(40),
                existing_type=sa.String(20),
                existing_nullable=False,
            )
            batch_op.add_column(sa.Column("active", sa.Boolean, server_default=sa.true()))
            batch_op.drop_constraint("uq_name", type_="unique")
            batch_op.create_unique_constraint("uq_login", ["login"])
            batch_op.create_check_constraint("ck_age", "age > 0")
        inspector = sa.inspect(operations.get_bind())
        assert columns(operations) == ["id", "login", "age", "active"]
        assert {found["name"] for found in inspector.get_unique_constraints("users")} == {
            "uq_login"
        }
        assert {found["name"] for found in inspector.get_check_constraints("users")} >= {"ck_age"}
        assert "ix_age" in {found["name"] for found in inspector.get_indexes("users")}
        found = rows(operations, "SELECT login, age, active FROM users ORDER BY id")
        assert found == [("a", 30, 1), ("b", 31, 1), ("c", 32, 1)]


def test_a_column_is_dropped_and_a_foreign_key_made(database_url: str) -> None:
    with connected(database_url) as operations:
        with operations.batch_alter_table("users") as batch_op:
            batch_op.drop_index("ix_age")
            batch_op.drop_column("age")
        with operations.batch_alter_table("posts") as batch_op:
            batch_op.drop_constraint("fk_author", type_="foreignkey")
            batch_op.create_foreign_key("fk_user", "users", ["author"], ["id"], ondelete="CASCADE")
        (key,) = sa.inspect(operations.get_bind()).get_foreign_keys("posts")
        assert columns(operations) == ["id", "name"]
        assert (key["name"], key["options"]) == ("fk_user", {"ondelete": "CASCADE"})


def test_columns_are_put_in_places(sqlite_url: str) -> None:
    with connected(sqlite_url) as operations:
        with operations.batch_alter_table(
            "users", recreate="always", partial_reordering=[("age", "name")]
        ) as batch_op:
            batch_op.add_column(sa.Column("mail", sa.Text), insert_after="id")
        assert columns(operations) == ["id", "mail", "age", "name"]
        assert rows(operations, "SELECT count(*) FROM users") == [(3,)]


def test_a_place_needs_a_table_that_is_built_anew(postgresql_url: str) -> None:
    with (
        connected(postgresql_url) as operations,
        operations.batch_alter_table("users") as batch_op,
        pytest.raises(CommandError, match="recreate='always'"),
    ):
        batch_op.add_column(sa.Column("mail", sa.Text), insert_after="id")


def test_a_constraint_without_a_name_is_found_by_the_convention(sqlite_url: str) -> None:
    engine = sa.create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (a INTEGER, b INTEGER, UNIQUE (b))"))
    with engine.connect() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table(
            "t", naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"}
        ) as batch_op:
            batch_op.drop_constraint("uq_t_b", type_="unique")
        assert sa.inspect(connection).get_unique_constraints("t") == []
    engine.dispose()


def test_a_convention_names_the_constraints_of_a_table_that_is_built_anew(sqlite_url: str) -> None:
    engine = sa.create_engine(sqlite_url)
    convention = {"fk": "fk_%(table_name)s_%(column_0_name)s", "ck": "ck_%(table_name)s_all"}
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE p (id INTEGER PRIMARY KEY)"))
        sql = "CREATE TABLE t (a INTEGER REFERENCES p (id), b INTEGER, CHECK (b > 0))"
        connection.execute(sa.text(sql))
    with engine.connect() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("t", naming_convention=convention) as batch_op:
            batch_op.alter_column("b", type_=sa.BigInteger())
        with operations.batch_alter_table("t") as batch_op:
            batch_op.drop_constraint("fk_t_a", type_="foreignkey")
            batch_op.drop_constraint("ck_t_all", type_="check")
        inspector = sa.inspect(connection)
        assert inspector.get_foreign_keys("t") == []
        assert inspector.get_check_constraints("t") == []
    engine.dispose()


def test_nothing_is_changed_when_the_block_fails(database_url: str) -> None:
    with connected(database_url) as operations:
        with (
            pytest.raises(RuntimeError),
            operations.batch_alter_table("users") as batch_op,
        ):
            batch_op.drop_column("name")
            raise RuntimeError
        assert columns(operations) == ["id", "name", "age"]


def test_a_script_needs_to_be_told_what_the_table_is_like() -> None:
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Text)
    )
    buffer = io.StringIO()
    opts = {"as_sql": True, "output_buffer": buffer}
    operations = Operations(MigrationContext.configure(dialect_name="sqlite", opts=opts))
    with (
        pytest.raises(CommandError, match="requires a live database connection"),
        operations.batch_alter_table("t") as batch_op,
    ):
        batch_op.alter_column("a", nullable=False)
    with operations.batch_alter_table("t", copy_from=table) as batch_op:
        batch_op.alter_column("a", nullable=False)
    written = buffer.getvalue()
    assert "a TEXT NOT NULL" in written
    assert "DROP TABLE t;" in written


def test_without_a_batch_sqlite_builds_the_table_anew_as_well(sqlite_url: str) -> None:
    with connected(sqlite_url) as operations:
        operations.create_check_constraint("ck_age", "users", "age > 0")
        operations.alter_column("users", "age", nullable=False)
        inspector = sa.inspect(operations.get_bind())
        assert [found["name"] for found in inspector.get_check_constraints("users")] == ["ck_age"]
        assert inspector.get_columns("users")[2]["nullable"] is False
        assert rows(operations, "SELECT count(*) FROM users") == [(3,)]
