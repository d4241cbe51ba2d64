"""
`EnvironmentContext`: what an `env.py` finds as `context`.

Responsible for the options of a run, and for the MigrationContext that `configure()` makes of them.  Does not run
revisions, and does not know which verb was asked for: that is in the options.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Literal, TextIO, TypeAlias, overload

from sqlalchemy import Column, FetchedValue

from limbeck.compat import util
from limbeck.compat.runtime.migration import MigrationContext
from limbeck.compat.util.proxies import ModuleClsProxy

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.compat.config import Config
    from limbeck.compat.ddl.impl import DefaultImpl
    from limbeck.compat.runtime.transaction import _ProxyTransaction
    from limbeck.compat.script.base import ScriptDirectory

__all__ = [
    "CompareServerDefault",
    "CompareType",
    "EnvironmentContext",
    "IncludeNameFn",
    "IncludeObjectFn",
    "NameFilterParentNames",
    "NameFilterType",
    "OnVersionApplyFn",
    "ProcessRevisionDirectiveFn",
    "RenderItemFn",
]

_OPERATIONS = "limbeck.compat.operations.base"

# The types of the functions that users pass to configure().  Any: what stands for a schema item there has no common base.
_RevNumber: TypeAlias = str | tuple[str, ...] | None
NameFilterType: TypeAlias = Literal[
    "schema",
    "table",
    "column",
    "index",
    "unique_constraint",
    "foreign_key_constraint",
    "check_constraint",
]
NameFilterParentNames: TypeAlias = MutableMapping[
    Literal["schema_name", "table_name", "schema_qualified_table_name"], str | None
]
ProcessRevisionDirectiveFn: TypeAlias = Callable[[MigrationContext, Any, list[Any]], None]
RenderItemFn: TypeAlias = Callable[[str, Any, Any], str | Literal[False]]
IncludeNameFn: TypeAlias = Callable[[str | None, NameFilterType, NameFilterParentNames], bool]
IncludeObjectFn: TypeAlias = Callable[[Any, str | None, NameFilterType, bool, Any], bool]
OnVersionApplyFn: TypeAlias = Callable[..., None]
CompareType: TypeAlias = Callable[
    [MigrationContext, "Column[Any]", "Column[Any]", Any, Any], bool | None
]
CompareServerDefault: TypeAlias = Callable[
    [
        MigrationContext,
        "Column[Any]",
        "Column[Any]",
        str | None,
        FetchedValue | None,
        str | None,
    ],
    bool | None,
]


class EnvironmentContext(ModuleClsProxy):
    """The surroundings of one run of `env.py`; current while `with environment:` holds.

    `kw` are the options of the run, among them `fn`, a function of heads and MigrationContext that gives the steps.

    >>> with EnvironmentContext(config, script, fn=lambda heads, context: script._upgrade_revs("head", heads)):
    ...     script.run_env()
    """

    _migration_context: MigrationContext | None = None
    visit: Callable[[MigrationContext, Mapping[str, Any]], None] | None = None
    """What is done with each database, where limbeck's own verbs run `env.py`; then `fn` is not asked."""
    url: str | sa.URL | None = None
    """The address that `configure()` was given."""
    configured: Callable[[], None] | None = None
    """Called whenever `configure()` is."""

    def __init__(self, config: Config, script: ScriptDirectory, **kw: Any) -> None:
        self.config = config
        self.script = script
        self.context_opts = kw

    # What was asked for

    def is_offline_mode(self) -> bool:
        """Whether SQL is only written, as with `--sql`."""
        return bool(self.context_opts.get("as_sql", False))

    def is_transactional_ddl(self) -> bool:
        """Whether the database rolls structure back with a transaction."""
        return bool(self.get_context().impl.transactional_ddl)

    def requires_connection(self) -> bool:
        """Whether `configure()` needs a connection."""
        return not self.is_offline_mode()

    def get_head_revision(self) -> _RevNumber:
        """The head of the folder.  CommandError when there are several."""
        return self.script.as_revision_number("head")

    def get_head_revisions(self) -> _RevNumber:
        """All heads of the folder."""
        return self.script.as_revision_number("heads")

    def get_starting_revision_argument(self) -> _RevNumber:
        """Where a run that only writes SQL starts.  CommandError when the verb has no such argument."""
        if self._migration_context is not None:
            return self.script.as_revision_number(self.get_context()._start_from_rev)
        if "starting_rev" in self.context_opts:
            return self.script.as_revision_number(self.context_opts["starting_rev"])
        raise util.CommandError("No starting revision argument is available.")

    def get_revision_argument(self) -> _RevNumber:
        """Where the run is to go."""
        return self.script.as_revision_number(self.context_opts["destination_rev"])

    def get_tag_argument(self) -> str | None:
        """The word behind `--tag`."""
        tag: str | None = self.context_opts.get("tag")
        return tag

    @overload
    def get_x_argument(self, as_dictionary: Literal[False]) -> list[str]: ...
    @overload
    def get_x_argument(self, as_dictionary: Literal[True]) -> dict[str, str]: ...
    @overload
    def get_x_argument(self, as_dictionary: bool = ...) -> list[str] | dict[str, str]: ...
    def get_x_argument(self, as_dictionary: bool = False) -> list[str] | dict[str, str]:
        """What was given with `-x`, as it is or by the name before the `=`."""
        given: list[str] = getattr(self.config.cmd_opts, "x", None) or []
        if not as_dictionary:
            return given
        pairs = (one.partition("=") for one in given)
        return {name: value for name, _, value in pairs}

    # What env.py says

    def configure(
        self,
        connection: sa.Connection | None = None,
        url: str | sa.URL | None = None,
        dialect_name: str | None = None,
        dialect_opts: dict[str, Any] | None = None,
        transactional_ddl: bool | None = None,
        transaction_per_migration: bool = False,
        output_buffer: TextIO | None = None,
        starting_rev: str | None = None,
        tag: str | None = None,
        template_args: dict[str, Any] | None = None,
        render_as_batch: bool = False,
        target_metadata: sa.MetaData | Sequence[sa.MetaData] | None = None,
        include_name: IncludeNameFn | None = None,
        include_object: IncludeObjectFn | None = None,
        include_schemas: bool = False,
        process_revision_directives: ProcessRevisionDirectiveFn | None = None,
        compare_type: bool | CompareType = True,
        compare_server_default: bool | CompareServerDefault = False,
        render_item: RenderItemFn | None = None,
        literal_binds: bool = False,
        upgrade_token: str = "upgrades",
        downgrade_token: str = "downgrades",
        alembic_module_prefix: str = "op.",
        sqlalchemy_module_prefix: str = "sa.",
        user_module_prefix: str | None = None,
        on_version_apply: OnVersionApplyFn | Collection[OnVersionApplyFn] | None = None,
        autogenerate_plugins: Sequence[str] | None = None,
        **kw: Any,
    ) -> None:
        """Say what is migrated, and how; may be called again for the next database.

        Whatever else is in `kw` is kept, for who reads it as `get_context().opts`.  CommandError for an engine in the
        place of a connection.
        """
        if self.configured is not None:
            self.configured()
        self.url = url
        opts = self.context_opts
        if transactional_ddl is not None:
            opts["transactional_ddl"] = transactional_ddl
        if output_buffer is not None:
            opts["output_buffer"] = output_buffer
        elif self.config.output_buffer is not None:
            opts["output_buffer"] = self.config.output_buffer
        if starting_rev:
            opts["starting_rev"] = starting_rev
        if tag:
            opts["tag"] = tag
        if template_args and "template_args" in opts:
            opts["template_args"].update(template_args)
        opts.update(
            transaction_per_migration=transaction_per_migration,
            target_metadata=target_metadata,
            include_name=include_name,
            include_object=include_object,
            include_schemas=include_schemas,
            render_as_batch=render_as_batch,
            upgrade_token=upgrade_token,
            downgrade_token=downgrade_token,
            sqlalchemy_module_prefix=sqlalchemy_module_prefix,
            alembic_module_prefix=alembic_module_prefix,
            user_module_prefix=user_module_prefix,
            literal_binds=literal_binds,
            process_revision_directives=process_revision_directives,
            on_version_apply=util.to_tuple(on_version_apply, default=()),
            compare_type=compare_type,
            compare_server_default=compare_server_default,
            script=self.script,
        )
        if autogenerate_plugins is not None:
            opts["autogenerate_plugins"] = autogenerate_plugins
        if render_item is not None:
            opts["render_item"] = render_item
        opts.update(kw)
        self._migration_context = MigrationContext.configure(
            connection=connection,
            url=url,
            dialect_name=dialect_name,
            environment_context=self,
            dialect_opts=dialect_opts,
            opts=opts,
        )

    def run_migrations(self, **kw: Any) -> None:
        """Do what was asked for; `kw` reach `upgrade()` and `downgrade()` of the revisions."""
        context = self.get_context()
        if self.visit is not None and _OPERATIONS not in sys.modules:
            # Nobody can ask for operations yet; revisions bring them along, in a scope of their own, if one is run.
            context.run_migrations(**kw)
            return
        from limbeck.compat.operations.base import Operations

        with Operations.context(context):
            context.run_migrations(**kw)

    def execute(
        self, sql: sa.Executable | str, execution_options: Mapping[str, Any] | None = None
    ) -> None:
        """Carry out, or write down, a statement or a text."""
        self.get_context().execute(sql, execution_options=execution_options)

    def static_output(self, text: str) -> None:
        """Write a text as it is, where SQL is only written."""
        self.get_context().impl.static_output(text)

    def begin_transaction(
        self,
    ) -> _ProxyTransaction | AbstractContextManager[None, bool | None]:
        """The scope of the transaction around all revisions, where there is to be one."""
        return self.get_context().begin_transaction()

    def get_context(self) -> MigrationContext:
        """The MigrationContext.  Exception when `configure()` was not called yet."""
        if self._migration_context is None:
            raise Exception("No context has been configured yet.")  # noqa: TRY002 - the type that users know
        return self._migration_context

    def get_bind(self) -> sa.Connection:
        """The connection."""
        return self.get_context().bind  # type: ignore[return-value]

    def get_impl(self) -> DefaultImpl:
        """What carries operations out."""
        return self.get_context().impl
