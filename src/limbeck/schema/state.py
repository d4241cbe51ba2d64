"""
A whole database's structure at one moment, as a value.

Responsible for finding and replacing tables by name, and what stands beside them by key.  Does not know where a
state was read from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import SchemaError
from limbeck.schema.objects import TableName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from limbeck.schema.objects import Table
    from limbeck.schema.standalone import Key, Standalone

_Referrers = dict[TableName, frozenset[TableName]]


class SchemaState:
    """Tables by name, other objects by key; never changed, only replaced by `with_table`, `with_object` and so on.

    Equal when the tables and objects are, in whatever order they came.  It may cover a part of a database only, so
    that a foreign key may name a table that is not in it.  Iterated over, it gives the tables.
    """

    __slots__ = ("_objects", "_referrers", "_tables")

    def __init__(self, tables: Iterable[Table] = (), objects: Iterable[Standalone] = ()) -> None:
        self._tables: dict[TableName, Table] = {table.name: table for table in tables}
        self._objects: dict[Key, Standalone] = {item.key: item for item in objects}
        self._referrers: _Referrers | None = None

    def __getitem__(self, name: TableName) -> Table:
        try:
            return self._tables[name]
        except KeyError:
            raise SchemaError(f"there is no table {name}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[Table]:
        return iter(self._tables.values())

    def __len__(self) -> int:
        return len(self._tables)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SchemaState)
            and self._tables == other._tables
            and self._objects == other._objects
        )

    def __hash__(self) -> int:
        return hash((frozenset(self._tables.items()), frozenset(self._objects)))

    def __repr__(self) -> str:
        names = [*(str(name) for name in self._tables), *(str(key) for key in self._objects)]
        return f"SchemaState({', '.join(names)})"

    @property
    def objects(self) -> Mapping[Key, Standalone]:
        """What stands beside the tables, by key; not to be changed."""
        return self._objects

    def with_object(self, item: Standalone) -> SchemaState:
        """The state in which `item` is new, or replaces the one of its key."""
        return self._of(self._tables, self._referrers, {**self._objects, item.key: item})

    def without_object(self, key: Key) -> SchemaState:
        """The state without that object.  Raises SchemaError when there is none."""
        if key not in self._objects:
            raise SchemaError(f"there is no {key}")
        others = {other: item for other, item in self._objects.items() if other != key}
        return self._of(self._tables, self._referrers, others)

    def referring(self, target: TableName) -> tuple[Table, ...]:
        """The other tables with a foreign key to `target`."""
        if self._referrers is None:
            self._referrers = {}
            for table in self:
                _refer(self._referrers, table)
        names = self._referrers.get(target, frozenset())
        return tuple(self._tables[name] for name in sorted(names, key=str) if name != target)

    def with_table(self, table: Table) -> SchemaState:
        """The state in which `table` is new, or replaces the one of its name."""
        # Copying a dictionary is a copy of memory: a state of 1,000 tables costs some microseconds.
        tables = self._tables.copy()
        tables[table.name] = table
        referrers = self._referrers_after(self._tables.get(table.name), table)
        return self._of(tables, referrers, self._objects)

    def without_table(self, name: TableName) -> SchemaState:
        """The state without that table.  Raises SchemaError when there is none."""
        gone = self[name]
        tables = self._tables.copy()
        del tables[name]
        return self._of(tables, self._referrers_after(gone, None), self._objects)

    def _referrers_after(self, old: Table | None, new: Table | None) -> _Referrers | None:
        """Who refers to whom when `new` replaces `old`; None as long as nobody has asked."""
        if self._referrers is None or _targets(old) == _targets(new):
            return self._referrers
        referrers = self._referrers.copy()
        if old is not None:
            for target in _targets(old):
                referrers[target] -= {old.name}
        if new is not None:
            _refer(referrers, new)
        return referrers

    @classmethod
    def _of(
        cls,
        tables: dict[TableName, Table],
        referrers: _Referrers | None,
        objects: dict[Key, Standalone],
    ) -> SchemaState:
        state = cls.__new__(cls)
        state._tables = tables  # noqa: SLF001 - it is one of us
        state._referrers = referrers  # noqa: SLF001
        state._objects = objects  # noqa: SLF001
        return state


def _targets(table: Table | None) -> frozenset[TableName]:
    """The tables that a table refers to."""
    return frozenset(key.target for key in table.foreign_keys) if table is not None else frozenset()


def _refer(referrers: _Referrers, table: Table) -> None:
    for target in _targets(table):
        referrers[target] = referrers.get(target, frozenset()) | {table.name}
