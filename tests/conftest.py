"""
Fixtures that all tests share: fresh databases of each kind.

`database_url` runs a test once on SQLite, on PostgreSQL and on MariaDB, each time with the URL of an empty
database of its own; `sqlite_url`, `postgresql_url`, `mariadb_url` are one kind.  `make_database` makes more.
Where the servers come from is the business of `tests/servers.py`.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import HealthCheck, settings

from tests import servers
from tests.servers import KINDS, Kind, NoServer, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


# A change is to be judged by what it changes: what is drawn is the same each time.  With LIMBECK_EXAMPLES it is drawn
# anew, which is for looking for faults, and the tests that heed the number draw so many.  How busy the machine is must not
# decide whether a test passes.
settings.register_profile(
    "limbeck",
    derandomize="LIMBECK_EXAMPLES" not in os.environ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("limbeck")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing that is remembered reaches the tests from outside, nor leaves them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIMBECK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def find_server() -> Iterator[Callable[[Kind], Server]]:
    """A function: kind → the server that this worker uses, looked for when the first test needs it."""
    with finding() as find:
        yield find


@contextmanager
def finding(*, careless: bool = False) -> Iterator[Callable[[Kind], Server]]:
    """What `find_server` is while the scope lasts; `careless` as in `servers.find`."""
    found: dict[Kind, Server | NoServer] = {}

    def find(kind: Kind) -> Server:
        if kind not in found:
            try:
                found[kind] = servers.find(kind, careless=careless)
            except NoServer as error:
                found[kind] = error
        server = found[kind]
        if isinstance(server, NoServer):
            pytest.fail(f"NOT RUN: {server}", pytrace=False)
        return server

    yield find
    for server in found.values():
        if isinstance(server, Server):
            server.close()


@pytest.fixture
def make_database(
    find_server: Callable[[Kind], Server], tmp_path: Path
) -> Iterator[Callable[[Kind], str]]:
    """A function: kind → URL of a new, empty database, which is dropped when the test ends."""
    made: list[tuple[Server, str]] = []

    def make(kind: Kind) -> str:
        if kind == "sqlite":
            number = len(list(tmp_path.glob("database*.sqlite")))
            # A file that exists, so that the next one gets another name; SQLite takes it as empty.
            file = tmp_path / f"database{number}.sqlite"
            file.touch()
            return f"sqlite:///{file}"
        server = find_server(kind)
        made.append((server, server.create()))
        return made[-1][1]

    yield make
    for server, url in made:
        server.drop(url)


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """Each kind of database in turn; the one that `database_url` is of."""
    return cast("Kind", request.param)


@pytest.fixture
def database_url(database_kind: Kind, make_database: Callable[[Kind], str]) -> str:
    """The URL of an empty database: the test runs once for each kind."""
    return make_database(database_kind)


@pytest.fixture
def sqlite_url(make_database: Callable[[Kind], str]) -> str:
    """The URL of an empty SQLite file."""
    return make_database("sqlite")


@pytest.fixture
def postgresql_url(make_database: Callable[[Kind], str]) -> str:
    """The URL of an empty PostgreSQL database."""
    return make_database("postgresql")


@pytest.fixture
def mariadb_url(make_database: Callable[[Kind], str]) -> str:
    """The URL of an empty MariaDB database."""
    return make_database("mariadb")


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder in which the workers find each other's servers."""
    if not _is_worker(config):
        servers.prepare()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers that this run had to start."""
    if not _is_worker(config):
        servers.stop_all()


def _kind_of(item: pytest.Item) -> str | None:
    """Which kind of server a test needs, if it needs one."""
    callspec = getattr(item, "callspec", None)
    for name in ("database_kind", "kind"):
        if callspec is not None and callspec.params.get(name) in KINDS:
            return str(callspec.params[name])
    names = getattr(item, "fixturenames", ())
    return next((kind for kind in KINDS if f"{kind}_url" in names), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests with the kind of database they use, and leave out the kinds that the user excused."""
    left_out = []
    for item in items:
        kind = _kind_of(item)
        if kind is not None:
            item.add_marker(kind)
        if kind in servers.excused():
            left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what was not tested."""
    errors = [str(report.longrepr) for report in terminalreporter.stats.get("error", ())]
    errors += [str(report.longrepr) for report in terminalreporter.stats.get("failed", ())]
    missing = sorted({line for text in errors for line in text.splitlines() if "NOT RUN: " in line})
    if missing or servers.excused():
        terminalreporter.section("NOT RUN", red=bool(missing), yellow=not missing)
        for line in missing:
            terminalreporter.write_line(line)
        for kind in sorted(servers.excused()):
            terminalreporter.write_line(f"all tests on {kind}: left out by LIMBECK_TEST_WITHOUT")
        if missing:
            terminalreporter.write_line(
                "Start the server, or say where it is (LIMBECK_TEST_POSTGRESQL=URL, LIMBECK_TEST_MARIADB=URL),"
                " or leave it out (LIMBECK_TEST_WITHOUT=mariadb)."
            )


@pytest.fixture(autouse=True)
def _alembic_stays_what_it_was() -> Iterator[None]:
    """A test that makes `alembic` limbeck in this process does so for itself alone."""
    before = set(sys.modules)
    yield
    ours = [finder for finder in sys.meta_path if type(finder).__module__ == "limbeck.compat.alias"]
    for finder in ours:
        sys.meta_path.remove(finder)
    if ours:
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "alembic":
                del sys.modules[name]
