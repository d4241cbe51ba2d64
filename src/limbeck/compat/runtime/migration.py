"""
The place where revisions run, under the name that Alembic gives it.

Responsible for `MigrationContext`: what one database is, which heads it has, and when a transaction of the caller's
begins and ends.  Does not carry out operations (`ddl.impl` does), nor revisions (`runtime.running` does).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TextIO

import sqlalchemy as sa
from sqlalchemy.engine import url as sqla_url
from sqlalchemy.engine.mock import MockConnection

from limbeck.compat import ddl, util
from limbeck.compat.runtime.heads import HeadMaintainer
from limbeck.compat.runtime.info import MigrationInfo
from limbeck.compat.runtime.sent import Sent
from limbeck.compat.runtime.steps import MigrationStep, RevisionStep, StampStep
from limbeck.compat.runtime.transaction import _ProxyTransaction
from limbeck.compat.util import sqla_compat
from limbeck.compat.util.compat import EncodedIO

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect, Transaction

    from limbeck.compat.config import Config
    from limbeck.compat.ddl.impl import DefaultImpl
    from limbeck.compat.runtime.environment import EnvironmentContext
    from limbeck.compat.script.base import ScriptDirectory
    from limbeck.database.session import OpenDatabase

__all__ = [
    "EncodedIO",
    "HeadMaintainer",
    "MigrationContext",
    "MigrationInfo",
    "MigrationStep",
    "RevisionStep",
    "StampStep",
    "_ProxyTransaction",
]

log = logging.getLogger("alembic.runtime.migration")


class MigrationContext:
    """One database and how it is to be migrated: dialect, connection, `opts` as `configure()` was given them.

    >>> context = MigrationContext.configure(engine.connect())
    >>> context.get_current_revision()
    '4f1e'
    """

    def __init__(
        self,
        dialect: Dialect,
        connection: Connection | None,
        opts: dict[str, Any],
        environment_context: EnvironmentContext | None = None,
    ) -> None:
        self.environment_context = environment_context
        self.opts = opts
        self.dialect = dialect
        self.script: ScriptDirectory | None = opts.get("script")
        self.as_sql: bool = opts.get("as_sql", False)
        self.purge: bool = opts.get("purge", False)
        self._transaction_per_migration: bool = opts.get("transaction_per_migration", False)
        self.on_version_apply_callbacks: tuple[Callable[..., None], ...] = opts.get(
            "on_version_apply", ()
        )
        self._transaction: Transaction | None = None
        self.running: OpenDatabase | None = None
        """The database as our runner has it, while it runs revisions here."""
        self.arguments: Mapping[str, Any] = {}
        """What `run_migrations()` was given, for the functions of revisions."""
        self.heads_so_far: frozenset[str] | None = None
        """The heads behind the last step that a function of `on_version_apply` has heard of."""
        self._migrations_fn: Callable[..., Any] | None = opts.get("fn")
        self._start_from_rev: str | None = opts.get("starting_rev")
        self._set_connection(connection)
        self._set_output()
        self.transactional_ddl: bool | None = opts.get("transactional_ddl")
        self._user_compare_type = opts.get("compare_type", True)
        self._user_compare_server_default = opts.get("compare_server_default", False)
        self.version_table: str = opts.get("version_table", "alembic_version")
        self.version_table_schema: str | None = opts.get("version_table_schema")
        self.impl: DefaultImpl = ddl.DefaultImpl.get_by_dialect(dialect)(
            dialect,
            self.connection,
            self.as_sql,
            self.transactional_ddl,
            self.output_buffer,
            opts,
        )
        self._version = self.impl.version_table_impl(
            version_table=self.version_table,
            version_table_schema=self.version_table_schema,
            version_table_pk=opts.get("version_table_pk", True),
        )
        log.info("Context impl %s.", self.impl.__class__.__name__)
        if self.as_sql:
            log.info("Generating static SQL")
        log.info(
            "Will assume %s DDL.",
            "transactional" if self.impl.transactional_ddl else "non-transactional",
        )

    def _set_connection(self, connection: Connection | None) -> None:
        self.connection: Connection | None
        if self.as_sql:
            # Any: it stands in for a connection where nothing is connected
            stand_in: Any = self._stdout_connection(connection)
            self.connection = stand_in
            self._in_external_transaction = False
        else:
            self.connection = connection
            self._in_external_transaction = sqla_compat._get_connection_in_transaction(connection)
        self.sent: Sent | None = None
        if isinstance(self.connection, sa.Connection) and not self._in_external_transaction:
            self.sent = Sent(self.connection)

    def _set_output(self) -> None:
        encoding = self.opts.get("output_encoding")
        buffer = self.opts.get("output_buffer")
        stream: Any = buffer or sys.stdout  # of text, or of bytes where they are encoded here
        self.output_buffer: TextIO = (
            EncodedIO(getattr(stream, "buffer", stream), encoding) if encoding else stream
        )

    @classmethod
    def configure(
        cls,
        connection: Connection | None = None,
        url: str | sa.URL | None = None,
        dialect_name: str | None = None,
        dialect: Dialect | None = None,
        environment_context: EnvironmentContext | None = None,
        dialect_opts: dict[str, str] | None = None,
        opts: Any | None = None,
    ) -> MigrationContext:
        """A context for a connection, else only for the dialect that `url`, `dialect_name` or `dialect` gives.

        Raises CommandError for an engine in the place of a connection, ValueError when nothing is given.
        """
        opts = {} if opts is None else opts
        if connection is not None:
            if isinstance(connection, sa.Engine):
                raise util.CommandError(
                    "'connection' argument to configure() is expected to be a sqlalchemy.engine.Connection"
                    f" instance, got {connection!r}",
                    hint="with engine.connect() as connection: ...",
                )
            dialect = connection.dialect
        elif url is not None:
            dialect = sqla_url.make_url(url).get_dialect()(**(dialect_opts or {}))
        elif dialect_name is not None:
            url_of_name = sqla_url.make_url(f"{dialect_name}://")
            dialect = url_of_name.get_dialect()(**(dialect_opts or {}))
        elif dialect is None:
            raise ValueError("Connection, url, or dialect_name is required.")
        return cls(dialect, connection, opts, environment_context)

    # What it is

    @property
    def bind(self) -> Connection | None:
        """The connection; where SQL is only written, what stands in for one."""
        return self.connection

    @property
    def config(self) -> Config | None:
        """The configuration of the environment; None when there is no environment."""
        return self.environment_context.config if self.environment_context else None

    def _stdout_connection(self, connection: Connection | None) -> MockConnection:
        def dump(construct: Any, *multiparams: Any, **params: Any) -> None:
            self.impl._exec(construct)

        return MockConnection(self.dialect, dump)

    def execute(
        self, sql: sa.Executable | str, execution_options: Mapping[str, Any] | None = None
    ) -> None:
        """Carry out, or write down, a statement or a text."""
        self.impl._exec(sql, execution_options)

    # Transactions

    def _in_connection_transaction(self) -> bool:
        return sqla_compat._get_connection_in_transaction(self.connection)

    @property
    def _transactional(self) -> bool:
        return bool(self.impl.transactional_ddl)

    def begin_transaction(
        self, _per_migration: bool = False
    ) -> _ProxyTransaction | AbstractContextManager[None, bool | None]:
        """The scope of a transaction, committed at its end; an empty one where somebody else's is open.

        Where each revision has its own, or the database does not roll structure back, the whole has none.
        """
        if self._in_external_transaction or self._transaction is not None:
            return nullcontext()
        if _per_migration is not (self._transaction_per_migration or not self._transactional):
            return nullcontext()
        if self.as_sql:
            return self._written_transaction() if self._transactional else nullcontext()
        assert self.connection is not None
        self._transaction = sqla_compat._safe_begin_connection_transaction(self.connection)
        return _ProxyTransaction(self)

    @contextmanager
    def _written_transaction(self) -> Iterator[None]:
        self.impl.emit_begin()
        yield
        self.impl.emit_commit()

    @contextmanager
    def autocommit_block(self) -> Iterator[None]:
        """A scope in which each statement is committed by itself; what was done before is committed first.

        While revisions run, the journal notes how far the one has come that asks for this.
        """
        if self.running is not None:
            with self.running.autocommit_block():
                yield
        elif self.as_sql:
            with self._written_autocommit():
                yield
        else:
            with self._autocommit():
                yield

    @contextmanager
    def _written_autocommit(self) -> Iterator[None]:
        if self._transactional:
            self.impl.emit_commit()
        yield
        if self._transactional:
            self.impl.emit_begin()

    @contextmanager
    def _autocommit(self) -> Iterator[None]:
        assert self.connection is not None
        was_open = self._transaction is not None
        if self._transaction is not None:
            self._transaction.commit()
            self._transaction = None
        before = self.connection.get_isolation_level()
        try:
            self.connection.execution_options(isolation_level="AUTOCOMMIT")
            with sqla_compat._ensure_scope_for_ddl(self.connection):
                yield
        finally:
            self.connection.execution_options(isolation_level=before)
        if was_open:
            self._transaction = self.connection.begin()

    # Heads

    def get_current_revision(self) -> str | None:
        """The one head; None for none.  CommandError when there are several."""
        heads = self.get_current_heads()
        if len(heads) > 1:
            raise util.CommandError(
                f"Version table '{self.version_table}' has more than one head present;"
                " please use get_current_heads()",
                hint="limbeck heads",
            )
        return heads[0] if heads else None

    def get_current_heads(self) -> tuple[str, ...]:
        """The rows of the version table; where SQL is only written, what the script is to start from."""
        if self.as_sql:
            start = self._start_from_rev
            if start == "base":
                start = None
            elif start is not None and self.script:
                return tuple(revision.revision for revision in self.script.get_revisions(start))
            return util.to_tuple(start, default=())
        if self._start_from_rev:
            raise util.CommandError(
                "Can't specify current_rev to context when using a database connection",
                hint="leave starting_rev to runs that only write SQL",
            )
        if not self._has_version_table():
            return ()
        with self._aside():
            assert self.connection is not None
            rows = self.connection.execute(sa.select(self._version.c.version_num))
            return tuple(row[0] for row in rows)

    def _has_version_table(self) -> bool:
        assert self.connection is not None
        with self._aside():
            return sa.inspect(self.connection).has_table(
                self.version_table, self.version_table_schema
            )

    def _aside(self) -> AbstractContextManager[None]:
        """A scope of statements that may be lost with their transaction."""
        return self.sent.aside() if self.sent is not None else nullcontext()

    def _ensure_version_table(self, purge: bool = False) -> None:
        """Make the version table where it is missing; `purge` empties it."""
        with sqla_compat._ensure_scope_for_ddl(self.connection):
            assert self.connection is not None
            if not isinstance(self.connection, sa.Connection):
                self._version.create(self.connection, checkfirst=True)
            elif not self._has_version_table():
                self._create_version_table(self.connection)
            if purge:
                self.connection.execute(self._version.delete())

    def _create_version_table(self, connection: Connection) -> None:
        # What fails within a transaction of PostgreSQL's takes the rest of it along.
        nested = connection.dialect.name == "postgresql"
        try:
            with connection.begin_nested() if nested else nullcontext():
                self._version.create(connection, checkfirst=True)
        except sa.exc.DBAPIError:
            # A program that does not take our lock has made it at the same moment.
            if not self._has_version_table():
                raise

    def stamp(self, script_directory: ScriptDirectory, revision: str) -> None:
        """Set the heads so that the database is at `revision`, without running anything."""
        heads = self.get_current_heads()
        steps = script_directory._stamp_revs(revision, heads)
        if self.as_sql or not isinstance(self.connection, sa.Connection):
            if not self.as_sql and not heads:
                self._ensure_version_table()
            maintainer = HeadMaintainer(self, heads)
            for step in steps:
                maintainer.update_to_step(step)
            return
        from limbeck.compat.runtime.running import stamped
        from limbeck.compat.script.base import ScriptDirectory

        if self.script is None and isinstance(script_directory, ScriptDirectory):
            self.script = script_directory  # whose history the journal is told of
        stamped(self, lambda now: script_directory._stamp_revs(revision, now), heads, steps)

    def run_migrations(self, **kw: Any) -> None:
        """Carry out what the verb that runs wants done here; `kw` reach `upgrade()` and `downgrade()`."""
        from limbeck.compat.runtime.running import run

        run(self, kw)
