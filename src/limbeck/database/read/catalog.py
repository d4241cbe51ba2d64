"""
What a database's catalog says about a table.

Responsible for tables as values, read from whatever database is connected; the pieces for SQLite, whose catalog is
text, lie in `limbeck.database.sqlite`.  Does not know what is to be done with them.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from limbeck.database.read.hanging import hanging
from limbeck.errors import SchemaError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.database.compile import Dependent, InTheWay
    from limbeck.database.sqlite.catalog import SqliteCatalog
    from limbeck.schema import Table, TableName


class Catalog:
    """The tables of the database behind a connection, read anew each time.

    Where tables were moved by `schema_translate_map`, ask for the schema that they are in.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    @cached_property
    def _sqlite(self) -> SqliteCatalog:
        # Other databases can do without it.
        from limbeck.database.sqlite.catalog import SqliteCatalog

        return SqliteCatalog(lambda sql: self.connection.exec_driver_sql(sql).all())

    def table(self, name: TableName) -> Table:
        """The table.  Raises SchemaError when there is none."""
        if self.connection.dialect.name == "sqlite":
            return self._sqlite.table(name)
        import sqlalchemy as sa

        from limbeck.database.convert import table

        try:
            found = sa.Table(
                name.name,
                sa.MetaData(),
                schema=name.schema,
                autoload_with=self.connection,
                resolve_fks=False,
            )
        except sa.exc.NoSuchTableError:
            raise SchemaError(f"there is no table {name}") from None
        return table(found, self.connection.dialect)

    def in_the_way_of(self, name: TableName) -> tuple[InTheWay, ...]:
        """What must be dropped before columns of the type can get another one; () but on PostgreSQL."""
        if self.connection.dialect.name != "postgresql":
            return ()
        from limbeck.database.read.in_the_way import in_the_way_of

        return in_the_way_of(self.connection, name)

    def triggers_of(self, view: TableName) -> tuple[str, ...]:
        """The statements that made the triggers on a view; () but on SQLite."""
        if self.connection.dialect.name != "sqlite":
            return ()
        return self._sqlite.triggers_of(view)

    def dependents(self, name: TableName) -> tuple[Dependent, ...]:
        """On SQLite all that belongs to the table or mentions it, the table itself first; elsewhere see `hanging`."""
        if self.connection.dialect.name == "sqlite":
            return self._sqlite.dependents(name)
        return hanging(self.connection, name)
