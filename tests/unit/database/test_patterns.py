"""Statements made from patterns are those that SQLAlchemy makes each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy import schema as ddl
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
from sqlalchemy.ext.compiler import compiles, deregister

from limbeck.database import patterns
from limbeck.database.compile import Compiler
from limbeck.database.unbuilt import Unbuilt
from limbeck.dsl import Op
from limbeck.errors import CannotCompile
from tests.unit.dsl.recorder import Recorder

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import DDLCompiler

DIALECTS = (sqlite, postgresql, mysql, mssql, oracle)
TYPES: tuple[Callable[[], Any], ...] = (
    sa.Integer,
    sa.BigInteger,
    sa.SmallInteger,
    sa.Date,
    sa.Boolean,
    sa.DateTime,
    lambda: sa.DateTime(timezone=True),
    lambda: sa.String(50),
    lambda: sa.String(50, collation="C"),
    lambda: sa.Numeric(12, 2),
    sa.Numeric,
    sa.Text,
)
NAMES = (
    "x",
    "select",
    "Upper",
    "two words",
    "a%b",
    "a%(b)s",
    "a{b}",
    'a"b',
    "a`b",
    "a]b",
    "limbeck_t",
    "ä",
)


def author(op: Any) -> None:
    """What a revision may write, plain and not so plain."""
    for name in NAMES:
        for type_ in TYPES:
            op.add_column("t", sa.Column(name, type_()))
        op.add_column(name, sa.Column("c", sa.Integer(), nullable=False))
        op.add_column("t", sa.Column(sa.quoted_name(name, True), sa.Integer()))
        op.create_index(name, "t", ["a"])
        op.create_index("i", name, ["a", name], unique=True)
    op.add_column("t", sa.Column("c", sa.Integer(), nullable=True), if_not_exists=False, schema="s")
    op.add_column("t", sa.Column("c", sa.Integer(), comment="it's", server_default="1"))
    op.add_column("t", sa.Column("c", sa.Integer(), sa.ForeignKey("u.id")))
    op.add_column("t", sa.Column("c", sa.String(9), unique=True, index=True))
    op.add_column("t", sa.Column("c", sa.Integer().with_variant(sa.BigInteger(), "sqlite")))
    op.add_column("t", sa.Column("c", sa.Boolean(create_constraint=True, name="b")))
    op.create_index("i", "t", ["a", "b", "a"])
    op.create_index(None, "t", ["a"])
    op.create_index("i", "t", ["lower(a)", sa.text("lower(b)")])
    op.create_index("i", "t", ["a"], schema="s", if_not_exists=True)
    op.create_index("i", "t", ["a"], postgresql_using="gin", mysql_length=5)


def author_of_tables(op: Any) -> None:
    """Tables that a revision may create, plain and not so plain."""
    for name in (*NAMES, "it's", "tab\tname", sa.quoted_name("q", True)):
        op.create_table(name, sa.Column("id", sa.Integer(), primary_key=True))
        op.create_table("t", sa.Column(name, sa.Integer(), primary_key=True))
        op.create_table(
            "t",
            sa.Column("a", sa.Integer(), nullable=False),
            sa.Column(name, sa.String(9), nullable=False),
            sa.PrimaryKeyConstraint(name, "a", name=name),
        )
    for type_ in TYPES:
        for other in TYPES:
            keyed = sa.Column("a", type_(), primary_key=True)
            beside = sa.Column("b", other()), sa.Column("c", other(), nullable=False)
            op.create_table("t", beside[0], keyed, beside[1])
        op.create_table("t", sa.Column("a", type_(), nullable=False), sa.Column("b", type_()))
        op.create_table("t", sa.Column("a", type_(), primary_key=True), if_not_exists=True)
        key = sa.PrimaryKeyConstraint("b", name=op.f("k"))
        op.create_table("t", sa.Column("b", type_(), nullable=False), key)
    number = sa.Integer
    tables: tuple[list[Any], ...] = (
        [],
        [sa.Column("a", number()), sa.PrimaryKeyConstraint("a")],
        [sa.Column("a", number(), nullable=True), sa.PrimaryKeyConstraint("a")],
        [sa.Column("a", number(), nullable=True, primary_key=True)],
        [sa.Column("a", number(), primary_key=True), sa.Column("b", number(), primary_key=True)],
        [sa.Column("a", number(), primary_key=True), sa.PrimaryKeyConstraint("a", name="k")],
        [sa.Column("a", number(), primary_key=True, autoincrement=False)],
        [sa.Column("a", number(), key="b", primary_key=True)],
        [sa.Column("a", number(), system=True), sa.Column("b", number())],
        [sa.Column("a", number(), server_default="1"), sa.Column("b", number(), comment="c")],
        [sa.Column("a", number(), sa.Identity(), primary_key=True)],
        [sa.Column("a", number(), unique=True), sa.Column("b", number(), index=True)],
        [sa.Column("a", sa.Boolean(create_constraint=True, name="b"))],
        [sa.Column("a", sa.Enum("x", "y", name="e"))],
        [sa.Column("a", number(), sa.ForeignKey("u.id"))],
        [sa.Column("a", number()), sa.UniqueConstraint("a"), sa.CheckConstraint("a > 0")],
        [sa.Column("a", number(), nullable=False),
         sa.PrimaryKeyConstraint("a", name="k", deferrable=True, initially="deferred")],
        [sa.Column("a", number(), nullable=False), sa.PrimaryKeyConstraint("a", mssql_clustered=False)],
        [sa.Column("a", number(), nullable=False),
         sa.PrimaryKeyConstraint("a").ddl_if(dialect="postgresql")],
    )  # fmt: skip
    for columns in tables:
        op.create_table("t", *columns)
    op.create_table(
        "t", sa.Column("a", number()), schema="s", comment="it's", mysql_engine="InnoDB"
    )


def written(dialect: Any, revision: Callable[[Any], None] = author) -> list[str]:
    """The statements of a script, each or what is wrong with it."""
    compiler = Compiler(dialect.dialect(), literal=True)
    texts: list[str] = []

    def send(operation: Any) -> None:
        try:
            texts.extend(statement.text for statement in compiler.statements(operation))
        except CannotCompile as error:
            texts.append(str(error))

    revision(Op(Recorder(dialect.dialect()), send))
    return texts


@pytest.mark.parametrize(
    "dialect", DIALECTS, ids=lambda dialect: dialect.__name__.rpartition(".")[2]
)
def test_patterns_give_the_text_that_sqlalchemy_gives(
    dialect: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for revision in (author, author_of_tables):
        quick = written(dialect, revision)
        with monkeypatch.context() as slowly:
            slowly.setattr(patterns, "heard", lambda: True)
            assert quick == written(dialect, revision)


@pytest.mark.parametrize(
    "dialect", DIALECTS, ids=lambda dialect: dialect.__name__.rpartition(".")[2]
)
def test_names_that_are_too_long(dialect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def revision(op: Any) -> None:
        for length in range(25, 260):
            op.create_index("i" * length, "t", ["a"])
            key = sa.PrimaryKeyConstraint("a", name="k" * length)
            op.create_table("t", sa.Column("a", sa.Integer(), nullable=False), key)

    quick = written(dialect, revision)
    monkeypatch.setattr(patterns, "heard", lambda: True)
    assert quick == written(dialect, revision)


@pytest.mark.parametrize(
    "dialect", DIALECTS, ids=lambda dialect: dialect.__name__.rpartition(".")[2]
)
def test_tables_are_the_same_values(dialect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def values() -> list[Any]:
        made: list[Any] = []
        author_of_tables(Op(Recorder(dialect.dialect()), made.append))
        return made

    quick = values()
    monkeypatch.setattr(patterns, "heard", lambda: True)
    assert quick == values()


@pytest.mark.parametrize(
    "dialect", DIALECTS, ids=lambda dialect: dialect.__name__.rpartition(".")[2]
)
def test_plain_tables_are_not_put_together(dialect: Any) -> None:
    made: list[sa.Table] = []

    def revision(op: Any) -> None:
        key = sa.PrimaryKeyConstraint("id", name=op.f("k"))
        number = sa.Column("id", sa.Integer(), nullable=False)
        made.append(op.create_table("t", number, sa.Column("b", sa.Boolean()), key))

    (text,) = written(dialect, revision)
    assert text.startswith("CREATE TABLE t (\n    id ")
    assert type(made[0]) is Unbuilt


@pytest.fixture
def listener() -> Iterator[list[str]]:
    """The names of columns that were put into a table."""
    seen: list[str] = []

    def note(column: Any, table: Any) -> None:
        seen.append(column.name)

    sa.event.listen(sa.Column, "after_parent_attach", note)
    yield seen
    sa.event.remove(sa.Column, "after_parent_attach", note)


def test_who_listens_to_columns_hears_of_them(listener: list[str]) -> None:
    written(sqlite, lambda op: op.add_column("t", sa.Column("heard", sa.Integer())))
    assert "heard" in listener


def test_who_listens_to_columns_hears_of_those_of_new_tables(listener: list[str]) -> None:
    written(sqlite, lambda op: op.create_table("t", sa.Column("heard", sa.Integer())))
    assert "heard" in listener


def test_who_renders_a_type_otherwise_sees_each() -> None:
    @compiles(sa.SmallInteger)
    def tiny(type_: Any, compiler: Any, type_expression: Any = None, **options: Any) -> str:
        return f"TINY_{getattr(type_expression, 'name', '')}"

    try:
        made = written(sqlite, lambda op: op.create_table("t", sa.Column("a", sa.SmallInteger())))
        made += written(sqlite, lambda op: op.add_column("t", sa.Column("b", sa.SmallInteger())))
    finally:
        deregister(sa.SmallInteger)
    assert made == ["CREATE TABLE t (\n    a TINY_a\n)", "ALTER TABLE t ADD COLUMN b TINY_b"]


def test_who_renders_indexes_otherwise_sees_each() -> None:
    @compiles(ddl.CreateIndex)
    def shouted(element: Any, compiler: DDLCompiler, **options: Any) -> str:
        return f"CREATE INDEX {element.element.name.upper()} ON …"

    try:
        made = written(sqlite, lambda op: op.create_index("i", "t", ["a"]))
    finally:
        deregister(ddl.CreateIndex)
    assert made == ["CREATE INDEX I ON …"]
