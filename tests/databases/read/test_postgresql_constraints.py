"""Constraints of PostgreSQL as values."""

from __future__ import annotations

import sqlalchemy as sa

from limbeck.database.read import read
from limbeck.schema import Check, Exclude, Expression, ForeignKey, PrimaryKey, TableName, Unique
from tests.databases.read.postgresql_reading import read_after, table_after

PARENT = "CREATE TABLE p (a integer, b integer, CONSTRAINT pk PRIMARY KEY (b, a))"


def test_primary_key_and_unique(postgresql_url: str) -> None:
    found = table_after(
        postgresql_url,
        "CREATE TABLE t (a integer, b integer, c integer, d integer,"
        " CONSTRAINT z_pk PRIMARY KEY (b, a) DEFERRABLE INITIALLY DEFERRED,"
        " CONSTRAINT u_1 UNIQUE (c) DEFERRABLE,"
        " CONSTRAINT u_2 UNIQUE NULLS NOT DISTINCT (c, a) INCLUDE (d, b))",
        "COMMENT ON CONSTRAINT u_1 ON t IS 'one'",
    )
    assert found.constraints == (
        PrimaryKey(("b", "a"), "z_pk", True, "DEFERRED"),
        Unique(("c",), "u_1", True, options=(("comment", "one"),)),
        Unique(
            ("c", "a"),
            "u_2",
            options=(
                ("postgresql_include", ("d", "b")),
                ("postgresql_nulls_not_distinct", True),
            ),
        ),
    )
    assert found.indexes == ()


def test_foreign_keys_with_all_that_they_can_say(postgresql_url: str) -> None:
    found = table_after(
        postgresql_url,
        PARENT,
        "CREATE SCHEMA far",
        "CREATE TABLE far.away (gone integer, id integer PRIMARY KEY)",
        "ALTER TABLE far.away DROP gone",
        'CREATE TABLE t (x integer, "Y" integer,'
        ' CONSTRAINT f_1 FOREIGN KEY (x, "Y") REFERENCES p (a, b) ON UPDATE CASCADE ON DELETE SET NULL ("Y"),'
        ' CONSTRAINT f_2 FOREIGN KEY ("Y", x) REFERENCES p MATCH FULL ON DELETE RESTRICT ON UPDATE SET DEFAULT'
        " DEFERRABLE INITIALLY DEFERRED,"
        " CONSTRAINT f_3 FOREIGN KEY (x) REFERENCES far.away)",
        "ALTER TABLE t ADD CONSTRAINT f_4 FOREIGN KEY (x) REFERENCES far.away ON DELETE CASCADE NOT VALID",
    )
    away = TableName("away", "far")
    assert found.foreign_keys == (
        ForeignKey(("x", "Y"), TableName("p"), ("a", "b"), "f_1", "CASCADE", 'SET NULL ("Y")'),
        ForeignKey(
            ("Y", "x"), TableName("p"), ("b", "a"), "f_2", "SET DEFAULT", "RESTRICT", True, "DEFERRED", "FULL"
        ),
        ForeignKey(("x",), away, ("id",), "f_3"),
        ForeignKey(
            ("x",), away, ("id",), "f_4", ondelete="CASCADE", options=(("postgresql_not_valid", True),)
        ),
    )  # fmt: skip


def test_a_foreign_key_to_a_schema_that_is_read_as_well(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        "CREATE SCHEMA far",
        "CREATE TABLE here (id integer PRIMARY KEY)",
        "CREATE TABLE far.away (id integer REFERENCES here)",
        schemas=(None, "far"),
    )
    (key,) = state[TableName("away", "far")].foreign_keys
    assert (key.target, key.target_columns) == (TableName("here"), ("id",))


def test_checks(postgresql_url: str) -> None:
    found = table_after(
        postgresql_url,
        "CREATE TABLE t (a integer CONSTRAINT c_1 CHECK (a > 0), b text,"
        " CONSTRAINT c_2 CHECK (b IN ('x', 'it''s')) NO INHERIT)",
        "ALTER TABLE t ADD CONSTRAINT c_3 CHECK (b LIKE '%a:b%') NOT VALID",
        "COMMENT ON CONSTRAINT c_3 ON t IS 'three'",
    )
    assert found.constraints == (
        Check("(a > 0)", "c_1"),
        Check(
            "(b = ANY (ARRAY['x'::text, 'it''s'::text]))",
            "c_2",
            options=(("postgresql_no_inherit", True),),
        ),
        Check(
            "(b ~~ '%a:b%'::text)",
            "c_3",
            options=(("comment", "three"), ("postgresql_not_valid", True)),
        ),
    )


def test_exclude(postgresql_url: str) -> None:
    found = table_after(
        postgresql_url,
        "CREATE EXTENSION btree_gist",
        "CREATE TABLE t (room integer, during tsrange, name text,"
        " CONSTRAINT x_1 EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room > 0) DEFERRABLE,"
        " CONSTRAINT x_2 EXCLUDE (lower(name) WITH =, name text_pattern_ops WITH =))",
    )
    assert found.constraints == (
        Exclude((("room", "="), ("during", "&&")), "x_1", where="(room > 0)", deferrable=True),
        Exclude(
            ((Expression("lower(name)"), "="), ("name", "=")),
            "x_2",
            "btree",
            options=(("postgresql_ops", (("name", "text_pattern_ops"),)),),
        ),
    )


def test_lists_of_strings_have_one_spelling_also_after_a_restore(postgresql_url: str) -> None:
    first = "CHECK (name IN ('a', 'it''s')) , CHECK (name NOT IN ('x', 'y') OR name IS NULL)"
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE TABLE t (name varchar(9), {first})")
        connection.exec_driver_sql("CREATE INDEX i ON t (name) WHERE name IN ('a', 'b')")
        printed = (
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 't'::regclass"
        )
        said = connection.exec_driver_sql(printed).scalars().all()
        (index,) = connection.exec_driver_sql("SELECT pg_get_indexdef('i'::regclass)").scalars()
        (table,) = read(connection)
        # As pg_dump would write it, and psql read it.
        connection.exec_driver_sql("DROP TABLE t")
        connection.exec_driver_sql(f"CREATE TABLE t (name varchar(9), {', '.join(said)})")
        connection.exec_driver_sql(index)
        again = connection.exec_driver_sql(printed).scalars().all()
        assert sorted(again) != sorted(said)
        assert read(connection)[table.name] == table
    engine.dispose()
