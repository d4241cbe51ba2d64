"""The fixtures of this suite: each test gets an empty database of its own, and may leave a mess in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers import Kind, Server


def test_a_database_is_fresh_and_of_the_kind_asked_for(
    database_url: str, database_kind: Kind
) -> None:
    engine = sa.create_engine(database_url, poolclass=NullPool)
    expected = {"sqlite": "sqlite", "postgresql": "postgresql", "mariadb": "mysql"}
    assert engine.dialect.name == expected[database_kind]
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.exec_driver_sql("CREATE TABLE mess (id INTEGER)")
        assert sa.inspect(connection).get_table_names() == ["mess"]


def test_two_databases_are_two(make_database: Callable[[Kind], str], database_kind: Kind) -> None:
    assert make_database(database_kind) != make_database(database_kind)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_connection_that_was_left_open_does_not_stop_the_drop(
    kind: Kind, find_server: Callable[[Kind], Server]
) -> None:
    server = find_server(kind)
    url = server.create()
    connection = sa.create_engine(url, poolclass=NullPool).connect()
    connection.exec_driver_sql("CREATE TABLE held (id INTEGER)")
    connection.exec_driver_sql("SELECT * FROM held").all()
    server.drop(url)
    with pytest.raises(sa.exc.OperationalError):
        connection.exec_driver_sql("SELECT * FROM held")
    connection.invalidate()
    connection.close()
