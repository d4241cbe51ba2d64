"""Oracle: where it does otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import limbeck.database.ddl.oracle  # noqa: F401 - registers its text
from limbeck import operations as ops
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.dialects.alter import alter_plainly

if TYPE_CHECKING:
    from collections.abc import Iterable


@compiles(ops.AlterColumn, "oracle")
def alter_column(operation: ops.AlterColumn, compiler: Compiler) -> Iterable[Compiled]:
    """MODIFY, once for each attribute."""
    return alter_plainly(operation, compiler)
