"""
How operations become SQL for one dialect, and how that is executed or written down.

Responsible for `DefaultImpl`, the class that packages with a dialect of their own derive from: every method can be
overridden, and takes part in each run.  Does not know the text of a statement: a call becomes one of limbeck's own
operations (`changes` says which), and limbeck's compiler turns that into constructs, each of which goes through
`_exec`.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TextIO

import sqlalchemy as sa
from sqlalchemy import schema as sa_ddl
from sqlalchemy.schema import ExecutableDDLElement

from limbeck.compat.ddl.comparing import Comparing
from limbeck.compat.util import immutabledict
from limbeck.compat.util.later import later
from limbeck.database.ddl.base import Verbatim
from limbeck.database.render import render
from limbeck.database.version import NARROW
from limbeck.errors import CannotCompile, UsageError
from limbeck.runner.ports import Statement

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

    from limbeck.compat.ddl import changes, compiling
    from limbeck.compat.operations.batch import BatchOperationsImpl
    from limbeck.database import recreate
    from limbeck.database.compile import Compiled
    from limbeck.database.session import OpenDatabase
    from limbeck.operations import Operation
else:
    changes = later("limbeck.compat.ddl.changes")
    compiling = later("limbeck.compat.ddl.compiling")
    recreate = later("limbeck.database.recreate")

ServerDefault = Any
"""What `server_default=` takes; SQLAlchemy has no public name for all of it."""

_impls: dict[str, type[DefaultImpl]] = {}
_OURS = {name: name for name in ("mssql", "mysql", "oracle", "postgresql", "sqlite")} | {
    "mariadb": "mysql"
}
"""Dialect → the module with its class."""


class ImplMeta(type):
    """Registers each class that names its dialect by `__dialect__`."""

    def __init__(cls, classname: str, bases: tuple[type, ...], dict_: dict[str, Any]) -> None:
        super().__init__(classname, bases, dict_)
        if "__dialect__" in dict_:
            # Any: the class of the metaclass is DefaultImpl, which is not defined yet.
            made: Any = cls
            _impls[dict_["__dialect__"]] = made


class DefaultImpl(Comparing, metaclass=ImplMeta):
    """What a dialect does with operations; the base of all others, and what a dialect without a class gets.

    A subclass names its dialect: `__dialect__ = "mydialect"`.  `transactional_ddl` says whether structure is rolled
    back with a transaction, `command_terminator` what ends a statement in a script.
    """

    __dialect__ = "default"

    transactional_ddl: bool = False
    command_terminator: str = ";"

    def __init__(
        self,
        dialect: sa.Dialect,
        connection: sa.Connection | None,
        as_sql: bool,
        transactional_ddl: bool | None,
        output_buffer: TextIO | None,
        context_opts: dict[str, Any],
    ) -> None:
        self.dialect = dialect
        self.connection = connection
        self.as_sql = as_sql
        self.literal_binds = bool(context_opts.get("literal_binds", False))
        self.output_buffer = output_buffer
        self.memo: dict[Any, Any] = {}  # SQLAlchemy's: which named types exist already
        self.context_opts = context_opts
        self.running: OpenDatabase | None = None
        """The database as our runner has it, while it runs revisions; then statements are counted and journaled."""
        self._known_compiler: compiling.ImplCompiler | None = None
        if transactional_ddl is not None:
            self.transactional_ddl = transactional_ddl
        if self.literal_binds and not self.as_sql:
            raise UsageError("Can't use literal_binds setting without as_sql mode")

    @classmethod
    def get_by_dialect(cls, dialect: sa.Dialect) -> type[DefaultImpl]:
        """The class for a dialect; the default one where there is none."""
        module = _OURS.get(dialect.name)
        if module is not None:  # each takes its time to import, and most databases are of one kind
            importlib.import_module(f"limbeck.compat.ddl.{module}")
        return _impls.get(dialect.name, _impls["default"])

    @property
    def bind(self) -> sa.Connection | None:
        """The connection."""
        return self.connection

    # Carrying out

    @property
    def _compiler(self) -> compiling.ImplCompiler:
        if self._known_compiler is None:
            self._known_compiler = compiling.ImplCompiler(
                self.dialect,
                family=compiling.family(type(self)),
                connection=None if self.as_sql else self.connection,
                metadata=self.context_opts.get("target_metadata"),
                literal=self.as_sql,
                memo=self.memo,
            )
        return self._known_compiler

    def carry_out(self, operation: Operation) -> None:
        """Carry out, or write down, one of limbeck's own operations.  Raises CannotCompile."""
        for item in self._compiler.compiled(operation):
            self._perform(item)

    def _perform(self, item: Compiled) -> None:
        if isinstance(item, str):
            self._exec(Verbatim(item))
        elif isinstance(item, sa_ddl.SetColumnComment):
            self.create_column_comment(item.element)
        elif not isinstance(item, Statement):
            self._exec(item)
        elif isinstance(item.executable, recreate.Recreation):
            self._recreate(item, item.executable)
        elif item.executable is None:
            self._exec(Verbatim(item.text))
        elif self.running is not None:
            self.running_execute(item)
        else:
            # Any: statements carry executables that the core does not look at
            executable: Any = item.executable
            self._send(executable, item.parameters)

    # Any: as above
    def _send(self, executable: Any, parameters: Any) -> None:
        if parameters is None:
            self._exec(executable)
        elif isinstance(parameters, Mapping):
            self._exec(executable, params=parameters)
        else:
            self._exec(executable, multiparams=parameters)

    def _recreate(self, statement: Statement, recreation: recreate.Recreation) -> None:
        if self.as_sql:
            for text in recreation.script:
                self.static_output(text + self.command_terminator)
        elif self.running is not None:
            self.running_execute(statement)
        else:
            assert self.connection is not None
            recreate.carry_out(self.connection, recreation)

    def running_execute(self, statement: Statement) -> None:
        """Hand a statement to the runner, which counts, journals and reports it."""
        # Any: a database that only writes has no `execute`; while revisions run, it is one that acts.
        running: Any = self.running
        running.execute(statement)

    def static_output(self, text: str) -> None:
        """Write to the script."""
        assert self.output_buffer is not None
        self.output_buffer.write(text + "\n\n")
        self.output_buffer.flush()

    def _exec(
        self,
        construct: sa.Executable | str,
        execution_options: Mapping[str, Any] | None = None,
        multiparams: Sequence[Mapping[str, Any]] | None = None,
        params: Mapping[str, Any] = immutabledict(),
    ) -> sa.CursorResult[Any] | None:
        """Execute a construct or a text, or write it into the script; everything comes through here.

        Raises TypeError for both kinds of parameters at once, and for any in a script.
        """
        if isinstance(construct, str):
            construct = sa.text(construct)
        if self.as_sql:
            if multiparams is not None or params:
                raise TypeError("SQL parameters not allowed with as_sql")
            self._write(construct)
            return None
        if params and multiparams is not None:
            raise TypeError("Can't send params and multiparams at the same time")
        if execution_options:
            construct = construct.execution_options(**execution_options)
        if self.running is not None and isinstance(construct, ExecutableDDLElement):
            self.running_execute(self._compiler.statement(construct))
            return None
        assert self.connection is not None
        given = multiparams if multiparams is not None else params
        return (
            self.connection.execute(construct, given)
            if given
            else self.connection.execute(construct)
        )

    def _write(self, construct: sa.Executable) -> None:
        # Any: what is executable is a clause element, too, but SQLAlchemy's types do not say so
        element: Any = construct
        if isinstance(construct, ExecutableDDLElement):
            text = str(element.compile(dialect=self._script_dialect))
        else:
            text = self._rendered(element)
        self.static_output(text.replace("\t", "    ").strip() + self.command_terminator)

    @property
    def _script_dialect(self) -> sa.Dialect:
        return self._compiler.dialect

    def _rendered(self, element: Any) -> str:
        """With the values in it; a text that has no value for a parameter keeps its placeholder."""
        try:
            return render(element, None, self._script_dialect)
        except CannotCompile:
            if self.literal_binds:
                raise
            return str(element.compile(dialect=self._script_dialect))

    def execute(
        self, sql: sa.Executable | str, execution_options: dict[str, Any] | None = None
    ) -> None:
        """What `op.execute` does: results are not kept."""
        if self.running is None or self.as_sql:
            self._exec(sql, execution_options)
        else:
            self.carry_out(changes.execute(sql, execution_options))

    # Tables

    def create_table(self, table: sa.Table, **kw: Any) -> None:
        """CREATE TABLE, its indexes and comments, and whatever listens to the table's events."""
        table = changes.prepared(table, self.dialect)
        with_events = {"checkfirst": False, "_ddl_runner": self}
        table.dispatch.before_create(table, self.connection, **with_events)
        self._exec(sa_ddl.CreateTable(table, **kw))
        table.dispatch.after_create(table, self.connection, **with_events)
        for index in table.indexes:
            self._exec(sa_ddl.CreateIndex(index))
        if self._has_comments_apart:
            if table.comment is not None:
                self.create_table_comment(table)
            for column in table.columns:
                if column.comment is not None:
                    self.create_column_comment(column)

    @property
    def _has_comments_apart(self) -> bool:
        return self.dialect.supports_comments and not self.dialect.inline_comments

    def drop_table(self, table: sa.Table, **kw: Any) -> None:
        """DROP TABLE, and whatever listens to the table's events."""
        with_events = {"checkfirst": False, "_ddl_runner": self}
        table.dispatch.before_drop(table, self.connection, **with_events)
        self._exec(sa_ddl.DropTable(table, **kw))
        table.dispatch.after_drop(table, self.connection, **with_events)

    def rename_table(
        self, old_table_name: str, new_table_name: str, schema: str | None = None
    ) -> None:
        """Give a table another name."""
        self.carry_out(changes.rename_table(old_table_name, new_table_name, schema))

    def create_table_comment(self, table: sa.Table) -> None:
        """Set the comment of a table."""
        self._exec(sa_ddl.SetTableComment(table))

    def drop_table_comment(self, table: sa.Table) -> None:
        """Remove the comment of a table."""
        self._exec(sa_ddl.DropTableComment(table))

    def create_column_comment(self, column: sa.Column[Any]) -> None:
        """Set the comment of a column."""
        self._exec(sa_ddl.SetColumnComment(column))

    # Columns

    def add_column(
        self,
        table_name: str,
        column: sa.Column[Any],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> None:
        """Add a column; its constraints and indexes come by themselves."""
        self.carry_out(
            changes.add_column(
                self.dialect,
                table_name,
                column,
                schema=schema,
                if_not_exists=if_not_exists,
                inline_references=inline_references,
                inline_primary_key=inline_primary_key,
            )
        )

    def drop_column(
        self,
        table_name: str,
        column: sa.Column[Any],
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drop a column."""
        self.carry_out(
            changes.drop_column(table_name, column, schema=schema, if_exists=if_exists, **kw)
        )

    def alter_column(
        self,
        table_name: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        server_default: ServerDefault | Literal[False] = False,
        name: str | None = None,
        type_: TypeEngine[Any] | None = None,
        schema: str | None = None,
        autoincrement: bool | None = None,
        comment: str | Literal[False] | None = False,
        existing_comment: str | None = None,
        existing_type: TypeEngine[Any] | None = None,
        existing_server_default: ServerDefault | Literal[False] = None,
        existing_nullable: bool | None = None,
        existing_autoincrement: bool | None = None,
        **kw: Any,
    ) -> None:
        """Change what is named of a column."""
        self.carry_out(
            changes.alter_column(
                self.dialect,
                table_name,
                column_name,
                nullable=nullable,
                server_default=server_default,
                name=name,
                type_=type_,
                schema=schema,
                autoincrement=autoincrement,
                comment=comment,
                existing_comment=existing_comment,
                existing_type=existing_type,
                existing_server_default=existing_server_default,
                existing_nullable=existing_nullable,
                existing_autoincrement=existing_autoincrement,
                **kw,
            )
        )

    # Constraints and indexes

    # Any: SQLAlchemy's constraints have no common public type of all that is used here.
    def add_constraint(self, const: Any, **kw: Any) -> None:
        """Add a constraint to the table that it belongs to, unless its dialect does without."""
        if changes.is_wanted(const, self.dialect):
            self._apply(
                changes.add_constraint(const, self.dialect), sa_ddl.AddConstraint, const, kw
            )

    def drop_constraint(self, const: sa.Constraint, **kw: Any) -> None:
        """Drop a constraint of the table that it belongs to."""
        self._apply(
            changes.drop_constraint(const, self.dialect, **kw), sa_ddl.DropConstraint, const, kw
        )

    def create_index(self, index: sa.Index, **kw: Any) -> None:
        """Create an index of the table that it belongs to."""
        self._apply(changes.create_index(index, self.dialect, **kw), sa_ddl.CreateIndex, index, kw)

    def drop_index(self, index: sa.Index, **kw: Any) -> None:
        """Drop an index."""
        self._apply(changes.drop_index(index, self.dialect, **kw), sa_ddl.DropIndex, index, kw)

    def _apply(
        self, operation: Operation | None, kind: type[Any], item: Any, kw: dict[str, Any]
    ) -> None:
        """The operation; what is of a kind that limbeck does not know goes to SQLAlchemy's construct."""
        if operation is None:
            self._exec(kind(item, **kw))
        else:
            self.carry_out(operation)

    # Rows

    def bulk_insert(
        self, table: sa.TableClause, rows: list[dict[str, Any]], multiinsert: bool = True
    ) -> None:
        """Insert rows.  Raises TypeError for anything but a list of dictionaries."""
        operation = changes.insert(self.dialect, table, rows, multiinsert)
        if operation is not None:
            self.carry_out(operation)

    # Batches

    def requires_recreate_in_batch(self, batch_op: BatchOperationsImpl) -> bool:
        """Whether the changes of a batch need a table that is built anew; `batch_op.batch` has them."""
        return False

    def prep_table_for_batch(self, batch_impl: Any, table: sa.Table) -> None:
        """Called before the new table is made."""

    def cast_for_batch_migrate(
        self,
        existing: sa.Column[Any],
        existing_transfer: dict[str, Any],
        new_type: TypeEngine[Any],
    ) -> None:
        """Say in `existing_transfer["expr"]` how values of a column become of a type."""
        # private: there is no public question about what values of a type are like
        if existing.type._type_affinity is not new_type._type_affinity:
            existing_transfer["expr"] = sa.cast(existing_transfer["expr"], new_type)

    # Runs

    def version_table_impl(
        self,
        *,
        version_table: str,
        version_table_schema: str | None,
        version_table_pk: bool,
        **kw: Any,
    ) -> sa.Table:
        """The table that keeps the heads; its column must be named version_num."""
        table = sa.Table(
            version_table,
            sa.MetaData(),
            # It is widened when a longer id arrives.
            sa.Column("version_num", sa.String(NARROW), nullable=False),
            schema=version_table_schema,
        )
        if version_table_pk:
            table.append_constraint(
                sa.PrimaryKeyConstraint("version_num", name=f"{version_table}_pkc")
            )
        return table

    def start_migrations(self) -> None:
        """Called once, before the first revision of a run."""

    def emit_begin(self) -> None:
        """Write what begins a transaction."""
        self.static_output("BEGIN" + self.command_terminator)

    def emit_commit(self) -> None:
        """Write what commits a transaction."""
        self.static_output("COMMIT" + self.command_terminator)
