"""
A project whose databases an `env.py` knows.

Responsible for the Targets that run `env.py`, each of whose `context.run_migrations()` hands over one database.  Does not
know the verbs; what is done with each database is theirs.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from limbeck.actions.outcome import StampOutcome
from limbeck.compat.alias import install
from limbeck.compat.blaming import blaming
from limbeck.compat.config import Config
from limbeck.compat.runtime.environment import EnvironmentContext
from limbeck.compat.runtime.opening import JOURNAL, naming_convention, opened
from limbeck.compat.runtime.running import tell
from limbeck.compat.script.base import ScriptDirectory
from limbeck.files.location import locate
from limbeck.project import ARGUMENTS, Target

if TYPE_CHECKING:
    from limbeck.compat.runtime.migration import MigrationContext
    from limbeck.config import Settings
    from limbeck.database.live import LiveDatabase
    from limbeck.models import Models

T = TypeVar("T")


class ContextTarget(Target):
    """The database that an `env.py` has configured; `arguments` are those of `run_migrations()`."""

    context: MigrationContext
    arguments: Mapping[str, Any]

    @classmethod
    def of(
        cls, context: MigrationContext, arguments: Mapping[str, Any], settings: Settings
    ) -> ContextTarget:
        """The target of a MigrationContext, treated as `settings` say where that says nothing."""
        connection: Any = context.connection  # a real one, since nothing is only written here
        context.opts.setdefault(JOURNAL, settings.journal)
        target = cls(
            connection,
            name=settings.name,
            version_table=context.version_table,
            version_table_schema=context.version_table_schema,
            journal=context.opts[JOURNAL],
            lock_timeout=settings.lock_timeout,
            per_revision=context._transaction_per_migration or settings.transaction_per_migration,
            naming_convention=naming_convention(context),
            options={**context.opts, ARGUMENTS: dict(arguments)},
            join=context._in_external_transaction,
        )
        target.context = context
        target.arguments = arguments
        return target

    @property
    def models(self) -> Models | None:
        """What `env.py` gave as `target_metadata`; None when it gave none."""
        given = self.context.opts.get("target_metadata")
        if given is None:
            return None
        from limbeck.compat.autogenerate.context import AutogenContext
        from limbeck.compat.autogenerate.hooked import models_of

        return models_of(AutogenContext(self.context))

    # Any: fields of Target.  The supertype's method is made by NamedTuple, which promises the same class.
    def _replace(self, **changes: Any) -> Target:  # type: ignore[override]
        """A target that differs, such as a scratch database: it is no longer the one of `env.py`."""
        return Target(*self)._replace(**changes)

    def visit(self, work: Callable[[LiveDatabase], T], *, dry_run: bool = False) -> T:
        """What `work` makes of the open database."""
        self.context.arguments = self.arguments
        with opened(self.context, self.policy(dry_run=dry_run)) as database:
            found = work(database)
        if isinstance(found, StampOutcome):
            self._tell(found)
        return found

    def _tell(self, outcome: StampOutcome) -> None:
        """The functions that `on_version_apply` names hear of a stamp, too, and what they write is committed."""
        context, stamp = self.context, outcome.stamp
        if not context.on_version_apply_callbacks:
            return
        assert context.script is not None
        assert context.config is not None
        purged = getattr(context.config.cmd_opts, "purge", False)
        before = frozenset[str]() if purged else stamp.before
        steps = context.script._stamp_revs(tuple(sorted(stamp.after)), tuple(sorted(before)))
        connection = context.connection
        held = connection is None or connection.in_transaction()  # by somebody who will commit it
        tell(context, steps, before, self.arguments)
        if connection is not None and not held and connection.in_transaction():
            connection.commit()


class EnvironmentTargets:
    """The databases that `env.py` configures, one after another; it is run for each verb anew."""

    def __init__(self, settings: Settings, options: Namespace) -> None:
        self.settings = settings
        self.options = options
        self.config = config_of(settings, options)
        """What `env.py` finds; the same each time that it is run."""

    @property
    def env_py(self) -> Path:
        """The file."""
        return Path(str(locate(self.settings.migrations))) / "env.py"

    @property
    def scripts(self) -> ScriptDirectory:
        """The folder that `env.py` finds as `context.script`; a new one each time."""
        return scripts_of(self.config, self.settings)

    def each(
        self,
        work: Callable[[Target], None],
        *,
        scripts: ScriptDirectory | None = None,
        **options: Any,
    ) -> None:
        """Run `env.py`, and `work` with each database that it configures.

        `options` are further ones of the EnvironmentContext, `scripts` its folder, if that is wanted afterwards.
        Raises ScriptFailed for whatever `env.py` raises, with its file and line.
        """

        def visit(context: MigrationContext, arguments: Mapping[str, Any]) -> None:
            work(ContextTarget.of(context, arguments, self.settings))

        install()
        config = self.config
        scripts = self.scripts if scripts is None else scripts
        environment = EnvironmentContext(
            config,
            scripts,
            destination_rev=getattr(self.options, "revision", None),
            starting_rev=None,
            tag=getattr(self.options, "tag", None),
            dont_mutate=True,
            **{"as_sql": False, **options},
        )
        environment.visit = visit
        with environment, blaming(self.env_py):
            scripts.run_env()

    def command(self, verb: str, *arguments: Any, **keywords: Any) -> Any:  # Any: those of the verb
        """Do a verb of `alembic.command`.

        Raises what it raises; for whatever `env.py` raises ScriptFailed, with its file and line.
        """
        install()
        from limbeck.compat import command

        with blaming(self.env_py):
            return getattr(command, verb)(self.config, *arguments, **keywords)


def config_of(settings: Settings, options: Namespace) -> Config:
    """The Config of Alembic for `settings`."""
    file = settings.file
    root = file.parent if file is not None else settings.root
    ini, toml = root / "alembic.ini", root / "pyproject.toml"
    if file is not None and file.suffix != ".toml":
        ini = file
    return Config(
        file_=_relative(ini),
        toml_file=_relative(toml),
        ini_section=settings.name or "alembic",
        cmd_opts=options,
    )


def _relative(path: Path) -> str:
    """As seen from the working directory, where it is below: what `env.py` was always given."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def scripts_of(config: Config, settings: Settings) -> ScriptDirectory:
    """The folder of scripts that `settings` name, wherever the command was typed."""
    return ScriptDirectory(
        str(locate(settings.migrations)),
        file_template=settings.file_template,
        truncate_slug_length=settings.truncate_slug_length,
        version_locations=[str(locate(one)) for one in settings.version_locations],
        sourceless=settings.sourceless,
        output_encoding=settings.output_encoding,
        timezone=settings.timezone,
        hooks=config.get_hooks_list(),
        recursive_version_locations=settings.recursive_version_locations,
        messaging_opts=config.messaging_opts,
    )
