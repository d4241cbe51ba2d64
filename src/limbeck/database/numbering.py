"""
Which column of a table the server numbers by itself.

Responsible for what SQLAlchemy's `autoincrement="auto"` comes to in a table, on one dialect.  Does not know where the
table came from: models, or a revision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable


def numbering(table: sa.Table, dialect: sa.Dialect) -> Callable[[sa.Column[Any]], bool]:
    """A function that says of a column of `table` whether the server numbers it."""
    counted = table._autoincrement_column  # noqa: SLF001 - public under this name from SQLAlchemy 2.0 on, but untyped
    return lambda column: column is counted and _counts(column, dialect)


def _counts(column: sa.Column[Any], dialect: sa.Dialect) -> bool:
    """Whether the column that SQLAlchemy would number is numbered by this server by itself.

    The rule of SQLAlchemy's DDL compilers: `get_column_specification` of the dialects.
    """
    if column.identity is not None and dialect.supports_identity_columns:
        return False
    if column.server_default is not None and column.identity is None:
        return False
    default = column.default
    if isinstance(default, sa.Sequence):
        return default.optional or not dialect.supports_sequences
    return default is None or dialect.name != "postgresql"
