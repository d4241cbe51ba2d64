"""
From an operation to the statements that carry it out.

Responsible for the seam: which small function compiles which kind of operation for which dialect, and what its
result becomes.  The functions themselves live in `limbeck.database.dialects`, one file for each dialect and one
for what they have in common.  Does not know how a statement is executed or who asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, Union, cast, runtime_checkable

import sqlalchemy as sa
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.schema import ExecutableDDLElement

from limbeck.database import construct
from limbeck.database.render import LazyStatement, render, script_dialect
from limbeck.database.statements import runs_alone
from limbeck.errors import CannotCompile
from limbeck.runner.ports import Statement
from limbeck.schema import Default, Generated, Table, TableName, Type
from limbeck.schema.typenames import values_renamed
from limbeck.values import dataclass

if TYPE_CHECKING:
    from limbeck.operations import Operation

Compiled = Union[str, Statement, sa.Executable, ExecutableDDLElement]  # noqa: UP007 - see Compile
"""What a compiling function may yield: SQL text as it is, a statement, or anything SQLAlchemy can execute."""

Kind = TypeVar("Kind")
Compile = Callable[[Kind, "Compiler"], Iterable[Compiled]]

_registered: dict[tuple[type, str], list[Compile[Any]]] = {}

_ADDS_VALUE = re.compile(r"ALTER TYPE \S+ ADD VALUE ")

# A dialect without a function of its own uses the next one's, and "" is everybody's.
_falls_back: dict[str, str] = {"mariadb": "mysql"}

# The modules in which the functions of a dialect are registered, loaded when the dialect is first used.
_modules: dict[str, tuple[str, ...]] = {
    "": ("default", "objects", "names"),
    "postgresql": ("postgresql", "postgresql_objects", "postgresql_enums", "postgresql_tables"),
    **{name: (name, f"{name}_tables") for name in ("mysql", "sqlite", "mssql")},
    "oracle": ("oracle",),
}


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that hangs on a table, or the table itself, with the SQL that made it, word for word.

    `kind` is "table", "index", "trigger" or "view" on SQLite; elsewhere what `read.hanging` calls it.  `table` is the
    table (or view) that an index or trigger is on; `schema` is "temp" for temporary ones.
    """

    kind: str
    name: str
    sql: str
    table: str = ""
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Something that a column's type cannot change under: how it is dropped, and what makes it again."""

    drop: str
    make: tuple[str, ...]

    def made_again(self, type_: TableName, renamed: Iterable[tuple[str, str]]) -> Iterator[str]:
        """The statements, in which values of the type that were `renamed` have their new names."""
        names = dict(renamed)
        yield from (values_renamed(text, type_, names) for text in self.make)


@runtime_checkable
class TypeSource(Protocol):
    """Who can say what hangs on a type right now."""

    def in_the_way_of(self, name: TableName) -> tuple[InTheWay, ...]:
        """What must be dropped before columns of the type can get another one, in this order."""
        ...


@runtime_checkable
class ViewSource(Protocol):
    """Who can say what goes with a view that is dropped."""

    def triggers_of(self, view: TableName) -> tuple[str, ...]:
        """The statements that made the triggers on it."""
        ...


class TableSource(Protocol):
    """Who can say what a table is like right now."""

    def table(self, name: TableName) -> Table:
        """The table.  Raises SchemaError when there is none."""
        ...

    def dependents(self, name: TableName) -> tuple[Dependent, ...]:
        """The table's own statement, its indexes and triggers, and the views and triggers that name it.

        So on SQLite; elsewhere what would not come along if the table were made anew, without SQL.
        () where nothing but the Table is known.
        """
        ...


def compiles(kind: type[Kind], dialect: str = "") -> Callable[[Compile[Kind]], Compile[Kind]]:
    """Register a function for one kind of operation and one dialect ("" = all of them).

    The function that is registered last is asked first; `compiler.default(operation)` gives what the one
    before it would have done.
    """

    def register(function: Compile[Kind]) -> Compile[Kind]:
        load(dialect)
        _registered.setdefault((kind, dialect), []).insert(0, function)
        return function

    return register


