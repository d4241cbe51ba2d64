"""Oracle: its impl, and the words of its ALTER TABLE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from limbeck.compat.ddl.impl import DefaultImpl
from limbeck.compat.util import immutabledict
from limbeck.database.ddl.oracle import (
    add_column,
    alter_column,
    visit_add_column,
    visit_column_comment,
    visit_column_default,
    visit_column_name,
    visit_column_nullable,
    visit_column_type,
    visit_identity_column,
    visit_rename_table,
)

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = [
    "OracleImpl",
    "add_column",
    "alter_column",
    "visit_add_column",
    "visit_column_comment",
    "visit_column_default",
    "visit_column_name",
    "visit_column_nullable",
    "visit_column_type",
    "visit_identity_column",
    "visit_rename_table",
]


class OracleImpl(DefaultImpl):
    """Oracle, whose scripts separate statements by a line with a slash, or `oracle_batch_separator`."""

    __dialect__ = "oracle"

    transactional_ddl = False
    batch_separator = "/"
    command_terminator = ""
    type_synonyms = (
        *DefaultImpl.type_synonyms,
        {"VARCHAR", "VARCHAR2"},
        {"BIGINT", "INTEGER", "SMALLINT", "DECIMAL", "NUMERIC", "NUMBER"},
        {"DOUBLE", "FLOAT", "DOUBLE_PRECISION"},
    )
    identity_attrs_ignore = ()

    def __init__(self, *arg: Any, **kw: Any) -> None:
        super().__init__(*arg, **kw)
        self.batch_separator = self.context_opts.get("oracle_batch_separator", self.batch_separator)

    def _exec(
        self,
        construct: sa.Executable | str,
        execution_options: Mapping[str, Any] | None = None,
        multiparams: Sequence[Mapping[str, Any]] | None = None,
        params: Mapping[str, Any] = immutabledict(),
    ) -> sa.CursorResult[Any] | None:
        """Followed by the separator in a script."""
        result = super()._exec(construct, execution_options, multiparams, params)
        if self.as_sql and self.batch_separator:
            self.static_output(self.batch_separator)
        return result

    def emit_begin(self) -> None:
        """Write the statement that begins a transaction."""
        self._exec("SET TRANSACTION READ WRITE")

    def emit_commit(self) -> None:
        """Write COMMIT."""
        self._exec("COMMIT")
