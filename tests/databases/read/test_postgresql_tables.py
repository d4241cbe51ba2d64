"""Tables of PostgreSQL as values: names, options, partitions, children, and what is left out."""

from __future__ import annotations

from limbeck.schema import Column, SchemaState, Table, TableName, Type
from tests.databases.read.postgresql_reading import read_after, table_after

ID = Column("id", Type("integer"), autoincrement=False)


def test_an_empty_database_is_an_empty_state(postgresql_url: str) -> None:
    assert read_after(postgresql_url) == SchemaState()


def test_a_table_with_a_comment_and_without_columns(postgresql_url: str) -> None:
    found = table_after(
        postgresql_url, "CREATE TABLE t ()", "COMMENT ON TABLE t IS 'it''s 100 % empty'"
    )
    assert found == Table(TableName("t"), comment="it's 100 % empty")


def test_unlogged_storage_parameters_and_row_security(postgresql_url: str) -> None:
    found = read_after(
        postgresql_url,
        "CREATE UNLOGGED TABLE t (id integer)"
        " WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false)",
        "ALTER TABLE t ADD body text",
        "CREATE TABLE enabled (id integer)",
        "ALTER TABLE enabled ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE forced (id integer)",
        "ALTER TABLE forced ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE forced FORCE ROW LEVEL SECURITY",
    )
    table = found[TableName("t")]
    assert table.prefixes == ("UNLOGGED",)
    assert table["body"].type == Type("text")
    assert table.options == (
        ("postgresql_with", (("autovacuum_enabled", "false"), ("fillfactor", "70"))),
    )
    assert found[TableName("enabled")].options == (("postgresql_row_security", "enabled"),)
    assert found[TableName("forced")].options == (("postgresql_row_security", "forced"),)


def test_parameters_of_the_toast_table(postgresql_url: str) -> None:
    found = table_after(
        postgresql_url, "CREATE TABLE t (body text) WITH (toast.autovacuum_enabled = false)"
    )
    assert found.options == (("postgresql_with", (("toast.autovacuum_enabled", "false"),)),)


def test_partitions_are_tables_without_what_their_parent_gives_them(postgresql_url: str) -> None:
    found = read_after(
        postgresql_url,
        "CREATE TABLE t (id integer NOT NULL, at date NOT NULL, note text, PRIMARY KEY (id, at))"
        " PARTITION BY RANGE (at)",
        "CREATE INDEX ix_note ON t (note)",
        "CREATE TABLE t_2024 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        "CREATE INDEX ix_own ON t_2024 (note, at)",
        "CREATE TABLE t_rest PARTITION OF t DEFAULT",
    )
    parent, child = found[TableName("t")], found[TableName("t_2024")]
    assert parent.options == (("postgresql_partition_by", "RANGE (at)"),)
    assert [index.name for index in parent.indexes] == ["ix_note"]
    assert child.options == (
        (
            "postgresql_partition_of",
            (TableName("t"), "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"),
        ),
    )
    assert child.columns == parent.columns
    assert child.constraints == ()
    assert [index.name for index in child.indexes] == ["ix_own"]
    assert found[TableName("t_rest")].options == (
        ("postgresql_partition_of", (TableName("t"), "DEFAULT")),
    )


def test_children_know_their_parents_in_order(postgresql_url: str) -> None:
    found = read_after(
        postgresql_url,
        "CREATE TABLE b (id integer CHECK (id > 0))",
        "CREATE TABLE a (name text)",
        "CREATE TABLE t (extra integer) INHERITS (b, a)",
    )
    child = found[TableName("t")]
    assert child.options == (("postgresql_inherits", ("b", "a")),)
    assert [column.name for column in child.columns] == ["id", "name", "extra"]
    assert child.constraints == ()


def test_schemas_that_are_asked_for_and_no_others(postgresql_url: str) -> None:
    statements = (
        'CREATE SCHEMA "odd.one"',
        "CREATE SCHEMA other",
        "CREATE TABLE here (id integer)",
        'CREATE TABLE "odd.one".there (id integer)',
        "CREATE TABLE other.nowhere (id integer)",
        "CREATE TEMPORARY TABLE here (mine text)",
    )
    given = read_after(
        postgresql_url, *statements, schemas=(None, "odd.one", "missing", "pg_catalog")
    )
    assert given == SchemaState(
        [Table(TableName("here"), (ID,)), Table(TableName("there", "odd.one"), (ID,))]
    )


def test_a_default_schema_by_its_name_is_the_default_schema(postgresql_url: str) -> None:
    given = read_after(postgresql_url, "CREATE TABLE t (id integer)", schemas=("public",))
    assert given == SchemaState([Table(TableName("t"), (ID,))])


def test_what_is_left_out_goes_with_what_hangs_on_it(postgresql_url: str) -> None:
    given = read_after(
        postgresql_url,
        "CREATE TABLE t (id integer)",
        "CREATE TABLE gone (id integer)",
        "CREATE TABLE unwanted (id integer)",
        "CREATE POLICY p ON gone",
        "GRANT SELECT ON gone TO PUBLIC",
        "CREATE VIEW unwanted_too AS SELECT 1 AS one",
        leave_out=[TableName("gone")],
        wanted=lambda name: not name.name.startswith("unwanted"),
    )
    assert given == SchemaState([Table(TableName("t"), (ID,))])


def test_extension_members_are_no_part_of_the_state(postgresql_url: str) -> None:
    given = read_after(
        postgresql_url,
        "CREATE EXTENSION hstore",
        "CREATE EXTENSION citext",
        "CREATE EXTENSION tablefunc",  # has composite types
        "CREATE EXTENSION lo",  # has a domain
        "CREATE EXTENSION pg_stat_statements",  # has views
        "CREATE TABLE t (id integer)",
    )
    assert list(given) == [Table(TableName("t"), (ID,))]
    assert {key.kind for key in given.objects} == {"extension"}
