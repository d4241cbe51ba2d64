"""The type of SQLAlchemy for what MariaDB prints: a column made of it prints the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limbeck.database.construct import Verbatim
from limbeck.database.read import read
from limbeck.database.types import sqlalchemy_type
from limbeck.schema import TableName, Type

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def connection(mariadb_url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def integers() -> st.SearchStrategy[str]:
    names = st.sampled_from(["tinyint", "smallint", "mediumint", "int", "bigint"])
    behind = st.sampled_from(["", " unsigned", " unsigned zerofill"])
    return st.builds(
        lambda name, size, words: f"{name}({size}){words}", names, st.integers(1, 255), behind
    )


def collated() -> st.SearchStrategy[str]:
    names = st.one_of(
        st.builds(lambda size: f"varchar({size})", st.integers(0, 1000)),
        st.builds(lambda size: f"char({size})", st.integers(0, 255)),
        st.sampled_from(["tinytext", "text", "mediumtext", "longtext"]),
        listed(),
    )
    behind = st.sampled_from(
        [
            "",
            " COLLATE utf8mb4_bin",
            " CHARACTER SET latin1 COLLATE latin1_swedish_ci",
            " CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci",
        ]
    )
    return st.builds(lambda name, words: name + words, names, behind)


def listed() -> st.SearchStrategy[str]:
    # The server keeps no spaces at the end of a value, and compares without regard to capitals.
    values = st.lists(
        st.text("ab'(),\\\"`éñ;:", min_size=1, max_size=6), min_size=1, max_size=4, unique=True
    )

    def text(name: str, found: list[str]) -> str:
        escaped = (value.replace("\\", "\\\\").replace("'", "''") for value in found)
        return name + "(" + ",".join(f"'{value}'" for value in escaped) + ")"

    # Also, a value of a SET has no comma.
    return st.one_of(
        st.builds(lambda found: text("enum", found), values),
        st.builds(lambda found: text("set", [v.replace(",", "x") for v in found]), values),
    )


def fractions() -> st.SearchStrategy[str]:
    sizes = st.integers(1, 30).flatmap(lambda p: st.tuples(st.just(p), st.integers(0, p)))
    return st.one_of(
        st.builds(
            lambda name, size, words: f"{name}({size[0]},{size[1]}){words}",
            st.sampled_from(["decimal", "float", "double"]),
            sizes,
            st.sampled_from(["", " unsigned", " unsigned zerofill"]),
        ),
        st.sampled_from(["float", "double", "float unsigned", "double unsigned"]),
    )


def others() -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(
            lambda name, size: name + (f"({size})" if size else ""),
            st.sampled_from(["datetime", "timestamp", "time"]),
            st.integers(0, 6),
        ),
        st.builds(lambda size: f"bit({size})", st.integers(1, 64)),
        st.builds(lambda name, n: f"{name}({n})", st.sampled_from(["binary", "varbinary"]), st.integers(1, 255)),
        st.sampled_from(
            [
                "date", "year(4)", "json", "tinyblob", "blob", "mediumblob", "longblob", "uuid", "inet6", "inet4",
                "point", "geometry", "linestring", "polygon", "multipoint", "int(11) INVISIBLE",
                "varchar(100) /*M!100301 COMPRESSED*/",
            ]
        ),
    )  # fmt: skip


def printed(connection: sa.Connection, type_: sa.types.TypeEngine[object]) -> str:
    """What the server prints for a column of a type."""
    connection.exec_driver_sql("DROP TABLE IF EXISTS t")
    first = sa.Column("x", sa.Integer)
    sa.Table("t", sa.MetaData(), first, sa.Column("c", type_)).create(connection)
    table = read(connection)[TableName("t")]
    assert table.constraints == ()
    return table["c"].type.sql


@given(text=st.one_of(integers(), collated(), fractions(), others()))
@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_there_and_back(connection: sa.Connection, text: str) -> None:
    # What the server makes of the text is one of its own words; from there on nothing may change.
    try:
        known = printed(connection, Verbatim(text))
    except (
        sa.exc.DBAPIError
    ):  # values that the server takes for the same, a column that is too large
        return
    made = sqlalchemy_type(Type(known), connection.dialect)
    assert printed(connection, made) == known


EXACT = [
    ("int(11)", sa.Integer()),
    ("bigint(20)", sa.BigInteger()),
    ("smallint(6)", sa.SmallInteger()),
    ("tinyint(1)", sa.Boolean()),
    ("varchar(50)", sa.String(50)),
    ("text", sa.Text()),
    ("decimal(10,2)", sa.Numeric(10, 2)),
    ("float", sa.Float()),
    ("double", sa.Double()),
    ("datetime", sa.DateTime()),
    ("date", sa.Date()),
    ("json", sa.JSON()),
    ("blob", sa.LargeBinary()),
    ("enum('a','it''s')", sa.Enum("a", "it's")),
]


@pytest.mark.parametrize(("text", "expected"), EXACT, ids=[text for text, _ in EXACT])
def test_plain_types_where_they_are_exact(
    connection: sa.Connection, text: str, expected: sa.types.TypeEngine[object]
) -> None:
    assert repr(sqlalchemy_type(Type(text), connection.dialect)) == repr(expected)
    assert printed(connection, expected) == text
