"""
How long a database is waited for.

Responsible for a server that does not answer being noticed in seconds where limbeck only wants to look, or to have a
scratch database.  A time that the address says itself holds.  Does not know SQLAlchemy's engines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

    from limbeck.database.live import LiveDatabase
    from limbeck.project import Project, Target

T = TypeVar("T")

SECONDS = 10

_DRIVERS = ("psycopg", "psycopg_async", "psycopg2", "pymysql", "mysqldb", "aiomysql", "asyncmy")
"""Those that take `connect_timeout` from the address."""


def patient(target: Target, seconds: int = SECONDS) -> Target:
    """The target, waited for no longer than some seconds; one that is an engine or a connection is left alone."""
    import sqlalchemy as sa

    from limbeck.config import DatabaseUrl

    address = target.address
    if isinstance(address, DatabaseUrl):
        address = address.reveal()
    if isinstance(address, (str, sa.URL)):
        return target._replace(address=waited_for(address, seconds))
    return target


def waited_for(address: str | sa.URL, seconds: int = SECONDS) -> sa.URL:
    """The address with a time to connect in, where its driver takes one and it says none."""
    import sqlalchemy as sa

    url = sa.make_url(address)
    driver = url.drivername.partition("+")[2] or url.get_dialect().driver
    if driver not in _DRIVERS or "connect_timeout" in url.query:
        return url
    return url.update_query_dict({"connect_timeout": str(seconds)})


def visit_patiently(project: Project, work: Callable[[Target, LiveDatabase], T]) -> list[T]:
    """What `work` makes of each database of `project`, each of which is waited for no longer than a few seconds.

    Raises what visiting raises.
    """
    found: list[T] = []

    def one(target: Target) -> None:
        found.append(patient(target).visit(lambda database: work(target, database)))

    project.targets.each(one)
    return found
