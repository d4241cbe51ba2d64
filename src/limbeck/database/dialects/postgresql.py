"""PostgreSQL: where it does otherwise."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck import operations as ops
from limbeck.database import construct
from limbeck.database.compile import Compiled, Compiler, compiles
from limbeck.database.ddl import base as ddl
from limbeck.database.ddl.postgresql import PostgresqlColumnType
from limbeck.database.dialects import postgresql_serial as serial
from limbeck.database.dialects.alter import (
    alter_plainly,
    changes_identity,
    described,
    place,
    server_default,
    set_default,
)
from limbeck.errors import CannotCompile
from limbeck.operations import UNCHANGED
from limbeck.schema import Identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@compiles(ops.AlterColumn, "postgresql")
def alter_column(operation: ops.AlterColumn, compiler: Compiler) -> Iterable[Compiled]:
    """The type first, by USING where the author says how; identities; then as everywhere."""
    return _alter(operation, compiler)


def _alter(operation: ops.AlterColumn, compiler: Compiler) -> Iterator[Compiled]:
    using = dict(operation.options).get("postgresql_using")
    if using is not None and operation.type is UNCHANGED:
        raise CannotCompile(
            f"{operation.table}.{operation.column}: postgresql_using says how values become the new type, "
            "but no type_ is given"
        )
    starts = serial.starts(operation)
    if serial.stops(operation):
        yield from serial.stopped(operation, compiler)
    if _default_is_in_the_way(operation):
        yield ddl.ColumnDefault(*place(operation), None, **described(operation))
        if operation.default is None:
            operation = replace(operation, default=UNCHANGED)
    if operation.type is not UNCHANGED:
        type_ = construct.to_type(operation.type)
        yield PostgresqlColumnType(*place(operation), type_, using=using, **described(operation))
    if changes_identity(operation):
        yield from _alter_identity(operation)
        operation = replace(
            operation, default=UNCHANGED, existing=replace(operation.existing, default=UNCHANGED)
        )
    if starts:
        yield from serial.started(operation, compiler)
    yield from serial.widened(operation, compiler)
    yield from alter_plainly(replace(operation, type=UNCHANGED), compiler)


def _default_is_in_the_way(operation: ops.AlterColumn) -> bool:
    """Whether there is an old default that goes, which PostgreSQL would try to cast to the new type, and fail."""
    if operation.type is UNCHANGED or operation.default is UNCHANGED or changes_identity(operation):
        return False
    return operation.default is None or operation.existing.default not in {UNCHANGED, None}


def _alter_identity(operation: ops.AlterColumn) -> Iterator[Compiled]:
    old, new = operation.existing.default, operation.default
    if isinstance(old, Identity) and isinstance(new, Identity) and not is_changed(old, new):
        return
    if isinstance(new, Identity):
        yield set_default(operation)
        return
    yield set_default(replace(operation, default=None))
    if new is not None and new is not UNCHANGED:
        yield ddl.ColumnDefault(*place(operation), server_default(new), **described(operation))


def is_changed(old: Identity, new: Identity) -> bool:
    """Whether something is given that is not as it was; what is not given any more stays."""
    before = dict(old.options)
    return old.always != new.always or any(before.get(name) != value for name, value in new.options)


_DROPS_TYPE = re.compile(r"\bdrop\s+(?:type|domain|schema|owned)\b", re.IGNORECASE)


@compiles(ops.Execute, "postgresql")
def execute(operation: ops.Execute, compiler: Compiler) -> Iterable[Compiled]:
    """What the author wrote.  When it drops types, the next table that has them creates them again."""
    statement = operation.statement
    if isinstance(statement, str) and _DROPS_TYPE.search(statement):
        compiler.memo.clear()
    return compiler.default(operation)