def unregister(kind: type[Kind], dialect: str, function: Compile[Kind]) -> None:
    """Take back what `compiles` registered."""
    _registered[kind, dialect].remove(function)


def falls_back(dialect: str, other: str) -> None:
    """Let `dialect` use the functions that are registered for `other`, where it has none of its own."""
    _falls_back[dialect] = other


def load(dialect: str) -> None:
    """Register what is built in for a dialect."""
    for module in _modules.get(dialect, ()):
        import_module(f"limbeck.database.dialects.{module}")


def family_of(dialect: str) -> list[str]:
    """The dialects whose functions are asked, in this order."""
    names = [dialect]
    while names[-1] in _falls_back:
        names.append(_falls_back[names[-1]])
    return [*names, ""]


class Compiler:
    """Makes statements for one dialect.

    With `literal`, for scripts, values are written into the statements, each row of an insert is a statement of
    its own, and tabs are four spaces; without it values are sent beside the statement, which is what a driver
    wants.  `tables` is asked where a statement depends on what a table is like (SQLite's recreate).
    One compiler serves one run: PostgreSQL's named types are created with the first table that has them.

    A statement without `executable` is its text: it wants to be sent as it is, with the execution option
    `no_parameters`, so that a driver takes a per cent sign for no more than that.  With an executable it is
    `connection.execute(executable, parameters)`.
    """

    def __init__(
        self,
        dialect: sa.Dialect,
        *,
        tables: TableSource | None = None,
        naming_convention: Mapping[str, Any] | None = None,
        literal: bool = False,
        schema_translate_map: Mapping[str | None, str | None] | None = None,
    ) -> None:
        self.dialect = script_dialect(dialect)
        self.tables = tables
        self.naming_convention: Mapping[str, Any] = naming_convention or {}
        self.literal = literal
        self.schema_translate_map = dict(schema_translate_map or {})
        self.memo: dict[Any, Any] = {}  # SQLAlchemy's: which named types exist already
        self.patterns: dict[object, str] = {}  # see limbeck.database.patterns
        self.uncommitted: set[str] = (
            set()
        )  # values, as literals, that a type has got in this transaction
        self._quote = self.dialect.identifier_preparer.quote
        ddl_compiler: type = self.dialect.ddl_compiler
        self.speaks_sqlalchemys = ddl_compiler.__module__.startswith("sqlalchemy.")
        self.family = family_of(dialect.name)
        for name in reversed(self.family):
            load(name)
        self._ddl_options: dict[str, Any] = (
            {"schema_translate_map": self.schema_translate_map, "render_schema_translate": True}
            if self.schema_translate_map
            else {}
        )
        self._level = 0
        self._kind: type | None = None

    # What sessions use

    def statements(self, operation: Operation) -> list[Statement]:
        """The statements that carry out `operation`, in order.

        Raises CannotCompile when the dialect has none, or more must be known than the operation says.
        """
        made = [self.statement(item) for item in self.compiled(operation)]
        return self._committed_before(made) if self.uncommitted else made

    def committed(self) -> None:
        """Take note that what was done so far has been committed."""
        self.uncommitted.clear()

    def _committed_before(self, made: list[Statement]) -> list[Statement]:
        """The statements, and a commit before the first one that uses a value which PostgreSQL has yet to commit."""
        for number, statement in enumerate(made):
            used = sorted(value for value in self.uncommitted if value in statement.text)
            if used and not _ADDS_VALUE.match(statement.text):
                note = f"SELECT {', '.join(used)} AS committed"
                self.committed()
                return [*made[:number], Statement(note, alone=True), *made[number:]]
        return made

    # What compiling functions use

    def compiled(self, operation: Operation) -> list[Compiled]:
        """What the function in charge of `operation` yields."""
        return self._run(operation, 0)

    def default(self, operation: Operation) -> list[Compiled]:
        """What would be done with `operation` if the function that asks were not registered."""
        return self._run(operation, self._level + 1 if type(operation) is self._kind else 0)

    def _run(self, operation: Operation, level: int) -> list[Compiled]:
        kind = type(operation)
        chain = [function for name in self.family for function in _registered.get((kind, name), ())]
        if level >= len(chain):
            raise CannotCompile(f"{self.dialect.name} has no statement for {kind.__name__}")
        before = self._level, self._kind
        self._level, self._kind = level, kind
        try:
            return list(chain[level](operation, self))
        except sa.exc.SQLAlchemyError as error:
            raise CannotCompile(str(error)) from error
        finally:
            self._level, self._kind = before

    def statement(self, item: Compiled) -> Statement:
        """`item` as a Statement; raises CannotCompile when SQLAlchemy cannot compile it."""
        if isinstance(item, Statement):
            return item
        if isinstance(item, str):
            return self._verbatim(item)
        if isinstance(item, ExecutableDDLElement):
            return self._verbatim(self.ddl(item))
        return self.executable(item)

    def _verbatim(self, text: str) -> Statement:
        return Statement(text, alone=runs_alone(text, self.dialect.name))

    def executable(
        self, item: sa.Executable, parameters: object = None, *, alone: bool = False
    ) -> Statement:
        """A statement that SQLAlchemy executes; its text has the values in it.

        For a script the values must have literals, or CannotCompile is raised; for a driver they need not, and
        those that have none are shown by their names.
        """
        element = cast("sa.ClauseElement", item)
        if self.literal:
            return Statement(self.render(element, parameters), item, parameters, alone=alone)

        def text() -> str:
            try:
                return self.render(element, parameters)
            except CannotCompile:
                return str(element.compile(dialect=self.dialect))

        return LazyStatement(item, parameters, render=text, alone=alone)

    def ddl(self, element: sa.ClauseElement) -> str:
        """The SQL text of one of SQLAlchemy's DDL constructs."""
        try:
            text = element.compile(dialect=self.dialect, **self._ddl_options).string.strip()
        except sa.exc.SQLAlchemyError as error:
            raise CannotCompile(str(error)) from error
        return indented(text) if self.literal and "\t" in text else text

    def render(self, statement: sa.ClauseElement, parameters: object = None) -> str:
        """The SQL text of a query or DML statement, its values written into it."""
        return render(statement, parameters, self.dialect)

    def expression(self, element: sa.ClauseElement) -> str:
        """The SQL text of an expression, without table names."""
        compiler = self.ddl_compiler().sql_compiler
        return str(compiler.process(element, include_table=False, literal_binds=True))

    def ddl_compiler(self, element: object = None) -> Any:
        """SQLAlchemy's own, whose methods have no public types."""
        return self.dialect.ddl_compiler(self.dialect, cast("Any", element), **self._ddl_options)

    def quote(self, name: str) -> str:
        """`name` as an identifier, in quotes where it needs them."""
        return self._quote(name)

    def table(self, name: TableName) -> str:
        """The name of a table, with its schema, quoted."""
        schema = self.schema_translate_map.get(name.schema, name.schema)
        if not schema:
            return self.quote(name.name)
        return f"{self.dialect.identifier_preparer.quote_schema(schema)}.{self.quote(name.name)}"

    def type(self, type_: Type) -> str:
        """The SQL text of a type, from the author's own type where there is one."""
        if isinstance(type_.origin, sa.types.TypeEngine):
            return self.dialect.type_compiler_instance.process(type_.origin)
        return type_.sql

    def generated(self, default: Generated) -> str:
        """What stands behind DEFAULT, or the GENERATED clause."""
        if isinstance(default, Default) and not isinstance(default.origin, (str, sa.ClauseElement)):
            return default.sql
        column: sa.Column[Any] = sa.Column(
            "x", sa.Integer(), server_default=construct.to_default(default)
        )
        compiler = self.ddl_compiler()
        if column.computed is not None:
            return str(compiler.process(column.computed))
        if column.identity is not None:
            return str(compiler.process(column.identity))
        return str(compiler.get_column_default_string(column))

    def recording(self, record: Callable[[Compiled], object]) -> MockConnection:
        """A connection for SQLAlchemy's DDL events: what is executed on it is handed to `record`."""
        return MockConnection(self.dialect, lambda item, *_: record(item))


def indented(text: str) -> str:
    """SQLAlchemy's DDL with four spaces where a line begins with a tab, except within a literal."""
    parts = text.split("'")
    parts[::2] = [part.replace("\n\t", "\n    ") for part in parts[::2]]
    return "'".join(parts)
