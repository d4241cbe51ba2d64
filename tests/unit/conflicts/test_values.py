"""Rows are called different only where no server could take them for the same."""

from __future__ import annotations

import pytest
from sqlalchemy.dialects import postgresql

from limbeck.conflicts import Deed, Kind, Rules, judge, model_of
from limbeck.conflicts.values import are_one
from limbeck.database.replay.rows import row_uses
from limbeck.operations import Execute
from limbeck.schema import Column, PrimaryKey, SchemaState, Table, TableName, Type

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
NAMES = ("id", "a", "b")
COLUMNS = tuple(Column(name, Type("integer"), nullable=name != "id") for name in NAMES)
STATE = SchemaState([Table(TableName("t"), COLUMNS, (PrimaryKey(("id",)),))])


def said(left: str, right: str) -> Kind:
    sides = [
        [Deed("r", "r.py:1", text, Execute(text), row_uses(text, DIALECT))]
        for text in (left, right)
    ]
    rules = Rules("postgresql", lambda operation, state: operation.apply(state))
    return judge(model_of(STATE), sides[0], sides[1], rules).kind


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("1", "2", Kind.DISJOINT),
        ("true", "false", Kind.DISJOINT),
        ("'x'", "'y'", Kind.DISJOINT),
        ("1", "1.0", Kind.CONFLICT),
        ("'true'", "true", Kind.UNKNOWN),
        ("1", "true", Kind.UNKNOWN),
        ("1", "'01'", Kind.UNKNOWN),
        ("'Ren\u00e9'", "'rene  '", Kind.UNKNOWN),
    ],
)
def test_statements_about_rows_with_a_value(one: str, other: str, kind: Kind) -> None:
    assert (
        said(f"UPDATE t SET b = 1 WHERE a = {one}", f"UPDATE t SET b = 2 WHERE a = {other}") is kind
    )


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ("(id, a) VALUES (1, 1)", "(id, a) VALUES (2, 1)", Kind.DISJOINT),
        ("(id, a) VALUES (1, 1)", "(id, a) VALUES (1, 2)", Kind.CONFLICT),
        ("(id, a) VALUES (1, 1)", "(id, a) VALUES ('1', 2)", Kind.UNKNOWN),
        ("(id, a) VALUES (1, 1)", "(a) VALUES (2)", Kind.UNKNOWN),
    ],
)
def test_rows_that_both_sides_insert(left: str, right: str, kind: Kind) -> None:
    # What the server numbers is not refused by the model: the column is taken for a serial one.
    assert said(f"INSERT INTO t {left}", f"INSERT INTO t {right}") is kind
    assert said(f"INSERT INTO t {right}", f"INSERT INTO t {left}") is kind


def test_nothing_is_as_null() -> None:
    assert are_one("NULL", "'NULL'") is False
