"""
What belongs to a history.

Responsible for the tables that its revisions have made, or worked on, and for what stands beside tables and was made by
their operations.  What they made by SQL of their own is not taken to be what models would declare.  Does not know what
may be done to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from limbeck.actions.replay import replay
from limbeck.diff import Owned
from limbeck.diff.ownership import security
from limbeck.operations import (
    CreateObject,
    CreateTable,
    RenameObject,
    RenameTable,
    ReplaceObject,
    SetTableOptions,
)
from limbeck.schema import Key, TableName

if TYPE_CHECKING:
    from limbeck.operations import Operation
    from limbeck.project import Project, Target
    from limbeck.schema import SchemaState


def owned_by(project: Project, target: Target, have: SchemaState) -> Owned:
    """The tables of all revisions, by the names that they have now and had before, and of `have` the objects."""
    found = replay(project, target, frozenset(project.history.real_heads))
    names = {name for one in found.recorded for name in _tables(one.operation)}
    names |= {name for one in found.opaque for name in _named(one.what)}
    made = {_alike(key) for one in found.recorded for key in _objects(one.operation)}
    made |= {_alike(key) for key in found.schema.objects if key.kind in _OF_TABLES}
    keys = {*have.objects, *(security(table.name) for table in have)}
    return Owned(
        frozenset(names | {table.name for table in found.schema}),
        frozenset(key for key in keys if _alike(key) in made),
    )


# Models of SQLAlchemy declare them, and the tables that need them bring them along.
_OF_TABLES = frozenset({"enum", "domain", "sequence"})


def _objects(operation: Operation) -> Iterator[Key]:
    """What stands beside tables, and is made or changed by an operation."""
    if isinstance(operation, CreateObject):
        yield operation.object.key
    elif isinstance(operation, ReplaceObject):
        yield operation.after.key
    elif isinstance(operation, RenameObject):
        yield operation.key._replace(name=operation.renamed)
    elif isinstance(operation, SetTableOptions):
        yield security(operation.table)


def _alike(key: Key) -> tuple[str, str, str]:
    """What is the same however an author spells it: without schemas, and without the types of arguments."""
    kind = "view" if key.kind == "materialized view" else key.kind
    of = "" if kind in {"function", "procedure"} else re.sub(r"\(.*\)", "", key.of)
    return kind, key.name.name, of.rpartition(".")[2]


_WORD = r'(?:"(?:[^"]|"")+"|`[^`]+`|\[[^\]]+\]|\w+)'
_MADE = re.compile(
    r"\b(?:create|alter)\s+(?:\w+\s+){0,3}?table\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?"
    rf"(?:(?P<schema>{_WORD})\s*\.\s*)?(?P<name>{_WORD})",
    re.IGNORECASE,
)


def _named(sql: str) -> Iterator[TableName]:
    """The tables that a text creates or alters which is not understood: whatever it does to them, it knows them.

    Without quotes some servers fold names to small letters: both spellings count.
    """
    for found in _MADE.finditer(sql):
        name, schema = found["name"].strip('"`[]'), found["schema"]
        where = schema.strip('"`[]') if schema else None
        yield TableName(name, where)
        yield TableName(name.lower(), where.lower() if where else None)


def _tables(operation: Operation) -> set[TableName]:
    if isinstance(operation, CreateTable):
        return {operation.table.name}
    if isinstance(operation, RenameTable):
        return {operation.table, operation.renamed}
    table = getattr(operation, "table", None)
    return {table} if isinstance(table, TableName) else set()
