"""Histories written down in a test, and what a database looks like from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from limbeck.database.engine import call
from limbeck.database.live import LiveDatabase
from limbeck.dsl import Op
from limbeck.history import (
    Direction,
    History,
    Plan,
    Revision,
    plan_downgrade,
    plan_upgrade,
    resolve,
    resolve_downgrade,
)
from limbeck.runner import Policy, Report, RunResult, run, silent

if TYPE_CHECKING:
    from limbeck.runner import Database, Send

Body = Callable[[Op], object]


@dataclass(frozen=True)
class FunctionScript:
    """The body of a revision that is two functions."""

    up: Body
    down: Body
    checksum: str

    def check(self, direction: Direction) -> None:
        """Functions can always be called."""

    def run(self, direction: Direction, database: Database, send: Send) -> None:
        """Call the function of that direction."""
        body = self.up if direction is Direction.UP else self.down
        body(Op(database, send))  # type: ignore[arg-type]


def nothing(op: Op) -> None:
    """A revision's part that does nothing."""


class Written(NamedTuple):
    """A revision, in a test."""

    id: str
    up: Body = nothing
    down: Body = nothing
    parents: tuple[str, ...] | None = None


class Shelf:
    """A library of revisions; one without parents builds on the one before it."""

    def __init__(self, *revisions: Written, checksum: str = "the same") -> None:
        before: tuple[str, ...] = ()
        found = []
        for made in revisions:
            found.append(Revision(made.id, before if made.parents is None else made.parents))
            before = (made.id,)
        self.history = History(found)
        self._scripts = {r.id: FunctionScript(r.up, r.down, checksum) for r in revisions}

    def script(self, id: str) -> FunctionScript:
        """The body of a revision."""
        return self._scripts[id]

    def upgrade(
        self, database: LiveDatabase, to: str = "heads", report: Report = silent
    ) -> RunResult:
        """Run what is missing."""

        def plan_for(applied: frozenset[str]) -> Plan:
            return plan_upgrade(self.history, applied, resolve(self.history, to))

        return run(plan_for, self, database, report)

    def downgrade(
        self, database: LiveDatabase, to: str = "base", report: Report = silent
    ) -> RunResult:
        """Undo what is above `to`."""

        def plan_for(applied: frozenset[str]) -> Plan:
            heads = self.history.tips(applied)
            return plan_downgrade(self.history, applied, resolve_downgrade(self.history, to, heads))

        return run(plan_for, self, database, report)


def sql(*texts: str) -> Body:
    """A revision's part that executes these texts."""

    def body(op: Op) -> None:
        for text in texts:
            op.execute(text)

    return body


def upgrade(
    address: Any, shelf: Shelf, to: str = "heads", *, report: Report = silent, policy: Policy | None = None,
    **arguments: Any,
) -> RunResult:  # fmt: skip
    """Open `address`, run what is missing, close it.  `Any`: whatever an address may be, and LiveDatabase takes."""

    def work(connection: sa.Connection) -> RunResult:
        with LiveDatabase(connection, policy=policy, **arguments) as database:
            return shelf.upgrade(database, to, report)

    return call(address, work)


def downgrade(
    address: Any, shelf: Shelf, to: str = "base", *, report: Report = silent, **arguments: Any
) -> RunResult:
    """Open `address`, undo what is above `to`, close it."""

    def work(connection: sa.Connection) -> RunResult:
        with LiveDatabase(connection, **arguments) as database:
            return shelf.downgrade(database, to, report)

    return call(address, work)


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""

    def work(connection: sa.Connection) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.exec_driver_sql(query)]

    return call(url, work)


def execute(url: str, *texts: str) -> None:
    """Execute and commit."""

    def work(connection: sa.Connection) -> None:
        for text in texts:
            connection.exec_driver_sql(text)
        connection.commit()

    call(url, work)


def picture(url: str, *, without: Sequence[str] = ("limbeck_journal",)) -> dict[str, Any]:
    """Everything in a database that a user could see: structure word for word, and all rows."""

    def work(connection: sa.Connection) -> dict[str, Any]:
        inspector = sa.inspect(connection)
        tables = sorted(set(inspector.get_table_names()) - set(without))
        found: dict[str, Any] = {"views": sorted(inspector.get_view_names())}
        for table in tables:
            listed = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            found[table] = (_structure(connection, table), sorted(map(repr, map(tuple, listed))))
        return found

    return call(url, work)


_POSTGRESQL = """
    SELECT attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull::text || ' '
        || coalesce(pg_get_expr(adbin, adrelid), '')
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = '{0}'::regclass AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '{0}'::regclass
    UNION ALL SELECT pg_get_indexdef(indexrelid) || indisvalid::text FROM pg_index WHERE indrelid = '{0}'::regclass
    ORDER BY 1"""


def _structure(connection: sa.Connection, table: str) -> list[str]:
    if connection.dialect.name == "postgresql":
        return list(connection.exec_driver_sql(_POSTGRESQL.format(table)).scalars())
    if connection.dialect.name == "sqlite":
        query = f"SELECT sql FROM sqlite_master WHERE tbl_name = '{table}' ORDER BY name"
        return [" ".join(str(text).split()) for text in connection.exec_driver_sql(query).scalars()]
    shown = connection.exec_driver_sql(f"SHOW CREATE TABLE {table}").one()[1]
    return [line for line in str(shown).splitlines() if "ENGINE=" not in line]
