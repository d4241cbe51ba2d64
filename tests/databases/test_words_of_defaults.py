"""Defaults that a server changes before it keeps them are none to it that nobody would have to ask it for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from tests.databases.test_certain import compared
from tests.servers import Kind

# A default with a word about what happens to it.
CHANGED: dict[Kind, list[tuple[Any, Any]]] = {
    "mariadb": [
        (sa.Text(), "it's"),  # printed with another quote
        (sa.String(20), "two\nlines"),  # a line break is printed as \n
        (sa.CHAR(5), "a  "),  # blanks at the end are cut off
        (sa.DateTime(), sa.text("CURRENT_TIMESTAMP(3)")),  # the column's precision counts
        (mysql.DATETIME(fsp=3), sa.text("CURRENT_TIMESTAMP(3)")),  # as it is
    ],
    "postgresql": [
        (sa.Integer(), "-0"),
        (sa.BigInteger(), "-0"),
        (sa.Integer(), sa.text("-0")),
        (sa.Numeric(4, 1), sa.text("-0.0")),
        (sa.Integer(), sa.text("-1")),  # as it is
        (sa.Numeric(4, 1), sa.text("-0.5")),  # as it is
    ],
}
CASES = [(kind, type_, default) for kind, cases in CHANGED.items() for type_, default in cases]


def _models(type_: Any, default: Any, *, with_default: bool = True) -> sa.MetaData:
    models = sa.MetaData()
    given = default if with_default else None
    key = sa.Column("id", sa.Integer, primary_key=True)
    sa.Table("goods", models, key, sa.Column("word", type_, server_default=given))
    return models


@pytest.mark.parametrize(("kind", "type_", "default"), CASES)
def test_a_default_that_is_new_is_what_the_server_makes_of_it(
    kind: Kind, type_: Any, default: Any, make_database: Callable[[Kind], str]
) -> None:
    wanted = _models(type_, default)
    engine = sa.create_engine(make_database(kind), poolclass=sa.NullPool)
    with engine.connect() as connection:
        _models(type_, default, with_default=False).create_all(connection)
        connection.commit()
        said = compared(connection, wanted)
        with patch("limbeck.database.compare.differs_for_certain", return_value=False):
            asked = compared(connection, wanted)
        assert said.have != said.want == asked.want
        assert said.not_compared == asked.not_compared == ()


@pytest.mark.parametrize(("kind", "type_", "default"), CASES)
def test_a_default_that_is_there_is_no_difference(
    kind: Kind, type_: Any, default: Any, make_database: Callable[[Kind], str]
) -> None:
    wanted = _models(type_, default)
    engine = sa.create_engine(make_database(kind), poolclass=sa.NullPool)
    with engine.connect() as connection:
        wanted.create_all(connection)
        connection.commit()
        found = compared(connection, wanted)
        assert found.have == found.want
        assert found.not_compared == ()
