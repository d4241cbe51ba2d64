"""A value that is written into a script is the value that a driver would have sent."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import ARRAY

from limbeck.database.render import plain_text, render, script_dialect
from limbeck.errors import CannotCompile
from tests.pairs.compile.pairs import dialect_of

ENGINE = sa.create_engine("sqlite://")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("a%:'\\\"", max_size=3), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
TEXT = st.text(st.characters(exclude_characters="\0", codec="utf-8"))
VALUES = st.one_of(
    TEXT.map(lambda value: (sa.String(), value)),
    st.text("%':\\\"?;- a", max_size=8).map(lambda value: (sa.String(), value)),
    st.binary().map(lambda value: (sa.LargeBinary(), value)),
    st.integers(-(2**63), 2**63 - 1).map(lambda value: (sa.BigInteger(), value)),
    st.booleans().map(lambda value: (sa.Boolean(), value)),
    st.dates().map(lambda value: (sa.Date(), value)),
    st.datetimes().map(lambda value: (sa.DateTime(), value)),
    st.times().map(lambda value: (sa.Time(), value)),
    st.uuids().map(lambda value: (sa.Uuid(), value)),
    JSON.map(lambda value: (sa.JSON(), value)),
    st.none().map(lambda value: (sa.String(), value)),
    st.lists(st.integers(), max_size=3).map(lambda value: (sa.PickleType(), value)),
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_what_is_written_is_what_would_be_sent(typed: tuple[Any, Any]) -> None:
    type_, value = typed
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("v", type_)
    )
    with ENGINE.connect() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS t")
        table.create(connection)
        connection.execute(sa.insert(table), [{"id": 1, "v": value}])
        script = render(sa.insert(table), [{"id": 2, "v": value}], script_dialect(ENGINE.dialect))
        connection.exec_driver_sql(script, execution_options={"no_parameters": True})
        sent, written = connection.exec_driver_sql("SELECT v, typeof(v) FROM t ORDER BY id")
        assert written == sent


@settings(max_examples=200, deadline=None)
@given(st.text("a:\\' \n1", max_size=12))
def test_plain_text_is_what_sqlalchemy_makes_of_text(sql: str) -> None:
    clause = sa.text(sql)
    if plain := plain_text(sql):
        assert plain == str(clause.compile(dialect=script_dialect(dialect_of("sqlite"))))


class Point(sa.types.UserDefinedType[Any]):
    """A type of an author who did not think of literals."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "POINT"

    def bind_processor(self, dialect: sa.Dialect) -> Any:
        return lambda value: f"({value[0]},{value[1]})"


class Compact(sa.types.TypeDecorator[Any]):
    """JSON with something done to it first."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        return sorted(value)


@pytest.mark.parametrize(
    ("dialect", "type_", "value", "literal"),
    [
        ("postgresql", sa.LargeBinary(), b"\x00'", "'\\x0027'::bytea"),
        ("mysql", sa.LargeBinary(), b"\x00'", "X'0027'"),
        ("mssql", sa.LargeBinary(), b"\x00'", "0x0027"),
        ("oracle", sa.LargeBinary(), b"\x00'", "HEXTORAW('0027')"),
        ("postgresql", sa.String(), "\\ 50% 'x'", "'\\ 50% ''x'''"),
        ("mysql", sa.String(), "\\ 50% 'x'", "'\\\\ 50% ''x'''"),
        ("mssql", sa.String(), "☃", "N'☃'"),
        ("postgresql", sa.JSON(), None, "'null'"),
        ("postgresql", sa.JSON(none_as_null=True), None, "NULL"),
        ("postgresql", sa.JSON(), sa.JSON.NULL, "'null'"),
        ("postgresql", Compact(), {2, 1}, "'[1, 2]'"),
        ("postgresql", Point(), (1, 2), "'(1,2)'"),
        ("postgresql", ARRAY(sa.String), ["a'", "b"], "ARRAY['a''', 'b']"),
        ("postgresql", sa.Float(), float("nan"), "'nan'"),
        ("postgresql", sa.Numeric(), decimal.Decimal("1.50"), "1.50"),
        (
            "postgresql",
            sa.DateTime(),
            dt.datetime(2020, 1, 2, tzinfo=dt.timezone.utc),
            "'2020-01-02 00:00:00+00:00'",
        ),
        ("postgresql", sa.Uuid(), uuid.UUID(int=5), f"'{uuid.UUID(int=5)}'"),
        ("mysql", sa.JSON(), {"a%": "'"}, "'" + json.dumps({"a%": "''"}) + "'"),
    ],
)
def test_literals(dialect: str, type_: Any, value: object, literal: str) -> None:
    table = sa.table("t", sa.column("v", type_))
    text = render(sa.insert(table), {"v": value}, script_dialect(dialect_of(dialect)))
    assert text == f"INSERT INTO t (v) VALUES ({literal})"


def test_several_rows_are_several_statements() -> None:
    text = render(
        sa.text("DELETE FROM t WHERE a = :a"),
        [{"a": 1}, {"a": 2}],
        script_dialect(dialect_of("sqlite")),
    )
    assert text == "DELETE FROM t WHERE a = 1;\nDELETE FROM t WHERE a = 2"


def test_names_for_a_script_and_for_a_driver_do_not_mix() -> None:
    url = sa.make_url("mysql+pymysql://")
    for script_first in (True, False):
        made: Any = url.get_dialect()
        driver: sa.Dialect = made(paramstyle="pyformat")
        script = script_dialect(driver)
        query: sa.Select[Any] = sa.select(sa.column("per%cent"))
        for dialect in (script, driver) if script_first else (driver, script):
            query.compile(dialect=dialect)
        assert "`per%cent`" in str(query.compile(dialect=script))
        assert "`per%%cent`" in str(query.compile(dialect=driver))


def test_defaults_of_python_are_in_the_script() -> None:
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer),
        sa.Column("kind", sa.String, key="sort", default="plain"),
        sa.Column("made", sa.Date, default=lambda: dt.date(2020, 1, 2)),
        sa.Column("changes", sa.Integer, onupdate=5),
        sa.Column("moved", sa.Date, onupdate=sa.func.current_date()),
    )
    dialect = script_dialect(sa.make_url("sqlite://").get_dialect()())
    assert render(sa.insert(table), {"id": 1}, dialect) == (
        "INSERT INTO t (id, kind, made) VALUES (1, 'plain', '2020-01-02')"
    )
    assert render(sa.insert(table).values(id=1, sort="x", made=None), None, dialect) == (
        "INSERT INTO t (id, kind, made) VALUES (1, 'x', NULL)"
    )
    assert render(sa.update(table).values(id=2), None, dialect) == (
        "UPDATE t SET id=2, changes=5, moved=CURRENT_DATE"
    )


def test_a_default_that_needs_the_execution_is_refused() -> None:
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer),
        sa.Column(
            "next", sa.Integer, default=lambda context: context.get_current_parameters()["id"]
        ),
    )
    dialect = script_dialect(sa.make_url("sqlite://").get_dialect()())
    with pytest.raises(CannotCompile, match="the default of column next is only known"):
        render(sa.insert(table), {"id": 1}, dialect)
    plain = sa.Table("p", sa.MetaData(), sa.Column("id"), sa.Column("kind", default="plain"))
    # SQLAlchemy takes no more values for these.
    for statement in (
        sa.insert(plain).values([{"id": 1}, {"id": 2}]),
        sa.insert(plain).from_select(["id"], sa.select(table.c.id)),
    ):
        with pytest.raises(CannotCompile):
            render(statement, None, dialect)
