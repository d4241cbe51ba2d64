"""What `with op.batch_alter_table(...)` sends."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from limbeck import operations as ops
from limbeck.errors import SchemaError
from limbeck.schema import (
    Check,
    Column,
    Exclude,
    ForeignKey,
    Index,
    PrimaryKey,
    Table,
    TableName,
    Type,
    Unique,
)
from tests.unit.dsl.recorder import Recorder

USERS = TableName("users", "app")
TEAMS = TableName("teams")


def test_all_of_a_block_is_one_operation() -> None:
    database = Recorder()
    with database.op().batch_alter_table("users", schema="app") as batch_op:
        batch_op.add_column(sa.Column("age", sa.Integer()), insert_after="id")
        batch_op.alter_column("name", nullable=False, insert_before="age")
        batch_op.drop_column("email", if_exists=True)
        batch_op.create_index("ix", ["age"], unique=True)
        batch_op.drop_index("iy")
        batch_op.create_primary_key("pk", ["id"])
        batch_op.create_foreign_key("fk", "teams", ["team"], ["id"], ondelete="CASCADE")
        batch_op.create_unique_constraint("uq", ["age"])
        batch_op.create_check_constraint("ck", "age > 3")
        batch_op.create_exclude_constraint("ex", ("age", "="))
        batch_op.drop_constraint("old", type_="check")
        batch_op.create_table_comment("people")
        batch_op.drop_table_comment(existing_comment="people")
        assert database.sent == []
    (batch,) = database.sent
    assert isinstance(batch, ops.RecreateTable)
    assert (batch.table, batch.when, batch.copy_from) == (USERS, "auto", None)
    assert batch.operations == (
        ops.AddColumn(USERS, Column("age", Type("INTEGER")), insert_after="id"),
        ops.AlterColumn(USERS, "name", nullable=False, insert_before="age"),
        ops.DropColumn(USERS, "email", if_exists=True),
        ops.CreateIndex(USERS, Index("ix", ("age",), unique=True)),
        ops.DropIndex("iy", USERS, "app"),
        ops.AddConstraint(USERS, PrimaryKey(("id",), "pk")),
        ops.AddConstraint(USERS, ForeignKey(("team",), TEAMS, ("id",), "fk", ondelete="CASCADE")),
        ops.AddConstraint(USERS, Unique(("age",), "uq")),
        ops.AddConstraint(USERS, Check("age > 3", "ck")),
        ops.AddConstraint(USERS, Exclude((("age", "="),), "ex")),
        ops.DropConstraint(USERS, "old", "check"),
        ops.SetTableComment(USERS, "people"),
        ops.SetTableComment(USERS, None, "people"),
    )


def test_all_arguments_are_handed_on() -> None:
    database = Recorder()
    check = sa.CheckConstraint("id > 0")
    copied = sa.Table("users", sa.MetaData(), sa.Column("id", sa.Integer()))
    with database.op().batch_alter_table(
        "users",
        recreate="always",
        partial_reordering=[("a", "b"), ("c", "d")],
        copy_from=copied,
        table_args=(check,),
        table_kwargs={"sqlite_autoincrement": True},
        reflect_args=(sa.Column("flag", sa.Boolean()),),
        reflect_kwargs={"listeners": []},
        naming_convention={"uq": "uq_%(column_0_name)s"},
    ):
        pass
    (batch,) = database.sent
    assert isinstance(batch, ops.RecreateTable)
    assert batch.when == "always"
    assert batch.partial_reordering == (("a", "b"), ("c", "d"))
    assert batch.copy_from == Table(TableName("users"), (Column("id", Type("INTEGER")),))
    assert batch.copy_from is not None
    assert batch.copy_from.origin is copied
    assert batch.table_args == (check,)
    assert batch.table_kwargs == {"sqlite_autoincrement": True}
    assert [type(argument) for argument in batch.reflect_args] == [sa.Column]
    assert batch.reflect_kwargs == {"listeners": []}
    assert batch.naming_convention == {"uq": "uq_%(column_0_name)s"}


def test_an_empty_block_sends_nothing() -> None:
    database = Recorder()
    with database.op().batch_alter_table("users"):
        pass
    assert database.sent == []


def test_a_block_that_fails_sends_nothing() -> None:
    database = Recorder()
    with (
        pytest.raises(ZeroDivisionError),
        database.op().batch_alter_table("users") as batch_op,
    ):
        batch_op.drop_column("age")
        _ = 1 / 0
    assert database.sent == []


def test_statements_in_a_block_take_effect_at_once() -> None:
    database = Recorder()
    with database.op().batch_alter_table("users") as batch_op:
        batch_op.drop_column("age")
        batch_op.execute("SELECT 1")
    assert [type(operation) for operation in database.sent] == [ops.Execute, ops.RecreateTable]


def test_the_naming_convention_of_a_block_names_what_has_no_name() -> None:
    database = Recorder()
    convention = {"uq": "uq_%(table_name)s_%(column_0_name)s"}
    with database.op().batch_alter_table("users", naming_convention=convention) as batch_op:
        batch_op.create_unique_constraint(None, ["email"])
    (batch,) = database.sent
    assert isinstance(batch, ops.RecreateTable)
    assert batch.operations == (
        ops.AddConstraint(TableName("users"), Unique(("email",), "uq_users_email")),
    )


def test_a_block_for_another_table_takes_effect_at_its_own_end() -> None:
    database = Recorder()
    with database.op().batch_alter_table("users") as outer:
        outer.drop_column("team")
        with outer.batch_alter_table("teams") as inner:
            inner.drop_column("size")
        assert [sent.table for sent in database.sent if isinstance(sent, ops.RecreateTable)] == [
            TEAMS
        ]
    assert [sent.table for sent in database.sent if isinstance(sent, ops.RecreateTable)] == [
        TEAMS,
        TableName("users"),
    ]


def test_a_block_for_the_same_table_is_refused() -> None:
    database = Recorder()
    with (
        pytest.raises(SchemaError, match="table users is being changed by the block around"),
        database.op().batch_alter_table("users") as outer,
        outer.batch_alter_table("users"),
    ):
        pass
    assert database.sent == []
