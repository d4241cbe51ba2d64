"""What holds for the difference between any two schemas."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.diff import Abilities, Equality, Fill, describe, diff
from limbeck.schema import SchemaState, Table
from tests.properties.schemas import COLUMNS, NAMES, carry_out, states

POSTGRESQL, MYSQL, SQLITE = (Abilities.of(name) for name in ("postgresql", "mysql", "sqlite"))
FILLS = [Fill(table, column, "1") for table in NAMES for column in COLUMNS]


def by_name(state: SchemaState) -> SchemaState:
    """The state with columns in one order, where the database cannot choose it."""
    return SchemaState(map(_sorted, state), state.objects.values())


def _sorted(table: Table) -> Table:
    columns = tuple(sorted(table.columns, key=lambda column: column.name))
    return replace(table, columns=columns)


@settings(max_examples=200, deadline=None)
@given(states(), states(), st.booleans())
def test_postgresql_there_and_back(before: SchemaState, after: SchemaState, filled: bool) -> None:
    found = diff(before, after, abilities=POSTGRESQL, fills=FILLS, filled=lambda table: filled)
    reached = carry_out(found.operations, before, POSTGRESQL)
    assert reached == found.after
    assert by_name(reached) == by_name(after)
    back = found.inverse()
    assert by_name(carry_out(back.operations, reached, POSTGRESQL)) == by_name(before)


@settings(max_examples=150, deadline=None)
@given(states(objects=False), states(objects=False))
def test_mysql_there_and_back_with_columns_in_their_places(
    before: SchemaState, after: SchemaState
) -> None:
    found = diff(before, after, abilities=MYSQL, equality=Equality(positions=True), fills=FILLS)
    assert carry_out(found.operations, before, MYSQL) == after
    assert carry_out(found.inverse().operations, after, MYSQL) == before


@settings(max_examples=100, deadline=None)
@given(states(objects=False), states(objects=False))
def test_sqlite_there_and_back(before: SchemaState, after: SchemaState) -> None:
    found = diff(before, after, abilities=SQLITE, fills=FILLS)
    reached = carry_out(found.operations, before, SQLITE)
    assert by_name(reached) == by_name(after)
    assert by_name(carry_out(found.inverse().operations, reached, SQLITE)) == by_name(before)


@settings(max_examples=75, deadline=None)
@given(states())
def test_nothing_differs_from_itself(state: SchemaState) -> None:
    again = SchemaState(reversed(list(state)), reversed(list(state.objects.values())))
    found = diff(state, again, abilities=POSTGRESQL)
    assert not found
    assert (found.notes, found.undecided, found.refusal) == ((), (), None)


@settings(max_examples=75, deadline=None)
@given(states(), states())
def test_the_order_does_not_depend_on_the_order_in_which_things_are_given(
    before: SchemaState, after: SchemaState
) -> None:
    again = SchemaState(reversed(list(before)), reversed(list(before.objects.values())))
    wanted = SchemaState(reversed(list(after)), reversed(list(after.objects.values())))
    some = diff(before, after, abilities=POSTGRESQL).operations
    others = diff(again, wanted, abilities=POSTGRESQL).operations
    assert list(map(describe, some)) == list(map(describe, others))


@settings(max_examples=75, deadline=None)
@given(states(), states())
def test_after_a_difference_there_is_none(before: SchemaState, after: SchemaState) -> None:
    reached = diff(before, after, abilities=POSTGRESQL).after
    again = diff(reached, after, abilities=POSTGRESQL)
    assert not again, [describe(operation) for operation in again.operations]


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite", "oracle"])
def test_two_empty_schemas_are_the_same(dialect: str) -> None:
    assert not diff(SchemaState(), SchemaState(), abilities=Abilities.of(dialect))
