"""
What operations become when they are carried out on another schema than the one that they were made for.

Responsible for one side of a fork that is put behind the other: what the other side has renamed is called by its new
name, what it has done already is left out, what an operation says of a column before it is what is true there, and the way
back leads to where the new way starts.  Does not know files, nor what the operations are called in them.

Where that has no one answer, because both sides change one thing in different ways, it raises SchemaError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from limbeck.diff.aspects import ATTRIBUTES, Aspect, aspects, changed, shown
from limbeck.diff.diff import Diff, Terms, diff
from limbeck.diff.renames import Decided, Rename
from limbeck.errors import SchemaError
from limbeck.operations import (
    UNCHANGED,
    AddColumn,
    AlterColumn,
    CreateIndex,
    CreateObject,
    CreateTable,
    FillColumn,
    Operation,
    RecreateTable,
    RenameConstraint,
    RenameEnumValue,
    RenameIndex,
    RenameObject,
    RenameTable,
    ReplaceEnum,
    SetTableComment,
    columns_of_enum,
)
from limbeck.schema import Enum, Key, SchemaState, TableName
from limbeck.schema.mentions import mentions

if TYPE_CHECKING:
    from limbeck.diff.abilities import Abilities
    from limbeck.schema import Table

_RENAMES = (RenameTable, RenameObject, RenameConstraint, RenameIndex, RenameEnumValue)


@dataclass(frozen=True)
class Rules:
    """What is peculiar to a server: how it carries operations out, what it can do, and its own words for a schema."""

    carry: Callable[[Operation, SchemaState], SchemaState]
    abilities: Abilities
    words: Callable[[SchemaState], SchemaState]

    def all(self, operations: Iterable[Operation], state: SchemaState) -> SchemaState:
        """The schema after `operations`.  Raises SchemaError."""
        for operation in operations:
            state = self.carry(operation, state)
        return state


@dataclass(frozen=True)
class Ground:
    """The schema before an operation: where it was made (`old`), and where it is carried out now (`new`).

    `renamed` are the renames by which what `old` has is called in `new`.
    """

    old: SchemaState
    new: SchemaState
    renamed: tuple[Operation, ...] = ()

    def called(self, state: SchemaState) -> SchemaState:
        """`state`, which goes by the names of `old`, with those of `new`."""
        for rename in self.renamed:
            with suppress(SchemaError):  # what it is about is not there (any more)
                state = rename.apply(state)
        return state

    def name(self, table: TableName, column: str = "") -> tuple[TableName, str]:
        """A table of `old`, and a column of it, as they are called in `new`."""
        for rename in self.renamed:
            if isinstance(rename, RenameTable) and rename.table == table:
                table = rename.renamed
            elif isinstance(rename, AlterColumn) and rename.table == table:
                column = rename.name if rename.column == column else column
        return table, column

    @property
    def gone(self) -> Iterator[str]:
        """The names of tables and columns that mean nothing any more in `new`."""
        for rename in self.renamed:
            if isinstance(rename, RenameTable):
                yield rename.table.name
            elif isinstance(rename, AlterColumn):
                yield rename.column


def renames_among(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """What `operations` give other names, and nothing else that they do."""
    found: list[Operation] = []
    for operation in operations:
        if isinstance(operation, RecreateTable):
            found += renames_among(operation.operations)
        elif isinstance(operation, AlterColumn) and operation.name != operation.column:
            found.append(AlterColumn(operation.table, operation.column, operation.new_name))
        elif isinstance(operation, _RENAMES):
            found.append(operation)
    return tuple(found)


def moved(
    operation: Operation, ground: Ground, rules: Rules
) -> tuple[tuple[Operation, ...], Ground]:
    """What `operation` becomes on the new ground, and the ground behind it; nothing where it is done already.

    Raises SchemaError when it does not fit there.
    """
    if isinstance(operation, RecreateTable):
        return _moved_batch(operation, ground, rules)
    behind = past(operation, ground, rules)
    if behind.old == ground.old:
        found: tuple[Operation, ...] = _rows(operation, ground)
    else:
        steps = _translated(operation, ground, behind, rules)
        found = tuple(_open(steps, ground, rules))
    return found, replace(behind, new=rules.all(found, ground.new))


def _moved_batch(
    operation: RecreateTable, ground: Ground, rules: Rules
) -> tuple[tuple[Operation, ...], Ground]:
    """A batch stays one; what is left of it."""
    if operation.copy_from is not None:
        raise SchemaError(f"it says itself what table {operation.table} is like (copy_from)")
    after = rules.carry(operation, ground.old)
    inside: list[Operation] = []
    here = ground
    for one in operation.operations:
        found, here = moved(one, here, rules)
        inside += found
    table, _ = ground.name(operation.table)
    behind = replace(here, old=after)
    if operation.operations and not inside:
        return (), replace(behind, new=ground.new)
    batch = replace(operation, table=table, operations=tuple(inside))
    return (batch,), replace(behind, new=rules.carry(batch, ground.new))


def past(operation: Operation, ground: Ground, rules: Rules) -> Ground:
    """The ground when `operation` has been carried out where it was made, and not where it is carried out now."""
    renamed = _following(ground.renamed, operation)
    return replace(ground, old=rules.carry(operation, ground.old), renamed=renamed)


def _following(renamed: tuple[Operation, ...], operation: Operation) -> tuple[Operation, ...]:
    """The renames, by the name that `operation` gives the table that they are about."""
    if not isinstance(operation, RenameTable):
        return renamed
    found: list[Operation] = []
    for one in renamed:
        about: Any = one  # each kind but those of objects and enums has a table
        if getattr(one, "table", None) != operation.table:
            found.append(one)
        elif not isinstance(one, RenameTable):
            found.append(replace(about, table=operation.renamed))
    return tuple(found)


def _rows(operation: Operation, ground: Ground) -> tuple[Operation, ...]:
    """An operation that changes nothing of the structure; nothing for one that puts right what is right already."""
    found = _renamed(operation, ground)
    if isinstance(operation, FillColumn) and isinstance(found, FillColumn):
        before = ground.old[operation.table][operation.column]
        if before.nullable and not ground.new[found.table][found.column].nullable:
            return ()
    return (found,)


def _renamed(operation: Operation, ground: Ground) -> Operation:
    """An operation that changes nothing of the structure, by the new names."""
    about: Any = operation  # not all have a table and a column
    if not isinstance(getattr(operation, "table", None), TableName):
        return operation
    table, column = ground.name(about.table, getattr(operation, "column", ""))
    if isinstance(operation, FillColumn):
        for name in ground.gone:
            if mentions(operation.value_sql, name):
                raise SchemaError(f"its value speaks of {name}, which has another name there")
    names = {"table": table}
    if column:
        names["column"] = column  # type: ignore[assignment] # it is a text, and the table none
    return replace(about, **names) if any(getattr(about, n) != v for n, v in names.items()) else operation  # fmt: skip


def _translated(
    operation: Operation, ground: Ground, behind: Ground, rules: Rules
) -> tuple[Operation, ...]:
    """The operation by the new names; nothing when it gives no other name than the other side has given."""
    before, wanted = ground.called(ground.old), behind.called(behind.old)
    try:
        if rules.carry(operation, before) == wanted:
            return (operation,)
    except SchemaError:  # it goes by other names there
        pass
    if before == wanted:
        return ()
    return _between(before, wanted, rules, _decision(operation, ground))


def _between(
    before: SchemaState, wanted: SchemaState, rules: Rules, renames: list[Rename]
) -> tuple[Operation, ...]:
    """What leads from one to the other; which casts must be named is known by the server's words for types alone."""
    here, there = rules.words(before), rules.words(wanted)
    said = diff(here, there, abilities=rules.abilities, renames=renames).operations
    named = any(isinstance(one, AlterColumn) and one.options for one in said)
    abilities = rules.abilities if named else replace(rules.abilities, casts=False)
    return diff(before, wanted, abilities=abilities, renames=renames).operations


