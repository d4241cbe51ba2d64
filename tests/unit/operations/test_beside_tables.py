"""What an operation on things beside tables does to a state, its inverse undoes."""

from __future__ import annotations

import pytest

from limbeck import operations as ops
from limbeck.errors import SchemaError
from limbeck.schema import (
    Check,
    Column,
    Default,
    Enum,
    Grant,
    Index,
    Policy,
    SchemaState,
    Sequence,
    Table,
    TableName,
    Trigger,
    Type,
    View,
)

T = TableName("t")
STATUS = Enum(TableName("status"), ("a", "b", "c"))
VIEW = View(TableName("v"), "SELECT 1")
GRANT = Grant("table", T, "app", ("INSERT", "SELECT"))
TRIGGER = Trigger("tr", T, "AFTER INSERT ON t EXECUTE FUNCTION f()")
POLICY = Policy("p", T, using="true")
COUNTER = Sequence(TableName("s"))
TABLE = Table(
    T,
    (
        Column("id", Type("integer"), default=Default("nextval('s'::regclass)")),
        Column("one", Type("status"), default=Default("'a'::status")),
        Column("many", Type("status[]"), default=Default("'{a,b}'::status[]")),
    ),
    (Check("id > 0", "ck", options=(("postgresql_not_valid", True),)),),
    (Index("ix", ("id",)),),
    options=(("mysql_engine", "InnoDB"),),
)
STATE = SchemaState([TABLE], [STATUS, VIEW, GRANT, TRIGGER, POLICY, COUNTER])


@pytest.mark.parametrize(
    "operation",
    [
        ops.CreateObject(View(TableName("w"), "SELECT 2")),
        ops.CreateObject(VIEW, if_not_exists=True),
        ops.CreateObject(Grant("table", T, "app", ("DELETE",), ("DELETE",))),
        ops.DropObject(VIEW.key),
        ops.DropObject(GRANT.key, Grant("table", T, "app", ("INSERT",))),
        ops.DropObject(GRANT.key),
        ops.DropObject(View(TableName("none"), "").key, if_exists=True),
        ops.ReplaceObject(VIEW, View(TableName("v"), "SELECT 2")),
        ops.ReplaceObject(None, View(TableName("v"), "SELECT 2")),
        ops.AddEnumValue(STATUS.name, "x", before="b"),
        ops.AddEnumValue(STATUS.name, "a", if_not_exists=True),
        ops.RenameEnumValue(STATUS.name, "a", "it's"),
        ops.ReplaceEnum(
            STATUS.name, ("a", "b", "c"), ("n", "b"), ((T, "one", "'n'::status"), (T, "many", None))
        ),
        ops.RenameObject(STATUS.key, "State"),
        ops.RenameObject(VIEW.key, "w"),
        ops.RenameObject(TRIGGER.key, "other"),
        ops.RenameObject(POLICY.key, "other"),
        ops.RenameObject(COUNTER.key, "numbers"),
        ops.RenameIndex(T, "ix", "iy"),
        ops.RenameConstraint(T, "ck", "other"),
        ops.RenameTable(T, "u"),
        ops.ValidateConstraint(T, "ck"),
        ops.SetConstraintComment(T, "ck", "it's so"),
        ops.FillColumn(T, "id", "1"),
        ops.SetTableOptions(T, (), (("mysql_engine", "Aria"),), ("UNLOGGED",)),
        ops.SetTableOptions(T, (("mysql_engine", "InnoDB"),), ()),
    ],
    ids=repr,
)
def test_there_and_back(operation: ops.Operation) -> None:
    undo = operation.inverse(STATE)
    assert undo.apply(operation.apply(STATE)) == STATE


def test_defaults_follow_the_names_of_values_and_types() -> None:
    state = ops.RenameEnumValue(STATUS.name, "a", "it's x").apply(STATE)
    state = ops.RenameObject(STATUS.key, "State").apply(state)
    state = ops.RenameObject(COUNTER.key, "numbers").apply(state)
    found = [(c.type.sql, c.default) for c in state[T].columns]
    assert found == [
        ("integer", Default("nextval('numbers'::regclass)")),
        ('"State"', Default("'it''s x'::\"State\"")),
        ('"State"[]', Default("'{\"it''s x\",b}'::\"State\"[]")),
    ]


def test_what_hangs_on_a_table_goes_and_is_renamed_with_it() -> None:
    gone = ops.DropTable(T).apply(STATE)
    assert {key.kind for key in gone.objects} == {"enum", "view", "sequence"}
    renamed = ops.RenameTable(T, "u").apply(STATE)
    assert {key.of for key in renamed.objects if key.kind in {"trigger", "policy"}} == {"u"}


def test_privileges_are_added_and_taken_one_by_one() -> None:
    state = ops.CreateObject(Grant("table", T, "app", ("DELETE",))).apply(STATE)
    state = ops.DropObject(GRANT.key, Grant("table", T, "app", ("SELECT",))).apply(state)
    found = state.objects[GRANT.key]
    assert isinstance(found, Grant)
    assert found.privileges == ("DELETE", "INSERT")


@pytest.mark.parametrize(
    "operation",
    [
        ops.CreateObject(VIEW),
        ops.DropObject(View(TableName("none"), "").key),
        ops.ReplaceObject(None, View(TableName("none"), "")),
        ops.AddEnumValue(STATUS.name, "a"),
        ops.AddEnumValue(STATUS.name, "x", after="none"),
        ops.RenameEnumValue(STATUS.name, "none", "x"),
        ops.RenameEnumValue(STATUS.name, "a", "b"),
        ops.RenameIndex(T, "none", "x"),
        ops.RenameConstraint(T, "none", "x"),
        ops.RenameObject(GRANT.key, "x"),
        ops.ValidateConstraint(T, "none"),
        ops.FillColumn(T, "none", "1"),
    ],
    ids=repr,
)
def test_what_does_not_fit_is_refused(operation: ops.Operation) -> None:
    with pytest.raises(SchemaError):
        operation.apply(STATE)
