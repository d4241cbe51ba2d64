"""
What may be dropped.

Responsible for leaving alone what this history did not make, and what hangs on something that stays, and for noticing
that most tables would go.  Does not know how it was found out who made a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.diff.notes import Note
from limbeck.schema import Key, Standalone, Table, TableName

if TYPE_CHECKING:
    from collections.abc import Collection

    from limbeck.schema import SchemaState

PARTITION = "postgresql_partition_of"
INHERITS = "postgresql_inherits"


@dataclass(frozen=True, slots=True)
class Owned:
    """What the revisions of this history have made or adopted.

    `objects` None: it is not known who made what stands beside tables, and all of it may be dropped.
    """

    tables: frozenset[TableName]
    objects: frozenset[Key] | None = None


@dataclass(frozen=True, slots=True)
class MassDrop:
    """More than half of the tables would go: `dropped`, of `total` that might."""

    dropped: tuple[TableName, ...]
    total: int


def parents(table: Table) -> tuple[TableName, ...]:
    """The tables that a partition or an inheriting table belongs to."""
    options = dict(table.options)
    found: list[TableName] = []
    partition = options.get(PARTITION)
    if isinstance(partition, tuple) and partition:
        found.append(_named(partition[0]))
    inherits = options.get(INHERITS)
    if isinstance(inherits, (tuple, list)) and not isinstance(inherits, TableName):
        found.extend(_named(name) for name in inherits)
    elif inherits is not None:
        found.append(_named(inherits))
    return tuple(found)


def _named(name: object) -> TableName:
    """A table's name as options have it: a TableName, or text with or without a schema."""
    if isinstance(name, TableName):
        return name
    schema, _, own = str(name).rpartition(".")
    return TableName(own, schema or None)


def table_stays(table: Table, owned: Owned | None, dropped: Collection[TableName]) -> Note | None:
    """Why a table that the models do not have is left alone; None when it may go.

    `dropped` are the tables that go: a partition goes with its parent, and otherwise never.
    """
    above = parents(table)
    if above and not any(parent in dropped for parent in above):
        return Note("kept", str(table.name), f"table {table.name} belongs to {above[0]}")
    if owned is not None and table.name not in owned.tables and not above:
        return Note(
            "not owned",
            str(table.name),
            f"table {table.name} is in the database, but no revision of this history made it",
        )
    return None


SECURITY = "postgresql_row_security"


def security(table: TableName) -> Key:
    """What stands for the row-level security of a table, which is an option of it, among the objects."""
    return Key("row security", table)


def secured(table: Table) -> bool:
    """Whether a table has row-level security enabled."""
    return any(name == SECURITY for name, _ in table.options)


def has_more(have: SchemaState, want: SchemaState) -> bool:
    """Whether there is something in a database that models do not have, and that may be somebody else's."""
    return any(
        table.name not in want or (secured(table) and not secured(want[table.name]))
        for table in have
    ) or any(key not in want.objects for key in have.objects)


def object_stays(item: Standalone, owned: Owned | None) -> bool:
    """Whether an object that the models do not have is left alone."""
    return owned is not None and owned.objects is not None and item.key not in owned.objects


def security_stays(old: Table, new: Table, owned: Owned | None) -> bool:
    """Whether row-level security that the models do not speak of is left alone."""
    return (
        owned is not None
        and owned.objects is not None
        and secured(old)
        and not secured(new)
        and security(old.name) not in owned.objects
    )


def objects_note(kept: Collection[Key]) -> Note:
    """That objects are left alone: one note for all of a kind, which may be many."""
    kind = min(kept).kind
    names = sorted(_called(key) for key in kept)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    are, them = ("is", "it") if len(names) == 1 else ("are", "them")
    return Note(
        "not owned",
        kind if len(names) > 1 else names[0],
        f"{', '.join(names[:_NAMED])}{more} {are} in the database, but no operation of this history made {them}",
    )


_NAMED = 5


def _called(key: Key) -> str:
    if key.kind == "grant":
        return f"grant on {key.name} to {key.of.rpartition(' ')[2]}"
    return f"row-level security of {key.name}" if key.kind == "row security" else str(key)


def mass_drop(before: SchemaState, after: SchemaState, owned: Owned | None) -> MassDrop | None:
    """The refusal when more than half of the tables that could go do go; partitions are not counted."""
    could = [
        table.name
        for table in before
        if not parents(table) and (owned is None or table.name in owned.tables)
    ]
    dropped = tuple(sorted((name for name in could if name not in after), key=str))
    return MassDrop(dropped, len(could)) if len(dropped) * 2 > len(could) else None
