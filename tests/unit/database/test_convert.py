"""SQLAlchemy's objects as values, and back: nothing is lost on the way, on any dialect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.engine import make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeDecorator, UserDefinedType

from limbeck.database import convert
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Default,
    Exclude,
    ForeignKey,
    Identity,
    Index,
    Table,
    TableName,
    Type,
)

URLS = {
    "sqlite": "sqlite://",
    "postgresql": "postgresql+psycopg://",
    "mysql": "mysql+pymysql://",
    "mssql": "mssql+pyodbc://",
    "oracle": "oracle+oracledb://",
}


def dialect_of(name: str) -> sa.Dialect:
    return make_url(URLS[name])._get_entrypoint()()


class Point(UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "POINT"


class Money(TypeDecorator[int]):
    impl = sa.Numeric(12, 2)
    cache_ok = True


class Odd(sa.Integer):
    pass


@compiles(Odd)
def _odd(type_: Odd, compiler: Any, **_: object) -> str:
    return "ODD INTEGER"


def everything() -> sa.Table:
    metadata = sa.MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"})
    sa.Table("teams", metadata, sa.Column("id", sa.Integer, primary_key=True), schema="org")
    return sa.Table(
        "users",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(start=3, increment=2), primary_key=True),
        sa.Column("kind", sa.Enum("a", "b", name="kind", create_constraint=True), nullable=False),
        sa.Column("on", sa.Boolean(create_constraint=True, name="is_on"), server_default=sa.true()),
        sa.Column("note", sa.String(50), server_default="50% of 'it'", comment="a note"),
        sa.Column("made", sa.DateTime(timezone=True), server_default=sa.func.current_timestamp()),
        sa.Column("twice", sa.Integer, sa.Computed("id * 2", persisted=True)),
        sa.Column(
            "team",
            sa.Integer,
            sa.ForeignKey("org.teams.id", name="fk", ondelete="CASCADE", onupdate="SET NULL"),
            unique=True,
        ),
        sa.Column("age", sa.Integer, sa.CheckConstraint("age > 3", name="adult")),
        sa.Column("place", Point()),
        sa.Column("price", Money()),
        sa.Column("odd", Odd()),
        sa.Column("data", sa.LargeBinary().with_variant(sa.String(9), "sqlite")),
        sa.UniqueConstraint("kind", "note", deferrable=True, initially="DEFERRED"),
        sa.CheckConstraint("note <> 'a:b'", name="ck_note"),
        sa.Index("by_note", "note", unique=True),
        sa.Index(
            "by_expression",
            sa.text("lower(note)"),
            sa.text("age DESC"),
            postgresql_where=sa.text("age > 3"),
            postgresql_using="btree",
            sqlite_where=sa.column("age") > 3,
            mysql_using="btree",
        ),
        comment="people",
        prefixes=["TEMPORARY"],
        mysql_engine="InnoDB",
        sqlite_autoincrement=True,
    )


@pytest.mark.parametrize("name", URLS)
def test_a_table_made_of_its_values_has_the_same_values(name: str) -> None:
    dialect = dialect_of(name)
    value = convert.table(everything(), dialect)
    made = convert.to_sqlalchemy(replace(value, origin=None))
    assert convert.table(made, dialect) == value


@pytest.mark.parametrize("name", URLS)
def test_a_table_made_of_texts_alone_has_the_same_values(name: str) -> None:
    """As after reading a catalog: types and defaults are known by their SQL only."""
    dialect = dialect_of(name)
    value = convert.table(everything(), dialect)
    bare = replace(
        value,
        columns=tuple(
            replace(
                column,
                type=Type(column.type.sql),
                default=None if column.default is None else replace(column.default, origin=None),
                origin=None,
            )
            for column in value.columns
        ),
        origin=None,
    )
    made = convert.to_sqlalchemy(bare)
    assert convert.table(made, dialect) == value


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mysql"])
def test_the_statements_are_the_same(name: str) -> None:
    dialect = dialect_of(name)
    table = everything()
    value = replace(convert.table(table, dialect), origin=None)
    made = convert.to_sqlalchemy(value)

    def indexes(of: sa.Table) -> set[str]:
        return {str(CreateIndex(index).compile(dialect=dialect)) for index in of.indexes}

    assert indexes(made) == indexes(table)
    if name == "postgresql":  # SQLite and MySQL would write checks of columns beside the column
        texts = [str(CreateTable(t).compile(dialect=dialect)) for t in (made, table)]
        words = [sorted(text.replace(",", " ").split()) for text in texts]
        assert words[0] == words[1]


def test_checks_of_booleans_and_enums_are_there_where_the_server_has_no_such_type() -> None:
    def checks(name: str) -> set[str | None]:
        table = convert.table(everything(), dialect_of(name))
        return {c.name for c in table.constraints if isinstance(c, Check)}

    assert checks("postgresql") == {"adult", "ck_note"}
    assert checks("mysql") == {"adult", "ck_note", "is_on"}
    assert checks("sqlite") == {"adult", "ck_note", "is_on", "kind"}


def test_values_say_what_the_server_will_be_told() -> None:
    table = convert.table(everything(), dialect_of("postgresql"))
    assert [(column.name, column.type.sql) for column in table.columns] == [
        ("id", "BIGINT"),
        ("kind", "kind"),
        ("on", "BOOLEAN"),
        ("note", "VARCHAR(50)"),
        ("made", "TIMESTAMP WITH TIME ZONE"),
        ("twice", "INTEGER"),
        ("team", "INTEGER"),
        ("age", "INTEGER"),
        ("place", "POINT"),
        ("price", "NUMERIC(12, 2)"),
        ("odd", "ODD INTEGER"),
        ("data", "BYTEA"),
    ]
    assert table["id"].default == Identity(options=(("increment", 2), ("start", 3)))
    assert table["note"].default == Default("'50% of ''it'''")
    assert table["on"].default == Default("true")
    assert table["twice"].default == Computed("id * 2", persisted=True)
    assert table.foreign_keys == (
        ForeignKey(
            ("team",),
            TableName("teams", "org"),
            ("id",),
            "fk",
            onupdate="SET NULL",
            ondelete="CASCADE",
        ),
    )
    by_expression, by_note = table.indexes
    assert by_expression.elements == ("lower(note)", "age DESC")
    assert dict(by_expression.options) == {
        "mysql_using": "btree",
        "postgresql_using": "btree",
        "postgresql_where": "age > 3",
        "sqlite_where": "age > 3",
    }
    assert by_note == Index("by_note", ("note",), unique=True)
    assert {"uq_users_team", "uq_users_kind"} <= {c.name for c in table.constraints}


@pytest.mark.parametrize(
    ("name", "type_", "text"),
    [
        ("postgresql", postgresql.ARRAY(sa.Integer, dimensions=2), "INTEGER[][]"),
        ("postgresql", postgresql.JSONB(), "JSONB"),
        ("postgresql", sa.Enum("a", "b", name="mood", schema="app"), "app.mood"),
        ("postgresql", sa.String(collation="C"), 'VARCHAR COLLATE "C"'),
        ("mysql", mysql.ENUM("a", "b"), "ENUM('a','b')"),
        ("mysql", mysql.INTEGER(unsigned=True), "INTEGER UNSIGNED"),
        ("mssql", sa.String(), "VARCHAR(max)"),
        ("oracle", sa.String(20), "VARCHAR2(20 CHAR)"),
        ("sqlite", sa.Integer, "INTEGER"),
        ("sqlite", postgresql.TSVECTOR(), "TSVECTOR()"),
        ("sqlite", sa.types.NULLTYPE, "NullType()"),
    ],
)
def test_types(name: str, type_: Any, text: str) -> None:
    value = convert.type_(type_, dialect_of(name))
    assert value == Type(text)
    back = convert.to_type(value)
    assert back is type_ or isinstance(back, type_)


def test_a_type_of_which_only_the_text_is_known_is_rendered_as_that() -> None:
    dialect = dialect_of("sqlite")
    column = convert.to_column(TableName("t"), Column("a", Type("FANCY(3)"), nullable=False))
    assert convert.column(column, dialect) == Column("a", Type("FANCY(3)"), nullable=False)
    assert "a FANCY(3) NOT NULL" in str(CreateTable(column.table).compile(dialect=dialect))


@pytest.mark.parametrize(
    "text",
    ["'a:b'::text", r"E'a\:b'", "':x'", "now()", "'100%'", "nextval('app.s'::regclass)", r"'\\'"],
)
@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_texts_of_a_catalog_survive(name: str, text: str) -> None:
    dialect = dialect_of(name)
    assert convert.generated(convert.to_default(Default(text)), dialect) == Default(text)
    value = Table(
        TableName("t"),
        (Column("a", Type("TEXT"), default=Computed(text)),),
        (Check(text),),
        (Index("ix", (f"lower({text})",)),),
    )
    assert convert.table(convert.to_sqlalchemy(value), dialect) == value


def test_exclude_constraints() -> None:
    dialect = dialect_of("postgresql")
    value = Exclude(
        (("period", "&&"), ("lower(name)", "=")),
        "ex",
        using="gist",
        where="age > 3",
        deferrable=True,
        initially="DEFERRED",
        options=(("postgresql_ops", (("period", "range_ops"),)),),
    )
    made = convert.to_constraint(TableName("t"), value)
    assert convert.constraint(made, dialect) == value


def test_an_origin_is_used_only_for_the_table_that_it_belongs_to() -> None:
    dialect = dialect_of("sqlite")
    table = everything()
    value = convert.table(table, dialect)
    assert convert.to_sqlalchemy(value) is table
    assert convert.to_column(value.name, value["age"]) is table.c.age
    other = TableName("people")
    column = convert.to_column(other, value["age"])
    assert convert.table_name(column.table) == other
    index = convert.to_index(other, value.indexes[0])
    assert index.table is not None
    assert convert.table_name(index.table) == other
    constraint: Any = convert.to_constraint(other, value.foreign_keys[0])
    assert convert.table_name(constraint.table) == other


def test_a_table_can_be_built_in_given_metadata() -> None:
    metadata = sa.MetaData()
    value = convert.table(everything(), dialect_of("sqlite"))
    made = convert.to_sqlalchemy(value, metadata)
    assert made is metadata.tables["users"]
    assert "org.teams" in metadata.tables


def test_missing_names_are_made_by_a_naming_convention() -> None:
    table = Table(
        TableName("t"),
        (Column("a", Type("INTEGER")),),
        (Check("a > 0", "ck"), Check("a > 1"), ForeignKey(("a",), TableName("u"), ("id",))),
    )
    convention = {"ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(column_0_name)s"}
    made = convert.to_sqlalchemy(table, naming_convention=convention)
    names = {c.name for c in convert.table(made, dialect_of("sqlite")).constraints}
    assert names == {"ck", None, "fk_a"}


def test_a_constraint_of_an_unknown_kind_is_refused() -> None:
    class Strange(sa.Constraint):
        pass

    with pytest.raises(TypeError, match="Strange is not a kind of constraint"):
        convert.constraint(Strange(), dialect_of("sqlite"))
