"""Indexes of PostgreSQL as values."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from limbeck.database.engine import call
from limbeck.schema import Expression, Index, View
from tests.databases.read.postgresql_reading import objects, read_after, run, table_after

TABLE = 'CREATE TABLE t (a integer, b text, "C c" text COLLATE "C", d jsonb, e tsvector)'


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("(b, a)", Index("ix", ("b", "a"))),
        ('("C c")', Index("ix", ("C c",))),
        (
            '(a DESC, "C c" DESC NULLS LAST, b NULLS FIRST)',
            Index(
                "ix",
                (
                    Expression("a DESC"),
                    Expression('"C c" DESC NULLS LAST'),
                    Expression("b NULLS FIRST"),
                ),
            ),
        ),
        (
            "(lower(b), ((a + 1)) DESC, a)",
            Index("ix", (Expression("lower(b)"), Expression("((a + 1)) DESC"), "a")),
        ),
        ('(b COLLATE "POSIX")', Index("ix", (Expression('b COLLATE "POSIX"'),))),
        (
            '("C c" COLLATE "default")',
            Index("ix", (Expression('"C c" COLLATE "default"'),)),
        ),
        (
            "(b) WHERE a > 0 AND b <> ''",
            Index("ix", ("b",), options=(("postgresql_where", "((a > 0) AND (b <> ''::text))"),)),
        ),
        (
            "(a, b text_pattern_ops, lower(b) varchar_pattern_ops)",
            Index(
                "ix",
                ("a", "b", Expression("lower(b)")),
                options=(
                    (
                        "postgresql_ops",
                        (("b", "text_pattern_ops"), ("lower(b)", "varchar_pattern_ops")),
                    ),
                ),
            ),
        ),
        (
            "USING gin (d jsonb_path_ops) WITH (fastupdate = off)",
            Index(
                "ix",
                ("d",),
                options=(
                    ("postgresql_ops", (("d", "jsonb_path_ops"),)),
                    ("postgresql_using", "gin"),
                    ("postgresql_with", (("fastupdate", "off"),)),
                ),
            ),
        ),
        (
            "USING gist (e tsvector_ops (siglen = 100))",
            Index(
                "ix",
                ("e",),
                options=(
                    ("postgresql_ops", (("e", "tsvector_ops (siglen='100')"),)),
                    ("postgresql_using", "gist"),
                ),
            ),
        ),
        ("(a) INCLUDE (d, b)", Index("ix", ("a",), options=(("postgresql_include", ("d", "b")),))),
        ("USING hash (b)", Index("ix", ("b",), options=(("postgresql_using", "hash"),))),
    ],
    ids=str,
)
def test_what_an_index_can_say(postgresql_url: str, sql: str, expected: Index) -> None:
    found = table_after(postgresql_url, TABLE, f"CREATE INDEX ix ON t {sql}")
    assert found.indexes == (expected,)
    assert [type(element) for element in found.indexes[0].elements] == [
        type(element) for element in expected.elements
    ]


def test_unique_indexes_and_comments_by_name(postgresql_url: str) -> None:
    found = table_after(
        postgresql_url,
        TABLE,
        "CREATE UNIQUE INDEX z ON t (a)",
        "CREATE UNIQUE INDEX y ON t (a, b) NULLS NOT DISTINCT",
        "COMMENT ON INDEX z IS 'last'",
    )
    assert found.indexes == (
        Index("y", ("a", "b"), True, (("postgresql_nulls_not_distinct", True),)),
        Index("z", ("a",), True, (("comment", "last"),)),
    )


def test_an_index_that_could_not_be_built_is_invalid(postgresql_url: str) -> None:
    run(postgresql_url, "CREATE TABLE t (a integer)", "INSERT INTO t VALUES (1), (1)")

    def work(connection: sa.Connection) -> None:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        with pytest.raises(sa.exc.IntegrityError):
            connection.exec_driver_sql("CREATE UNIQUE INDEX CONCURRENTLY ix ON t (a)")

    call(postgresql_url, work)
    found = table_after(postgresql_url)
    assert found.indexes == (Index("ix", ("a",), True, (("postgresql_invalid", True),)),)


def test_a_materialised_view_has_indexes(postgresql_url: str) -> None:
    state = read_after(
        postgresql_url,
        "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a, 'x'::text AS b",
        "CREATE UNIQUE INDEX ix ON m (a, lower(b))",
    )
    (view,) = objects(state, "materialized view")
    assert isinstance(view, View)
    assert view.indexes == (Index("ix", ("a", Expression("lower(b)")), True),)
