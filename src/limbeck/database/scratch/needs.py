"""
What must be there before something can be made.

Responsible for finding it by the names that stand in the text of a table or object: too many do no harm.  Targets of
foreign keys are not among them, see `make.stubs`.  Does not know in which order things are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from limbeck.schema import Key, SchemaState, TableName

Owner = TableName | Key

_NAMED = {
    "enum", "domain", "composite", "sequence", "function", "procedure", "view", "materialized view",
}  # fmt: skip


class Needs:
    """What each table and object of a state needs; made once for all of them."""

    def __init__(self, everything: SchemaState) -> None:
        self._everything = everything
        self._tables: dict[str, list[Owner]] = {}
        for table in everything:
            self._tables.setdefault(table.name.name, []).append(table.name)
        self._objects: dict[str, list[Owner]] = {}
        for key in everything.objects:
            if key.kind in _NAMED:
                self._objects.setdefault(key.name.name, []).append(key)

    def of(self, owners: Iterable[Owner]) -> set[Owner]:
        """These, and all that they need, and what that needs."""
        chosen = set(owners)
        queue = list(chosen)
        while queue:
            for other in self._next(queue.pop()):
                if other not in chosen:
                    chosen.add(other)
                    queue.append(other)
        return chosen

    def _next(self, owner: Owner) -> Iterator[Owner]:
        if isinstance(owner, Key):
            found = self._everything.objects.get(owner)
            text = repr(found) if found is not None else ""
            yield from _mentioned(self._tables, text)
        elif owner in self._everything:
            text = repr(self._everything[owner])
            # A table needs another one because it inherits, not because a column is called so.
            yield from _mentioned(self._tables, self._parents(owner))
        else:
            text = ""
        yield from _mentioned(self._objects, text)

    def _parents(self, table: TableName) -> str:
        options = dict(self._everything[table].options)
        names = ("postgresql_inherits", "postgresql_partition_of")
        return " ".join(str(options[name]) for name in names if name in options)


def _mentioned(named: dict[str, list[Owner]], text: str) -> Iterator[Owner]:
    if text:
        for name, owners in named.items():
            if name in text:
                yield from owners