def _decision(operation: Operation, ground: Ground) -> list[Rename]:
    """The rename that an operation is, by the new names.  Raises SchemaError when both sides rename it."""
    renames = renames_among([operation])
    if not renames:
        return []
    state = ground.called(ground.old)
    rename = renames[0]
    if isinstance(rename, AlterColumn):
        table, column = ground.name(rename.table, rename.column)
        if column == rename.column:
            return [Rename("column", table, rename.column, rename.name)]
        raise _both(f"column {rename.table}.{rename.column}")
    if isinstance(rename, RenameEnumValue):
        enum = state.objects.get(Key("enum", rename.name))
        if isinstance(enum, Enum) and rename.old in enum.values:
            return [Rename("enum value", rename.name, rename.old, rename.new)]
        raise _both(f"value {rename.old!r} of enum {rename.name}")
    if isinstance(rename, RenameTable) and rename.table not in state:
        raise _both(f"table {rename.table}")
    if isinstance(rename, RenameObject) and rename.key not in state.objects:
        raise _both(str(rename.key))
    return []


def _both(what: str) -> SchemaError:
    return SchemaError(f"both sides give {what} another name")


def _open(steps: Sequence[Operation], ground: Ground, rules: Rules) -> Iterator[Operation]:
    """Those of `steps` that the other side has not done, each saying what is true before it."""
    state, new = ground.called(ground.old), ground.new
    for step in steps:
        following = rules.carry(step, state)
        if not _is_done(state, following, new, rules):
            said = _without_done(truthful(step, state, new), state, new)
            yield said
            new = rules.carry(said, new)
        state = following


