"""Operations of Alembic's names in the words of `check`."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from limbeck.compat.autogenerate.native_op import NativeOp
from limbeck.compat.operations import ops
from limbeck.compat.operations.migrate import MigrateOperation
from limbeck.diff import describe


@pytest.mark.parametrize(
    ("op", "words"),
    [
        (
            ops.CreateIndexOp("ix_people_name", "people", ["name"]),
            "CreateIndexOp add_index ix_people_name of people",
        ),
        (
            ops.CreateTableOp("people", [sa.Column("id", sa.Integer)]),
            "CreateTableOp add_table people",
        ),
        (
            ops.AddColumnOp("people", sa.Column("name", sa.String(30))),
            "AddColumnOp add_column people name",
        ),
        (ops.ExecuteSQLOp("SELECT 1"), "ExecuteSQLOp execute SELECT 1"),
        (NativeOp(None), "NativeOp limbeck"),
    ],
)
def test_an_operation_names_what_it_is_about(op: MigrateOperation, words: str) -> None:
    assert describe(op) == words
