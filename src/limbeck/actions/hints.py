"""
What models say about names that something had before.

Responsible for finding it: `info={"renamed_from": …}` of tables and columns, `renamed_from` of declarations.  Does not
know whether it is (still) true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from limbeck import objects
from limbeck.diff import Abilities, Hint
from limbeck.diff.objects import kind_of_object
from limbeck.schema import TableName

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.schema import SchemaState


def hints(want: SchemaState) -> Iterator[Hint]:
    """What tables and columns say by `info={"renamed_from": …}`."""
    for table in want:
        old = getattr(table.origin, "info", {}).get("renamed_from")
        if old is not None:
            yield Hint(table.name, str(old))
        for column in table.columns:
            before = getattr(column.origin, "info", {}).get("renamed_from")
            if before is not None:
                yield Hint(table.name, str(before), column.name)


def declared_hints(
    want: SchemaState, metadata: Iterable[sa.MetaData], dialect: sa.Dialect
) -> Iterator[Hint]:
    """What declarations say of objects that stand beside tables, where such can get another name."""
    if not Abilities.of(dialect.name).renames_objects:
        return
    for one in metadata:
        for item in objects.declared(one):
            if isinstance(item, (objects.Renameable, objects.Renamed)):
                yield from _of(item, _name(item, one, want), want)


def _of(item: objects.Declared, name: TableName, want: SchemaState) -> Iterator[Hint]:
    kind = kind_of_object(name, want)
    old: str | None = getattr(item, "renamed_from", None)
    if kind is not None and old is not None:
        yield Hint(name, old, kind=kind)
    if isinstance(item, objects.Renamed):
        for before, after in item.values.items():
            yield Hint(name, before, after, kind="enum value")


def _name(item: objects.Declared, metadata: sa.MetaData, want: SchemaState) -> TableName:
    """The name in the words of the server, which has none for the default schema."""
    full = TableName(str(getattr(item, "name", "")), item.schema or metadata.schema)
    return full if kind_of_object(full, want) is not None else full._replace(schema=None)