def _is_done(state: SchemaState, following: SchemaState, new: SchemaState, rules: Rules) -> bool:
    """Whether `new` has what leads from `state` to `following` already.

    Raises SchemaError when it has something else instead: both sides change one thing in different ways.
    """
    names = _differing(state, following)
    state, following, new = (_only(one, names) for one in (state, following, new))
    there = aspects(new)
    wanted = changed(state, following)
    if not wanted or not _in_order(following, new):
        return False
    if all(there.get(aspect) == want for aspect, (_, want) in wanted.items()):
        return True
    there = aspects(rules.words(new))
    wanted = changed(rules.words(state), rules.words(following))
    missing = {aspect: pair for aspect, pair in wanted.items() if there.get(aspect) != pair[1]}
    for aspect, (base, want) in missing.items():
        if want is not None and there.get(aspect) != base:
            _gone(aspect, state, new)
            raise SchemaError(f"both sides change the {shown(aspect)}")
    return not missing


def _gone(aspect: Aspect, state: SchemaState, new: SchemaState) -> None:
    """Raises SchemaError when a table or column of `state` that it is about is none of `new`."""
    table = aspect[1]
    if not isinstance(table, TableName) or aspect[0] == "value" or table not in state:
        return
    if table not in new:
        raise SchemaError(f"there is no table {table}")
    column = str(aspect[2]) if aspect[0] == "column" else ""
    if column and column in state[table] and column not in new[table]:
        raise SchemaError(f"table {table} has no column {column!r}")


def _in_order(following: SchemaState, new: SchemaState) -> bool:
    """Whether the values that enums have in both are in one order."""
    for key, item in following.objects.items():
        there = new.objects.get(key)
        if isinstance(item, Enum) and isinstance(there, Enum):
            mine = [value for value in item.values if value in there.values]
            if mine != [value for value in there.values if value in item.values]:
                return False
    return True


def _without_done(operation: Operation, state: SchemaState, new: SchemaState) -> Operation:
    """The operation without what the other side has changed in the same way about the column."""
    if not isinstance(operation, AlterColumn) or operation.column not in state[operation.table]:
        return operation
    old, here = state[operation.table][operation.column], new[operation.table][operation.column]
    done = {
        name: UNCHANGED
        for name in ATTRIBUTES
        if getattr(operation, name) is not UNCHANGED
        and getattr(here, name) == getattr(operation, name) != getattr(old, name)
    }
    return replace(operation, **done) if done else operation  # type: ignore[arg-type] # all of them may be UNCHANGED


def _differing(state: SchemaState, following: SchemaState) -> set[TableName]:
    """The tables that are not the same in both."""
    names = {table.name for table in (*state, *following)}
    both = {name for name in names if name in state and name in following}
    return {n for n in names if n not in both or state[n] is not following[n]}


def _only(state: SchemaState, names: set[TableName]) -> SchemaState:
    """Some tables, and all that stands beside tables."""
    return SchemaState((table for table in state if table.name in names), state.objects.values())


def truthful(operation: Operation, state: SchemaState, new: SchemaState) -> Operation:
    """The operation, made for `state`, saying of what there is before it what is true in `new`."""
    if isinstance(operation, AlterColumn):
        old, here = state[operation.table][operation.column], new[operation.table][operation.column]
        other = {
            name: getattr(here, name)
            for name in ATTRIBUTES
            if getattr(old, name) != getattr(here, name)
        }
        return replace(operation, existing=replace(operation.existing, **other)) if other else operation  # fmt: skip
    if isinstance(operation, SetTableComment):
        before = new[operation.table].comment
        return operation if state[operation.table].comment == before else replace(operation, existing=before)  # fmt: skip
    if isinstance(operation, ReplaceEnum):
        return _replacing(operation, state, new)
    return operation


