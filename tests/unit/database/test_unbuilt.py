"""What `op.create_table` returns is the table that SQLAlchemy would have made at once."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy import schema as ddl
from sqlalchemy.dialects import sqlite

from limbeck.database.compile import Compiler
from limbeck.database.unbuilt import Unbuilt
from limbeck.dsl import Op
from tests.unit.dsl.recorder import Recorder

if TYPE_CHECKING:
    from limbeck.operations import CreateTable


def items() -> list[Any]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="account_pkey"),
    ]


@pytest.fixture
def op() -> Op:
    return Op(Recorder(sqlite.dialect()), lambda operation: None)


@pytest.fixture
def table(op: Op) -> sa.Table:
    """A table that nobody has looked at yet."""
    made = op.create_table("account", *items())
    assert type(made) is Unbuilt
    return made


def test_it_is_a_table_before_and_after(table: sa.Table) -> None:
    assert isinstance(table, sa.Table)
    assert not isinstance(table, str)
    assert type(table) is Unbuilt  # asking for its class was no look at it
    assert table.name == "account"
    assert type(table) is sa.Table


def test_it_is_put_together_like_any_other(table: sa.Table) -> None:
    other = sa.Table("account", sa.MetaData(), *items())
    assert repr(table) == repr(other)
    assert str(ddl.CreateTable(table)) == str(ddl.CreateTable(other))
    assert table.metadata.tables["account"] is table
    assert table.primary_key.name == "account_pkey"
    assert sa.inspect(table) is table


@pytest.mark.parametrize(
    ("use", "text"),
    [
        (sa.select, "SELECT account.id, account.open FROM account"),
        (lambda t: sa.insert(t).values(id=1), "INSERT INTO account (id) VALUES (:id)"),
        (lambda t: t.update().values(open=None), "UPDATE account SET open=:open"),
        (lambda t: sa.delete(t).where(t.c.id == 1), "DELETE FROM account WHERE account.id = :id_1"),
        (lambda t: sa.select(sa.func.count()).select_from(t), "SELECT count(*) AS count_1 FROM account"),
        (lambda t: sa.select(t.alias("a").c.id), "SELECT a.id FROM account AS a"),
        (ddl.DropTable, "DROP TABLE account"),
    ],
)  # fmt: skip
def test_statements_take_it(table: sa.Table, use: Any, text: str) -> None:
    assert " ".join(str(use(table)).split()) == text


def test_the_columns_that_were_given_are_its_columns(op: Op) -> None:
    given = items()
    table = op.create_table("account", *given)
    assert " ".join(str(sa.select(given[0])).split()) == "SELECT account.id FROM account"
    assert given[0].table is table
    assert given[0].primary_key
    assert table.c.id is given[0]


def test_columns_of_another_table_are_copied(op: Op) -> None:
    given = [sa.Column("id", sa.Integer(), primary_key=True), sa.Column("open", sa.Boolean())]
    first = op.create_table("first", *given)
    second = op.create_table("second", *given)
    assert [str(table.c.id) for table in (first, second)] == ["first.id", "second.id"]
    assert list(second.primary_key.columns) == [second.c.id]


def test_what_is_set_stays(table: sa.Table) -> None:
    table.comment = "who pays"
    assert type(table) is sa.Table
    assert table.comment == "who pays"


def test_what_was_changed_is_created_as_it_is_now() -> None:
    made: list[CreateTable] = []
    op = Op(Recorder(sqlite.dialect()), made.append)  # type: ignore[arg-type]
    op.create_table("account", *items()).append_column(sa.Column("name", sa.Text()))
    (statement,) = Compiler(sqlite.dialect()).statements(made[0])
    assert "name TEXT" in statement.text


def test_copies_and_pickles(table: sa.Table) -> None:
    assert str(copy.copy(table)) == "account"
    again = pickle.loads(pickle.dumps(table))
    assert repr(again) == repr(table)


def test_a_revision_fills_it(op: Op) -> None:
    made: list[Any] = []
    filling = Op(Recorder(sqlite.dialect()), made.append)
    filling.bulk_insert(filling.create_table("account", *items()), [{"id": 1, "open": True}])
    texts = [s.text for operation in made for s in Compiler(sqlite.dialect()).statements(operation)]
    assert texts[-1] == "INSERT INTO account (id, open) VALUES (1, 1)"


def test_what_sqlalchemy_refuses_is_refused_at_once(op: Op) -> None:
    column = sa.Column("id", sa.Integer(), nullable=False)
    with pytest.raises(sa.exc.ArgumentError, match="no column named 'other' is present"):
        op.create_table("account", column, sa.PrimaryKeyConstraint("other"))
    with pytest.raises(sa.exc.ArgumentError, match="no column named 'id' is present"):
        op.create_table("account", sa.PrimaryKeyConstraint("id"), column)
    again = (sa.Column("id", sa.Integer()), sa.Column("id", sa.Integer()))
    with pytest.raises(sa.exc.ArgumentError, match="already present"):
        op.create_table("account", *again)
