"""
A SQLite file to try changes on, as revisions make them: one transaction, rows checked afterwards.

It opens transactions the way a session does, and shows the database as a user would look at it.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database.compile import Compiler
from limbeck.database.read import Catalog
from limbeck.database.recreate import Recreation, carry_out
from limbeck.dsl import Op

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from limbeck.operations import Operation

Row = tuple[Any, ...]


class Bench:
    """A database in a file; `script` collects the text of what was done, `notices` what people were told."""

    offline = False

    def __init__(self, url: str, setup: str = "") -> None:
        self.file = sa.make_url(url).database or ""
        self.script: list[str] = []
        self.notices: list[str] = []
        self.naming_convention: Mapping[Any, Any] = {}
        self.options: Mapping[str, Any] = {}
        self.dialect: sa.Dialect = sa.create_engine("sqlite://").dialect
        self.connection: sa.Connection | None = None
        self.do(setup)

    def do(self, script: str) -> None:
        """Run SQL, with foreign keys enforced as in an application."""
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.executescript(without_dots(script))

    def rows(self, query: str) -> list[Row]:
        """What a query finds, on a fresh connection."""
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(query).fetchall()

    def sql(self, name: str) -> str:
        """The text that SQLite keeps for a table, index, trigger or view; "" when it does not exist."""
        rows = self.rows(f"SELECT sql FROM sqlite_master WHERE name = '{name}'")
        return str(rows[0][0]) if rows else ""

    def schema(self) -> dict[str, str]:
        """Name → text of everything that SQLite keeps a text for."""
        return dict(self.rows("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))

    def columns(self, table: str) -> list[str]:
        """Names of the columns in order."""
        return [row[1] for row in self.rows(f"PRAGMA table_xinfo({table})")]

    @contextmanager
    def revision(self, *, enforced: bool = False) -> Iterator[Op]:
        """`op`, in one transaction that is rolled back when the block raises."""
        engine = sa.create_engine(f"sqlite:///{self.file}")

        @sa.event.listens_for(engine, "connect")
        def leave_transactions_to_us(connection: Any, _: object) -> None:
            connection.isolation_level = None

        with engine.connect() as connection:
            self.connection = connection
            run = connection.exec_driver_sql
            run(f"PRAGMA foreign_keys={'ON' if enforced else 'OFF'}")
            run("BEGIN")
            try:
                yield Op(self, self.send)
            except BaseException:
                run("ROLLBACK")
                raise
            else:
                run("COMMIT")
            finally:
                self.connection = None
        engine.dispose()

    def send(self, operation: Operation) -> None:
        """Carry one operation out."""
        assert self.connection is not None
        compiler = Compiler(
            self.dialect,
            tables=Catalog(self.connection),
            naming_convention=self.naming_convention,
        )
        for statement in compiler.statements(operation):
            self.script.append(statement.text)
            if isinstance(statement.executable, Recreation):
                self.notices += carry_out(self.connection, statement.executable)
            else:
                self.connection.exec_driver_sql(statement.text)

    def autocommit_block(self) -> AbstractContextManager[None]:
        """SQLite's DDL needs none."""
        return nullcontext()


def without_dots(script: str) -> str:
    """A script without the lines that only SQLite's own shell understands."""
    return re.sub(r"^\.\w.*\n", "", script, flags=re.MULTILINE)
