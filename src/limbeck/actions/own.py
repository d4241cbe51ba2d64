"""
What limbeck itself keeps in a database.

Responsible for the names of its tables, which belong to no schema that is compared.  Does not know what is in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.schema import TableName

if TYPE_CHECKING:
    from limbeck.project import Target


def own_tables(target: Target) -> frozenset[TableName]:
    """The version table and the journal of a target."""
    names = [target.version_table, *([target.journal] if target.journal is not None else [])]
    return frozenset(TableName(name, target.version_table_schema) for name in names)
