"""A history in memory beside the same history on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from limbeck.database.compare import NotCompared, compare
from limbeck.database.engine import dialect_of
from limbeck.database.normalise import facts
from limbeck.database.read import read
from limbeck.database.replay import Opaque, Recorded, ReplayDatabase
from limbeck.database.scratch import source
from limbeck.diff import describe, diff
from limbeck.runner import run
from limbeck.schema import SchemaState, TableName
from tests.databases.runs import Shelf, upgrade

if TYPE_CHECKING:
    from limbeck.history import Plan

OWN = frozenset({TableName("alembic_version"), TableName("limbeck_journal")})


class Replay(NamedTuple):
    """What came of it in memory."""

    schema: SchemaState
    opaque: list[Opaque]
    recorded: list[Recorded]


class Beside(NamedTuple):
    """What is not the same, and what could not be compared."""

    differences: list[str]
    not_compared: tuple[NotCompared, ...]
    have: SchemaState
    replayed: Replay


def replayed(url: str, shelf: Shelf, **given: Any) -> Replay:
    """The history in memory; the server is not asked."""
    from limbeck.history import plan_upgrade

    database = ReplayDatabase(dialect_of(url), **given)

    def plan(applied: frozenset[str]) -> Plan:
        return plan_upgrade(shelf.history, applied, shelf.history.real_heads)

    run(plan, shelf, database)
    return Replay(database.state, database.opaque, database.recorded)


def beside(url: str, shelf: Shelf, **given: Any) -> Beside:
    """The history in memory, and on an empty database."""
    found = replayed(url, shelf, **given)
    upgrade(url, shelf, **given)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        have = read(connection, leave_out=OWN)
        compared = compare(
            have,
            found.schema,
            connection.dialect,
            facts=facts(connection),
            scratch=source(connection),
        )
        connection.rollback()
    engine.dispose()
    left = diff(compared.have, compared.want)
    return Beside([describe(one) for one in left.operations], compared.not_compared, have, found)