def _replacing(operation: ReplaceEnum, state: SchemaState, new: SchemaState) -> Operation:
    """With the values and the columns that there are, but for what the operation takes and gives itself."""
    key = Key("enum", operation.name)
    old, here = state.objects.get(key), new.objects.get(key)
    same = columns_of_enum(state, operation.name) == columns_of_enum(new, operation.name)
    if not isinstance(old, Enum) or not isinstance(here, Enum) or (old == here and same):
        return operation
    names = dict(operation.renamed)
    values = [names.get(value, value) for value in here.values if value not in operation.removed]
    values += [value for value in operation.values_after if value not in values]
    said = {(table, column): default for table, column, default in operation.columns}
    columns = tuple(
        (table, column, said.get((table, column), default))
        for table, column, default in columns_of_enum(new, operation.name)
    )
    return replace(
        operation, values_before=here.values, values_after=tuple(values), columns=columns
    )


# The way back


def way_back(
    before: SchemaState, after: SchemaState, operations: Iterable[Operation], rules: Rules
) -> Diff:
    """What leads back to `before` from `after`, to which `operations` have led.  Raises SchemaError."""
    made = tuple(operations)
    decided = _decided(made)
    return Diff(before, after, made, renames=decided, terms=Terms(rules.abilities)).inverse()


def _decided(operations: Iterable[Operation]) -> Decided:
    """The names that `operations` give."""
    found = Decided()
    for rename in renames_among(operations):
        if isinstance(rename, RenameTable):
            first = next((o for o, n in found.tables.items() if n == rename.table), rename.table)
            found.tables[first] = rename.renamed
            for table, column in [one for one in found.columns if one[0] == rename.table]:
                found.columns[rename.renamed, column] = found.columns.pop((table, column))
        elif isinstance(rename, AlterColumn):
            found.columns[rename.table, rename.column] = rename.name
        elif isinstance(rename, RenameObject):
            found.objects[rename.key] = rename.new
        elif isinstance(rename, RenameEnumValue):
            found.values.setdefault(rename.name, {})[rename.old] = rename.new
    return found


@dataclass(frozen=True)
class Goal:
    """Where a way back leads: `old` is where it led when it was made, by the new names; `new` where it is to lead now."""

    old: SchemaState
    new: SchemaState


def led_to(
    operation: Operation, ground: Ground, goal: Goal, rules: Rules
) -> tuple[tuple[Operation, ...], Ground]:
    """What an operation of a way back becomes, so that it leads to `goal`, and the ground behind it.

    What the other side has changed comes back as that has left it, and what is also the other side's stays.  Raises SchemaError.
    """
    if isinstance(operation, RecreateTable):
        inside: list[Operation] = []
        here = ground
        for one in operation.operations:
            found, here = led_to(one, here, goal, rules)
            inside += found
        table, _ = ground.name(operation.table)
        batch = replace(operation, table=table, operations=tuple(inside))
        return ((batch,) if inside else ()), here
    behind = past(operation, ground, rules)
    if behind.old == ground.old:
        result: tuple[Operation, ...] = (_renamed(operation, ground),)
    else:
        steps = _translated(operation, ground, behind, rules)
        result = tuple(_towards(steps, ground, goal, rules))
    return result, replace(behind, new=rules.all(result, ground.new))


def _towards(
    steps: Sequence[Operation], ground: Ground, goal: Goal, rules: Rules
) -> Iterator[Operation]:
    state, new = ground.called(ground.old), ground.new
    for step in steps:
        following = rules.carry(step, state)
        aimed = _aimed(step, goal)
        if aimed is not None and not _stays(state, following, goal):
            said = truthful(aimed, state, new)
            yield said
            new = rules.carry(said, new)
        state = following


def _stays(state: SchemaState, following: SchemaState, goal: Goal) -> bool:
    """Whether all that would go is there in the end."""
    names = _differing(state, following)
    found = changed(_only(state, names), _only(following, names))
    there = aspects(_only(goal.new, names))
    return bool(found) and all(
        want is None and aspect in there for aspect, (_, want) in found.items()
    )


