"""
What `op.get_context()` gives.

Responsible for showing the surroundings of a running revision under the names that its authors know.  Does not
execute anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import sqlalchemy as sa

    from limbeck.dsl.surroundings import OpenDatabase


class Context:
    """The surroundings of a running revision: dialect, connection, mode and settings."""

    __slots__ = ("_database",)

    def __init__(self, database: OpenDatabase) -> None:
        self._database = database

    @property
    def dialect(self) -> sa.Dialect:
        """The dialect that SQL is made for."""
        return self._database.dialect

    @property
    def connection(self) -> sa.Connection | None:
        """The connection that the revision runs on; None when SQL is only written down."""
        return self._database.connection

    @property
    def bind(self) -> sa.Connection | None:
        """The same as `connection`."""
        return self._database.connection

    @property
    def as_sql(self) -> bool:
        """Whether SQL is only written down, as with `--sql`."""
        return self._database.offline

    @property
    def opts(self) -> dict[str, Any]:
        """The settings that were given for this run, by name; changing them has no effect."""
        return dict(self._database.options)

    @property
    def version_table(self) -> str:
        """The name of the version table."""
        return str(self._database.options.get("version_table") or "alembic_version")

    @property
    def version_table_schema(self) -> str | None:
        """The schema of the version table, where it is not the default one."""
        schema = self._database.options.get("version_table_schema")
        return None if schema is None else str(schema)

    @property
    def script(self) -> Any:
        """The folder of revisions, if the run was given one that scripts may look at."""
        return self._database.options.get("script")

    @property
    def config(self) -> Any:
        """The configuration object, if the run was given one that scripts may look at."""
        return self._database.options.get("config")

    def autocommit_block(self) -> AbstractContextManager[None]:
        """A scope whose statements take effect at once, outside any transaction.

        What ran before it is committed first, together with a note of how far the revision has come.
        """
        return self._database.autocommit_block()
