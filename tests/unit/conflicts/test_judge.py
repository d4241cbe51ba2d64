"""What is said about two sides, on values alone."""

from __future__ import annotations

from limbeck.conflicts import Cell, Deed, Kind, RowUse, Rules, Verdict, judge, model_of
from limbeck.diff import describe
from limbeck.operations import (
    AddColumn,
    AlterColumn,
    CreateIndex,
    DropColumn,
    DropTable,
    Execute,
    Operation,
)
from limbeck.schema import Column, Index, SchemaState, Table, TableName, Type, View

USERS = TableName("users")
TABLE = Table(USERS, (Column("id", Type("integer"), nullable=False), Column("name", Type("text"))))
RULES = Rules("postgresql", lambda operation, state: operation.apply(state))
PHONE = Column("phone", Type("text"))


def deed(operation: Operation) -> Deed:
    return Deed("r", "r.py:1", describe(operation), operation)


def statement(use: RowUse, text: str = "...") -> Deed:
    return Deed("r", "r.py:1", text, Execute(text), (use,))


def verdict(left: list[Deed], right: list[Deed], state: SchemaState | None = None) -> Verdict:
    return judge(model_of(state or SchemaState([TABLE])), left, right, RULES)


def test_nothing_in_common() -> None:
    found = verdict(
        [deed(AddColumn(USERS, PHONE))], [deed(CreateIndex(USERS, Index("ix", ("name",))))]
    )
    assert found == Verdict(Kind.DISJOINT)


def test_the_order_and_who_must_come_first() -> None:
    drop, index = (
        deed(DropColumn(USERS, "name")),
        deed(CreateIndex(USERS, Index("ix", ("name",)))),
    )
    for left, right, first in (([drop], [index], 1), ([index], [drop], 0)):
        found = verdict(left, right)
        assert (found.kind, found.first) == (Kind.ORDERED, first)
        (clash,) = found.clashes
        assert (clash.left, clash.right) == (left[0], right[0])
        assert clash.what == "users.name"


def test_two_that_must_each_come_first_conflict() -> None:
    left = [
        deed(DropColumn(USERS, "name")),
        deed(CreateIndex(USERS, Index("ix_id", ("id",)))),
    ]
    right = [deed(CreateIndex(USERS, Index("ix", ("name",)))), deed(DropTable(USERS))]
    assert verdict(left, right).kind is Kind.CONFLICT


def test_the_same_twice() -> None:
    found = verdict([deed(AddColumn(USERS, PHONE))], [deed(AddColumn(USERS, PHONE))])
    assert found.kind is Kind.TWICE


def test_another_outcome_in_another_order() -> None:
    found = verdict(
        [deed(AlterColumn(USERS, "name", comment="a"))],
        [deed(AlterColumn(USERS, "name", comment="b"))],
    )
    assert found.kind is Kind.CONFLICT


def test_what_is_not_known_is_named() -> None:
    strange = Deed("r", "r.py:7", "CALL mend()", Execute("CALL mend()"), (), "nobody knows")
    found = verdict([strange], [deed(AddColumn(USERS, PHONE))])
    assert found.kind is Kind.UNKNOWN
    assert [(clash.left, clash.why) for clash in found.clashes] == [(strange, "nobody knows")]


def test_a_deed_that_does_not_fit_by_itself_is_unknown() -> None:
    found = verdict([deed(DropColumn(USERS, "nothing"))], [deed(AddColumn(USERS, PHONE))])
    assert found.kind is Kind.UNKNOWN


def test_rows() -> None:
    name, id = Cell(USERS, "name"), Cell(USERS, "id")
    one = RowUse(
        "update", USERS, frozenset({id}), frozenset({name}), pins=(("id", frozenset("1")),)
    )
    two = RowUse(
        "update", USERS, frozenset({id}), frozenset({name}), pins=(("id", frozenset("2")),)
    )
    every = RowUse("update", USERS, frozenset(), frozenset({name}))
    assert verdict([statement(one, "a")], [statement(two, "b")]).kind is Kind.DISJOINT
    assert verdict([statement(one, "a")], [statement(every, "b")]).kind is Kind.CONFLICT
    assert verdict([statement(every, "a")], [statement(every, "a")]).kind is Kind.TWICE


def test_a_view_that_the_ancestor_has_is_in_the_way_until_it_is_dropped() -> None:
    view = View(TableName("v"), "SELECT name FROM users")
    state = SchemaState([TABLE], [view])
    found = verdict([deed(DropColumn(USERS, "name"))], [deed(AddColumn(USERS, PHONE))], state)
    assert found.kind is Kind.UNKNOWN
    assert "view v needs column users.name" in found.clashes[0].why
