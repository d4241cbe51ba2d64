"""
One run at a time.

Responsible for taking the lock, for waiting, and for saying who holds it.  A server's lock is held by the session
that does the work: it ends when that session ends, and not before the statement that a killed run has left behind on
the server is over.  SQLite's is a file beside the database, which the operating system gives free.  Does not know what
is done under the lock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import IO, Protocol

import sqlalchemy as sa

from limbeck.database.catalog import SILENT
from limbeck.database.version import literal
from limbeck.errors import Locked, RunError
from limbeck.runner import Report, Waiting

_SHORTEST, _LONGEST = 0.02, 0.5  # seconds between two attempts
_TELL_EVERY = 1.0  # seconds


class Lock(Protocol):
    """Something that one session or process at a time can have."""

    def take(self) -> bool:
        """Take it if it is free; never waits."""
        ...

    def holder(self) -> str:
        """Who has it, for people; empty when that cannot be told."""
        ...

    def release(self) -> None:
        """Give it back."""
        ...


def wait_for(
    take: Callable[[], bool], holder: Callable[[], str], timeout: float | None, report: Report
) -> None:
    """Try until `take` succeeds.  Raises Locked after `timeout` seconds; None waits for ever."""
    start, told, pause = time.monotonic(), -_TELL_EVERY, _SHORTEST
    while not take():
        waited = time.monotonic() - start
        if waited - told >= _TELL_EVERY:
            told = waited
            report(Waiting(holder() or "another run", waited))
        if timeout is not None and waited >= timeout:
            who = holder() or "another run"
            waited_for = f"Waited {waited:.0f} s, but the" if waited >= 0.5 else "The"
            raise Locked(
                f"{waited_for} database is locked by {who}.",
                hint="wait for it to end, or give more time with --lock-timeout SECONDS",
            )
        left = pause if timeout is None else min(pause, max(timeout - waited, 0.001))
        time.sleep(left)
        pause = min(pause * 1.5, _LONGEST)


@contextmanager
def hold(lock: Lock | None, timeout: float | None, report: Report) -> Iterator[None]:
    """Keep others out until the end of the scope; None keeps nobody out."""
    if lock is None:
        yield
        return
    wait_for(lock.take, lock.holder, timeout, report)
    try:
        yield
    finally:
        lock.release()


def lock_for(
    connection: sa.Connection, version_table: str, schema: str | None, *, joined: bool
) -> Lock | None:
    """The lock of one database and version table; None where there is none to be had (SQLite in memory, Oracle)."""
    name = connection.dialect.name
    if name == "sqlite":
        file = _text(connection, "SELECT file FROM pragma_database_list WHERE name = 'main'")
        return FileLock(Path(f"{file}.limbeck-lock")) if file else None
    key = f"{schema or ''}.{version_table}"
    if name == "postgresql":
        return _PostgresqlLock(connection, key, joined=joined)
    if name in {"mysql", "mariadb"}:
        return _MysqlLock(connection, key)
    if name == "mssql":
        return _MssqlLock(connection, key)
    return None


def _text(connection: sa.Connection, query: str) -> str:
    value = connection.exec_driver_sql(query, execution_options=SILENT).scalar()
    return "" if value is None else str(value)


class _SessionLock:
    """A lock that belongs to the session of `connection`."""

    def __init__(self, connection: sa.Connection, *, joined: bool = False) -> None:
        self._connection = connection
        self._joined = joined

    def _ask(self, query: str) -> str:
        # A transaction of its own each time: one that stays open while we wait would make the other
        # run's CREATE INDEX CONCURRENTLY wait for us.
        joined = self._connection.in_transaction()
        try:
            return _text(self._connection, query)
        finally:
            if not joined:
                self._connection.rollback()

    def _give_back(self, query: str) -> None:
        try:
            self._ask(query)
        except sa.exc.DBAPIError:
            # A session that is broken has lost its locks with everything else.  What is pooled must not keep one.
            self._connection.invalidate()


class _PostgresqlLock(_SessionLock):
    def __init__(self, connection: sa.Connection, key: str, *, joined: bool) -> None:
        super().__init__(connection, joined=joined)
        digest = blake2b(f"limbeck {key}".encode(), digest_size=8).digest()
        self._key = int.from_bytes(digest, "big", signed=True)

    def take(self) -> bool:
        # In a transaction of the caller's the lock ends with it: what was done is not committed before.
        scope = "xact_" if self._joined else ""
        return self._ask(f"SELECT pg_try_advisory_{scope}lock({self._key})") == "True"

    def holder(self) -> str:
        high, low = (self._key >> 32) & 0xFFFFFFFF, self._key & 0xFFFFFFFF
        return self._ask(
            "SELECT 'process ' || a.pid || ' of ' || a.usename || coalesce(' at ' || host(a.client_addr), '')"
            " || ', connected since ' || to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ')"
            " FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.granted"
            " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            f" AND l.classid = {high} AND l.objid = {low} AND l.objsubid = 1"
        )

    def release(self) -> None:
        if not self._joined:
            self._give_back(f"SELECT pg_advisory_unlock({self._key})")


class _MysqlLock(_SessionLock):
    def __init__(self, connection: sa.Connection, key: str) -> None:
        super().__init__(connection)
        # GET_LOCK's names belong to the whole server and have at most 64 characters.
        database = _text(connection, "SELECT DATABASE()")
        digest = blake2b(f"{database} {key}".encode(), digest_size=16).hexdigest()
        self._name = literal(f"limbeck {digest}", connection.dialect)

    def take(self) -> bool:
        return self._ask(f"SELECT GET_LOCK({self._name}, 0)") == "1"

    def holder(self) -> str:
        return self._ask(
            "SELECT CONCAT('connection ', id, ' of ', user, ' at ', host) FROM information_schema.processlist"
            f" WHERE id = IS_USED_LOCK({self._name})"
        )

    def release(self) -> None:
        self._give_back(f"SELECT RELEASE_LOCK({self._name})")


class _MssqlLock(_SessionLock):
    def __init__(self, connection: sa.Connection, key: str) -> None:
        super().__init__(connection)
        self._name = literal(f"limbeck {key}"[:255], connection.dialect)

    def take(self) -> bool:
        return int(self._ask(
            f"SET NOCOUNT ON; DECLARE @got int; EXEC @got = sp_getapplock @Resource = {self._name},"
            " @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0; SELECT @got"
        )) >= 0  # fmt: skip

    def holder(self) -> str:
        return self._ask(
            "SELECT TOP 1 CONCAT('session ', l.request_session_id, ' of ', s.login_name, ' at ', s.host_name)"
            " FROM sys.dm_tran_locks l JOIN sys.dm_exec_sessions s ON s.session_id = l.request_session_id"
            " WHERE l.resource_type = 'APPLICATION' AND l.request_status = 'GRANT'"
            f" AND l.resource_description LIKE '%' + LEFT({self._name}, 32) + '%'"
        )

    def release(self) -> None:
        self._give_back(
            f"EXEC sp_releaseapplock @Resource = {self._name}, @LockOwner = 'Session'; SELECT 1"
        )


class FileLock:
    """The file `path`, locked by the operating system for as long as it is open in the process that has it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def take(self) -> bool:
        """Take it if it is free; never waits.  Raises RunError when the folder cannot be written."""
        try:
            file = self._path.open("a+b")
        except PermissionError as error:
            if os.name == "nt":  # somebody is removing it right now
                return False
            raise RunError(
                f"The lock file {self._path} cannot be written: {error.strerror}.",
                hint="make the folder of the database writable for this user",
            ) from None
        if not _lock(file) or not self._is_the_file(file):
            file.close()
            return False
        self._file = file
        self._say_who()
        return True

    def _is_the_file(self, file: IO[bytes]) -> bool:
        """Whether the one who had it before has not removed the file in between, so that ours has no name."""
        try:
            return os.path.samestat(os.fstat(file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False

    def _say_who(self) -> None:
        import socket
        from datetime import datetime, timezone

        assert self._file is not None
        since = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} at {socket.gethostname()}, since {since}".encode())
        self._file.flush()

    def holder(self) -> str:
        """What the one who has it wrote into the file."""
        try:
            return self._path.read_text(encoding="utf-8")
        except OSError:  # gone, or locked for readers, too, as on Windows
            return ""

    def release(self) -> None:
        """Give it back, and remove the file."""
        assert self._file is not None
        if os.name == "nt":  # an open file cannot be removed there
            self._file.close()
        try:
            self._path.unlink()
        except OSError:
            pass  # somebody has opened it in between; it is theirs to remove
        self._file.close()
        self._file = None


def _lock(file: IO[bytes]) -> bool:
    if os.name == "nt":
        import msvcrt

        # Far behind the text, which others want to read.
        file.seek(1 << 30)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
