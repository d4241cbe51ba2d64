"""Enums, domains, composite types, sequences and extensions of PostgreSQL as values."""

from __future__ import annotations

from limbeck.schema import (
    Composite,
    Domain,
    Enum,
    Extension,
    SchemaState,
    Sequence,
    TableName,
    Type,
)
from tests.databases.read.postgresql_reading import read_after


def test_an_enum_with_values_in_their_order(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        "CREATE TYPE status AS ENUM ('new', 'it''s', '', 'done')",
        "ALTER TYPE status ADD VALUE 'first' BEFORE 'new'",
        "COMMENT ON TYPE status IS 'states'",
        'CREATE TYPE "Odd one" AS ENUM ()',
    )
    assert state == SchemaState(
        objects=[
            Enum(TableName("status"), ("first", "new", "it's", "", "done"), "states"),
            Enum(TableName("Odd one"), ()),
        ]
    )


def test_domains(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        "CREATE DOMAIN plain AS varchar(5)",
        "CREATE DOMAIN full_one AS text COLLATE \"C\" DEFAULT 'x' NOT NULL"
        " CONSTRAINT z CHECK (VALUE <> '') CONSTRAINT a CHECK (length(VALUE) < 9)",
        "COMMENT ON DOMAIN full_one IS 'all of it'",
    )
    assert state == SchemaState(
        objects=[
            Domain(TableName("plain"), Type("character varying(5)")),
            Domain(
                TableName("full_one"),
                Type('text COLLATE "C"'),
                nullable=False,
                default="'x'::text",
                checks=(("a", "(length(VALUE) < 9)"), ("z", "(VALUE <> ''::text)")),
                comment="all of it",
            ),
        ]
    )


def test_composite_types(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        'CREATE TYPE pair AS (a integer, gone text, "B b" numeric(3,1)[], c text COLLATE "C")',
        "ALTER TYPE pair DROP ATTRIBUTE gone",
        "COMMENT ON TYPE pair IS 'two'",
        "CREATE TYPE nothing AS ()",
    )
    assert state == SchemaState(
        objects=[
            Composite(
                TableName("pair"),
                (
                    ("a", Type("integer")),
                    ("B b", Type("numeric(3,1)[]")),
                    ("c", Type('text COLLATE "C"')),
                ),
                "two",
            ),
            Composite(TableName("nothing"), ()),
        ]
    )


def test_sequences_say_what_was_chosen(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        "CREATE SEQUENCE plain",
        "CREATE SEQUENCE small AS smallint START 5 INCREMENT 3 MINVALUE 2 MAXVALUE 50 CACHE 4 CYCLE",
        "COMMENT ON SEQUENCE small IS 'tiny'",
        "CREATE SEQUENCE down INCREMENT -1",
    )
    assert state == SchemaState(
        objects=[
            Sequence(TableName("plain")),
            Sequence(
                TableName("small"), Type("smallint"), 5, 3, 2, 50, 4, cycle=True, comment="tiny"
            ),
            Sequence(TableName("down"), increment=-1),
        ]
    )


def test_extensions_of_the_database(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        "CREATE SCHEMA tools",
        "CREATE EXTENSION hstore VERSION '1.8'",
        "CREATE EXTENSION \"uuid-ossp\" SCHEMA tools VERSION '1.1'",
    )
    assert state == SchemaState(
        objects=[Extension("hstore", None, "1.8"), Extension("uuid-ossp", "tools", "1.1")]
    )


def test_names_of_another_schema_are_told_apart(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        "CREATE SCHEMA billing",
        "CREATE TYPE status AS ENUM ('a')",
        "CREATE TYPE billing.status AS ENUM ('b')",
        "CREATE TABLE billing.t (a status, b billing.status DEFAULT 'b')",
        schemas=("billing",),
    )
    table = state[TableName("t", "billing")]
    assert [column.type.sql for column in table.columns] == ["status", "billing.status"]
    assert str(table["b"].default) == "Default(sql=\"'b'::billing.status\")"
    assert list(state.objects.values()) == [Enum(TableName("status", "billing"), ("b",))]
