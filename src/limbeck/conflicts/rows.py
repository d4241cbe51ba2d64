"""
Two things that are done to the same rows.

Responsible for telling whether it matters which of them comes first, and why.  Does not know values: what depends on
them, and cannot be seen in the statements, is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from limbeck.conflicts.deeds import EVERY, Cell, RowUse
from limbeck.conflicts.effects import Checks, Converts, Defaults, Effect, Fires, Reorders, Stores
from limbeck.conflicts.values import NULL, are_one, are_others
from limbeck.conflicts.verdict import Kind, Side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.schema import SchemaState, Table


class Met(NamedTuple):
    """What two effects come to; `first` of those that are ordered."""

    kind: Kind
    what: str
    why: str
    first: Side | None = None


def meet(left: Effect, right: Effect, state: SchemaState) -> Met | None:
    """What it means that one side does `left` and the other `right`; None when it does not matter."""
    if isinstance(left, RowUse) and isinstance(right, RowUse):
        return _two_statements(left, right, state)
    if isinstance(left, RowUse):
        return _statement_and(left, right, 0, state)
    if isinstance(right, RowUse):
        return _statement_and(right, left, 1, state)
    if isinstance(left, Converts) or isinstance(right, Converts):
        return _converted(left, right)
    return None


# Statements


def _two_statements(left: RowUse, right: RowUse, state: SchemaState) -> Met | None:
    if left.verb == right.verb == "insert":
        return _both_insert(left, right, state)
    other_rows = _other_rows(left, right)
    if other_rows is True:
        return None
    met = _meeting(left, right, state)
    if met is not None and other_rows is None:
        why = "whether both sides mean the same rows depends on how the server compares the values"
        return Met(Kind.UNKNOWN, met.what, why)
    return met


def _meeting(left: RowUse, right: RowUse, state: SchemaState) -> Met | None:
    """What two statements come to that may be about the same rows."""
    for writer, other in ((left, right), (right, left)):
        if writer.verb == "insert":
            continue  # its values matter to whoever meets its rows, see below
        shared = overlap(writer.writes, other.writes) if other.verb != "insert" else frozenset()
        if shared:
            return Met(Kind.CONFLICT, _named(shared), "both sides write these values")
        shared = overlap(writer.writes, other.reads)
        if shared and other.verb != "read":
            why = "one side writes these values, the other side computes with them, or chooses by them"
            return Met(Kind.CONFLICT, _named(shared), why)
    for changer, other in ((left, right), (right, left)):
        if changer.changes_rows and _looks_at(other, changer):
            return _met_by(changer, other)
    for writer, copier in ((left, right), (right, left)):
        if writer.verb != "read":  # PostgreSQL reads a row in another place once it was updated
            met = _reordered(copier, Reorders(writer.table), state)
            if met is not None:
                return met
    return None


def _looks_at(use: RowUse, changer: RowUse) -> bool:
    """Whether a statement's outcome depends on which rows a table has."""
    if use.verb == "read":
        return False
    if changer.table in use.tables:
        return True
    # Rows that go are not missed by what is done to others; rows that come may be met.
    return changer.table == use.table and changer.verb == "insert"


def _met_by(changer: RowUse, other: RowUse) -> Met:
    done = "inserts" if changer.verb == "insert" else "deletes"
    what = f"rows of {changer.table}"
    unseen = {column for column, _ in other.pins} - {column for column, _ in changer.pins}
    if changer.verb == "insert" and changer.table not in other.tables and unseen:
        why = f"whether the rows that one side inserts are met by the other side depends on their {', '.join(sorted(unseen))}"
        return Met(Kind.UNKNOWN, what, why)
    why = f"one side {done} rows that the other side's statement may meet"
    return Met(Kind.CONFLICT, what, why)


def _both_insert(left: RowUse, right: RowUse, state: SchemaState) -> Met | None:
    read = overlap(left.writes, right.reads) or overlap(right.writes, left.reads)
    if read:
        return Met(Kind.CONFLICT, _named(read), "one side inserts what the other side reads")
    if left.table != right.table:
        return None
    if left.table not in state:
        return None
    table = state[left.table]
    for columns in _keys(table):
        met = _shared_key(left, right, columns)
        if met is not None:
            return met
    key = table.primary_key
    if key is None or len(key.columns) != 1:
        return None
    (column,) = key.columns
    numbered = [_numbered(column, use) for use in (left, right)]
    if all(numbered):
        why = (
            f"the server numbers the rows of both sides ({column}), in the order in which they come"
        )
        return Met(Kind.CONFLICT, f"rows of {left.table}", why)
    if any(numbered):
        why = f"the server numbers the rows of one side ({column}), and may come to a number that the other side says"
        return Met(Kind.UNKNOWN, f"rows of {left.table}", why)
    return None


def _keys(table: Table) -> Iterable[tuple[str, ...]]:
    from limbeck.schema import PrimaryKey, Unique

    for constraint in table.constraints:
        if isinstance(constraint, (PrimaryKey, Unique)):
            yield constraint.columns
    for index in table.indexes:
        if index.unique:
            yield index.elements


