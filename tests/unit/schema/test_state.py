"""A schema is a value: what was derived from it leaves it alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from limbeck import operations as ops
from limbeck.errors import SchemaError
from limbeck.schema import Column, ForeignKey, Index, SchemaState, Table, TableName, Type, Unique

INTEGER = Type("INTEGER")
USERS = Table(TableName("users"), (Column("id", INTEGER), Column("email", INTEGER)))


def test_a_table_is_found_by_name_and_schema() -> None:
    other = replace(USERS, name=TableName("users", "audit"))
    state = SchemaState([USERS, other])
    assert state[TableName("users", "audit")] is other
    assert TableName("users", "sales") not in state
    assert str(TableName("users", "audit")) == "audit.users"


def test_a_state_does_not_change_when_another_is_derived() -> None:
    state = SchemaState([USERS])
    assert len(state.without_table(USERS.name)) == 0
    assert len(state.with_table(replace(USERS, name=TableName("more")))) == 2
    assert list(state) == [USERS]


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SchemaError, match=r"there is no table audit\.log"):
        SchemaState()[TableName("log", "audit")]
    with pytest.raises(SchemaError, match="table users has no column 'age'"):
        USERS["age"]


def test_constraints_and_indexes_have_no_order_but_columns_have() -> None:
    one, two = Unique(("id",), "one"), Unique(("email",), "two")
    ix, iy = Index("ix", ("id",)), Index("iy", ("email",))
    some = replace(USERS, constraints=(one, two), indexes=(ix, iy))
    same = replace(USERS, constraints=(two, one), indexes=(iy, ix))
    assert some == same
    assert hash(some) == hash(same)
    assert SchemaState([some]) == SchemaState([same])
    assert some != replace(some, constraints=(one, one))
    assert some != replace(some, columns=USERS.columns[::-1])


def test_where_a_value_came_from_does_not_make_it_another() -> None:
    assert Type("INTEGER", origin=object()) == INTEGER
    assert replace(USERS, origin=object()) == USERS


def test_who_refers_to_a_table_is_known_after_every_change() -> None:
    def references(name: str, *targets: str) -> Table:
        keys = tuple(ForeignKey(("id",), TableName(target), ("id",)) for target in targets)
        return replace(USERS, name=TableName(name), constraints=keys)

    def referring(state: SchemaState, target: str) -> list[str]:
        return [table.name.name for table in state.referring(TableName(target))]

    state = SchemaState([references("a", "a", "b"), references("b"), references("c", "b")])
    assert referring(state, "b") == ["a", "c"]
    assert referring(state, "a") == []
    changed = state.with_table(references("c", "a")).with_table(references("d", "b", "a"))
    assert (referring(changed, "b"), referring(changed, "a")) == (["a", "d"], ["c", "d"])
    assert referring(changed.without_table(TableName("d")), "a") == ["c"]
    assert referring(changed.with_table(references("a")), "b") == ["d"]
    assert referring(state, "b") == ["a", "c"]


def test_a_long_history_is_replayed() -> None:
    """20,000 operations on 500 tables: copying all tables for each of them would take minutes."""
    state = SchemaState(replace(USERS, name=TableName(f"t{number}")) for number in range(500))
    operations: list[ops.Operation] = []
    for number in range(10_000):
        table = TableName(f"t{number % 500}")
        operations.append(ops.AddColumn(table, Column("extra", INTEGER)))
        operations.append(ops.DropColumn(table, "extra"))
    after = ops.apply(operations, state)
    assert after == state
