"""Privileges in PostgreSQL as values, and reading as somebody who has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from limbeck.database.engine import call
from limbeck.database.read import fingerprint, read
from limbeck.schema import Grant, TableName
from tests.databases.read.postgresql_reading import objects, read_after, run

if TYPE_CHECKING:
    import sqlalchemy as sa


@pytest.fixture
def role(postgresql_url: str) -> Iterator[str]:
    """A role that owns nothing; roles belong to the server, so that it goes when the test ends."""
    name = f"Limbeck {uuid4().hex[:12]}"
    run(postgresql_url, f'CREATE ROLE "{name}"')
    yield name
    run(postgresql_url, f'DROP OWNED BY "{name}"', f'DROP ROLE "{name}"')


def test_what_was_granted(postgresql_url: str, role: str) -> None:
    state = read_after(
        postgresql_url,
        'CREATE TABLE t (id serial, "B b" text, c text)',
        "CREATE VIEW v AS SELECT 1 AS one",
        "CREATE FUNCTION f(a integer, text) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE TYPE e AS ENUM ('a')",
        "CREATE SCHEMA billing",
        f'GRANT SELECT, INSERT ON t TO "{role}"',
        f'GRANT DELETE ON t TO "{role}" WITH GRANT OPTION',
        f'GRANT UPDATE (c, "B b"), REFERENCES (c) ON t TO "{role}"',
        "GRANT SELECT ON v TO PUBLIC",
        f'GRANT USAGE ON SEQUENCE t_id_seq TO "{role}"',
        f'GRANT EXECUTE ON FUNCTION f TO "{role}"',
        f'GRANT USAGE ON TYPE e TO "{role}"',
        f'GRANT USAGE ON SCHEMA billing TO "{role}"',
        f'GRANT CREATE ON SCHEMA public TO "{role}"',
        schemas=(None, "billing"),
    )
    assert set(objects(state, "grant")) == {
        Grant(
            "table",
            TableName("t"),
            role,
            ("DELETE", "INSERT", "REFERENCES (c)", "SELECT", 'UPDATE ("B b", c)'),
            ("DELETE",),
        ),
        Grant("table", TableName("v"), "public", ("SELECT",)),
        Grant("sequence", TableName("t_id_seq"), role, ("USAGE",)),
        Grant("function", TableName("f"), role, ("EXECUTE",), (), "integer, text"),
        Grant("type", TableName("e"), role, ("USAGE",)),
        Grant("schema", TableName("billing"), role, ("USAGE",)),
        Grant("schema", TableName("public"), role, ("CREATE",)),
    }


def test_what_postgresql_gives_by_itself_is_no_grant(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        "CREATE TABLE t (id integer)",
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "REVOKE ALL ON t FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION f() TO PUBLIC",
    )
    assert objects(state, "grant") == []


def test_what_was_taken_away_is_a_grant_of_nothing(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC",
        "REVOKE USAGE ON SCHEMA public FROM PUBLIC",
    )
    assert set(objects(state, "grant")) == {
        Grant("function", TableName("f"), "public", ()),
        Grant("schema", TableName("public"), "public", ()),
    }


def test_somebody_without_any_rights_reads_the_same(postgresql_url: str, role: str) -> None:
    run(
        postgresql_url,
        "CREATE TYPE e AS ENUM ('a')",
        "CREATE TABLE t (id serial PRIMARY KEY, e e DEFAULT 'a', name text, CHECK (id > 0))",
        "CREATE INDEX ix ON t (lower(name)) WHERE id > 1",
        "CREATE VIEW v AS SELECT id FROM t",
        "CREATE MATERIALIZED VIEW m AS SELECT id FROM t",
        "CREATE SEQUENCE s",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "REVOKE ALL ON FUNCTION f() FROM PUBLIC",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE POLICY p ON t TO pg_monitor USING (id > 2)",
        "CREATE SCHEMA hidden",
        "CREATE TABLE hidden.t (id integer REFERENCES t)",
        "CREATE TYPE hidden.status AS ENUM ('x')",
    )

    def work(connection: sa.Connection) -> None:
        schemas = (None, "hidden")
        all_of_it, hashed = (
            read(connection, schemas=schemas),
            fingerprint(connection, schemas=schemas),
        )
        connection.exec_driver_sql(f'SET ROLE "{role}"')
        assert read(connection, schemas=schemas) == all_of_it
        assert fingerprint(connection, schemas=schemas) == hashed

    call(postgresql_url, work)
