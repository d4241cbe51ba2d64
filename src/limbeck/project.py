"""
A project: where its revisions are, and which databases they are for.

Responsible for putting settings, revision files and databases together, once.  Does not know what is done with
them, and connects to nothing before somebody visits a Target; until then SQLAlchemy is not even imported.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TextIO, TypeVar

from limbeck.config import DatabaseUrl, Settings, hide_password, hide_passwords, prepend_sys_path
from limbeck.files import RevisionFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from limbeck.database.live import LiveDatabase
    from limbeck.database.paper import PaperDatabase
    from limbeck.history import History
    from limbeck.runner import Policy

    Address: TypeAlias = (
        DatabaseUrl | str | sa.URL | sa.Engine | sa.Connection | AsyncEngine | AsyncConnection
    )

T = TypeVar("T")

_NOTHING: Mapping[str, Any] = MappingProxyType({})

ARGUMENTS = "limbeck_arguments"
"""Among the options of a Target: what an `env.py` has for the functions of revisions, also on a scratch database."""


class Target(NamedTuple):
    """One database to be moved.

    `address` is a URL, an engine or a connection.  `join` takes part in a transaction that the caller began on
    that connection, and will commit.  `options` are what the author of a revision finds as
    `op.get_context().opts`.
    """

    address: Address
    name: str = ""
    version_table: str = "alembic_version"
    version_table_schema: str | None = None
    journal: str | None = "limbeck_journal"
    lock_timeout: float | None = 300.0
    per_revision: bool = False
    naming_convention: Mapping[str, str] = _NOTHING
    options: Mapping[str, object] = _NOTHING
    join: bool = False

    @property
    def shown(self) -> str:
        """The address as text, without its password."""
        url = self.url
        return hide_password(url if isinstance(url, str) else url.render_as_string())

    @property
    def url(self) -> str | sa.URL:
        """The address, password included.  ConfigError when the settings do not lead to one."""
        return _url(self.address)

    def policy(self, *, dry_run: bool = False) -> Policy:
        """How a run here is to be carried out."""
        from limbeck.runner import Policy

        return Policy(
            per_revision=self.per_revision, lock_timeout=self.lock_timeout, dry_run=dry_run
        )

    def visit(self, work: Callable[[LiveDatabase], T], *, dry_run: bool = False) -> T:
        """What `work` makes of the open database, which is closed afterwards.

        Raises CannotConnect, and DirtyConnection for a connection with a transaction open, without `join`.
        """
        from limbeck.database.engine import call
        from limbeck.database.live import LiveDatabase
        from limbeck.errors import CannotConnect

        def inside(connection: sa.Connection) -> T:
            with LiveDatabase(
                connection,
                policy=self.policy(dry_run=dry_run),
                version_table=self.version_table,
                version_table_schema=self.version_table_schema,
                journal=self.journal,
                naming_convention=self.naming_convention,
                options=self.options,
                join=self.join,
            ) as database:
                return work(database)

        address = self.address
        try:
            return call(address.reveal() if isinstance(address, DatabaseUrl) else address, inside)
        except CannotConnect as error:
            # SQLAlchemy hides the password of an address, but not one among its query parameters.
            raise CannotConnect(hide_passwords(error.message), hint=error.hint) from None

    def paper(
        self,
        out: TextIO,
        start: frozenset[str],
        earlier: Callable[[], PaperDatabase] | None = None,
    ) -> PaperDatabase:
        """A database that writes SQL to `out` instead, for one whose heads are `start`; nothing is connected.

        `earlier` gives a paper database on which everything up to `start` was done; it is asked when an operation
        must know what a table is like.
        """
        from limbeck.database.engine import dialect_of
        from limbeck.database.paper import PaperDatabase

        return PaperDatabase(
            dialect_of(self.url),
            out,
            start=start,
            state=None if earlier is None else lambda: earlier().elsewhere,
            structure=None if earlier is None else lambda: earlier().structure,
            policy=self.policy(),
            version_table=self.version_table,
            version_table_schema=self.version_table_schema,
            naming_convention=self.naming_convention,
            options=self.options,
        )


def _url(address: Address) -> str | sa.URL:
    if isinstance(address, str):
        return address
    if isinstance(address, DatabaseUrl):
        return address.reveal()
    # An engine has a URL, a connection an engine; of both there is an async kind.  Any: the union is SQLAlchemy's.
    owner: Any = getattr(address, "engine", address)
    url: str | sa.URL = getattr(owner, "url", owner)
    return url


class Targets(Protocol):
    """Whoever knows the targets, and hands them out one by one.

    It calls us, not the other way round: that way a loop over a list and a program that does as it likes are the
    same to the rest of limbeck.
    """

    def each(self, work: Callable[[Target], None]) -> None:
        """Call `work` with each target in turn."""
        ...


class ListedTargets(NamedTuple):
    """Targets that are known beforehand."""

    targets: tuple[Target, ...]

    def each(self, work: Callable[[Target], None]) -> None:
        """Call `work` with each target in turn."""
        for target in self.targets:
            work(target)


class ConfiguredTarget(NamedTuple):
    """The one database that settings name, looked up when it is needed."""

    settings: Settings
    options: Mapping[str, object] = _NOTHING

    def each(self, work: Callable[[Target], None]) -> None:
        """Call `work` with the target.  ConfigError when the settings have no url."""
        work(target_of(self.settings, self.settings.require_url(), self.options))


def target_of(
    settings: Settings, address: Address, options: Mapping[str, object] | None = None
) -> Target:
    """The database at `address`, treated as `settings` say."""
    return Target(
        address,
        name=settings.name,
        version_table=settings.version_table,
        version_table_schema=settings.version_table_schema,
        journal=settings.journal,
        lock_timeout=settings.lock_timeout,
        per_revision=settings.transaction_per_migration,
        naming_convention=settings.naming_convention,
        options=options or {},
    )


class Project(NamedTuple):
    """Revisions, and the databases they are for."""

    settings: Settings
    library: RevisionFolder
    targets: Targets

    @classmethod
    def open(cls, settings: Settings, *, options: Mapping[str, object] | None = None) -> Project:
        """The project that `settings` describe; `options` are for the authors of revisions.

        Makes the project's modules importable.  Raises ConfigError when there is no such folder.
        """
        prepend_sys_path(settings)
        return cls(settings, RevisionFolder.of(settings), ConfiguredTarget(settings, options or {}))

    def with_targets(self, *targets: Target) -> Project:
        """The same revisions for other databases."""
        return self._replace(targets=ListedTargets(targets))

    @property
    def history(self) -> History:
        """All revisions.  HistoryError when they do not form a history."""
        return self.library.history

    def visit(self, work: Callable[[Target, LiveDatabase], T], *, dry_run: bool = False) -> list[T]:
        """What `work` makes of each database, in the order of the targets."""
        results: list[T] = []

        def one(target: Target) -> None:
            results.append(target.visit(lambda database: work(target, database), dry_run=dry_run))

        self.targets.each(one)
        return results
