"""What operations do to a schema, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from limbeck import operations as ops
from limbeck.errors import NoInverse, SchemaError
from limbeck.schema import (
    Check,
    Column,
    Constraint,
    ForeignKey,
    Index,
    PrimaryKey,
    SchemaState,
    Table,
    TableName,
    Type,
    Unique,
)

INTEGER = Type("INTEGER")
USERS, POSTS = TableName("users"), TableName("posts")
AUTHOR = ForeignKey(("author",), USERS, ("id",), "fk_author")


@pytest.fixture
def state() -> SchemaState:
    users = Table(
        USERS,
        (Column("id", INTEGER, nullable=False), Column("email", Type("VARCHAR(50)"))),
        (PrimaryKey(("id",), "pk_users"), Unique(("email",), "uq_email"), Check("email <> ''")),
        (Index("ix_email", ("lower(email)",)),),
    )
    posts = Table(POSTS, (Column("id", INTEGER), Column("author", INTEGER)), (AUTHOR,))
    return SchemaState([users, posts])


def test_a_table_that_is_renamed_is_followed_by_foreign_keys(state: SchemaState) -> None:
    after = ops.RenameTable(USERS, "people").apply(state)
    assert USERS not in after
    assert after[POSTS].foreign_keys == (replace(AUTHOR, target=TableName("people")),)


def test_a_column_that_is_renamed_is_followed_everywhere(state: SchemaState) -> None:
    after = ops.AlterColumn(USERS, "email", new_name="mail").apply(state)
    table = after[USERS]
    assert Unique(("mail",), "uq_email") in table.constraints
    assert Check("mail <> ''") in table.constraints
    assert table.indexes == (Index("ix_email", ("lower(mail)",)),)
    after = ops.AlterColumn(USERS, "id", new_name="key").apply(after)
    assert after[USERS].primary_key == PrimaryKey(("key",), "pk_users")
    assert after[POSTS].foreign_keys == (replace(AUTHOR, target_columns=("key",)),)


def test_a_column_takes_its_constraints_and_indexes_with_it(state: SchemaState) -> None:
    after = ops.DropColumn(USERS, "email").apply(state)
    assert after[USERS].constraints == (PrimaryKey(("id",), "pk_users"),)
    assert after[USERS].indexes == ()


def test_a_primary_key_makes_its_columns_not_null(state: SchemaState) -> None:
    add = ops.AddConstraint(POSTS, PrimaryKey(("id",), "pk_posts"))
    after = add.apply(state)
    assert not after[POSTS]["id"].nullable
    undo = add.inverse(state)
    assert isinstance(undo, ops.RecreateTable)
    assert [type(operation) for operation in undo.operations] == [
        ops.DropConstraint,
        ops.AlterColumn,
    ]
    assert undo.apply(after) == state


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (ops.CreateTable(Table(USERS)), "there is a table users already"),
        (ops.DropTable(TableName("ghosts")), "there is no table ghosts"),
        (ops.RenameTable(USERS, "posts"), "there is a table posts already"),
        (ops.RenameTable(TableName("ghosts"), "x"), "there is no table ghosts"),
        (ops.SetTableComment(TableName("ghosts"), "boo"), "there is no table ghosts"),
        (ops.AddColumn(USERS, Column("id", INTEGER)), "has a column 'id' already"),
        (ops.AddColumn(USERS, Column("x", INTEGER), insert_after="y"), "beside 'y'"),
        (ops.DropColumn(USERS, "age"), "has no column 'age'"),
        (ops.DropColumn(USERS, "id"), "a foreign key of posts refers to it"),
        (ops.AlterColumn(USERS, "age"), "has no column 'age'"),
        (ops.AlterColumn(USERS, "id", new_name="email"), "has a column 'email' already"),
        (ops.AddConstraint(USERS, Unique(("id",), "uq_email")), "constraint 'uq_email' already"),
        (ops.AddConstraint(USERS, PrimaryKey(("email",))), "has a primary key already"),
        (ops.AddConstraint(POSTS, Unique(("title",))), "has no column 'title'"),
        (
            ops.AddConstraint(POSTS, ForeignKey(("id",), USERS, ("key",))),
            "table users has no column 'key'",
        ),
        (ops.DropConstraint(USERS, "uq_name"), "has no constraint 'uq_name'"),
        (ops.DropConstraint(USERS, None, "foreignkey"), "has no such foreignkey constraint"),
        (ops.CreateIndex(USERS, Index("ix_email", ("id",))), "has an index 'ix_email' already"),
        (ops.CreateIndex(USERS, Index("ix_age", ("age",))), "has no column 'age'"),
        (ops.DropIndex("ix_age", USERS), "there is no index 'ix_age' of users"),
        (ops.DropIndex("ix_age"), "there is no index 'ix_age'"),
        (
            ops.RecreateTable(USERS, (), partial_reordering=(("id", "email"), ("email", "id"))),
            "no order of columns",
        ),
        (ops.RecreateTable(USERS, (), partial_reordering=(("id", "age"),)), "no column 'age'"),
    ],
)
def test_what_does_not_fit_is_explained(
    state: SchemaState, operation: ops.Operation, message: str
) -> None:
    with pytest.raises(SchemaError, match=message):
        operation.apply(state)


@pytest.mark.parametrize(
    "operation",
    [
        ops.CreateTable(Table(USERS), if_not_exists=True),
        ops.DropTable(TableName("ghosts"), if_exists=True),
        ops.AddColumn(USERS, Column("id", INTEGER), if_not_exists=True),
        ops.DropColumn(USERS, "age", if_exists=True),
        ops.DropColumn(TableName("ghosts"), "age", if_exists=True),
        ops.CreateIndex(USERS, Index("ix_email", ("id",)), if_not_exists=True),
        ops.DropIndex("ix_age", USERS, if_exists=True),
        ops.DropIndex("ix_age", TableName("ghosts"), if_exists=True),
        ops.DropConstraint(USERS, "uq_name", if_exists=True),
        ops.DropConstraint(TableName("ghosts"), "uq_name", if_exists=True),
    ],
)
def test_what_is_done_already_is_neither_done_nor_undone(
    state: SchemaState, operation: ops.Operation
) -> None:
    assert operation.apply(state) == state
    undo = operation.inverse(state)
    assert isinstance(undo, ops.RecreateTable)
    assert undo.operations == ()
    assert undo.when == "never"


def test_an_index_is_found_without_its_table(state: SchemaState) -> None:
    drop = ops.DropIndex("ix_email")
    assert drop.apply(state)[USERS].indexes == ()
    assert drop.inverse(state) == ops.CreateIndex(USERS, Index("ix_email", ("lower(email)",)))


def test_a_unique_constraint_and_a_unique_index_may_be_dropped_as_each_other(
    state: SchemaState,
) -> None:
    """As MySQL sees them, they are the same."""
    drop = ops.DropIndex("uq_email", USERS)
    after = drop.apply(state)
    assert Unique(("email",), "uq_email") not in after[USERS].constraints
    assert drop.inverse(state).apply(after) == state
    unique = Index("uq_id", ("id",), unique=True)
    state = ops.CreateIndex(USERS, unique).apply(state)
    other = ops.DropConstraint(USERS, "uq_id", "unique")
    after = other.apply(state)
    assert unique not in after[USERS].indexes
    assert other.inverse(state).apply(after) == state


def test_a_constraint_that_the_server_has_named_is_found_by_its_kind(state: SchemaState) -> None:
    drop = ops.DropConstraint(USERS, "users_email_check", "check")
    after = drop.apply(state)
    assert Check("email <> ''") not in after[USERS].constraints
    assert drop.inverse(state) == ops.AddConstraint(USERS, Check("email <> ''"))


def test_which_of_several_constraints_without_a_name_is_meant_must_be_clear(
    state: SchemaState,
) -> None:
    state = ops.AddConstraint(USERS, Check("id > 0")).apply(state)
    with pytest.raises(SchemaError, match="several check constraints without a name"):
        ops.DropConstraint(USERS, "users_check", "check").apply(state)
    state = ops.AddConstraint(POSTS, Unique(("id",))).apply(state)
    state = ops.AddConstraint(POSTS, Unique(("author",))).apply(state)
    after = ops.DropConstraint(POSTS, None, "unique", columns=("author",)).apply(state)
    assert after[POSTS].constraints == (AUTHOR, Unique(("id",)))


def test_an_index_made_concurrently_is_dropped_concurrently(state: SchemaState) -> None:
    options = (("postgresql_concurrently", True), ("postgresql_using", "hash"))
    create = ops.CreateIndex(USERS, Index("ix_id", ("id",), options=options))
    assert create.inverse(state) == ops.DropIndex(
        "ix_id", USERS, options=(("postgresql_concurrently", True),)
    )


def test_an_added_column_is_dropped_after_its_constraints(state: SchemaState) -> None:
    key = ForeignKey(("editor",), USERS, ("id",), "fk_editor")
    add = ops.AddColumn(
        POSTS,
        Column("editor", INTEGER),
        constraints=(key,),
        indexes=(Index("ix_editor", ("editor",)),),
    )
    undo = add.inverse(state)
    assert isinstance(undo, ops.RecreateTable)
    assert [type(operation) for operation in undo.operations] == [
        ops.DropConstraint,
        ops.DropIndex,
        ops.DropColumn,
    ]
    assert undo.apply(add.apply(state)) == state


def test_columns_are_put_into_another_order_and_back(state: SchemaState) -> None:
    state = ops.AddColumn(USERS, Column("age", INTEGER)).apply(state)
    batch = ops.RecreateTable(USERS, (), partial_reordering=(("age", "email"),))
    after = batch.apply(state)
    assert [column.name for column in after[USERS].columns] == ["id", "age", "email"]
    assert batch.inverse(state).apply(after) == state


def test_a_batch_on_an_unknown_table_starts_from_copy_from() -> None:
    table = Table(USERS, (Column("id", INTEGER), Column("age", INTEGER)))
    batch = ops.RecreateTable(USERS, (ops.DropColumn(USERS, "age"),), copy_from=table)
    after = batch.apply(SchemaState())
    assert [column.name for column in after[USERS].columns] == ["id"]


@pytest.mark.parametrize(
    "operation",
    [
        ops.Execute("UPDATE users SET id = 1"),
        ops.InsertRows(USERS, ({"id": 1},)),
        ops.RecreateTable(USERS, (ops.Execute("SELECT 1"),)),
        ops.CreateIndex(USERS, Index(None, ("id",))),
    ],
)
def test_what_cannot_be_undone_says_so(state: SchemaState, operation: ops.Operation) -> None:
    with pytest.raises(NoInverse):
        operation.inverse(state)


def test_several_operations_are_undone_in_reverse(state: SchemaState) -> None:
    operations: list[ops.Operation] = [
        ops.AddColumn(USERS, Column("age", INTEGER)),
        ops.AlterColumn(USERS, "age", new_name="years"),
        ops.CreateIndex(USERS, Index("ix_years", ("years",))),
        ops.RenameTable(USERS, "people"),
    ]
    after = ops.apply(operations, state)
    assert ops.apply(ops.invert(operations, state), after) == state


PEOPLE = TableName("people", "hr")


@pytest.mark.parametrize(
    ("operation", "reads", "writes"),
    [
        (
            ops.CreateTable(Table(POSTS, (), (AUTHOR,), (Index("ix", ("id",)),))),
            {"users"},
            {"posts", "ix"},
        ),
        (ops.DropTable(PEOPLE), set(), {"hr.people"}),
        (ops.RenameTable(PEOPLE, "staff"), set(), {"hr.people", "hr.staff"}),
        (ops.SetTableComment(USERS, "all"), set(), {"users.comment"}),
        (ops.AddColumn(USERS, Column("age", INTEGER)), set(), {"users.age"}),
        (
            ops.AddColumn(POSTS, Column("author", INTEGER), constraints=(AUTHOR,)),
            {"users.id"},
            {"posts.author", "posts.fk_author"},
        ),
        (ops.DropColumn(PEOPLE, "age"), set(), {"hr.people.age"}),
        (ops.AlterColumn(USERS, "age", new_name="y"), set(), {"users.age", "users.y"}),
        (ops.AddConstraint(POSTS, AUTHOR), {"posts.author", "users.id"}, {"posts.fk_author"}),
        (
            ops.AddConstraint(USERS, PrimaryKey(("id",), "pk")),
            set(),
            {"users.pk", "users.id", "users.primary key"},
        ),
        (ops.DropConstraint(USERS, "pk", "primary"), set(), {"users.pk", "users.primary key"}),
        (
            ops.DropConstraint(POSTS, None, "foreignkey", existing=AUTHOR),
            set(),
            {"posts.fk_author"},
        ),
        (
            ops.CreateIndex(USERS, Index("ix", ("id", "lower(email)"))),
            {"users.id"},
            {"ix", "users.ix"},
        ),
        (ops.DropIndex("ix", USERS), set(), {"ix", "users.ix"}),
        (ops.DropIndex("ix", schema="hr"), set(), {"hr.ix"}),
        (ops.InsertRows(USERS, ({"id": 1},)), {"users.id"}, {"users.rows"}),
        (ops.Execute("SELECT 1"), {ops.ANYTHING}, {ops.ANYTHING}),
        (
            ops.RecreateTable(
                USERS, (ops.DropColumn(USERS, "a"), ops.AddConstraint(POSTS, AUTHOR))
            ),
            {"posts.author", "users.id"},
            {"users.a", "posts.fk_author"},
        ),
    ],
)
def test_operations_say_what_they_touch(
    operation: ops.Operation, reads: set[str], writes: set[str]
) -> None:
    assert operation.touches == ops.Touches(frozenset(reads), frozenset(writes))


def test_a_constraint_without_a_name_is_named_by_what_it_is() -> None:
    constraint: Constraint = Unique(("a", "b"))
    assert ops.AddConstraint(USERS, constraint).touches.writes == {"users.unique (a, b)"}
    drop = ops.DropConstraint(USERS, None, "unique", columns=("a", "b"))
    assert drop.touches.writes == {"users.unique (a, b)"}
