"""
What `op` and `batch_op` have in common.

Responsible for statements of the author's own, custom operations and the view of the surroundings.  Does not know
tables, columns or constraints.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from sqlalchemy.sql.elements import conv

from limbeck import operations as ops
from limbeck.database import convert
from limbeck.database.construct import InlineLiteral
from limbeck.dsl import custom, missing
from limbeck.dsl.build import Build
from limbeck.dsl.context import Context
from limbeck.errors import StatementFailed, UsageError

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.types import TypeEngine

    from limbeck.dsl.surroundings import OpenDatabase
    from limbeck.operations import Operation
    from limbeck.runner.ports import Send

T = TypeVar("T")
Function = TypeVar("Function", bound=Callable[..., Any])


def _no_such_operation(owner: type, name: str) -> str:
    from difflib import get_close_matches

    names = [known for known in dir(owner) if not known.startswith("_")]
    close = get_close_matches(name, names, n=1)
    meant = f"; did you mean {close[0]}?" if close else ""
    return f"{owner.__name__} has no {name!r}{meant}"


class Shared:
    """Base of Op and BatchOp."""

    __slots__ = ("_build", "_database", "_send")

    def __init__(self, database: OpenDatabase, send: Send) -> None:
        self._database = database
        self._send = send
        self._build = Build(database.dialect, database.naming_convention)

    if not TYPE_CHECKING:  # where a misspelt name shall stay an error

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(_no_such_operation(type(self), name))

    @classmethod
    def register_operation(
        cls, name: str, sourcename: str | None = None
    ) -> Callable[[type[T]], type[T]]:
        """A decorator that makes a class of operations available as the method `name`.

        The class has a class method of that name (or `sourcename`), which is given this object and the
        arguments, makes an operation and calls `operations.invoke(operation)`.
        """
        return custom.register(cls, name, sourcename)

    @classmethod
    def implementation_for(
        cls, op_cls: type, replace: bool = False
    ) -> Callable[[Function], Function]:
        """A decorator for the function that carries out operations of a class.

        It is given this object and the operation.  With `replace` it may take the place of another one, or of
        what is built in; `operations.carry_out(operation)` is then what is built in.
        Raises UsageError when there is one already.
        """
        return custom.implement(op_cls, replace)

    @overload
    def invoke(self, operation: ops.CreateTable) -> sa.Table: ...
    @overload
    def invoke(self, operation: object) -> Any: ...
    def invoke(self, operation: object) -> Any:
        """Carry out an operation: a built-in one, or one of your own that has an implementation.

        Returns what the implementation returns; the `sa.Table` for CreateTable.
        Raises UsageError when nothing knows how to carry it out.
        """
        implementation = custom.implementation(type(operation))
        if implementation is not None:
            return implementation(self, operation)
        return self.carry_out(operation)

    def carry_out(self, operation: object) -> Any:
        """Carry out an operation as if there were no custom implementation of it."""
        if not hasattr(operation, "apply") or not hasattr(operation, "inverse"):
            kind = type(operation).__name__
            raise UsageError(
                f"nothing is registered that carries out {kind}",
                hint=f"@Op.implementation_for({kind})",
            )
        known = cast("Operation", operation)
        try:
            self._send(known)
        except StatementFailed as error:
            error.hint = error.hint or missing.hint_for(known, error)
            raise
        if isinstance(operation, ops.CreateTable):
            return convert.to_sqlalchemy(operation.table)
        return None

    def execute(
        self, sqltext: sa.Executable | str, *, execution_options: dict[str, Any] | None = None
    ) -> None:
        r"""Execute a string or anything that SQLAlchemy can execute; results are not kept.

        In a string, `:name` is a parameter, so that a colon of its own is written `\:`.
        """
        statement = ops.Execute(sqltext, options=execution_options or {})
        if custom.implementation(ops.Execute) is not None:
            self.invoke(statement)
        else:
            # Never collected by a batch: it takes effect when this returns.
            self._immediately(statement)

    def _immediately(self, operation: Operation) -> None:
        self._send(operation)

    def inline_literal(
        self, value: str | int, type_: TypeEngine[Any] | None = None
    ) -> sa.BindParameter[Any]:
        """A value that is written into the SQL text instead of being passed as a parameter."""
        return InlineLiteral(None, value, type_, unique=True)

    def f(self, name: str) -> conv:
        """Mark a name as final: no naming convention and no later processing changes it."""
        return conv(name)

    def get_bind(self) -> sa.Connection:
        """The connection that the revision runs on.

        None when SQL is only written down (`op.get_context().as_sql`), which the type leaves out, since
        hardly a revision that reads the database can be written down.
        """
        return cast("sa.Connection", self._database.connection)

    def get_context(self) -> Context:
        """The surroundings: dialect, mode, settings and `autocommit_block()`."""
        return Context(self._database)

    @property
    def migration_context(self) -> Context:
        """The same as `get_context()`."""
        return Context(self._database)

    def run_async(
        self, async_function: Callable[..., Awaitable[T]], *args: Any, **kw_args: Any
    ) -> T:
        """Call a coroutine function with an AsyncConnection in this transaction, and wait for its result.

        Raises UsageError when the database was not opened with an asynchronous driver.
        """
        from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
        from sqlalchemy.util import await_only

        bind = self._database.connection
        if bind is None or not bind.dialect.is_async:
            raise UsageError(
                "run_async needs a connection of an asynchronous driver",
                hint="use a URL such as postgresql+asyncpg://…",
            )
        connection = AsyncConnection(AsyncEngine(bind.engine), bind)
        return await_only(async_function(connection, *args, **kw_args))
