"""
From a construct of SQLAlchemy to SQL text with the values written into it.

Responsible for literals that mean on the server what the driver would have sent: per cent signs, quotes,
backslashes, binary data, dates, None, JSON.  Does not know operations.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import isfinite
from typing import Any, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from limbeck.errors import CannotCompile
from limbeck.runner.ports import Statement


def script_dialect(dialect: sa.Dialect) -> sa.Dialect:
    """The dialect for text that no driver looks at: a per cent sign is itself, binary values have literals."""
    made = cast("Any", copy.copy(dialect))
    made.paramstyle = "named"
    made.positional = False
    made.dbapi = None  # else types wrap values for the driver
    if made.name == "mssql" and made.default_schema_name is None:
        made.default_schema_name = "dbo"  # comments on SQL Server name it
    if made.name == "postgresql" and made.server_version_info is None:
        # SQLAlchemy 2.0 takes the opposite for given until it has asked a server.
        made._backslash_escapes = False  # noqa: SLF001 - what the server's standard_conforming_strings says
    # Literals are remembered there, and ours differ.
    made._type_memos = WeakKeyDictionary()  # noqa: SLF001 - no public way to have one
    made.identifier_preparer = copy.copy(made.identifier_preparer)
    made.identifier_preparer.dialect = made
    made.identifier_preparer._double_percents = False  # noqa: SLF001 - as above
    made.identifier_preparer._strings = {}  # noqa: SLF001 - names that it has quoted, and a driver's are not ours
    made.statement_compiler = _literal_compiler(made.statement_compiler)
    made.type_compiler_instance = copy.copy(made.type_compiler_instance)
    made.type_compiler_instance.dialect = made
    return cast("sa.Dialect", made)


def _binary(name: str, value: bytes) -> str:
    """A literal for binary data."""
    forms = {
        "postgresql": "'\\x{}'::bytea",
        "mssql": "0x{}",
        "oracle": "HEXTORAW('{}')",
    }
    return forms.get(name, "X'{}'").format(value.hex())


def _undecorated(type_: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    while isinstance(type_, sa.types.TypeDecorator):
        type_ = type_.impl_instance
    return type_


class _Literals(SQLCompiler):
    """Mixed into the statement compiler of a dialect: literals for values that it refuses or gets wrong."""

    def render_literal_bindparam(self, bindparam: Any, *how: Any, **options: Any) -> str:
        # SQLAlchemy writes NULL for None, but a JSON column that is sent None holds null.
        if bindparam.effective_value is None and bindparam.type.should_evaluate_none:
            return self.render_literal_value(None, bindparam.type)
        return str(cast("Any", super()).render_literal_bindparam(bindparam, *how, **options))

    def render_literal_value(self, value: Any, type_: sa.types.TypeEngine[Any]) -> str:
        impl = type_.dialect_impl(self.dialect)
        base = _undecorated(impl)
        if isinstance(base, sa.JSON):
            text = _json(value, impl, self.dialect)
            return "NULL" if text is None else self._literal(text, sa.String())
        if isinstance(base, sa.types._Binary):  # noqa: SLF001 - what BLOB, BYTEA and VARBINARY share
            sent = _sent(value, impl, self.dialect)
            if isinstance(sent, (bytes, bytearray, memoryview)):
                return _binary(self.dialect.name, bytes(sent))
        if isinstance(value, float) and not isfinite(value):
            return f"'{value}'"
        return self._literal(value, type_)

    def _literal(self, value: Any, type_: sa.types.TypeEngine[Any]) -> str:
        try:
            literal = super().render_literal_value(value, type_)
        except (sa.exc.CompileError, NotImplementedError):
            # A type of the author's own need not say what its literals look like: what a driver would get
            # is a plain value most of the time.
            sent = _sent(value, type_.dialect_impl(self.dialect), self.dialect)
            plain = sa.literal(sent).type
            if isinstance(plain, sa.types.NullType):
                raise
            literal = super().render_literal_value(sent, plain)
        # Without the N, SQL Server puts a question mark for what its code page does not have.
        national = (
            self.dialect.name == "mssql" and literal.startswith("'") and not literal.isascii()
        )
        return f"N{literal}" if national else literal


def _sent(value: Any, impl: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Any:
    """What a driver would be given for `value`."""
    process = impl.bind_processor(dialect)
    return process(value) if process is not None else value


def _json(value: Any, impl: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> str | None:
    """The text of a JSON value; None where it is to be NULL.

    Not by the type's own processor: that of a dialect may wrap the value for its driver.
    """
    while isinstance(impl, sa.types.TypeDecorator):
        try:
            value = impl.process_bind_param(value, dialect)
        except NotImplementedError:  # SQLAlchemy's way to say that there is nothing to process
            pass
        impl = impl.impl_instance
    if value is sa.JSON.NULL:
        return "null"
    if value is None or isinstance(value, sa.Null):
        return None if isinstance(value, sa.Null) or not impl.should_evaluate_none else "null"
    serialize = getattr(dialect, "_json_serializer", None) or json.dumps
    return str(serialize(value))


@cache
def _literal_compiler(base: type[SQLCompiler]) -> type[SQLCompiler]:
    if issubclass(base, _Literals):
        return base
    return type(f"Literal{base.__name__}", (_Literals, base), {})


def render(statement: sa.ClauseElement, parameters: object, dialect: sa.Dialect) -> str:
    """The text of `statement` with its values and `parameters` (a mapping, or several) written into it.

    Several mappings make several statements, separated by a semicolon and a new line.  `dialect` comes from
    `script_dialect`.  Raises CannotCompile when a value has no literal.
    """
    several: Sequence[object] = (
        parameters if isinstance(parameters, Sequence) and parameters else (parameters,)
    )
    return ";\n".join(_render_one(statement, given, dialect) for given in several)


def _render_one(statement: sa.ClauseElement, given: object, dialect: sa.Dialect) -> str:
    if isinstance(given, Mapping) and given:
        statement = _with_parameters(statement, given)
    try:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        if isinstance(compiled, SQLCompiler) and (fetched := _fetched(compiled)):
            completed = cast("Any", statement).values(_defaults(fetched))
            compiled = completed.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    except (sa.exc.CompileError, sa.exc.InvalidRequestError, NotImplementedError) as error:
        raise CannotCompile(
            f"a value cannot be written into a script: {error}",
            hint="write it with op.inline_literal(), or as SQL text",
        ) from error
    return str(compiled).strip()


def _fetched(compiled: SQLCompiler) -> list[tuple[sa.Column[Any], Any]]:
    """Columns that SQLAlchemy fills when it executes the statement, and what with; in a text they are NULL."""
    if not isinstance(compiled.statement, (sa.Insert, sa.Update)):
        return []
    return [(column, column.default) for column in compiled.insert_prefetch] + [
        (column, column.onupdate) for column in compiled.update_prefetch
    ]


def _defaults(fetched: list[tuple[sa.Column[Any], Any]]) -> dict[Any, object]:
    """Values from `default=` and `onupdate=`, as they are when the script is written."""
    return {column.key: _default(column, default) for column, default in fetched}


def _default(column: sa.Column[Any], default: Any) -> object:
    try:
        return default.arg(None) if default.is_callable else default.arg
    except Exception as error:  # whatever the author's function raises without an execution
        raise CannotCompile(
            f"the default of column {column.name} is only known when the statement is executed",
            hint="give the value in the statement",
        ) from error


def _with_parameters(statement: sa.ClauseElement, given: Mapping[str, object]) -> sa.ClauseElement:
    if isinstance(statement, sa.TextClause):
        return statement.bindparams(**given)
    if isinstance(statement, sa.Insert):
        return statement.values(**given)
    return statement.params(given)


_PARAMETER = re.compile(r"(?<![:\w\\]):[\w$]+")
_ESCAPED_COLON = re.compile(r"\\(:[\w$]*)(?![:\w$])")


def plain_text(sql: str) -> str | None:
    """What `sqlalchemy.text(sql)` sends to the server when it has no parameters; None when it may have some."""
    if ":" not in sql:
        return sql
    return None if _PARAMETER.search(sql) else _ESCAPED_COLON.sub(r"\1", sql)


class LazyStatement(Statement):
    """A statement that knows its text when it is asked for it: most runs never ask."""

    __slots__ = ("_known", "_render")
    _known: str | None
    _render: Callable[[], str]

    def __init__(
        self,
        executable: sa.Executable,
        parameters: object = None,
        *,
        render: Callable[[], str],
        alone: bool = False,
    ) -> None:
        put = object.__setattr__
        put(self, "executable", executable)
        put(self, "parameters", parameters)
        put(self, "alone", alone)
        put(self, "quiet", False)
        put(self, "_render", render)
        put(self, "_known", None)

    @property
    def text(self) -> str:
        """The SQL text."""
        if self._known is None:
            object.__setattr__(self, "_known", self._render())
        return self._known or ""
