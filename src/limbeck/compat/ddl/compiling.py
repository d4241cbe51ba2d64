"""
Limbeck's compiler, for one `DefaultImpl`.

Responsible for whose functions it asks: those of the dialects that the classes of the impl name, so that a dialect which
derives its impl from PostgreSQL's is compiled as PostgreSQL is, wherever it says nothing of its own.  Does not know
operations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database.compile import Compiler, family_of, load
from limbeck.database.read import Catalog

if TYPE_CHECKING:
    from limbeck.database.compile import TableSource


def family(impl: type) -> list[str]:
    """The dialects that the class and its bases name, nearest first, and those that are asked in their place."""
    named = [base.__dict__.get("__dialect__") for base in impl.__mro__]
    found: list[str] = []
    for name in named:
        if name is not None and name != "default":
            found += [other for other in family_of(name) if other]
    return [*dict.fromkeys(found), ""]


class ImplCompiler(Compiler):
    """Compiles for the dialects of a family; tables are read where there is a connection to read them with."""

    def __init__(
        self,
        dialect: sa.Dialect,
        *,
        family: Sequence[str],
        connection: object,
        metadata: object,
        literal: bool,
        memo: dict[Any, Any],
    ) -> None:
        super().__init__(
            dialect,
            tables=_tables(connection),
            naming_convention=_convention(metadata),
            literal=literal,
            schema_translate_map=_translated(connection),
        )
        self.family = list(family)
        self.memo = memo
        for name in reversed(self.family):
            load(name)


def _tables(connection: object) -> TableSource | None:
    """Not for what only stands in for a connection."""
    return Catalog(connection) if isinstance(connection, sa.Connection) else None


def _convention(metadata: object) -> Mapping[str, Any]:
    """The naming convention of the first MetaData that there is."""
    first = metadata[0] if isinstance(metadata, (list, tuple)) and metadata else metadata
    return dict(first.naming_convention) if isinstance(first, sa.MetaData) else {}


def _translated(connection: object) -> dict[str | None, str | None]:
    if not isinstance(connection, sa.Connection):
        return {}
    return dict(connection.get_execution_options().get("schema_translate_map") or {})
