"""
The database of a MigrationContext, opened as limbeck wants it.

Responsible for whose transaction it is: one that somebody began outside is theirs to commit; one that `begin_transaction()`
of the context began is taken over with what was done in it, and begun again behind the lock where nothing was: it must not
stay open while we wait for another run.  Does not know what is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from limbeck.compat.runtime.own_settings import own_settings
from limbeck.compat.runtime.telling import Telling
from limbeck.database.live import LiveDatabase
from limbeck.database.transactions import in_autocommit, rolls_ddl_back
from limbeck.runner import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from limbeck.compat.runtime.migration import MigrationContext

Kind = TypeVar("Kind", bound="ContextDatabase")

JOURNAL = "limbeck_journal"
"""The key of `configure()` that names the journal's table; None keeps none."""


class ContextDatabase(LiveDatabase):
    """The database of `context`."""

    context: MigrationContext

    @contextmanager
    def showing(self, heads: frozenset[str]) -> Iterator[None]:
        """The version table says `heads` inside; else it is moved together with the journal, when the transaction commits."""
        before = frozenset(self.context.get_current_heads())
        self._turn(before, heads)
        try:
            yield
        except BaseException:
            # Where the transaction has failed, it has with everything in it.
            with suppress(sa.exc.SQLAlchemyError):
                self._turn(heads, before)
            raise
        self._turn(heads, before)

    def _turn(self, before: frozenset[str], after: frozenset[str]) -> None:
        table = self.context._version
        with self._account.aside():
            for id in before - after:
                self.connection.execute(table.delete().where(table.c.version_num == id))
            for id in after - before:
                self.connection.execute(table.insert().values(version_num=id))


class _WithVersionTable(ContextDatabase):
    """Has the version table of `context` from the moment on that other runs are kept out."""

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep other runs out until the end of the scope.  Raises Locked."""
        with super().exclusive():
            with self._account.aside():
                missing = not self.context._has_version_table()
                if missing:
                    self._transactions.begin()
                    self.context._ensure_version_table()
            if missing and self.dialect.name == "sqlite":
                # It stays whatever becomes of the run: programs look into it after one that failed.
                self._transactions.commit()
                self._transactions.begin()
            yield
            if missing:  # and no revision was run that it has been committed with
                self._transactions.commit()


@contextmanager
def opened(context: MigrationContext, policy: Policy | None = None) -> Iterator[LiveDatabase]:
    """The open database, closed afterwards."""
    with _taken_over(context, ContextDatabase, policy) as database:
        yield database


@contextmanager
def opened_with_version_table(context: MigrationContext) -> Iterator[LiveDatabase]:
    """The open database, whose version table is made under the lock when it is missing."""
    with _taken_over(context, _WithVersionTable) as database:
        database.tell(Telling())
        yield database


@contextmanager
def _taken_over(
    context: MigrationContext, kind: type[Kind], policy: Policy | None = None
) -> Iterator[Kind]:
    connection: Any = context.connection
    settings = own_settings(context.config) if policy is None else {}
    join = context._in_external_transaction or _is_held(context, connection)
    keep = False
    if not join and connection.in_transaction():
        keep = _holds_work(context, connection)
        if not keep:
            connection.commit()
    with kind(
        connection,
        policy=policy or _policy(context, settings),
        version_table=context.version_table,
        version_table_schema=context.version_table_schema,
        journal=context.opts.get(JOURNAL, settings.get("journal", JOURNAL)),
        naming_convention=naming_convention(context),
        options=context.opts,
        join=join,
        adopt=keep,
    ) as database:
        database.context = context
        yield database


def _policy(context: MigrationContext, settings: Mapping[str, Any]) -> Policy:
    """How a run of a program's is carried out."""
    per_revision = context._transaction_per_migration or settings.get("transaction_per_migration")
    return Policy(
        per_revision=bool(per_revision),
        lock_timeout=settings.get("lock_timeout", Policy().lock_timeout),
    )


def _is_held(context: MigrationContext, connection: Any) -> bool:
    """Whether somebody has begun a transaction who will commit it, and must find it as it was begun."""
    if getattr(connection, "_trans_context_manager", None) is not None:
        return True  # we are within `with connection.begin():`
    sent = context.sent
    begun = sent is not None and sent.begun_by_hand and context._transaction is None
    return begun and bool(connection.in_transaction())


def _holds_work(context: MigrationContext, connection: sa.Connection) -> bool:
    """Whether a rollback would take something back, so that the transaction has to go on as it is."""
    if connection.dialect.name == "sqlite" or not rolls_ddl_back(connection.dialect):
        return False
    if in_autocommit(connection):
        return False  # SQLAlchemy keeps count of a transaction that the server knows nothing of
    return context.sent is None or context.sent.anything


def naming_convention(context: MigrationContext) -> Mapping[str, Any]:
    """That of the models of the environment."""
    metadata = context.opts.get("target_metadata")
    first = metadata[0] if isinstance(metadata, (list, tuple)) and metadata else metadata
    found: Mapping[str, Any] = getattr(first, "naming_convention", None) or {}
    return found
