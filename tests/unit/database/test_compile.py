"""The seam: who compiles an operation, and what statements are like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from limbeck import operations as ops
from limbeck.database.compile import (
    Compile,
    Compiled,
    Compiler,
    compiles,
    falls_back,
    unregister,
)
from limbeck.errors import CannotCompile
from limbeck.schema import Column, Default, Index, Table, TableName, Type
from tests.pairs.compile.pairs import dialect_of

T = TableName("t")


def texts(operation: Any, dialect: str = "postgresql", **arguments: Any) -> list[str]:
    compiler = Compiler(dialect_of(dialect), **arguments)
    return [statement.text for statement in compiler.statements(operation)]


Register = Callable[[type, str, Compile[Any]], None]


@pytest.fixture
def register() -> Iterator[Register]:
    """Register a function until the end of the test."""
    done: list[tuple[type, str, Compile[Any]]] = []

    def register(kind: type, dialect: str, function: Compile[Any]) -> None:
        compiles(kind, dialect)(function)
        done.append((kind, dialect, function))

    yield register
    for kind, dialect, function in done:
        unregister(kind, dialect, function)


def test_a_dialect_can_have_its_own_function(register: Register) -> None:
    register(ops.DropTable, "sqlite", lambda operation, compiler: ["SELECT 'not today'"])
    assert texts(ops.DropTable(T), "sqlite") == ["SELECT 'not today'"]
    assert texts(ops.DropTable(T), "postgresql") == ["DROP TABLE t"]


def test_a_function_can_ask_for_what_it_replaces(register: Register) -> None:
    def twice(operation: ops.AlterColumn, compiler: Compiler) -> Iterable[Compiled]:
        yield "-- before"
        yield from compiler.default(operation)

    def thrice(operation: ops.AlterColumn, compiler: Compiler) -> Iterable[Compiled]:
        yield from compiler.default(operation)
        yield "-- after"

    register(ops.AlterColumn, "postgresql", twice)
    register(ops.AlterColumn, "postgresql", thrice)
    assert texts(ops.AlterColumn(T, "a", nullable=True)) == [
        "-- before",
        "ALTER TABLE t ALTER COLUMN a DROP NOT NULL",
        "-- after",
    ]


def test_a_function_may_yield_text_statements_and_constructs(register: Register) -> None:
    table = sa.Table("u", sa.MetaData(), sa.Column("a", sa.Integer))
    register(
        ops.DropTable,
        "",
        lambda operation, compiler: ["SELECT 1", CreateTable(table), sa.select(sa.literal(2))],
    )
    assert texts(ops.DropTable(T), "sqlite") == [
        "SELECT 1",
        "CREATE TABLE u (\n\ta INTEGER\n)",
        "SELECT 2 AS anon_1",
    ]


def test_a_new_dialect_can_fall_back_to_another() -> None:
    falls_back("redshift", "postgresql")
    dialect = dialect_of("postgresql")
    dialect.name = "redshift"
    operation = ops.AlterColumn(T, "a", type=Type("INTEGER"), options=(("postgresql_using", "b"),))
    (statement,) = Compiler(dialect).statements(operation)
    assert statement.text == "ALTER TABLE t ALTER COLUMN a TYPE INTEGER USING b"


def test_an_operation_that_nobody_compiles() -> None:
    with pytest.raises(CannotCompile, match="postgresql has no statement for object"):
        texts(object())


def test_what_sqlalchemy_cannot_compile() -> None:
    table = Table(T, (Column("a", Type("JSONB", sa.types.NULLTYPE)),))
    with pytest.raises(CannotCompile):
        texts(ops.CreateTable(table))


def test_values_without_origin_are_enough() -> None:
    table = Table(
        T,
        (
            Column("id", Type("BIGINT"), nullable=False),
            Column("s", Type("VARCHAR(9)"), default=Default("'50%'")),
        ),
        indexes=(Index("ix", ("s", "lower(s)")),),
        comment="it's",
    )
    assert texts(ops.CreateTable(table), literal=True) == [
        "CREATE TABLE t (\n    id BIGINT NOT NULL, \n    s VARCHAR(9) DEFAULT '50%'\n)",
        "CREATE INDEX ix ON t (s, lower(s))",
        "COMMENT ON TABLE t IS 'it''s'",
    ]


@pytest.mark.parametrize(
    ("sql", "alone"),
    [
        ("CREATE INDEX CONCURRENTLY ix ON t (a)", True),
        ("-- a comment\n  drop index concurrently ix", True),
        ("VACUUM t", True),
        ("CREATE INDEX ix ON t (a)", False),
        ("INSERT INTO t VALUES ('VACUUM t')", False),
    ],
)
def test_statements_that_must_be_alone(sql: str, alone: bool) -> None:
    (statement,) = Compiler(dialect_of("postgresql")).statements(ops.Execute(sql))
    assert statement.alone is alone
    assert statement.text == sql


def test_a_literal_string_is_not_touched() -> None:
    sql = "SELECT ':a', 'b\\:c', '50%'"
    assert texts(ops.Execute(sql, literal=True)) == [sql]


def test_text_with_parameters_goes_to_sqlalchemy() -> None:
    operation = ops.Execute("UPDATE t SET a = :a", {"a": "it's"})
    (statement,) = Compiler(dialect_of("postgresql")).statements(operation)
    assert isinstance(statement.executable, sa.TextClause)
    assert statement.parameters == {"a": "it's"}
    assert statement.text == "UPDATE t SET a = 'it''s'"


def test_only_sql_can_be_executed() -> None:
    with pytest.raises(CannotCompile, match="not int"):
        texts(ops.Execute(5))


def test_rows_go_to_the_driver_together() -> None:
    rows = ({"a": 1, "b": 2}, {"a": 3, "b": 4}, {"a": 5})
    together = Compiler(dialect_of("sqlite")).statements(ops.InsertRows(T, rows))
    assert [statement.parameters for statement in together] == [
        [{"a": 1, "b": 2}, {"a": 3, "b": 4}],
        [{"a": 5}],
    ]
    assert together[0].text == (
        "INSERT INTO t (a, b) VALUES (1, 2);\nINSERT INTO t (a, b) VALUES (3, 4)"
    )


def test_a_script_has_a_statement_for_each_row_and_the_defaults_of_the_model() -> None:
    model = sa.Table(
        "t", sa.MetaData(), sa.Column("a", sa.Integer), sa.Column("b", sa.Integer, default=7)
    )
    operation = ops.InsertRows(T, ({"a": 1}, {"a": 2, "b": 3}), origin=model)
    assert texts(operation, "sqlite", literal=True) == [
        "INSERT INTO t (a, b) VALUES (1, 7)",
        "INSERT INTO t (a, b) VALUES (2, 3)",
    ]


def test_a_value_without_a_literal_is_refused_in_a_script_only() -> None:
    operation = ops.Execute(sa.text("SELECT :a").bindparams(a=object()))
    assert texts(operation) == ["SELECT :a"]
    with pytest.raises(CannotCompile, match="cannot be written into a script"):
        texts(operation, literal=True)


def test_schemas_are_translated() -> None:
    arguments: dict[str, Any] = {"schema_translate_map": {None: "tenant", "old": "fresh"}}
    table = Table(T, (Column("a", Type("INTEGER")),))
    assert texts(ops.CreateTable(table), **arguments)[0].startswith("CREATE TABLE tenant.t")
    assert texts(ops.DropColumn(TableName("t", "old"), "a"), **arguments) == [
        "ALTER TABLE fresh.t DROP COLUMN a"
    ]


class KnownTable:
    """A database in which the table is known."""

    def table(self, name: TableName) -> Table:
        return Table(
            name,
            (Column("a", Type("VARCHAR(9)"), nullable=False, default=Default("'x'"), comment="c"),),
        )

    def dependents(self, name: TableName) -> tuple[()]:
        return ()


def test_mysql_asks_the_database_for_what_the_author_did_not_say() -> None:
    operation = ops.AlterColumn(T, "a", new_name="b")
    assert texts(operation, "mysql", tables=KnownTable()) == [
        "ALTER TABLE t CHANGE a b VARCHAR(9) NOT NULL DEFAULT 'x' COMMENT 'c'"
    ]
    with pytest.raises(CannotCompile, match="require the existing type"):
        texts(operation, "mysql")


def test_sql_server_asks_the_database_for_what_the_author_did_not_say() -> None:
    operation = ops.AlterColumn(T, "a", type=Type("INTEGER"))
    assert texts(operation, "mssql", tables=KnownTable()) == [
        "ALTER TABLE t ALTER COLUMN a INTEGER NOT NULL"
    ]
    with pytest.warns(UserWarning, match=r"type_= should also specify .*t\.a becomes nullable"):
        assert texts(operation, "mssql") == ["ALTER TABLE t ALTER COLUMN a INTEGER"]


def test_using_needs_a_type() -> None:
    operation = ops.AlterColumn(T, "a", options=(("postgresql_using", "a::integer"),))
    with pytest.raises(CannotCompile, match="no type_ is given"):
        texts(operation)
