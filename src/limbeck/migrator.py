"""
The same for programs: migrate a database from within an application.

Responsible for making a project from what a program has at hand (a URL, an engine, a connection, a folder), and for
the same verbs with and without `await`.  Prints nothing, configures no logging, and knows nothing of the command line.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from limbeck.config import DatabaseUrl, Settings, load
from limbeck.config.keys import is_package_path
from limbeck.errors import UsageError
from limbeck.history import Direction
from limbeck.project import Project, target_of
from limbeck.runner import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import sqlalchemy as sa

    from limbeck import models as loaded
    from limbeck.actions.autogenerate import Generated
    from limbeck.actions.comparison import Comparison
    from limbeck.actions.current import Current
    from limbeck.actions.diff import Difference
    from limbeck.actions.outcome import Outcome, StampOutcome
    from limbeck.actions.point import Point
    from limbeck.actions.schema import Schema
    from limbeck.actions.status import TargetStatus
    from limbeck.database.entries import Entry
    from limbeck.history import Plan
    from limbeck.project import Address
    from limbeck.runner import Report

    Models = sa.MetaData | Sequence[sa.MetaData]

T = TypeVar("T")


class Migrator:
    """Moves one database, when a program wants it to.

    `database` is a URL, an engine or a connection, also one of SQLAlchemy's async ones; left out, it is the `url` of the
    settings.  The revisions are in `migrations`, a folder or `package:path`, or where `settings` say; with neither,
    the settings are searched for as the command does.

    `join` takes part in a transaction that the caller began on the connection and will commit; without it such a
    connection is refused.  `options` are what revisions find as `op.get_context().opts`.  `report` is called
    with each Event of a run, in the thread that runs it.

    >>> from limbeck import Migrator
    >>> migrator = Migrator("sqlite:///app.db", migrations="migrations")
    >>> [step.revision for step in migrator.plan()]
    ['4f1e']
    >>> migrator.upgrade().heads
    frozenset({'4f1e'})

    All methods raise LimbeckError; what each says about itself is what it raises beyond HistoryError (the files do not
    form a history), CannotConnect and ConfigError.
    """

    def __init__(
        self,
        database: Address | None = None,
        *,
        migrations: str | Path | None = None,
        settings: Settings | None = None,
        options: Mapping[str, object] | None = None,
        join: bool = False,
        report: Report = silent,
    ) -> None:
        chosen = _settings(migrations, settings)
        address = chosen.require_url() if database is None else database
        target = target_of(chosen, address, options)._replace(join=join)
        self._project = Project.open(chosen).with_targets(target)
        self._report = report

    def plan(self, to: str = "head", *, direction: Direction = Direction.UP) -> Plan:
        """What an upgrade (or downgrade) to `to` would do.  Raises SelectorError and UnknownInDatabase."""
        from limbeck.actions.plan import plan

        (outcome,) = plan(self._project, to, direction)
        return outcome.plan

    def upgrade(self, to: str = "head", *, dry_run: bool = False) -> Outcome:
        """Bring the database up to `to`.

        When this returns, everything is committed (or rolled back, with `dry_run`).  Raises SelectorError,
        UnknownInDatabase and RunError.
        """
        from limbeck.actions.upgrade import upgrade

        (outcome,) = upgrade(self._project, to, dry_run=dry_run, report=self._report)
        return outcome

    def downgrade(self, to: str, *, dry_run: bool = False) -> Outcome:
        """Undo what builds on `to`.  Raises SelectorError, UnknownInDatabase and RunError."""
        from limbeck.actions.downgrade import downgrade

        (outcome,) = downgrade(self._project, to, dry_run=dry_run, report=self._report)
        return outcome

    def stamp(self, *to: str, purge: bool = False) -> StampOutcome:
        """Write into the database that it is at `to`, without running anything.

        `purge` forgets first what is written there.  Raises SelectorError, UnknownInDatabase and RunError.
        """
        from limbeck.actions.stamp import stamp

        (outcome,) = stamp(self._project, to, purge=purge, report=self._report)
        return outcome

    def status(self) -> TargetStatus:
        """Where the database stands, what is pending, what is wrong; a database that is away is a Problem."""
        from limbeck.actions.status import status_of

        return status_of(self._project)

    def current(self) -> Current:
        """Where the database stands."""
        from limbeck.actions.current import current

        (found,) = current(self._project)
        return found

    def heads(self) -> tuple[Point, ...]:
        """The revisions that nothing builds on.  The database is not asked."""
        from limbeck.actions.heads import heads

        return heads(self._project)

    def history(self, revisions: str | None = None) -> tuple[Point, ...]:
        """The revisions of a range such as `ae10:head` (all when left out), newest first.

        The database is asked only when the range says `current`.  Raises SelectorError.
        """
        from limbeck.actions.history import history

        return history(self._project, revisions)

    def applied(self) -> tuple[Entry, ...]:
        """What has happened to the database, oldest first, from its journal."""
        from limbeck.actions.applied import applied

        (found,) = applied(self._project)
        return found.entries

    def check(
        self,
        metadata: Models | None = None,
        *,
        renames: Sequence[str] = (),
        fills: Sequence[str] = (),
        offline: bool = False,
    ) -> Comparison:
        """What is missing in the database, or `offline` in what the revisions lead to.

        `metadata` is what the models declare; left out, it is that of the settings.  `renames` and `fills` are what
        the command line takes behind `--rename` and `--fill`.  Raises NotAtHead, ModelsFailed, UsageError and
        RunError.
        """
        from limbeck.actions.check import check
        from limbeck.actions.comparison import Decisions

        decided = Decisions(tuple(renames), tuple(fills))
        (found,) = check(self._project, decided, offline=offline, models=_models(metadata))
        return found

    def schema(self, revision: str = "head", *, database: bool = False) -> Schema:
        """The schema at `revision`; with `database`, what that has instead.  It prints as SQL, models and values.

        Raises SelectorError and RunError.
        """
        from limbeck.actions.schema import schema

        (found,) = schema(self._project, revision, database=database)
        return found

    def diff(self, before: str, after: str) -> Difference:
        """What leads from one schema to another; each is a revision, a URL, `database` or `models`.

        Raises SelectorError, ModelsFailed, UsageError for databases of two kinds, and RunError.
        """
        from limbeck.actions.diff import difference

        return difference(self._project, before, after)

    def autogenerate(
        self,
        message: str = "",
        metadata: Models | None = None,
        *,
        id: str | None = None,
        head: str | Sequence[str] = "head",
        renames: Sequence[str] = (),
        fills: Sequence[str] = (),
        allow_destructive: bool = False,
        allow_mass_drop: bool = False,
        offline: bool = False,
        verify: bool = False,
    ) -> Generated:
        """Write the revision that does what is missing in the database; nothing when nothing is.

        `verify` runs it up, down and up on a scratch database.  For the other arguments see `check`.  Raises what
        `check` does, Undecided, Destructive, MassDrop, CannotRender and SelectorError.
        """
        from limbeck.actions.autogenerate import Permissions, autogenerate
        from limbeck.actions.comparison import Decisions

        return autogenerate(
            self._project,
            message,
            id=id,
            head=head,
            decisions=Decisions(tuple(renames), tuple(fills)),
            permissions=Permissions(allow_destructive, allow_mass_drop),
            offline=offline,
            verify=verify,
            models=_models(metadata),
        )


def _models(given: Models | None) -> loaded.Models | None:
    if given is None:
        return None
    import sqlalchemy as sa

    from limbeck.models import Models

    return Models((given,) if isinstance(given, sa.MetaData) else tuple(given), ())


def _settings(migrations: str | Path | None, settings: Settings | None) -> Settings:
    if migrations is None:
        return load() if settings is None else settings
    if settings is not None:
        raise UsageError(
            "both `migrations` and `settings` say where the revisions are",
            hint="settings._replace(migrations=...)",
        )
    written = str(migrations)
    if not is_package_path(written):
        written = str(Path(written).absolute())
    return Settings(root=Path.cwd(), migrations=written)


class AsyncMigrator:
    """`Migrator` for programs with an event loop: the same verbs, to be awaited.

    `database` may be an AsyncEngine or AsyncConnection, whose loop is this one, or anything else but a synchronous
    connection; the work is then done in a thread, and the loop goes on.  The other arguments are those of `Migrator`.

    >>> migrator = AsyncMigrator(create_async_engine("postgresql+asyncpg://..."), migrations="migrations")
    >>> outcome = await migrator.upgrade()
    """

    def __init__(
        self,
        database: Address | None = None,
        *,
        migrations: str | Path | None = None,
        settings: Settings | None = None,
        options: Mapping[str, object] | None = None,
        join: bool = False,
        report: Report = silent,
    ) -> None:
        chosen = _settings(migrations, settings)
        self._database = chosen.require_url() if database is None else database
        # Any: the same keywords for one constructor, whose types are checked above.
        self._keywords: dict[str, Any] = {
            "settings": chosen,
            "options": options,
            "join": join,
            "report": report,
        }
        if _kind(self._database) == "connection":
            raise UsageError(
                "a synchronous connection would hold up the event loop",
                hint="give AsyncMigrator an AsyncConnection, an engine or a URL; or use Migrator",
            )

    async def plan(self, to: str = "head", *, direction: Direction = Direction.UP) -> Plan:
        """See `Migrator.plan`."""
        return await self._do(lambda migrator: migrator.plan(to, direction=direction))

    async def upgrade(self, to: str = "head", *, dry_run: bool = False) -> Outcome:
        """See `Migrator.upgrade`."""
        return await self._do(lambda migrator: migrator.upgrade(to, dry_run=dry_run))

    async def downgrade(self, to: str, *, dry_run: bool = False) -> Outcome:
        """See `Migrator.downgrade`."""
        return await self._do(lambda migrator: migrator.downgrade(to, dry_run=dry_run))

    async def stamp(self, *to: str, purge: bool = False) -> StampOutcome:
        """See `Migrator.stamp`."""
        return await self._do(lambda migrator: migrator.stamp(*to, purge=purge))

    async def status(self) -> TargetStatus:
        """See `Migrator.status`."""
        return await self._do(lambda migrator: migrator.status())

    async def current(self) -> Current:
        """See `Migrator.current`."""
        return await self._do(lambda migrator: migrator.current())

    async def heads(self) -> tuple[Point, ...]:
        """See `Migrator.heads`."""
        return await self._do(lambda migrator: migrator.heads())

    async def history(self, revisions: str | None = None) -> tuple[Point, ...]:
        """See `Migrator.history`."""
        return await self._do(lambda migrator: migrator.history(revisions))

    async def applied(self) -> tuple[Entry, ...]:
        """See `Migrator.applied`."""
        return await self._do(lambda migrator: migrator.applied())

    async def check(
        self,
        metadata: Models | None = None,
        *,
        renames: Sequence[str] = (),
        fills: Sequence[str] = (),
        offline: bool = False,
    ) -> Comparison:
        """See `Migrator.check`."""
        return await self._do(
            lambda migrator: migrator.check(metadata, renames=renames, fills=fills, offline=offline)
        )

    async def schema(self, revision: str = "head", *, database: bool = False) -> Schema:
        """See `Migrator.schema`."""
        return await self._do(lambda migrator: migrator.schema(revision, database=database))

    async def diff(self, before: str, after: str) -> Difference:
        """See `Migrator.diff`."""
        return await self._do(lambda migrator: migrator.diff(before, after))

    async def autogenerate(
        self,
        message: str = "",
        metadata: Models | None = None,
        *,
        id: str | None = None,
        head: str | Sequence[str] = "head",
        renames: Sequence[str] = (),
        fills: Sequence[str] = (),
        allow_destructive: bool = False,
        allow_mass_drop: bool = False,
        offline: bool = False,
        verify: bool = False,
    ) -> Generated:
        """See `Migrator.autogenerate`."""
        return await self._do(
            lambda migrator: migrator.autogenerate(
                message,
                metadata,
                id=id,
                head=head,
                renames=renames,
                fills=fills,
                allow_destructive=allow_destructive,
                allow_mass_drop=allow_mass_drop,
                offline=offline,
                verify=verify,
            )
        )

    async def _do(self, work: Callable[[Migrator], T]) -> T:
        """What `work` makes of a Migrator, without holding up the event loop."""
        # Any: which of the union it is was found out by `_kind`.
        database: Any = self._database
        match _kind(database):
            case "async connection":
                return await database.run_sync(self._with(work))  # type: ignore[no-any-return]
            case "only connection":
                async with database.connect() as connection:
                    return await connection.run_sync(self._with(work))  # type: ignore[no-any-return]
            case _:
                import asyncio

                return await asyncio.to_thread(self._with(work), database)

    def _with(self, work: Callable[[Migrator], T]) -> Callable[[Address], T]:
        return lambda database: work(Migrator(database, **self._keywords))


def _kind(database: Address) -> str:
    """What it is, in the words "async connection", "only connection", "connection" or "other".

    "only connection" is an AsyncEngine that has just one, such as that of a database in memory.
    """
    if isinstance(database, (str, DatabaseUrl)):
        return "other"
    import sqlalchemy as sa
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
    from sqlalchemy.pool import StaticPool

    if isinstance(database, AsyncConnection):
        return "async connection"
    if isinstance(database, AsyncEngine) and isinstance(database.pool, StaticPool):
        return "only connection"
    return "connection" if isinstance(database, sa.Connection) else "other"
