"""
The settings of a project, as one value.

Responsible for what can be set, what holds when it is not, and for saying where each value came from.  Does not
know where settings are written, nor what anybody does with them.

The values are named tuples, because making data classes takes milliseconds at each start of the command.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from limbeck.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from limbeck.config.secret import DatabaseUrl

DATED = "%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute).2d_%(rev)s_%(slug)s"
PLAIN = "%(rev)s_%(slug)s"
NAMINGS: Mapping[str, str] = MappingProxyType({"date": DATED, "revision": PLAIN})

DEFAULT = "default"
# Any: no value has no type.
NOTHING: Mapping[str, Any] = MappingProxyType({})
_FIELDS = {"import": "imports", "naming": "file_template"}


class PostWriteHook(NamedTuple):
    """Something to run on a new revision file, such as a formatter.

    `type` is "console_scripts", "exec" or "module"; `target` the entry point, executable or module that goes with
    it.  `options` is a command line in which REVISION_SCRIPT_FILENAME stands for the file; the file comes first
    where that word is missing.  `cwd` is the folder to run in, None for the current one.
    """

    name: str
    type: str
    target: str
    options: str = ""
    cwd: str | None = None


class Settings(NamedTuple):
    """What a project says about itself, for the one database that was chosen.

    Paths are absolute; `migrations` and `version_locations` may also be `package:path`, which `files` resolves.
    """

    root: Path
    """The folder that relative paths start from: that of the configuration file."""
    file: Path | None = None
    """The configuration file, None when there is none (a library user who builds Settings by hand)."""
    style: Literal["limbeck", "alembic"] = "limbeck"
    """Whose configuration it is; Alembic's brings Alembic's defaults."""
    name: str = ""
    """The named database that was chosen with `-n`, "" for the one without a name."""
    databases: tuple[str, ...] = ()
    """The names that can be chosen."""

    url: DatabaseUrl | None = None
    metadata: tuple[str, ...] = ()
    """`module:attribute` each, for example `app.db:Base.metadata`."""
    imports: tuple[str, ...] = ()
    """The key `import`: modules to import before the metadata is complete; `app.models.*` for all below."""
    migrations: str = "migrations"
    version_locations: tuple[str, ...] = ()
    """Folders of revisions; empty for `versions` in `migrations`."""
    recursive_version_locations: bool = False
    sourceless: bool = False
    version_table: str = "alembic_version"
    version_table_schema: str | None = None
    schemas: tuple[str, ...] = ()
    """The schemas that belong to the project; empty for the default one."""
    journal: str | None = "limbeck_journal"
    """The name of the journal's table, None when it is switched off."""
    lock_timeout: float = 300.0
    """Seconds to wait for another run to finish; 0 does not wait."""
    transaction_per_migration: bool = False
    file_template: str = DATED
    """The name of new files, without suffix; may hold `/`."""
    truncate_slug_length: int = 40
    timezone: str | None = None
    """Name of the zone for dates in new files, None for local time."""
    output_encoding: str = "utf-8"
    revision_environment: bool = False
    naming_convention: Mapping[str, str] = NOTHING
    """Names for constraints that have none, as SQLAlchemy's MetaData takes them."""
    prepend_sys_path: tuple[str, ...] = ()
    scratch: DatabaseUrl | None = None
    """A server on which databases may be made to be thrown away; None for that of `url`."""
    seed: str | None = None
    """Rows for scratch databases in which branches are tried: a SQL file, or `module:callable` that gets a connection."""
    upstream: str | None = None
    """The git branch that others build on, such as `origin/develop`; None for what git says."""
    include_tables: tuple[str, ...] = ()
    """Patterns such as `billing_*` or `billing.*`: only these tables are compared; empty for all."""
    exclude_tables: tuple[str, ...] = ()
    """Patterns of tables that are never compared."""
    include_name: str | None = None
    """`module:callable` (as are the next five): which names of the database take part, as Alembic documents it."""
    include_object: str | None = None
    compare_type: str | None = None
    compare_server_default: str | None = None
    render_item: str | None = None
    process_revision_directives: str | None = None
    types: Literal["own", "impl"] = "own"
    """How a generated file writes types of users: by their name, or as the SQL types that they stand for."""
    user_module_prefix: str | None = None
    """What a generated file writes before the types of users, instead of importing their module."""
    render_as_batch: bool = False
    """Whether a generated file changes tables in `batch_alter_table` blocks."""
    comparison: Literal["limbeck", "alembic"] = "limbeck"
    """Who compares in a project whose `env.py` knows the models: limbeck, or a walk through the tables in Alembic's manner."""
    write_empty: bool = False
    """Whether `revision --autogenerate` writes a file when nothing has changed."""
    post_write_hooks: tuple[PostWriteHook, ...] = ()

    origins: Mapping[str, str] = NOTHING
    """Where each value came from, by key; see `origin`."""

    def origin(self, key: str) -> str:
        """Where the value of `key` came from.

        Such as "pyproject.toml [tool.limbeck]", "environment LIMBECK_URL", "--lock-timeout" or "default".
        """
        return self.origins.get(_FIELDS.get(key, key), DEFAULT)

    def require_url(self) -> DatabaseUrl:
        """The url; ConfigError when there is none, naming the databases that could be chosen."""
        if self.url is not None:
            return self.url
        if self.databases and not self.name:
            raise ConfigError(
                f"there is no url without a name; choose a database: {', '.join(self.databases)}",
                hint=f"add -n {self.databases[0]}",
            )
        where = self.file.name if self.file else "limbeck.toml"
        raise ConfigError(
            f"no database url is set in {where}",
            hint='add url = "env:DATABASE_URL" there, or set LIMBECK_URL',
        )
