"""There and back: SQLAlchemy's type for a type that was read makes a column that is read as the same."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql as pg

from limbeck.database.construct import Verbatim
from limbeck.database.engine import call, dialect_of
from limbeck.database.read import read
from limbeck.database.types import sqlalchemy_type
from limbeck.schema import TableName, Type
from tests.databases.read.postgresql_reading import run

OBJECTS = (
    "CREATE SCHEMA billing",
    "CREATE SCHEMA ext",
    "CREATE EXTENSION citext",
    "CREATE EXTENSION hstore",
    "CREATE EXTENSION ltree SCHEMA ext",
    "CREATE EXTENSION cube",
    "CREATE TYPE status AS ENUM ('new', 'done')",
    "CREATE TYPE \"Odd one\" AS ENUM ('it''s')",
    'CREATE TYPE billing."st.at""us" AS ENUM (\'new\')',
    "CREATE DOMAIN mail AS varchar(50) CHECK (VALUE <> '')",
    "CREATE DOMAIN billing.amount AS numeric(10, 2) DEFAULT 0 NOT NULL",
    "CREATE TYPE pair AS (a integer, b text)",
    "CREATE COLLATION \"my.c\" (LOCALE = 'C')",
    "CREATE COLLATION billing.c (LOCALE = 'C')",
)
PLAIN = (
    "smallint", "integer", "bigint", "real", "double precision", "numeric", "money", "boolean", "date", "bytea",
    "json", "jsonb", "jsonpath", "uuid", "xml", "oid", "regclass", "regproc", "regtype", "regrole", "regconfig", "name",
    "inet", "cidr", "macaddr", "macaddr8", "tsvector", "tsquery", "point", "line", "lseg", "box", "path", "polygon",
    "circle", "int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange", "int4multirange",
    "int8multirange", "nummultirange", "datemultirange", "tsmultirange", "tstzmultirange", "pg_lsn", "pg_snapshot",
    "xid", "xid8", "cid", "tid", '"char"', "bpchar", "refcursor", "aclitem", "int2vector", "oidvector", "bit varying",
    "timestamp", "timestamptz", "time", "timetz", "interval", "citext", "hstore", "ext.ltree", "cube", "status",
    '"Odd one"', 'billing."st.at""us"', "mail", "billing.amount", "pair", "text", "varchar", '"bit"',
    "pg_catalog.varchar", "float(10)", "float(40)", "txid_snapshot",
)  # fmt: skip
FIELDS = (
    "year", "month", "day", "hour", "minute", "second", "year to month", "day to hour", "day to minute",
    "day to second", "hour to minute", "hour to second", "minute to second",
)  # fmt: skip

precisions = st.integers(0, 6)
lengths = st.integers(1, 500)
collated = st.sampled_from(
    ["", ' COLLATE "C"', ' COLLATE "POSIX"', ' COLLATE "my.c"', " COLLATE billing.c"]
)
scalars = st.one_of(
    st.sampled_from(PLAIN),
    st.builds("varchar({})".format, lengths),
    st.builds("char({})".format, lengths),
    st.builds("bit({})".format, lengths),
    st.builds("bit varying({})".format, lengths),
    st.builds("{}({}) {} time zone".format, st.sampled_from(["time", "timestamp"]), precisions, st.sampled_from(["with", "without"])),
    st.builds("interval({})".format, precisions),
    st.builds("interval {}".format, st.sampled_from(FIELDS)),
    st.builds("interval {}({})".format, st.sampled_from([f for f in FIELDS if f.endswith("second")]), precisions),
    st.builds("numeric({},{})".format, st.integers(1, 1000), st.integers(-1000, 1000)),
)  # fmt: skip
strings = st.builds(
    "{}{}{}".format,
    st.sampled_from(["text", "varchar", "varchar(9)", "char(3)", "citext", "mail", "name"]),
    st.sampled_from(["", "[]"]),
    collated,
)
types = st.one_of(
    scalars, st.builds("{}{}".format, scalars, st.sampled_from(["[]", "[][]"])), strings
)


def test_there_and_back(postgresql_url: str) -> None:
    run(postgresql_url, *OBJECTS)

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(text=types)
    def property(text: str) -> None:
        first, second = call(postgresql_url, lambda connection: _there_and_back(connection, text))
        assert second == first

    property()


def _there_and_back(connection: sa.Connection, text: str) -> tuple[Type, Type]:
    """The type of a column that was made with `text`, and that of one which was made with SQLAlchemy's type for it."""
    with connection.begin() as transaction:
        connection.exec_driver_sql(f"CREATE TABLE t (a {text})")
        state = read(connection, schemas=(None, "billing"))
        first = state[TableName("t")]["a"].type
        made = sqlalchemy_type(first, connection.dialect, state.objects)
        sa.Table("again", sa.MetaData(), sa.Column("a", made)).create(connection)
        second = read(connection)[TableName("again")]["a"].type
        transaction.rollback()
    return first, second


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("integer", sa.Integer()),
        ("character varying(50)", sa.String(50)),
        ('character varying(50) COLLATE "C"', sa.String(50, collation="C")),
        ("timestamp with time zone", sa.DateTime(timezone=True)),
        ("timestamp(3) without time zone", pg.TIMESTAMP(precision=3)),
        ("numeric(10,2)", sa.Numeric(10, 2)),
        ("uuid", sa.Uuid()),
        ("text[]", pg.ARRAY(sa.Text())),
        ("interval day to second(3)", pg.INTERVAL(fields="day to second", precision=3)),
        ("bit varying", pg.BIT(varying=True)),
        ("jsonb", pg.JSONB()),
    ],
    ids=str,
)
def test_a_type_of_sqlalchemy_where_there_is_one(text: str, expected: object) -> None:
    assert repr(sqlalchemy_type(Type(text), dialect_of("postgresql"))) == repr(expected)


@pytest.mark.parametrize(
    "text", ["vector(3)", "geometry(Point,4326)", "public.money", "xml", 'bpchar COLLATE "C"']
)
def test_the_text_itself_where_there_is_none(text: str) -> None:
    found = sqlalchemy_type(Type(text), dialect_of("postgresql"))
    assert isinstance(found, Verbatim)
    assert found.compile(dialect=dialect_of("postgresql")) == text
