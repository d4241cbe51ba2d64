"""
When a transaction begins and ends on one connection.

Responsible for transactions that are really ours: SQLite's driver is kept from beginning and committing as it
likes, a connection in autocommit mode is taken out of it, and both are put back at the end.  Does not know what
is executed in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event

from limbeck.errors import DirtyConnection

if TYPE_CHECKING:
    from collections.abc import Callable

_ROLLS_DDL_BACK = frozenset({"postgresql", "sqlite", "mssql"})
_LEGACY = -1  # sqlite3.LEGACY_TRANSACTION_CONTROL, which Python has from 3.12


def rolls_ddl_back(dialect: sa.Dialect) -> bool:
    """Whether a transaction of this dialect takes CREATE and ALTER back, too."""
    return dialect.name in _ROLLS_DDL_BACK


class Transactions:
    """Begin, commit and roll back on `connection`; if it is in a transaction already, that one is `joined`.

    With `adopt` that transaction is ours instead, with what was done in it: it is kept until the first commit.
    """

    def __init__(self, connection: sa.Connection, *, join: bool, adopt: bool = False) -> None:
        self.connection = connection
        self._adopted = adopt and connection.in_transaction()
        self.joined = connection.in_transaction() and not self._adopted
        if self.joined and not join:
            raise DirtyConnection(
                "The connection is in a transaction already, so nothing that a revision does would be committed"
                " by limbeck.",
                hint="commit or roll back before handing the connection over, or pass join=True and commit it"
                " yourself",
            )
        self.rolls_ddl_back = rolls_ddl_back(connection.dialect)
        self._begin_text: str | None = None
        self._put_back: list[Callable[[], None]] = []
        if not self.joined and not self._adopted:
            self._take_over()

    def _take_over(self) -> None:
        if self.connection.dialect.name == "sqlite":
            self._take_over_sqlite()
        elif in_autocommit(self.connection):
            level = self.connection.dialect.default_isolation_level
            self._set_isolation(str(level))
            self._put_back.append(lambda: self._set_isolation("AUTOCOMMIT"))

    def _take_over_sqlite(self) -> None:
        # The adapter of an async driver has the attribute, too.  Typed Any: it is not part of the DBAPI.
        raw: Any = self.connection.connection.dbapi_connection
        before, mode = raw.isolation_level, getattr(raw, "autocommit", _LEGACY)
        if mode != _LEGACY:
            raw.autocommit = _LEGACY
        raw.isolation_level = None
        self._begin_text = "BEGIN"
        event.listen(self.connection, "begin", self._begin_sqlite)

        def put_back() -> None:
            event.remove(self.connection, "begin", self._begin_sqlite)
            raw.isolation_level = before
            if mode != _LEGACY:
                raw.autocommit = mode

        self._put_back.append(put_back)

    def _begin_sqlite(self, connection: sa.Connection) -> None:
        if self._begin_text is not None:
            connection.exec_driver_sql(self._begin_text)

    def _set_isolation(self, level: str) -> None:
        self.connection.execution_options(isolation_level=level)  # type: ignore[call-overload,unused-ignore]

    @property
    def open(self) -> bool:
        """Whether a transaction is open."""
        return self.connection.in_transaction()

    def begin(self) -> None:
        """Begin a transaction that will write; on SQLite it keeps other writers out from here on."""
        if self.open:
            return
        if self._begin_text is None:
            self.connection.begin()
            return
        self._begin_text = "BEGIN IMMEDIATE"
        try:
            self.connection.begin()
        except BaseException:
            # SQLAlchemy takes the transaction as begun, though the database refused.
            self.rollback()
            raise
        finally:
            self._begin_text = "BEGIN"

    def look_again(self) -> None:
        """Let what is read next be what is committed by then; nothing was written yet.

        MySQL and MariaDB show a transaction all tables as they were at its first look, and refuse the ones that were
        made or changed since (error 1412).
        """
        if self.connection.dialect.name in {"mysql", "mariadb"}:
            self.rollback()

    def commit(self) -> None:
        """Commit what is open; a joined transaction is the caller's to commit."""
        self._adopted = False
        if not self.joined and self.open:
            self.connection.commit()

    def rollback(self) -> None:
        """Take back what is open; a joined transaction is the caller's to roll back."""
        if not self.joined and not self._adopted and self.open:
            self.connection.rollback()

    def abandon(self) -> None:
        """Take back what is open although something failed: when it was the commit, SQLAlchemy thinks it is over."""
        if self.joined or self.connection.invalidated:
            return
        self._adopted = False
        self.connection.rollback()
        self.connection.connection.rollback()

    @contextmanager
    def autocommit(self) -> Iterator[None]:
        """A scope in which each statement is committed by the server; entered and left without a transaction."""
        if self._begin_text is not None:
            self._begin_text, before = None, self._begin_text
            try:
                yield
            finally:
                self._end()
                self._begin_text = before
            return
        before_level = self.connection.get_execution_options().get("isolation_level")
        self._set_isolation("AUTOCOMMIT")
        try:
            yield
        finally:
            self._end()
            level = before_level or self.connection.dialect.default_isolation_level
            self._set_isolation(str(level))

    def _end(self) -> None:
        # In autocommit mode the server knows no transaction, but SQLAlchemy keeps count of one.
        if self.open and not self.connection.invalidated:
            self.connection.rollback()

    def close(self) -> None:
        """Leave the connection as it was found; what is open and ours is rolled back."""
        if self.connection.closed or self.connection.invalidated:
            return
        self.rollback()
        while self._put_back:
            self._put_back.pop()()


def in_autocommit(connection: sa.Connection) -> bool:
    """Whether the server commits each statement of `connection` by itself."""
    level = connection.get_execution_options().get("isolation_level")
    if level is None:
        level = getattr(connection.dialect, "_on_connect_isolation_level", None)
    return level == "AUTOCOMMIT"
