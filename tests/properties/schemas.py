"""
Random schemas, and a world that is as strict as a server.

Responsible for pairs of states that a database could have, and for refusing what a server would refuse: a foreign key
without its key, a table that others refer to, a column that a view needs, a name that is taken.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from limbeck import operations as ops
from limbeck.diff.narrowing import family
from limbeck.diff.ownership import parents
from limbeck.errors import SchemaError
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Default,
    Enum,
    Exclude,
    ForeignKey,
    Index,
    Key,
    PrimaryKey,
    SchemaState,
    Standalone,
    Table,
    TableName,
    Trigger,
    Type,
    Unique,
    View,
)
from limbeck.schema.mentions import mentions
from limbeck.schema.standalone import Need
from limbeck.schema.typenames import is_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hypothesis.strategies import DrawFn

    from limbeck.diff import Abilities

NAMES = [TableName("a"), TableName("b"), TableName("c"), TableName("d", "s")]
COLUMNS = ["k", "l", "m", "n", "o"]
ENUMS = [TableName("mood"), TableName("size", "s")]
VALUES = ["one", "two", "three", "four"]
TYPES = ["integer", "bigint", "text", "character varying(20)"]


@st.composite
def states(draw: DrawFn, *, objects: bool = True) -> SchemaState:
    """Up to four tables that refer to each other, with enums, views and triggers on PostgreSQL."""
    enums = draw(enum_lists()) if objects else []
    names = draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))
    bare = _names_once([draw(tables(name, enums)) for name in names])
    state = SchemaState(bare, enums)
    for table in bare:
        for key in draw(st.lists(foreign_keys(table, bare), max_size=2)):
            state = _where_it_fits(ops.AddConstraint(table.name, key), state)
    if objects:
        for item in draw(st.lists(dependents(state), max_size=3)):
            if item is not None and item.key not in state.objects and _fits(item, state):
                state = state.with_object(item)
    return state


def _names_once(tables: list[Table]) -> list[Table]:
    """The tables without indexes whose names another has already."""
    taken: set[tuple[str | None, str | None]] = set()
    result = []
    for table in tables:
        kept = tuple(i for i in table.indexes if (table.name.schema, i.name) not in taken)
        taken |= {(table.name.schema, index.name) for index in kept}
        result.append(replace(table, indexes=kept))
    return result


@st.composite
def enum_lists(draw: DrawFn) -> list[Enum]:
    chosen = draw(st.lists(st.sampled_from(ENUMS), max_size=2, unique=True))
    return [
        Enum(name, tuple(draw(st.lists(st.sampled_from(VALUES), min_size=1, unique=True))))
        for name in chosen
    ]


@st.composite
def tables(draw: DrawFn, name: TableName, enums: list[Enum]) -> Table:
    """A table with an integer key, some columns, constraints and indexes."""
    own = draw(st.lists(st.sampled_from(COLUMNS), max_size=4, unique=True))
    columns = [Column("id", Type("integer"), nullable=False)]
    for column in own:
        plain = [c.name for c in columns if c.type.sql == "integer" and not c.default]
        columns.append(draw(any_column(column, enums, plain)))
    columns = draw(st.permutations(columns))
    key = PrimaryKey(("id",), draw(st.sampled_from([f"{name.name}_pkey", f"pk_{name.name}"])))
    table = Table(name, tuple(columns), (key,), comment=draw(st.sampled_from([None, "text"])))
    state = SchemaState([table])
    for part in draw(st.lists(parts(table), max_size=3)):
        state = _where_it_fits(part, state)
    return state[name]


@st.composite
def any_column(draw: DrawFn, name: str, enums: list[Enum], plain: list[str]) -> Column:
    kind = draw(st.integers(0, 9))
    if kind == 0:
        text = f"({draw(st.sampled_from(plain))} + {draw(st.integers(1, 2))})"
        return Column(name, Type("integer"), default=Computed(text, persisted=True))
    if kind <= 3 and enums:
        enum = draw(st.sampled_from(enums))
        brackets = draw(st.sampled_from(["", "", "[]"]))
        default = None
        if not brackets and draw(st.booleans()):
            default = Default(f"'{draw(st.sampled_from(enum.values))}'::{enum.name}")
        return Column(name, Type(f"{enum.name}{brackets}"), default=default)
    sql = draw(st.sampled_from(TYPES))
    value = draw(st.sampled_from(["1", "2"]))
    text = value if "int" in sql else f"'{value}'::{sql.partition('(')[0]}"
    return Column(
        name,
        Type(sql),
        nullable=draw(st.booleans()),
        default=draw(st.sampled_from([None, Default(text)])),
        comment=draw(st.sampled_from([None, "text"])),
    )


@st.composite
def parts(draw: DrawFn, table: Table) -> ops.Operation:
    """A constraint or an index, on columns of the table."""
    names = [column.name for column in table.columns]
    chosen = tuple(draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)))
    number = draw(st.integers(1, 3))
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return ops.AddConstraint(table.name, Unique(chosen, f"uq{number}_{table.name.name}"))
    if kind == 1:
        return ops.AddConstraint(table.name, Check(f"({chosen[0]} IS NOT NULL)", f"ck{number}"))
    unique = draw(st.booleans())
    # The names of indexes are taken from one pool, so that one moves from table to table.
    return ops.CreateIndex(
        table.name, Index(f"ix{number}_{draw(st.sampled_from('xy'))}", chosen, unique)
    )


@st.composite
def foreign_keys(draw: DrawFn, table: Table, others: list[Table]) -> Constraint:
    target = draw(st.sampled_from(others))
    keys = [("id",), *(c.columns for c in target.constraints if isinstance(c, Unique))]
    wanted = draw(st.sampled_from(keys))
    own = tuple(draw(st.sampled_from(_like(target[name], table))) for name in wanted)
    if "" in own or len(set(own)) < len(own):
        wanted, own = ("id",), ("id",)
    name = f"fk{draw(st.integers(1, 3))}_{table.name.name}"
    action = draw(st.sampled_from([None, "CASCADE"]))
    return ForeignKey(own, target.name, wanted, name, ondelete=action)


def _like(column: Column, table: Table) -> list[str]:
    """The columns of a table that may refer to a column: values of both can be compared; one without a name if none."""
    return [
        other.name
        for other in table.columns
        if family(other.type.sql) == family(column.type.sql)
        and not isinstance(other.default, Computed)
    ] or [""]


@st.composite
def dependents(draw: DrawFn, state: SchemaState) -> Standalone | None:
    """A view on a table or on a view, or a trigger; None when there is no table."""
    if not len(state):
        return None
    table = draw(st.sampled_from(list(state)))
    number = draw(st.integers(1, 3))
    if draw(st.integers(0, 3)) == 0:
        text = f"AFTER INSERT ON {table.name} EXECUTE FUNCTION f{draw(st.integers(1, 2))}()"
        needs = frozenset({Need("table", table.name)})
        return Trigger(f"t{number}", table.name, text, needs=needs)
    views = [item for item in state.objects.values() if isinstance(item, View)]
    on_view = draw(st.booleans())
    if views and on_view:
        below = draw(st.sampled_from(views))
        text = f"SELECT v.x FROM {below.name} v"
        return View(TableName(f"w{number}"), text, needs=frozenset({Need("view", below.name)}))
    column = draw(st.sampled_from(table.columns)).name
    needs = frozenset({Need("table", table.name), Need("table", table.name, column)})
    text = f"SELECT t.{column} AS x FROM {table.name} t"
    materialized = draw(st.sampled_from([False, False, True]))
    return View(TableName(f"v{number}"), text, materialized=materialized, needs=needs)


def _fits(item: Standalone, state: SchemaState) -> bool:
    """Whether the name is free: views share theirs."""
    taken = {i.name for i in state.objects.values() if isinstance(i, View)}
    return not isinstance(item, View) or item.name not in taken


def _where_it_fits(operation: ops.Operation, state: SchemaState) -> SchemaState:
    try:
        after = operation.apply(state)
    except SchemaError:
        return state
    names = list(relation_names(after))
    return after if len(names) == len(set(names)) else state


def has_key(table: Table, columns: Iterable[str]) -> bool:
    """Whether a foreign key may refer to these columns."""
    wanted = sorted(columns)
    for part in (*table.constraints, *table.indexes):
        if isinstance(part, (PrimaryKey, Unique)) and sorted(part.columns) == wanted:
            return True
        if isinstance(part, Index) and part.unique and sorted(part.elements) == wanted:
            return True
    return False


def relation_names(state: SchemaState) -> Iterable[tuple[str | None, str | None]]:
    """All names that only one thing of a schema can have."""
    for table in state:
        yield table.name.schema, table.name.name
        for part in (*table.constraints, *table.indexes):
            if isinstance(part, (PrimaryKey, Unique, Exclude, Index)) and part.name:
                yield table.name.schema, part.name
    for item in state.objects.values():
        if isinstance(item, View):
            yield item.name.schema, item.name.name


# -- the strict world ----------------------------------------------------------------------------------------------------


def carry_out(
    operations: Iterable[ops.Operation], state: SchemaState, abilities: Abilities
) -> SchemaState:
    """The state after the operations, each of which a server would accept."""
    for operation in operations:
        after = operation.apply(state)
        refuse(operation, state, after, abilities)
        state = after
    return state


def refuse(
    operation: ops.Operation, before: SchemaState, after: SchemaState, abilities: Abilities
) -> None:
    """AssertionError when a server would not accept the operation."""
    names = list(relation_names(after))
    assert len(names) == len(set(names)), (operation, "a name is taken")
    for table in after:
        for key in table.foreign_keys:
            if key.target not in after and not abilities.late_keys:
                continue  # SQLite looks at foreign keys when there are rows
            assert key.target in after, (operation, f"{key.name} refers to nothing")
            for name in key.target_columns:
                assert name in after[key.target], (operation, f"{key.name} has lost a column")
            assert has_key(after[key.target], key.target_columns), (
                operation,
                f"{key.name}: no key",
            )
        for parent in parents(table):
            assert parent in after, (operation, "no parent")
        for column in table.columns:
            _column_is_sound(column, table, after, operation)
    if abilities.dependents_block:
        _dependents_are_sound(operation, before, after)
    if abilities.keys_block_types and isinstance(operation, ops.AlterColumn):
        _keys_bear(operation, before)
    if abilities.keys_need_indexes and isinstance(operation, (ops.DropIndex, ops.DropConstraint)):
        _keys_have_indexes(operation, before, after)


def _column_is_sound(
    column: Column, table: Table, after: SchemaState, operation: ops.Operation
) -> None:
    if isinstance(column.default, Computed):
        words = column.default.sql.strip("()").split(" + ")[0]
        assert words in table, (operation, f"{column.name} is computed from nothing")
    for enum in ENUMS:
        if is_of(column.type.sql, enum):
            found = after.objects.get(Key("enum", enum))
            assert isinstance(found, Enum), (operation, f"no type for {column.name}")
            if isinstance(column.default, Default) and not column.type.sql.endswith("[]"):
                value = column.default.sql.split("'")[1]
                assert value in found.values, (operation, "no such value")


def _dependents_are_sound(
    operation: ops.Operation, before: SchemaState, after: SchemaState
) -> None:
    for item in after.objects.values():
        if not isinstance(item, (View, Trigger)):
            continue
        for need in item.needs:
            if need.kind == "view":
                keys = {Key("view", need.name), Key("materialized view", need.name)}
                assert keys & after.objects.keys(), (operation, f"{item.key} needs {need.name}")
                continue
            assert need.name in after, (operation, f"{item.key} needs {need.name}")
            if need.column is not None:
                assert need.column in after[need.name], (operation, f"{item.key} needs {need}")
                if item.key in before.objects and before.objects[item.key] == item:
                    was = before[need.name][need.column].type
                    assert was == after[need.name][need.column].type, (operation, item.key)
    if isinstance(operation, ops.AlterColumn) and operation.type is not ops.UNCHANGED:
        for column in before[operation.table].columns:
            computed = column.default
            if isinstance(computed, Computed):
                assert not mentions(computed.sql, operation.column), (operation, "is computed from")
    if isinstance(operation, ops.ReplaceObject) and isinstance(operation.before, View):
        assert not operation.before.materialized, operation


def _keys_bear(operation: ops.AlterColumn, before: SchemaState) -> None:
    if operation.type is ops.UNCHANGED:
        return
    for table in before:
        for key in table.foreign_keys:
            assert not (table.name == operation.table and operation.column in key.columns), (
                operation
            )
            assert not (key.target == operation.table and operation.column in key.target_columns), (
                operation
            )


def _keys_have_indexes(operation: ops.Operation, before: SchemaState, after: SchemaState) -> None:
    """As MySQL: the last index that begins with the columns of a foreign key cannot be dropped."""
    for table in after:
        for key in table.foreign_keys:
            if has_support(before[table.name], key.columns):
                assert has_support(after[table.name], key.columns), (operation, key.name)


def has_support(table: Table, columns: tuple[str, ...]) -> bool:
    """Whether an index begins with these columns."""
    for part in (*table.constraints, *table.indexes):
        if isinstance(part, Index) and tuple(part.elements)[: len(columns)] == columns:
            return True
        if isinstance(part, (PrimaryKey, Unique)) and part.columns[: len(columns)] == columns:
            return True
    return False
