"""Replaying in memory gives what a server has after the same revisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from limbeck.schema import Key, TableName
from tests.databases.replaying import beside, replayed
from tests.databases.runs import Shelf, Written, sql

if TYPE_CHECKING:
    from limbeck.dsl import Op


def shelf(*bodies: Callable[[Op], object]) -> Shelf:
    return Shelf(*(Written(f"r{number}", body) for number, body in enumerate(bodies)))


def same(url: str, *bodies: Callable[[Op], object]) -> None:
    """In memory and on the server it comes to the same, and nothing was beyond knowing."""
    found = beside(url, shelf(*bodies))
    assert found.replayed.opaque == []
    assert found.not_compared == ()
    assert found.differences == []
    assert len(found.have) or len(found.have.objects)


def users(op: Op) -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, index=True),
        sa.Column("email", sa.String(80), unique=True),
        sa.Column(
            "age", sa.Integer, sa.CheckConstraint("age > 0", name="ck_age"), server_default="7"
        ),
        sa.Column("created", sa.DateTime, server_default=sa.func.now()),
    )


def posts(op: Op) -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.Column("title", sa.Text, comment="what it is called"),
        sa.UniqueConstraint("user_id", "id", name="uq_posts"),
    )


def test_tables_with_keys_and_indexes(database_url: str) -> None:
    same(database_url, users, posts)


def test_numbers_are_given_by_the_server(database_url: str) -> None:
    def change(op: Op) -> None:
        op.create_table("plain", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))
        op.create_table("two", *(sa.Column(name, sa.Integer, primary_key=True) for name in "ab"))

    same(database_url, users, change)


def test_columns_come_and_go(database_url: str) -> None:
    def change(op: Op) -> None:
        with op.batch_alter_table("users") as batch_op:
            batch_op.add_column(
                sa.Column("city", sa.String(20), nullable=False, server_default="x")
            )
            batch_op.alter_column(
                "name",
                new_column_name="called",
                existing_type=sa.String(50),
                existing_nullable=False,
            )
            batch_op.drop_column("created")
        op.add_column(
            "users", sa.Column("note", sa.Text), if_not_exists=True
        ) if op.get_context().dialect.name != "sqlite" else None
        with op.batch_alter_table("users") as batch_op:
            batch_op.alter_column(
                "age", type_=sa.BigInteger, existing_type=sa.Integer, server_default=None
            )

    same(database_url, users, posts, change)


def test_tables_are_renamed_and_dropped(database_url: str) -> None:
    def change(op: Op) -> None:
        op.rename_table("posts", "articles")
        op.rename_table("users", "people")
        op.create_table("gone", sa.Column("id", sa.Integer, primary_key=True))
        op.drop_table("gone")
        op.drop_table("never", if_exists=True)
        op.create_index("ix_title", "articles", ["user_id", "id"], unique=True)

    same(database_url, users, posts, change)


def test_constraints_are_dropped_by_the_name_that_the_server_gave(postgresql_url: str) -> None:
    def change(op: Op) -> None:
        op.drop_constraint("users_email_key", "users")
        op.drop_constraint("posts_user_id_fkey", "posts")
        op.drop_constraint("posts_pkey", "posts")

    same(postgresql_url, users, posts, change)


def test_mariadb_names_foreign_keys(mariadb_url: str) -> None:
    def change(op: Op) -> None:
        op.rename_table("posts", "articles")
        op.drop_constraint("articles_ibfk_1", "articles", type_="foreignkey")

    same(mariadb_url, users, posts, change)


def test_mariadb_forgets_what_is_not_said(mariadb_url: str) -> None:
    def change(op: Op) -> None:
        op.alter_column(
            "users", "age", existing_type=sa.Integer, existing_server_default=None, nullable=False
        )
        op.alter_column(
            "users",
            "id",
            type_=sa.BigInteger,
            existing_type=sa.Integer,
            existing_nullable=False,
            existing_autoincrement=True,
        )

    same(mariadb_url, users, change)


def test_enums_come_with_tables(postgresql_url: str) -> None:
    mood = sa.Enum("sad", "glad", name="mood")

    def first(op: Op) -> None:
        op.create_table("a", sa.Column("mood", mood, server_default="sad"))
        op.create_table(
            "b", sa.Column("mood", postgresql.ENUM("sad", "glad", name="mood", create_type=False))
        )

    def second(op: Op) -> None:
        op.add_enum_value("mood", "so so", before="glad")
        op.create_enum("size", ["s", "l"])
        op.add_column("b", sa.Column("size", sa.Enum("s", "l", name="size")))
        op.drop_table("a")

    same(postgresql_url, first, second)


def test_rows_and_the_session_are_no_structure(database_url: str) -> None:
    def change(op: Op) -> None:
        op.execute("INSERT INTO users (id, name) VALUES (1, 'a')")
        op.execute(sa.text("UPDATE users SET name = :name").bindparams(name="b"))
        op.execute("-- a remark\nDELETE FROM users")
        table = sa.table("users", sa.column("id"), sa.column("name"))
        op.bulk_insert(table, [{"id": 2, "name": "c"}])

    same(database_url, users, change)


_RAW = {
    "sqlite": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n VARCHAR(20) NOT NULL DEFAULT 'x', m TEXT COLLATE NOCASE, CHECK (n <> ''))",
        "CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT, t_id INT REFERENCES t (id) ON DELETE CASCADE)",
        "CREATE UNIQUE INDEX ix_n ON t (lower(n), m) WHERE m IS NOT NULL",
        "ALTER TABLE t ADD COLUMN added NUMERIC(10, 2) DEFAULT 5",
        "ALTER TABLE t RENAME COLUMN m TO memo",
        "CREATE VIEW v AS SELECT n FROM t",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET memo = 'x'; END",
        "ALTER TABLE t RENAME TO things",
        "CREATE TABLE gone (a)",
        "DROP TABLE gone",
    ),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE TYPE mood AS ENUM ('sad', 'glad')",
        ("CREATE TABLE t (id serial PRIMARY KEY, \"Name\" varchar(20) NOT NULL DEFAULT 'x', at timestamptz DEFAULT now(),"
        " m mood DEFAULT 'sad', n numeric(10, 2) CHECK (n > 0), f double precision, tags text[], j jsonb)"),
        ("CREATE TABLE u (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t_id int REFERENCES t (id) ON DELETE CASCADE,"
        " CONSTRAINT uq UNIQUE (t_id, id))"),
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_name ON t (lower(\"Name\"), n DESC) WHERE n > 5",
        "CREATE INDEX ix_tags ON t USING gin (tags)",
        "ALTER TABLE t ADD COLUMN added int NOT NULL DEFAULT 5, DROP COLUMN f, ALTER COLUMN n TYPE numeric(12, 2)",
        "ALTER TABLE t ALTER COLUMN added DROP NOT NULL",
        "ALTER TABLE t ADD CONSTRAINT ck_added CHECK (added < 100)",
        "ALTER TABLE t RENAME COLUMN added TO extra",
        "ALTER TYPE mood ADD VALUE 'so so' BEFORE 'glad'",
        "CREATE VIEW v AS SELECT \"Name\", now() AS at_once FROM t WHERE n::int = 3",
        "COMMENT ON COLUMN t.n IS 'how many'",
        "COMMENT ON TABLE t IS 'things'",
        "ALTER INDEX ix_tags RENAME TO ix_words",
        "ALTER TABLE u RENAME CONSTRAINT uq TO uq_other",
        "ALTER TABLE u ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE u RENAME TO things",
        "CREATE UNLOGGED TABLE gone (a int)",
        "DROP TABLE IF EXISTS gone",
    ),
    "mariadb": (
        ("CREATE TABLE t (id int(11) unsigned NOT NULL AUTO_INCREMENT, `Name` varchar(20) NOT NULL DEFAULT 'x',"
        " at datetime DEFAULT current_timestamp(), n decimal(10,2) COMMENT 'how many', f double, e enum('a','b') DEFAULT 'a',"
        " b tinyint(1), PRIMARY KEY (id), KEY ix_n (n), UNIQUE KEY uq_name (`Name`)) ENGINE=InnoDB COMMENT='things'"),
        ("CREATE TABLE u (id int PRIMARY KEY, t_id int unsigned, CONSTRAINT fk_t FOREIGN KEY (t_id) REFERENCES t (id)"
        " ON DELETE CASCADE)"),
        ("ALTER TABLE t ADD COLUMN extra int NOT NULL DEFAULT 5 AFTER id, DROP COLUMN f, MODIFY COLUMN n decimal(12,2) NOT NULL,"
        " DROP INDEX ix_n, ADD INDEX ix_b (b)"),
        "ALTER TABLE t CHANGE COLUMN extra more bigint NULL",
        "CREATE UNIQUE INDEX ix_two ON t (b, more)",
        "DROP INDEX ix_b ON t",
        "ALTER TABLE u DROP FOREIGN KEY fk_t",
        "CREATE VIEW v AS SELECT id FROM t",
        "RENAME TABLE u TO others",
    ),
}  # fmt: skip


def test_sql_of_authors(database_url: str, database_kind: str) -> None:
    same(database_url, *(sql(text) for text in _RAW[database_kind]))


_OPAQUE = {
    "sqlite": "CREATE TABLE t AS SELECT * FROM nowhere",
    "postgresql": "DO $$ BEGIN CREATE TABLE hidden (a int); END $$",
    "mariadb": "CREATE TABLE t PARTITION BY KEY () PARTITIONS 2 AS SELECT 1 AS a",
}


def test_what_cannot_be_known_is_named(database_url: str, database_kind: str) -> None:
    found = replayed(database_url, shelf(users, sql(_OPAQUE[database_kind])))
    (opaque,) = found.opaque
    assert opaque.revision == "r1"
    assert opaque.what == _OPAQUE[database_kind]
    assert opaque.why
    assert TableName("users") in found.schema


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE p (a int) PARTITION BY RANGE (a)",
        "CREATE TABLE p (a int UNIQUE NULLS NOT DISTINCT, b int)",
        "CREATE TABLE p (a int PRIMARY KEY DEFERRABLE)",
        "CREATE UNIQUE INDEX i ON users (name) INCLUDE (age)",
        "CREATE INDEX i ON users (name text_pattern_ops)",
        "ALTER TABLE users ALTER COLUMN age SET STATISTICS 5",
        "ALTER TABLE users SET SCHEMA other",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP TABLE users CASCADE",
        "GRANT SELECT ON users TO public",
        "SELECT * INTO copied FROM users",
        "CREATE TABLE p (LIKE users)",
        "this is no SQL",
    ],
)
def test_half_is_not_understood(text: str, postgresql_url: str) -> None:
    found = replayed(postgresql_url, shelf(users, sql(text)))
    assert [opaque.revision for opaque in found.opaque] == ["r1"]


def test_a_view_follows_what_it_names(postgresql_url: str) -> None:
    def change(op: Op) -> None:
        op.create_view("v", "SELECT name FROM users")
        op.rename_table("users", "people")

    found = replayed(postgresql_url, shelf(users, change))
    assert [(one.what, one.why) for one in found.opaque] == [
        (
            "rename table users to people",
            "view v names it, and the server has put the new name into its text",
        )
    ]


def test_who_did_what(sqlite_url: str) -> None:
    found = replayed(sqlite_url, shelf(users, sql("CREATE TABLE t (a)"), posts))
    assert [(one.revision, type(one.operation).__name__) for one in found.recorded] == [
        ("r0", "CreateTable"),
        ("r1", "CreateTable"),
        ("r2", "CreateTable"),
    ]


def test_a_revision_is_told_that_nothing_is_connected(sqlite_url: str) -> None:
    seen: list[object] = []

    def look(op: Op) -> None:
        seen.append(op.get_bind())
        seen.append(op.get_context().as_sql)

    replayed(sqlite_url, shelf(users, look))
    assert seen == [None, True]


def test_a_type_is_dropped_with_what_drops_it(postgresql_url: str) -> None:
    def first(op: Op) -> None:
        op.create_table("a", sa.Column("mood", sa.Enum("sad", "glad", name="mood")))

    def second(op: Op) -> None:
        op.drop_table("a")
        op.execute("DROP TYPE mood")
        op.create_table("b", sa.Column("id", sa.Integer))

    same(postgresql_url, first, second)
    found = replayed(postgresql_url, shelf(first))
    assert Key("enum", TableName("mood")) in found.schema.objects
