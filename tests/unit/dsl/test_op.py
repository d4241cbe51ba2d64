"""What a revision writes, and which operations come of it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.engine import make_url

from limbeck import operations as ops
from limbeck.errors import SchemaError
from limbeck.operations import UNCHANGED
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Default,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    PrimaryKey,
    TableName,
    Type,
    Unique,
)
from tests.unit.dsl.recorder import Recorder

USERS = TableName("users")


@pytest.fixture
def database() -> Recorder:
    return Recorder(make_url("postgresql+psycopg://").get_dialect()())


def only(database: Recorder) -> ops.Operation:
    (operation,) = database.sent
    return operation


def test_create_table_gives_the_table(database: Recorder) -> None:
    table = database.op().create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(50), nullable=False, unique=True),
        sa.Column("team", sa.Integer(), sa.ForeignKey("org.teams.id"), index=True),
        sa.CheckConstraint("id > 0", name="positive"),
        sa.Column("age", sa.Integer(), sa.CheckConstraint("age > 17", name="adult")),
        sa.Index("by_name", sa.text("lower(email)")),
        schema="app",
        comment="people",
        if_not_exists=True,
        postgresql_tablespace="fast",
    )
    create = only(database)
    assert isinstance(create, ops.CreateTable)
    assert create.if_not_exists
    made = create.table
    assert made.origin is table
    assert made.name == TableName("users", "app")
    assert made.columns == (
        Column("id", Type("INTEGER"), nullable=False),
        Column("email", Type("VARCHAR(50)"), nullable=False),
        Column("team", Type("INTEGER")),
        Column("age", Type("INTEGER")),
    )
    assert set(made.constraints) == {
        PrimaryKey(("id",)),
        Unique(("email",)),
        ForeignKey(("team",), TableName("teams", "org"), ("id",)),
        Check("id > 0", "positive"),
        Check("age > 17", "adult"),
    }
    assert made.indexes == (
        Index("by_name", ("lower(email)",)),
        Index("ix_app_users_team", ("team",)),
    )
    assert made.comment == "people"
    assert made.options == (("postgresql_tablespace", "fast"),)


def test_items_of_another_table_are_copied(database: Recorder) -> None:
    model = sa.Table(
        "users",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(9)),
        sa.UniqueConstraint("name", name="uq"),
        sa.Index("ix", "name", unique=True),
    )
    copied = [*model.columns, *model.indexes]
    copied += [c for c in model.constraints if isinstance(c, sa.UniqueConstraint)]
    made = database.op().create_table("people", *copied)
    assert made.c.id.table is made
    assert model.c.id.table is model
    create = only(database)
    assert isinstance(create, ops.CreateTable)
    assert Unique(("name",), "uq") in create.table.constraints
    assert create.table.indexes == (Index("ix", ("name",), unique=True),)


def test_tables_are_dropped_renamed_and_commented(database: Recorder) -> None:
    op = database.op()
    op.drop_table("users", schema="app", if_exists=True)
    op.rename_table("users", "people", schema="app")
    op.create_table_comment("users", "people", existing_comment="persons")
    op.drop_table_comment("users", existing_comment="people")
    assert database.sent == [
        ops.DropTable(TableName("users", "app"), if_exists=True),
        ops.RenameTable(TableName("users", "app"), "people"),
        ops.SetTableComment(USERS, "people", "persons"),
        ops.SetTableComment(USERS, None, "people"),
    ]


def test_add_column_brings_what_was_declared_on_it(database: Recorder) -> None:
    column = sa.Column(
        "team",
        sa.Integer(),
        sa.ForeignKey("teams.id", name="fk_team", ondelete="SET NULL"),
        sa.CheckConstraint("team > 0", name="ck_team"),
        unique=True,
        index=True,
        server_default="7",
    )
    database.op().add_column("users", column, if_not_exists=True, inline_references=True)
    add = only(database)
    assert isinstance(add, ops.AddColumn)
    assert add.column == Column("team", Type("INTEGER"), default=Default("'7'"))
    assert add.column.origin is column
    assert (add.if_not_exists, add.inline_references) == (True, True)
    key = ForeignKey(("team",), TableName("teams"), ("id",), "fk_team", ondelete="SET NULL")
    assert add.constraints == (key,)
    assert add.inline_checks == (Check("team > 0", "ck_team"),)
    # unique and index together make one unique index, as they do in a table.
    assert add.indexes == (Index("ix_users_team", ("team",), unique=True),)


def test_a_column_of_a_model_can_be_added(database: Recorder) -> None:
    model = sa.Table("users", sa.MetaData(), sa.Column("age", sa.Integer()))
    database.op().add_column("people", model.c.age)
    assert only(database) == ops.AddColumn(TableName("people"), Column("age", Type("INTEGER")))


@pytest.mark.parametrize("inline", [False, True])
def test_a_primary_key_comes_with_a_column_only_when_asked_for(
    database: Recorder, inline: bool
) -> None:
    column = sa.Column("id", sa.Integer(), primary_key=True)
    database.op().add_column("users", column, inline_primary_key=inline)
    add = only(database)
    assert isinstance(add, ops.AddColumn)
    assert add.inline_primary_key is inline
    assert add.constraints == ((PrimaryKey(("id",)),) if inline else ())


def test_drop_column(database: Recorder) -> None:
    database.op().drop_column("users", "age", if_exists=True, mssql_drop_default=True)
    assert only(database) == ops.DropColumn(
        USERS, "age", if_exists=True, options=(("mssql_drop_default", True),)
    )


def test_alter_column_changes_nothing_that_is_not_named(database: Recorder) -> None:
    database.op().alter_column("users", "age")
    assert only(database) == ops.AlterColumn(USERS, "age")


def test_alter_column_with_every_argument(database: Recorder) -> None:
    database.op().alter_column(
        "users",
        "age",
        nullable=False,
        comment="in years",
        server_default=sa.text("18"),
        new_column_name="years",
        type_=sa.SmallInteger,
        existing_type=sa.String(10),
        existing_server_default=None,
        existing_nullable=True,
        existing_comment="age",
        autoincrement=False,
        existing_autoincrement=True,
        schema="app",
        postgresql_using="age::smallint",
    )
    assert only(database) == ops.AlterColumn(
        TableName("users", "app"),
        "age",
        new_name="years",
        type=Type("SMALLINT"),
        nullable=False,
        default=Default("18"),
        comment="in years",
        autoincrement=False,
        existing=ops.ExistingColumn(
            type=Type("VARCHAR(10)"),
            nullable=True,
            default=None,
            comment="age",
            autoincrement=True,
        ),
        options=(("postgresql_using", "age::smallint"),),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (False, UNCHANGED),
        (None, None),
        ("it's", Default("'it''s'")),
        ("50%", Default("'50%'")),
        (sa.text("now()"), Default("now()")),
        (sa.text("'a:b'::text"), Default("'a:b'::text")),
        (sa.func.now(), Default("now()")),
        (sa.DefaultClause("x"), Default("'x'")),
        (sa.FetchedValue(), None),
        (sa.Identity(always=True, start=5), Identity(always=True, options=(("start", 5),))),
        (sa.Computed("a + b", persisted=True), Computed("a + b", persisted=True)),
    ],
)
def test_every_kind_of_server_default(database: Recorder, given: Any, expected: object) -> None:
    database.op().alter_column("users", "age", server_default=given)
    alter = only(database)
    assert isinstance(alter, ops.AlterColumn)
    assert alter.default == expected


def test_a_comment_is_removed_by_none(database: Recorder) -> None:
    database.op().alter_column("users", "age", comment=None)
    assert only(database) == ops.AlterColumn(USERS, "age", comment=None)


def test_the_check_of_an_enum_changes_with_its_type() -> None:
    database = Recorder(sqlite.dialect())
    old = sa.Enum("a", "b", name="kind", create_constraint=True)
    new = sa.Enum("a", "b", "c", name="kind", create_constraint=True)
    database.op().alter_column("users", "kind", type_=new, existing_type=old)
    drop, alter, add = database.sent
    assert drop == ops.DropConstraint(USERS, "kind", "check", columns=("kind",))
    assert isinstance(alter, ops.AlterColumn)
    assert add == ops.AddConstraint(USERS, Check("kind IN ('a', 'b', 'c')", "kind"))


def test_an_enum_that_the_server_knows_has_no_check(database: Recorder) -> None:
    new = sa.Enum("a", "b", "c", name="kind", create_constraint=True)
    database.op().alter_column("users", "kind", type_=new)
    assert only(database) == ops.AlterColumn(USERS, "kind", type=Type("kind"))


def test_a_misspelt_argument_is_refused(database: Recorder) -> None:
    op = database.op()
    with pytest.raises(TypeError, match=r"alter_column\(\) got an unexpected .* 'nulable'"):
        op.alter_column("users", "age", nulable=True)
    with pytest.raises(TypeError, match="existing_typo"):
        op.alter_column("users", "age", existing_typo=sa.Integer())
    assert database.sent == []


def test_create_index_over_columns_and_expressions(database: Recorder) -> None:
    model = sa.Table("users", sa.MetaData(), sa.Column("name", sa.String(9)))
    database.op().create_index(
        "ix",
        "users",
        ["email", sa.text("lower(title)"), sa.func.upper(model.c.name), sa.column("b").desc()],
        schema="app",
        unique=True,
        if_not_exists=True,
        postgresql_where=sa.text("age > 3"),
        postgresql_using="btree",
        postgresql_concurrently=True,
    )
    assert only(database) == ops.CreateIndex(
        TableName("users", "app"),
        Index(
            "ix",
            ("email", "lower(title)", "upper(name)", "b DESC"),
            unique=True,
            options=(
                ("postgresql_concurrently", True),
                ("postgresql_using", "btree"),
                ("postgresql_where", "age > 3"),
            ),
        ),
        if_not_exists=True,
    )


def test_a_single_column_is_given_as_a_list(database: Recorder) -> None:
    with pytest.raises(SchemaError, match="takes a list as columns"):
        database.op().create_index("ix", "users", "email")


def test_drop_index(database: Recorder) -> None:
    op = database.op()
    op.drop_index("ix")
    op.drop_index("ix", "users", schema="app", if_exists=True, postgresql_concurrently=True)
    assert database.sent == [
        ops.DropIndex("ix"),
        ops.DropIndex(
            "ix",
            TableName("users", "app"),
            "app",
            if_exists=True,
            options=(("postgresql_concurrently", True),),
        ),
    ]
    with pytest.raises(SchemaError, match="by its name"):
        op.drop_index(None)  # type: ignore[arg-type]


def test_every_kind_of_constraint(database: Recorder) -> None:
    op = database.op()
    op.create_primary_key("pk", "users", ["id", "team"], schema="app")
    op.create_unique_constraint("uq", "users", ["a", "b"], deferrable=True, initially="DEFERRED")
    op.create_check_constraint("ck", "users", "age > 3")
    op.create_check_constraint("cl", "users", sa.column("age") > sa.literal(4))
    op.create_foreign_key(
        "fk",
        "users",
        "teams",
        ["team", "kind"],
        ["id", "kind"],
        onupdate="CASCADE",
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
        match="FULL",
        source_schema="app",
        referent_schema="org",
        postgresql_not_valid=True,
    )
    op.create_exclude_constraint(
        "ex",
        "users",
        ("period", "&&"),
        (sa.func.lower(sa.column("name")), "="),
        where=sa.text("age > 3"),
        using="gist",
    )
    assert database.sent == [
        ops.AddConstraint(TableName("users", "app"), PrimaryKey(("id", "team"), "pk")),
        ops.AddConstraint(USERS, Unique(("a", "b"), "uq", deferrable=True, initially="DEFERRED")),
        ops.AddConstraint(USERS, Check("age > 3", "ck")),
        ops.AddConstraint(USERS, Check("age > 4", "cl")),
        ops.AddConstraint(
            TableName("users", "app"),
            ForeignKey(
                ("team", "kind"),
                TableName("teams", "org"),
                ("id", "kind"),
                "fk",
                onupdate="CASCADE",
                ondelete="SET NULL",
                deferrable=True,
                initially="IMMEDIATE",
                match="FULL",
                options=(("postgresql_not_valid", True),),
            ),
        ),
        ops.AddConstraint(
            USERS, Exclude((("period", "&&"), ("lower(name)", "=")), "ex", where="age > 3")
        ),
    ]


def test_a_table_may_refer_to_itself(database: Recorder) -> None:
    database.op().create_foreign_key(None, "users", "users", ["boss"], ["id"])
    assert only(database) == ops.AddConstraint(USERS, ForeignKey(("boss",), USERS, ("id",)))


def test_drop_constraint(database: Recorder) -> None:
    op = database.op()
    op.drop_constraint("uq", "users", "unique", schema="app", if_exists=True)
    op.drop_constraint("any", "users")
    assert database.sent == [
        ops.DropConstraint(TableName("users", "app"), "uq", "unique", if_exists=True),
        ops.DropConstraint(USERS, "any"),
    ]
    with pytest.raises(TypeError, match="'foreignkey', 'primary', 'unique', not 'fk'"):
        op.drop_constraint("any", "users", type_="fk")


def test_rows_are_inserted_into_the_table_that_was_just_created(database: Recorder) -> None:
    op = database.op()
    table = op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
    op.bulk_insert(table, [{"id": 1}, {"id": 2}], multiinsert=False)
    op.bulk_insert(table, [])
    op.bulk_insert(sa.table("users", sa.column("id"), schema="app"), [{"id": 3}])
    assert database.sent[1:] == [
        ops.InsertRows(USERS, ({"id": 1}, {"id": 2}), multiinsert=False),
        ops.InsertRows(TableName("users", "app"), ({"id": 3},)),
    ]
    with pytest.raises(TypeError, match="list of rows"):
        op.bulk_insert(table, {"id": 1})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="list of dictionaries"):
        op.bulk_insert(table, [1])  # type: ignore[list-item]


def test_execute(database: Recorder) -> None:
    op = database.op()
    statement = sa.update(sa.table("users", sa.column("id"))).values(id=op.inline_literal(1))
    op.execute("UPDATE users SET id = 1")
    op.execute(statement, execution_options={"stream_results": False})
    assert database.sent == [
        ops.Execute("UPDATE users SET id = 1"),
        ops.Execute(statement, options={"stream_results": False}),
    ]


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [("it's", None, "'it''s'"), (5, None, "5"), (5, sa.String(), "'5'")],
)
def test_inline_literals_are_part_of_the_text(
    database: Recorder, value: Any, type_: Any, text: str
) -> None:
    literal = database.op().inline_literal(value, type_)
    statement = sa.update(sa.table("t", sa.column("c"))).values(c=literal)
    if type_ is not None:
        literal = database.op().inline_literal(str(value), type_)
        statement = sa.update(sa.table("t", sa.column("c"))).values(c=literal)
    with sa.create_engine("sqlite://").begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (c)"))
        sent: list[str] = []
        sa.event.listen(connection, "before_cursor_execute", lambda *given: sent.append(given[2]))
        connection.execute(statement)
    assert sent == [f"UPDATE t SET c={text}"]


CONVENTION = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


def test_a_naming_convention_makes_names_as_it_does_in_metadata() -> None:
    database = Recorder(naming_convention=CONVENTION)
    op = database.op()
    op.create_primary_key(None, "users", ["id"])
    op.create_unique_constraint(None, "users", ["email"])
    op.create_foreign_key(None, "users", "teams", ["team"], ["id"])
    op.create_check_constraint("age", "users", "age > 3")
    op.create_check_constraint(op.f("age"), "users", "age > 3")
    op.create_unique_constraint("email", "users", ["email"])
    op.create_index(None, "users", ["email"])
    names = [
        operation.constraint.name
        if isinstance(operation, ops.AddConstraint)
        else operation.index.name
        for operation in database.sent
        if isinstance(operation, (ops.AddConstraint, ops.CreateIndex))
    ]
    assert names == [
        "pk_users",
        "uq_users_email",
        "fk_users_team_teams",
        "ck_users_age",
        "age",
        "email",
        "ix_users_email",
    ]


def test_a_naming_convention_names_the_parts_of_a_table() -> None:
    database = Recorder(naming_convention=CONVENTION)
    database.op().create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(9), unique=True),
        sa.Column("kind", sa.Enum("a", "b", name="kind", create_constraint=True)),
        sa.CheckConstraint("id > 0", name="positive"),
    )
    create = only(database)
    assert isinstance(create, ops.CreateTable)
    assert {constraint.name for constraint in create.table.constraints} == {
        "pk_users",
        "uq_users_email",
        "ck_users_kind",
        "ck_users_positive",
    }


def test_a_name_that_is_too_long_is_shortened_as_sqlalchemy_does() -> None:
    database = Recorder(mysql.dialect(), naming_convention=CONVENTION)
    database.op().create_unique_constraint(None, "u" * 60, ["email"])
    add = only(database)
    assert isinstance(add, ops.AddConstraint)
    assert add.constraint.name is not None
    assert len(add.constraint.name) <= 64
    origin = add.constraint.origin
    assert isinstance(origin, sa.UniqueConstraint)
    assert str(sa.schema.AddConstraint(origin).compile(dialect=mysql.dialect())) == (
        f"ALTER TABLE {'u' * 60} ADD CONSTRAINT {add.constraint.name} UNIQUE (email)"
    )