def _shared_key(left: RowUse, right: RowUse, columns: tuple[str, ...]) -> Met | None:
    """What it means that both sides insert the same key; None when they do not, or it cannot be seen."""
    mine, others = dict(left.pins), dict(right.pins)
    none: frozenset[str] = frozenset()
    pairs = [
        [
            (one, are_one(one, other))
            for one in sorted(mine.get(column, none) - {NULL})
            for other in others.get(column, none) - {NULL}
            if are_one(one, other) is not False
        ]
        for column in columns
    ]
    if not pairs or not all(pairs):
        return None
    what, names = f"rows of {left.table}", ", ".join(columns)
    if all(any(certain for _, certain in found) for found in pairs):
        same = ", ".join(dict.fromkeys(value for value, certain in pairs[0] if certain))
        return Met(Kind.CONFLICT, what, f"both sides insert a row with {names} = {same}")
    why = (
        f"whether both sides insert the same {names} depends on how the server compares the values"
    )
    return Met(Kind.UNKNOWN, what, why)


def _numbered(column: str, use: RowUse) -> bool:
    """Whether an INSERT leaves it to the server to number its rows."""
    if use.given is None or column not in use.given:
        return True
    return NULL in dict(use.pins).get(column, frozenset())


def _other_rows(left: RowUse, right: RowUse) -> bool | None:
    """Whether the two are about different rows of one table; None when the server's way to compare decides."""
    if left.table != right.table:
        return False
    if left.table in left.tables or right.table in right.tables:
        return False  # other rows are looked at, too
    ours, theirs = dict(left.pins), dict(right.pins)
    found = {
        are_others(ours[column], theirs[column])
        for column in ours.keys() & theirs.keys()
        if not _moves(left, right, column)
    }
    return True if True in found else None if None in found else False


def _moves(left: RowUse, right: RowUse, column: str) -> bool:
    """Whether an UPDATE could make rows of one kind into rows of the other."""
    if "insert" in {left.verb, right.verb}:
        return False
    return any(
        use.verb == "update" and Cell(use.table, column) in use.writes for use in (left, right)
    )


# A statement and a change of structure


def _statement_and(use: RowUse, effect: Effect, side: Side, state: SchemaState) -> Met | None:
    """`use` is what `side` does, `effect` what the other one does."""
    if isinstance(effect, Checks):
        return _checked(use, effect, side)
    if isinstance(effect, Converts):
        shared = overlap(effect.cells, use.writes | use.reads)
        why = "one side puts these values into another type, the other side's statement uses them"
        return Met(Kind.UNKNOWN, _named(shared), why) if shared else None
    if isinstance(effect, Defaults):
        return _defaulted(use, effect)
    if isinstance(effect, Reorders):
        return _reordered(use, effect, state)
    if isinstance(effect, Fires):
        if use.verb == "read" or use.table != effect.table:
            return None
        why = f"the rows that one side writes may, or may not, meet the {effect.what} of the other"
        return Met(Kind.CONFLICT, f"rows of {use.table}", why)
    if isinstance(effect, Stores) and use.verb != "read" and use.table in effect.tables:
        why = f"{effect.what} holds the rows of the moment at which it is made"
        return Met(Kind.CONFLICT, f"rows of {use.table}", why)
    return None


def _checked(use: RowUse, effect: Checks, side: Side) -> Met | None:
    """Rows are changed, and looked at: the change may be what makes them right."""
    if use.verb == "insert":
        if use.table != effect.target:
            return None  # whoever comes second is refused, or nobody
        what = f"rows of {use.table}"
    elif use.verb == "read":
        return None
    else:
        shared = overlap(use.writes, effect.cells)
        same = use.verb == "delete" and any(cell.table == use.table for cell in effect.cells)
        if not shared and not same:
            return None
        what = _named(shared) or f"rows of {use.table}"
    why = "the rows that one side puts right are checked by what the other side adds"
    return Met(Kind.ORDERED, what, why, side)


def _reordered(use: RowUse, effect: Reorders, state: SchemaState) -> Met | None:
    """Rows that are copied get their numbers in the order in which they are read."""
    if not use.copies or effect.table not in use.tables or use.table not in state:
        return None
    key = state[use.table].primary_key
    if key is None or use.given is None or set(key.columns) <= use.given:
        return None
    why = f"the rows are numbered in the order in which they are read, which the other side may change ({effect.table})"
    return Met(Kind.UNKNOWN, f"rows of {use.table}", why)


def _defaulted(use: RowUse, effect: Defaults) -> Met | None:
    if use.verb != "insert" or use.table != effect.cell.table:
        return None
    if use.given is not None and effect.cell.column in use.given:
        return None
    why = "one side inserts rows without a value for it, the other side changes its default"
    return Met(Kind.CONFLICT, _named({effect.cell}), why)


def _converted(left: Effect, right: Effect) -> Met | None:
    """A conversion meets a check, or another conversion: whether rows pass may depend on the order."""
    cells = [e.cells for e in (left, right) if isinstance(e, (Converts, Checks))]
    if len(cells) < 2:
        return None
    shared = overlap(*cells)
    why = "one side puts these values into another type, the other side checks or converts them"
    return Met(Kind.UNKNOWN, _named(shared), why) if shared else None


# Cells


def overlap(some: Iterable[Cell], others: Iterable[Cell]) -> frozenset[Cell]:
    """The cells that are in both; `EVERY` is in both when the other has any of its table."""
    other = list(others)
    return frozenset(
        one if one.column != EVERY else two
        for one in some
        for two in other
        if one.table == two.table
        and (one.column == two.column or EVERY in {one.column, two.column})
    )


def _named(cells: Iterable[Cell]) -> str:
    return ", ".join(
        sorted(
            f"rows of {table}" if column == EVERY else f"{table}.{column}"
            for table, column in cells
        )
    )
