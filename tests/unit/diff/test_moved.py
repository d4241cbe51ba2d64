"""Operations that were made for one schema, and are carried out on another one."""

from __future__ import annotations

import pytest

from limbeck.diff.abilities import Abilities
from limbeck.diff.moved import Ground, Rules, left_open, moved, renames_among, way_back
from limbeck.errors import SchemaError
from limbeck.operations import (
    AddColumn,
    AddEnumValue,
    AlterColumn,
    CreateIndex,
    DropColumn,
    DropTable,
    ExistingColumn,
    FillColumn,
    Operation,
    RecreateTable,
    RenameTable,
    ReplaceEnum,
    SetTableComment,
    apply,
)
from limbeck.schema import Column, Default, Enum, Index, SchemaState, Table, TableName, Type

USERS, PEOPLE = TableName("users"), TableName("people")
INT, TEXT, LONG = Type("INTEGER"), Type("VARCHAR(50)"), Type("VARCHAR(80)")
RULES = Rules(lambda operation, state: operation.apply(state), Abilities.of("sqlite"), lambda s: s)
START = SchemaState(
    [Table(USERS, (Column("id", INT, nullable=False), Column("name", TEXT)))],
    [Enum(TableName("status"), ("new", "paid"))],
)
RENAME = RenameTable(USERS, "people")
RENAME_NAME = AlterColumn(USERS, "name", new_name="title")
LONGER = AlterColumn(USERS, "name", type=LONG)


def ground(*theirs: Operation) -> Ground:
    return Ground(START, apply(theirs, START), renames_among(theirs))


def becomes(operation: Operation, *theirs: Operation) -> tuple[Operation, ...]:
    return moved(operation, ground(*theirs), RULES)[0]


def add(name: str, table: TableName = USERS, type: Type = INT) -> AddColumn:
    return AddColumn(table, Column(name, type))


def test_what_means_the_same_is_the_same() -> None:
    assert becomes(add("age"), add("fax")) == (add("age"),)


def test_what_is_done_is_left_out() -> None:
    assert becomes(add("age"), add("age")) == ()
    assert becomes(LONGER, LONGER) == ()
    assert becomes(DropColumn(USERS, "name"), DropColumn(USERS, "name")) == ()
    assert becomes(DropTable(USERS), DropTable(USERS)) == ()
    assert becomes(RENAME, RENAME) == ()
    assert becomes(RENAME_NAME, RENAME_NAME) == ()


def test_new_names() -> None:
    assert becomes(add("age"), RENAME) == (add("age", PEOPLE),)
    (index,) = becomes(CreateIndex(USERS, Index("ix", ("name", "id"))), RENAME_NAME, RENAME)
    assert index == CreateIndex(PEOPLE, Index("ix", ("title", "id")))
    (renamed,) = becomes(RENAME_NAME, RENAME)
    assert isinstance(renamed, AlterColumn)
    assert (renamed.table, renamed.column, renamed.new_name) == (PEOPLE, "name", "title")


def test_names_that_both_sides_give() -> None:
    """What we rename later goes by our new name, and by theirs where they have renamed its column."""
    _, behind = moved(RENAME, ground(RENAME_NAME), RULES)
    found, _ = moved(AlterColumn(PEOPLE, "name", nullable=False), behind, RULES)
    (altered,) = found
    assert isinstance(altered, AlterColumn)
    assert (altered.table, altered.column) == (PEOPLE, "title")


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        (AlterColumn(USERS, "name", type=INT), LONGER, "both sides change the type of column"),
        (add("age", type=TEXT), add("age"), "both sides change the type of column users.age"),
        (RenameTable(USERS, "persons"), RENAME, "both sides give table users another name"),
        (AlterColumn(USERS, "name", new_name="x"), RENAME_NAME, "both sides give column users.name"),
        (LONGER, DropTable(USERS), "there is no table users"),
    ],
)  # fmt: skip
def test_what_has_no_one_answer(ours: Operation, theirs: Operation, why: str) -> None:
    with pytest.raises(SchemaError, match=why):
        becomes(ours, theirs)


def test_what_is_said_of_a_column_before_is_true_there() -> None:
    said = AlterColumn(USERS, "name", nullable=False, existing=ExistingColumn(type=TEXT))
    (found,) = becomes(said, LONGER)
    assert isinstance(found, AlterColumn)
    assert found.existing.type == LONG
    comment = SetTableComment(USERS, None, existing=None)
    assert becomes(comment, SetTableComment(USERS, "theirs")) == (comment,)


def test_of_what_both_change_the_rest_is_left() -> None:
    default = Default("'x'")
    both = AlterColumn(USERS, "name", type=LONG, default=default)
    (found,) = becomes(both, LONGER)
    assert isinstance(found, AlterColumn)
    assert apply([found], apply([LONGER], START)) == apply([both], START)
    assert found.type != LONG


def test_rows_are_not_put_right_twice() -> None:
    fill = FillColumn(USERS, "name", "'x'")
    assert becomes(fill, AlterColumn(USERS, "name", nullable=False)) == ()
    assert becomes(fill, RENAME) == (FillColumn(PEOPLE, "name", "'x'"),)
    with pytest.raises(SchemaError, match="its value speaks of name"):
        becomes(FillColumn(USERS, "id", "length(name)"), RENAME_NAME)


def test_a_batch_stays_one() -> None:
    batch = RecreateTable(USERS, (add("age"), add("fax")))
    assert becomes(batch, add("age")) == (RecreateTable(USERS, (add("fax"),)),)
    assert becomes(batch, add("age"), add("fax")) == ()
    people = RecreateTable(PEOPLE, (add("age", PEOPLE), add("fax", PEOPLE)))
    assert becomes(batch, RENAME) == (people,)


def test_values_of_an_enum() -> None:
    status = TableName("status")
    sent, gone = AddEnumValue(status, "sent"), ReplaceEnum(status, ("new", "paid"), ("paid",))
    assert becomes(sent, sent) == ()
    (found,) = becomes(gone, sent)
    assert isinstance(found, ReplaceEnum)
    assert found.values_after == ("paid", "sent")
    turned = ReplaceEnum(status, ("new", "paid"), ("paid", "new"))
    assert becomes(turned) == (turned,)


def test_the_way_back_leads_to_where_the_new_way_starts() -> None:
    start = ground(add("age"))
    found, behind = moved(DropTable(USERS), start, RULES)
    back = way_back(start.new, behind.new, found, RULES)
    assert left_open(apply(back.operations, behind.new), start.new, RULES) == ()
