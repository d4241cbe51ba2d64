"""
What functions for comparing and rendering are given.

Responsible for both sides of a comparison, the filters of the user, and what was imported so far.  Does not know what is
found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.compat.autogenerate.registry import comparators
from limbeck.compat.runtime.plugins import Plugin
from limbeck.compat.util import CommandError

if TYPE_CHECKING:
    from limbeck.compat.operations.ops import UpgradeOps
    from limbeck.compat.runtime.migration import MigrationContext
    from limbeck.diff import Loss
    from limbeck.schema import Key, Standalone, TableName

_PLUGINS = ("alembic.autogenerate.*",)


class AutogenContext:
    """One comparison, or one text that is made of its result.

    `metadata` are the models, `connection` leads to the database, `imports` collects lines for the top of the file,
    `opts` are the options given to `configure()`, known or not.
    """

    metadata: sa.MetaData | Sequence[sa.MetaData] | None = None
    connection: sa.Connection | None = None
    dialect: sa.Dialect
    imports: set[str]
    migration_context: MigrationContext

    def __init__(
        self,
        migration_context: MigrationContext,
        metadata: sa.MetaData | Sequence[sa.MetaData] | None = None,
        opts: dict[str, Any] | None = None,
        autogenerate: bool = True,
    ) -> None:
        options = migration_context.opts if opts is None else opts
        if metadata is None:
            metadata = options.get("target_metadata", None)
        if metadata is None and autogenerate and migration_context.script is not None:
            raise CommandError(
                f"Can't proceed with --autogenerate option; environment script"
                f" {migration_context.script.env_py_location} does not provide a MetaData object or sequence of"
                " objects to the context.",
                hint="context.configure(…, target_metadata=Base.metadata) in env.py",
            )
        self.metadata = metadata
        self._object_filters = _given(options, "include_object")
        self._name_filters = _given(options, "include_name")
        self.migration_context = migration_context
        self.connection = migration_context.bind
        self.dialect = migration_context.dialect
        self.imports = set()
        self.opts: dict[str, Any] = options
        self._has_batch = False
        self.unreported: frozenset[str] = frozenset()
        """Kinds of constraints that the dialect does not tell: "unique_constraints", "check_constraints"."""
        self.ours: Callable[[UpgradeOps], None] | None = None
        """What compares tables in the place of a walk: limbeck's own comparison."""
        self.objects: Mapping[Key, Standalone] = {}
        """What stands beside the tables, and is made by operations of its own."""
        self.losses: Sequence[Loss] = ()
        """What is to be marked as losing data."""
        self.remarks: dict[int, list[str]] = {}
        """Comments for the top of a function, by the identity of its operations."""
        self.added: set[tuple[TableName, str]] = set()
        """See `limbeck.files.render.Renderer`: it is the same for all operations of one function."""
        self.comparators = comparators.branch()
        Plugin.populate_autogenerate_priority_dispatch(
            self.comparators, options.get("autogenerate_plugins") or _PLUGINS
        )

    @cached_property
    def inspector(self) -> sa.Inspector:
        """SQLAlchemy's Inspector of the database.  Raises TypeError offline."""
        if self.connection is None:
            raise TypeError(
                "can't return inspector as this AutogenContext has no database connection"
            )
        return sa.inspect(self.connection)

    @cached_property
    def sorted_tables(self) -> list[sa.Table]:
        """The tables of the models, each after those that it refers to.

        Raises ValueError when two MetaData have a table of one name.
        """
        found = [table for one in self._several for table in one.sorted_tables]
        keys = [table.key for table in found]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            names = ", ".join(f'"{key}"' for key in twice)
            raise ValueError(f"Duplicate table keys across multiple MetaData objects: {names}")
        return found

    @cached_property
    def table_key_to_table(self) -> dict[str, sa.Table]:
        """The tables of the models by their keys, `schema.name` or `name`."""
        return {key: table for one in self._several for key, table in one.tables.items()}

    @property
    def _several(self) -> Sequence[sa.MetaData]:
        given = self.metadata
        if given is None:
            return ()
        return (given,) if isinstance(given, sa.MetaData) else tuple(given)

    @contextmanager
    def _within_batch(self) -> Iterator[None]:
        """Inside, operations are written as those of one `batch_alter_table`."""
        self._has_batch = True
        try:
            yield
        finally:
            self._has_batch = False

    def run_name_filters(
        self, name: str | None, type_: str, parent_names: MutableMapping[str, str | None]
    ) -> bool:
        """Whether something of this name in the database takes part."""
        if "schema_name" in parent_names:
            table = name if type_ == "table" else parent_names.get("table_name")
            if table:
                schema = parent_names["schema_name"]
                full = f"{schema}.{table}" if schema else table
                parent_names["schema_qualified_table_name"] = full
        return all(wanted(name, type_, parent_names) for wanted in self._name_filters)

    def run_object_filters(
        self,
        object_: Any,
        name: str | None,
        type_: str,
        reflected: bool,
        compare_to: Any,
    ) -> bool:
        """Whether an object of either side takes part; `compare_to` is its counterpart."""
        return all(
            wanted(object_, name, type_, reflected, compare_to) for wanted in self._object_filters
        )

    run_filters = run_object_filters


def _given(options: dict[str, Any], name: str) -> list[Any]:
    found = options.get(name)
    return [found] if found else []