def _aimed(step: Operation, goal: Goal) -> Operation | None:
    """The operation with what the other side has left of what it makes; None where it has left nothing."""
    if isinstance(step, CreateTable):
        return _table_aimed(step, goal)
    about: Any = step  # those that follow have a table
    if isinstance(step, CreateObject):
        there = goal.new.objects.get(step.object.key)
        if there == goal.old.objects.get(step.object.key):
            return step
        return replace(step, object=there) if there is not None else None
    if not isinstance(step, (AddColumn, AlterColumn, CreateIndex)):
        return step
    if about.table not in goal.new:
        return None
    known = about.table in goal.old
    old = goal.old[about.table] if known else None
    return _part_aimed(step, old, goal.new[about.table])


def _table_aimed(step: CreateTable, goal: Goal) -> Operation | None:
    name = step.table.name
    if name not in goal.new:
        return None
    if name in goal.old and goal.old[name] == goal.new[name]:
        return step
    own = {index.name for index in step.table.indexes}
    indexes = tuple(index for index in goal.new[name].indexes if index.name in own)
    return replace(step, table=replace(goal.new[name], indexes=indexes, origin=None))


def _part_aimed(
    step: AddColumn | AlterColumn | CreateIndex, old: Table | None, new: Table
) -> Operation | None:
    if isinstance(step, CreateIndex):
        there = {index.name: index for index in new.indexes}
        before = {index.name: index for index in old.indexes} if old is not None else {}
        index = there.get(step.index.name)
        if index == before.get(step.index.name):
            return step
        return replace(step, index=index) if index is not None else None
    name = step.column.name if isinstance(step, AddColumn) else step.name
    if name not in new:
        return None
    column = new[name]
    if old is not None and name in old and old[name] == column:
        return step
    if isinstance(step, AddColumn):
        return replace(step, column=column)
    values = {
        attribute: getattr(column, attribute)
        for attribute in ATTRIBUTES
        if getattr(step, attribute) is not UNCHANGED
    }
    return replace(step, **values)


def left_open(
    state: SchemaState, wanted: SchemaState, rules: Rules, *, loose: bool = False
) -> tuple[Operation, ...]:
    """What would lead from `state` to `wanted`, in the server's words; the order of columns does not count.

    With `loose` neither does what servers add to expressions.
    """
    names = _differing(state, wanted)
    here, there = (rules.words(_only(one, names)) for one in (state, wanted))
    if loose:
        here, there = _loosely(here), _loosely(there)
    return diff(here, there, abilities=rules.abilities).operations


def _loosely(state: SchemaState) -> SchemaState:
    """The schema without what servers add to expressions: parentheses, casts, quotes, spaces, capitals."""
    tables = (_loose_table(table) for table in state)
    return SchemaState(tables, (_loose(item) for item in state.objects.values()))


def _loose_table(table: Table) -> Table:
    columns = tuple(
        replace(column, default=_loose(column.default), origin=None) for column in table.columns
    )
    constraints = tuple(map(_loose, table.constraints))
    indexes = tuple(
        replace(index, elements=tuple(map(_bare, index.elements)), origin=None)
        for index in table.indexes
    )
    return replace(table, columns=columns, constraints=constraints, indexes=indexes, origin=None)


_ADDED = re.compile(r"::\s*[\w ]+(\(\d+(,\s*\d+)?\))?(\[\])?|[()\s\"'`]")


def _bare(text: str) -> str:
    return _ADDED.sub("", text).lower()


def _loose(item: Any) -> Any:
    """A default, constraint or object, whatever of it is an expression without what servers add."""
    if not isinstance(getattr(item, "sql", None), str):
        return item
    return replace(item, sql=_bare(item.sql), origin=None)


def stands(operation: Operation, ground: Ground, rules: Rules) -> Ground | None:
    """The ground behind an operation that is carried out as it is on both sides; None where it would say what is not so.

    Raises SchemaError when it does not fit.
    """
    flat = operation.operations if isinstance(operation, RecreateTable) else (operation,)
    state, new = ground.called(ground.old), ground.new
    for one in flat:
        if truthful(one, state, new) != one:
            return None
        state, new = rules.carry(one, state), rules.carry(one, new)
    return replace(past(operation, ground, rules), new=rules.carry(operation, ground.new))
