"""Any name that PostgreSQL takes is read as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limbeck.database.catalog import SILENT
from limbeck.database.engine import call
from limbeck.database.read import read
from limbeck.schema import (
    Check,
    Enum,
    Exclude,
    Expression,
    ForeignKey,
    Index,
    Key,
    SchemaState,
    TableName,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

LONGEST = 63  # bytes

names = st.one_of(
    st.sampled_from(
        [
            "select", "Order", "a.b", 'a"b', "a'b", "a b", " ", "100%", "%s", "%(a)s", ":a", "a::b", "a\\b", "ü" * 31,
            "x" * LONGEST, "a-b", "$1", "{x}", "a,b", "lower(a)", "x DESC", "日本", "\t", "a\nb", "--", "/*", "1",
        ]
    ),
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20
    ).filter(lambda name: len(name.encode()) <= LONGEST),
)  # fmt: skip


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def is_own(name: str) -> bool:
    """Whether a schema of that name would be one that is never read."""
    return name.startswith("pg_") or name in ("information_schema", "public")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(given_names=st.lists(names, min_size=9, max_size=9, unique=True))
def test_odd_names(postgresql_url: str, given_names: Sequence[str]) -> None:
    if is_own(given_names[0]):
        return
    state = call(postgresql_url, lambda connection: _made(connection, given_names))
    _assert_as_made(state, given_names)


def _made(connection: sa.Connection, given_names: Sequence[str]) -> SchemaState:
    """What is read of some objects of these names; all is rolled back."""
    schema, table, a, b, key, index, enum, check, exclude = map(quoted, given_names)
    statements = (
        f"CREATE SCHEMA {schema}",
        f"CREATE TYPE {schema}.{enum} AS ENUM ({_literal(given_names[1])})",
        (
            f"CREATE TABLE {schema}.{table} ({a} serial PRIMARY KEY, {b} {schema}.{enum} DEFAULT"
            f" {_literal(given_names[1])}, c integer, CONSTRAINT {check} CHECK ({a} > 0),"
            f" CONSTRAINT {key} FOREIGN KEY (c) REFERENCES {schema}.{table} ON DELETE SET NULL (c),"
            f" CONSTRAINT {exclude} EXCLUDE ({a} WITH =))"
        ),
        f"CREATE INDEX {index} ON {schema}.{table} ({b}, {a} DESC) INCLUDE (c)",
        f"COMMENT ON COLUMN {schema}.{table}.{b} IS {_literal(given_names[2])}",
    )
    with connection.begin() as transaction:
        for statement in statements:
            connection.exec_driver_sql(statement, execution_options=SILENT)
        found = read(connection, schemas=(given_names[0],))
        transaction.rollback()
    return found


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _assert_as_made(state: SchemaState, given_names: Sequence[str]) -> None:
    schema, name, a, b, key, index, enum, check, exclude = given_names
    table = state[TableName(name, schema)]
    assert [column.name for column in table.columns] == [a, b, "c"]
    assert [column.autoincrement for column in table.columns] == [True, False, False]
    assert table[b].comment == a
    assert state.objects[Key("enum", TableName(enum, schema))] == Enum(
        TableName(enum, schema), (name,)
    )
    found = {type(constraint): constraint for constraint in table.constraints}
    foreign, excluding = found[ForeignKey], found[Exclude]
    assert isinstance(foreign, ForeignKey)
    assert isinstance(excluding, Exclude)
    assert (foreign.name, foreign.target, foreign.target_columns) == (key, table.name, (a,))
    assert (excluding.name, excluding.elements) == (exclude, ((a, "="),))
    assert found[Check].name == check
    (made,) = table.indexes
    assert made == Index(index, made.elements, options=(("postgresql_include", ("c",)),))
    assert made.elements[0] == b
    assert not isinstance(made.elements[0], Expression)
    assert isinstance(made.elements[1], Expression)
    assert made.elements[1] in (f"{a} DESC", f"{quoted(a)} DESC")
