"""
From one state to another, exactly.

Responsible for collecting the changes of everything that differs, putting them in order, and proving by doing it that
they lead where they should.  Does not know renames, filters and owners: they are settled before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.diff.alter import table_changes
from limbeck.diff.casts import cast
from limbeck.diff.enums import value_questions
from limbeck.diff.extensions import older_versions
from limbeck.diff.narrowing import family
from limbeck.diff.notes import Note
from limbeck.diff.notnull import FillQuestion, question_of, value_for, wants_value
from limbeck.diff.order import ordered
from limbeck.diff.parts import part_changes
from limbeck.diff.standalone import object_changes
from limbeck.diff.tables import creations, removals
from limbeck.errors import SchemaError
from limbeck.operations import AlterColumn, ExistingColumn, Operation

if TYPE_CHECKING:
    from limbeck.diff.candidates import Evidence, RenameQuestion
    from limbeck.diff.change import Change
    from limbeck.diff.way import Altered, Way
    from limbeck.schema import SchemaState


def operations(way: Way) -> tuple[Operation, ...]:
    """What leads from `way.before` to `way.after`, in an order that works.

    Raises SchemaError when no order does, which a sound pair of states does not bring about.
    """
    state = way.before
    result: list[Operation] = []
    for change in ordered(list(changes(way))):
        operation = described(change.operation, state)
        state = operation.apply(state)
        result.append(operation)
    if state != way.after:
        raise SchemaError(
            f"the operations found do not lead to the schema wanted: {_wrong(state, way.after)}"
        )
    return tuple(result)


def changes(way: Way) -> Iterator[Change]:
    """The changes, in no particular order."""
    yield from creations(way)
    yield from removals(way)
    for altered in way.altered.values():
        yield from table_changes(altered, way)
        yield from part_changes(altered, way)
    for altered in _referring(way):
        yield from part_changes(altered, way)
    yield from object_changes(way)


def _referring(way: Way) -> Iterator[Altered]:
    """Tables that do not differ themselves, but refer to one that does."""
    for table in way.after:
        if table.name not in way.before or table.name in way.altered:
            continue
        if any(key.target in way.altered for key in table.foreign_keys):
            yield way.unaltered(table)


def described(operation: Operation, state: SchemaState) -> Operation:
    """The operation, saying what a column is like before it: MySQL, and whoever reads the file, must know."""
    if not isinstance(operation, AlterColumn):
        return operation
    column = state[operation.table][operation.column]
    existing = ExistingColumn(
        column.type, column.nullable, column.default, column.comment, column.autoincrement
    )
    return replace(operation, existing=existing)


def _wrong(state: SchemaState, wanted: SchemaState) -> str:
    names = {table.name for table in (*state, *wanted)}
    wrong = [
        str(name)
        for name in names
        if name not in state or name not in wanted or state[name] != wanted[name]
    ]
    keys = {*state.objects, *wanted.objects}
    wrong += [str(key) for key in keys if state.objects.get(key) != wanted.objects.get(key)]
    return ", ".join(sorted(wrong))


def fill_questions(way: Way, renames: Iterable[RenameQuestion] = ()) -> Iterator[FillQuestion]:
    """The columns that become NOT NULL and need a value that nobody gave.

    Not those that may be an old column by another name, which has its values: `renames` is asked first.
    """
    perhaps_old = {
        (question.table, candidate.new)
        for question in renames
        if question.kind == "column"
        for candidate in question.candidates
    }
    for altered in way.altered.values():
        for column in altered.new.columns:
            if (altered.name, column.name) in perhaps_old:
                continue
            if not wants_value(altered, column) or value_for(altered, column, way) is not None:
                continue
            if way.filled(altered.name):
                yield question_of(altered, column, way)


def enum_questions(way: Way, evidence: Evidence) -> Iterator[RenameQuestion]:
    """The values of enums that may have got another name."""
    for old, new in way.changed_enums:
        dropped = frozenset(value for name, value in way.dropped_values if name == old.name)
        yield from value_questions(old, new, way.values.get(old.name, {}), dropped, evidence)


def notes(way: Way, found: Iterable[Operation]) -> Iterator[Note]:
    """What there is to say about the operations: casts that do not exist, extensions that become older."""
    yield from older_versions(found)
    for altered in way.altered.values():
        for name in sorted(altered.retyped):
            where = f"{altered.name}.{name}"
            old, new = way.shaken.base(altered.old[name]) or (
                altered.old[name].type.sql,
                altered.new[name].type.sql,
            )
            if way.abilities.casts:
                yield from _cast_note(where, old, new)
            elif way.abilities.texts_only:
                yield from _text_note(where, old, new, way.abilities.texts_only)


def _text_note(where: str, old: str, new: str, texts_only: frozenset[str]) -> Iterator[Note]:
    kinds = {family(old), family(new)}
    if kinds & texts_only and not kinds & {"text", "binary"} and len(kinds) > 1:
        yield Note(
            "no cast",
            where,
            f"no value of {old} is one of {new}: {where} can be changed while it is NULL in all rows, "
            "else what becomes of the values must be written by hand",
        )


def _cast_note(where: str, old: str, new: str) -> Iterator[Note]:
    if cast(old, new) == "none":
        yield Note(
            "no cast",
            where,
            f"no cast from {old} to {new} is known: {where} can be changed while it is NULL in "
            "all rows, else USING must be written by hand",
        )
