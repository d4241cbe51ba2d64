"""What the tests of reading PostgreSQL share: statements are run, then the database is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limbeck.database.catalog import SILENT
from limbeck.database.engine import call
from limbeck.database.read import fingerprint, read
from limbeck.schema import SchemaState, Standalone, Table, TableName

if TYPE_CHECKING:
    import sqlalchemy as sa


def run(url: str, *statements: str) -> None:
    """Carry statements out, in one transaction."""

    def work(connection: sa.Connection) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement, execution_options=SILENT)
        connection.commit()

    call(url, work)


def read_after(url: str, *statements: str, **options: Any) -> SchemaState:
    """What the database is after these statements; `options` are those of `read`."""
    run(url, *statements)
    return call(url, lambda connection: read(connection, **options))


def fingerprint_after(url: str, *statements: str) -> str:
    """The fingerprint after these statements."""
    run(url, *statements)
    return call(url, lambda connection: fingerprint(connection, schemas=(None,)))


def table_after(url: str, *statements: str, name: str = "t") -> Table:
    """The table of that name after these statements."""
    return read_after(url, *statements)[TableName(name)]


def objects(state: SchemaState, kind: str) -> list[Standalone]:
    """The objects of a kind."""
    return [item for key, item in state.objects.items() if key.kind == kind]
