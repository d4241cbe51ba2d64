"""SQL Server: its impl, and the words of its ALTER TABLE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from limbeck.compat.ddl.impl import DefaultImpl
from limbeck.compat.util import immutabledict
from limbeck.database.ddl.mssql import (
    mssql_add_column,
    visit_add_column,
    visit_column_comment,
    visit_column_default,
    visit_column_nullable,
    visit_column_type,
    visit_rename_column,
    visit_rename_table,
)

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = [
    "MSSQLImpl",
    "mssql_add_column",
    "visit_add_column",
    "visit_column_comment",
    "visit_column_default",
    "visit_column_nullable",
    "visit_column_type",
    "visit_rename_column",
    "visit_rename_table",
]


class MSSQLImpl(DefaultImpl):
    """SQL Server, whose scripts separate statements by a line with GO, or `mssql_batch_separator`."""

    __dialect__ = "mssql"

    transactional_ddl = True
    batch_separator = "GO"
    type_synonyms = (*DefaultImpl.type_synonyms, {"VARCHAR", "NVARCHAR"})
    identity_attrs_ignore = (
        *DefaultImpl.identity_attrs_ignore,
        "minvalue",
        "maxvalue",
        "nominvalue",
        "nomaxvalue",
        "cycle",
        "cache",
    )

    def __init__(self, *arg: Any, **kw: Any) -> None:
        super().__init__(*arg, **kw)
        self.batch_separator = self.context_opts.get("mssql_batch_separator", self.batch_separator)

    def _exec(
        self,
        construct: sa.Executable | str,
        execution_options: Mapping[str, Any] | None = None,
        multiparams: Sequence[Mapping[str, Any]] | None = None,
        params: Mapping[str, Any] = immutabledict(),
    ) -> sa.CursorResult[Any] | None:
        """Followed by the separator in a script."""
        result = super()._exec(construct, execution_options, multiparams, params)
        self._separate()
        return result

    def _separate(self) -> None:
        if self.as_sql and self.batch_separator:
            self.static_output(self.batch_separator)

    def emit_begin(self) -> None:
        """Write what begins a transaction."""
        self.static_output(f"BEGIN TRANSACTION{self.command_terminator}")

    def emit_commit(self) -> None:
        """Write what commits a transaction."""
        super().emit_commit()
        self._separate()
