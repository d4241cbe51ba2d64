"""PostgreSQL: its impl, and its constructs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limbeck.compat.ddl.comparing_dialects import PostgresqlComparing
from limbeck.compat.ddl.impl import DefaultImpl
from limbeck.database.ddl.base import (
    ColumnComment,
    IdentityColumnDefault,
    RenameTable,
    format_column_name,
    format_table_name,
    format_type,
)
from limbeck.database.ddl.postgresql import (
    PostgresqlColumnType,
    visit_column_comment,
    visit_column_type,
    visit_identity_column,
    visit_rename_table,
)

if TYPE_CHECKING:
    from limbeck.compat.operations.exclude import CreateExcludeConstraintOp
else:

    def __getattr__(name: str) -> Any:
        """`CreateExcludeConstraintOp`, which is imported when somebody asks."""
        if name != "CreateExcludeConstraintOp":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from limbeck.compat.operations import exclude

        return exclude.CreateExcludeConstraintOp


__all__ = [
    "ColumnComment",
    "CreateExcludeConstraintOp",
    "IdentityColumnDefault",
    "PostgresqlColumnType",
    "PostgresqlImpl",
    "RenameTable",
    "format_column_name",
    "format_table_name",
    "format_type",
    "visit_column_comment",
    "visit_column_type",
    "visit_identity_column",
    "visit_rename_table",
]


class PostgresqlImpl(PostgresqlComparing, DefaultImpl):
    """PostgreSQL; the base of those of databases that speak as it does."""

    __dialect__ = "postgresql"

    transactional_ddl = True
    type_synonyms = (*DefaultImpl.type_synonyms, {"FLOAT", "DOUBLE PRECISION"})
