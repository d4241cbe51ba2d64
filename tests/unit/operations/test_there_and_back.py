"""What an operation does, its inverse undoes: on random schemas, for random operations that fit them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from limbeck import operations as ops
from limbeck.errors import SchemaError
from limbeck.operations import UNCHANGED
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Default,
    Exclude,
    ForeignKey,
    Index,
    PrimaryKey,
    SchemaState,
    Table,
    TableName,
    Type,
    Unique,
)

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

T = TypeVar("T")

COLUMNS = ["a", "b", "c", "d"]
TABLES = [TableName("t"), TableName("u"), TableName("v", "other")]
NEW = st.sampled_from(["a", "b", "e", "f"])

types = st.sampled_from([Type("INTEGER"), Type("VARCHAR(50)"), Type("TIMESTAMP")])
defaults = st.sampled_from([None, Default("0"), Default("now()")])
given_names = st.sampled_from(["one", "two", "three", "four"])
names = st.none() | given_names


@st.composite
def columns(draw: DrawFn, name: str) -> Column:
    return Column(
        name,
        draw(types),
        nullable=draw(st.booleans()),
        default=draw(defaults),
        comment=draw(st.none() | st.just("a comment")),
    )


def some(names: list[str]) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True).map(tuple)


@st.composite
def constraints(draw: DrawFn, own: list[str], others: dict[TableName, list[str]]) -> Constraint:
    kind = draw(st.integers(0, 4))
    given_columns = draw(some(own))
    first = given_columns[0]
    if kind == 0:
        return PrimaryKey(given_columns, draw(names))
    if kind == 1:
        return Unique(given_columns, draw(names), deferrable=True)
    if kind == 2:
        text = draw(st.sampled_from(["{0} > 0", "lower({0}) <> '{0}'", '"{0}" IS NOT NULL']))
        return Check(text.format(first), draw(names))
    if kind == 3:
        return Exclude(((first, "="),), draw(names), where=f"{first} > 1")
    target = draw(st.sampled_from(sorted(others, key=str)))
    target_columns = draw(some(others[target]))[:1]
    return ForeignKey((first,), target, target_columns, draw(names), ondelete="CASCADE")


@st.composite
def indexes(draw: DrawFn, own: list[str]) -> Index:
    elements = draw(some([*own, *(f"lower({name})" for name in own)]))
    where = draw(st.sampled_from([(), (("postgresql_where", f"{own[0]} > 0"),)]))
    return Index(draw(given_names), elements, unique=draw(st.booleans()), options=where)


@st.composite
def states(draw: DrawFn) -> SchemaState:
    """One to three tables that refer to each other."""
    chosen = draw(st.lists(st.sampled_from(TABLES), min_size=1, max_size=3, unique=True))
    layout = {
        name: draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=4, unique=True))
        for name in chosen
    }
    state = SchemaState(
        Table(name, tuple(draw(columns(column)) for column in own)) for name, own in layout.items()
    )
    for name, own in layout.items():
        parts: list[ops.Operation] = [
            ops.AddConstraint(name, constraint)
            for constraint in draw(st.lists(constraints(own, layout), max_size=3))
        ]
        parts += [
            ops.CreateIndex(name, index) for index in draw(st.lists(indexes(own), max_size=2))
        ]
        for part in parts:
            state = _where_it_fits(part, state)
    return _with_nullable_keys(draw, state)


def _with_nullable_keys(draw: DrawFn, state: SchemaState) -> SchemaState:
    """SQLite lets the columns of a primary key be NULL."""
    for table in tuple(state):
        if table.primary_key is not None and draw(st.booleans()):
            name = table.primary_key.columns[0]
            state = ops.AlterColumn(table.name, name, nullable=True).apply(state)
    return state


def _where_it_fits(operation: ops.Operation, state: SchemaState) -> SchemaState:
    try:
        return operation.apply(state)
    except SchemaError:
        return state


def maybe(values: SearchStrategy[T]) -> SearchStrategy[T | ops.Unchanged]:
    return st.just(UNCHANGED) | values


@st.composite
def single_operations(draw: DrawFn, state: SchemaState, table: Table) -> ops.Operation:
    """An operation on `table`; most of them fit it."""
    name = table.name
    own = [column.name for column in table.columns]
    layout = {other.name: [column.name for column in other.columns] for other in state}
    layout.setdefault(name, own)
    beside = draw(st.none() | st.sampled_from(own))
    kind = draw(st.integers(0, 7))
    if kind == 0:
        new = draw(NEW)
        return ops.AddColumn(
            name,
            draw(columns(new)),
            if_not_exists=draw(st.booleans()),
            constraints=tuple(
                draw(st.lists(constraints([new, *own], {**layout, name: [new, *own]}), max_size=2))
            ),
            indexes=tuple(draw(st.lists(indexes([new, *own]), max_size=1))),
            insert_after=beside,
            inline_checks=draw(
                st.sampled_from([(), (Check(f"{new} > 0"),), (Check("1 = 1", "one"),)])
            ),
        )
    if kind == 1:
        return ops.DropColumn(name, draw(st.sampled_from(COLUMNS)), if_exists=draw(st.booleans()))
    if kind == 2:
        return ops.AlterColumn(
            name,
            draw(st.sampled_from(own)),
            new_name=draw(st.none() | NEW),
            type=draw(maybe(types)),
            nullable=draw(maybe(st.booleans())),
            default=draw(maybe(defaults)),
            comment=draw(maybe(st.none() | st.just("another"))),
            autoincrement=draw(maybe(st.booleans())),
            insert_before=None,
            insert_after=beside if draw(st.booleans()) else None,
        )
    if kind == 3:
        return ops.AddConstraint(name, draw(constraints(own, layout)))
    if kind == 4 and table.constraints:
        gone = draw(st.sampled_from(table.constraints))
        return ops.DropConstraint(name, gone.name, ops.kind_of(gone), existing=gone)
    if kind == 5:
        return ops.CreateIndex(name, draw(indexes(own)), if_not_exists=draw(st.booleans()))
    if kind == 6:
        return ops.DropIndex(draw(given_names), name, name.schema, if_exists=draw(st.booleans()))
    return ops.SetTableComment(name, draw(st.none() | st.just("a table")))


@st.composite
def batches(draw: DrawFn, state: SchemaState, table: Table) -> ops.Operation:
    """A batch whose operations follow each other."""
    operations: list[ops.Operation] = []
    current = state
    for _ in range(draw(st.integers(0, 3))):
        if not current[table.name].columns:
            break
        operation = draw(single_operations(current, current[table.name]))
        operations.append(operation)
        current = _where_it_fits(operation, current)
    own = [column.name for column in current[table.name].columns]
    order = draw(st.lists(st.sampled_from(own), max_size=2, unique=True)) if own else []
    return ops.RecreateTable(
        table.name, tuple(operations), partial_reordering=(tuple(order),) if order else ()
    )


@st.composite
def cases(draw: DrawFn) -> tuple[SchemaState, ops.Operation]:
    """A schema, and an operation that may fit it."""
    state = draw(states())
    table = draw(st.sampled_from(list(state)))
    kind = draw(st.integers(0, 6))
    if kind == 0:
        return state, ops.RenameTable(table.name, draw(st.sampled_from(["t", "w"])))
    if kind == 1:
        return state, ops.DropTable(table.name, if_exists=draw(st.booleans()))
    if kind == 2:
        name = draw(st.sampled_from([*TABLES, TableName("w")]))
        made = Table(name, (draw(columns("a")),), comment="new")
        return state, ops.CreateTable(made, if_not_exists=draw(st.booleans()))
    if kind == 3:
        return state, draw(batches(state, table))
    return state, draw(single_operations(state, table))


@settings(max_examples=600, deadline=None)
@given(cases())
def test_the_inverse_of_an_operation_leads_back(case: tuple[SchemaState, ops.Operation]) -> None:
    state, operation = case
    try:
        after = operation.apply(state)
    except SchemaError:
        event("does not fit")
        return
    event(type(operation).__name__)
    undo = operation.inverse(state)
    assert undo.apply(after) == state


@settings(max_examples=150, deadline=None)
@given(cases())
def test_undoing_the_undoing_leads_forward(case: tuple[SchemaState, ops.Operation]) -> None:
    state, operation = case
    try:
        after = operation.apply(state)
    except SchemaError:
        event("does not fit")
        return
    undo = operation.inverse(state)
    assert undo.inverse(after).apply(state) == after


@settings(max_examples=150, deadline=None)
@given(cases())
def test_what_an_operation_does_not_write_stays(case: tuple[SchemaState, ops.Operation]) -> None:
    """Tables of which an operation writes nothing differ at most in the names they refer to."""
    state, operation = case
    try:
        after = operation.apply(state)
    except SchemaError:
        event("does not fit")
        return
    written = operation.touches.writes
    for table in state:
        if any(name == str(table.name) or name.startswith(f"{table.name}.") for name in written):
            continue
        assert after[table.name].columns == table.columns
        assert after[table.name].indexes == table.indexes


@pytest.mark.parametrize("seed", range(3))
def test_a_column_comes_back_to_its_place(seed: int) -> None:
    table = Table(TableName("t"), tuple(Column(name, Type("INTEGER")) for name in "abc"))
    state = SchemaState([table])
    drop = ops.DropColumn(table.name, "abc"[seed])
    back = drop.inverse(state).apply(drop.apply(state))
    assert [column.name for column in back[table.name].columns] == ["a", "b", "c"]


def test_a_computed_column_follows_a_renamed_one_and_back() -> None:
    table = Table(
        TableName("t"),
        (
            Column("net", Type("INTEGER")),
            Column("gross", Type("INTEGER"), default=Computed("net * 119 / 100")),
        ),
    )
    state = SchemaState([table])
    rename = ops.AlterColumn(table.name, "net", new_name="price")
    after = rename.apply(state)
    assert after[table.name]["gross"].default == Computed("price * 119 / 100")
    assert rename.inverse(state).apply(after) == state
