"""
Databases to throw away.

Responsible for an empty database that takes in what the real one would: in memory for SQLite, on the same server for
PostgreSQL, MySQL and MariaDB, and the next best thing where a role may not make one.  Whatever it is, it has a name
that can be told, and is removed, also after an error.  Does not know what it is used for.  Never used by a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.database.drivers import relieve
from limbeck.errors import NoScratch
from limbeck.values import dataclass, field

if TYPE_CHECKING:
    from limbeck.schema import Extension

Kind = str
"""How a scratch database is had: "memory", "database", "embedded" or "transaction"."""

KINDS: tuple[Kind, ...] = ("memory", "database", "embedded", "transaction")


@dataclass(frozen=True)
class Scratch:
    """An empty database, and a connection to it in a transaction of its own.

    `schemas` says under which name a schema of the real database is to be made here; None is the default one.  One
    that is not in it cannot be had.  `missing` are extensions that could not be made, with the reason.
    """

    connection: sa.Connection
    name: str
    kind: Kind
    schemas: Mapping[str | None, str | None]
    missing: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return {
            "memory": "a database in memory",
            "embedded": f"an embedded PostgreSQL ({self.name})",
            "transaction": f"a transaction that was rolled back (schema {self.name})",
        }.get(self.kind, f"the scratch database {self.name}")


ScratchSource = Callable[[Sequence[str | None]], AbstractContextManager[Scratch]]
"""Makes a scratch database with these schemas, when one is needed."""


def source(
    connection: sa.Connection,
    *,
    url: str | sa.URL | None = None,
    extensions: Sequence[Extension] = (),
    allow: Sequence[Kind] = KINDS,
) -> ScratchSource:
    """What `compare` takes: nothing is made until it is called."""

    def make(schemas: Sequence[str | None]) -> AbstractContextManager[Scratch]:
        return scratch(connection, url=url, schemas=schemas, extensions=extensions, allow=allow)

    return make


@contextmanager
def scratch(
    connection: sa.Connection,
    *,
    url: str | sa.URL | None = None,
    schemas: Sequence[str | None] = (None,),
    extensions: Sequence[Extension] = (),
    allow: Sequence[Kind] = KINDS,
) -> Iterator[Scratch]:
    """An empty database like the one behind `connection`, which is only asked, never changed.

    `url` is a server to use instead (its database is where one connects to make others).  `allow` leaves out ways
    to have one.  Raises NoScratch, with each way that was tried and why it failed.
    """
    name = connection.dialect.name
    if name == "sqlite":
        from limbeck.database.scratch.sqlite import in_memory as make
    elif name == "postgresql":
        from limbeck.database.scratch.postgresql import some_database as make
    elif name in {"mysql", "mariadb"}:
        from limbeck.database.scratch.mysql import database as make
    else:
        raise NoScratch(f"limbeck makes no scratch databases for {name}.")
    request = Request(
        connection, url, tuple(dict.fromkeys((None, *schemas))), tuple(extensions), tuple(allow)
    )
    with make(request) as made:
        yield made


@dataclass(frozen=True)
class Request:
    """What is wanted, for those who make it."""

    connection: sa.Connection
    url: str | sa.URL | None
    schemas: tuple[str | None, ...]
    extensions: tuple[Extension, ...]
    allow: tuple[Kind, ...]

    def engine(self, database: str | None = None, **arguments: object) -> sa.Engine:
        """An engine for the server, or for one of its databases; the connections that it makes are not kept."""
        address = sa.make_url(self.url) if self.url is not None else self.connection.engine.url
        if database is not None:
            address = address.set(database=database)
        return relieve(
            sa.create_engine(address, poolclass=sa.pool.NullPool, connect_args=arguments)
        )
