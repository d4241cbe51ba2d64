"""
`Operations` and `BatchOperations`: what revisions call.

Responsible for turning a call into an operation and that into a call of what carries it out, which users can register.
Does not know SQL.  Limbeck's own `Op` is the base, so that everything it has beyond Alembic's names is there, too.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

from sqlalchemy.sql.naming import conv  # noqa: F401 - packages import it from here

from limbeck.compat import util
from limbeck.compat.operations.batch import BatchOperationsImpl
from limbeck.compat.operations.schemaobj import SchemaObjects
from limbeck.compat.util.proxies import published
from limbeck.dsl import BatchOp, Op
from limbeck.dsl.batch import Batching
from limbeck.dsl.shared import Shared
from limbeck.errors import UsageError
from limbeck.schema import TableName

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.compat.runtime.migration import MigrationContext
    from limbeck.operations import Operation

Class = TypeVar("Class", bound=type)
Function = TypeVar("Function", bound=Callable[..., Any])
Result = TypeVar("Result")


class Surroundings:
    """A migration context as limbeck's own operations want to see it."""

    def __init__(self, context: MigrationContext) -> None:
        self._context = context

    @property
    def dialect(self) -> sa.Dialect:
        """The dialect that SQL is made for."""
        return self._context.dialect

    @property
    def connection(self) -> sa.Connection | None:
        """None when SQL is only written down."""
        return None if self._context.as_sql else self._context.connection

    @property
    def offline(self) -> bool:
        """Whether SQL is only written down."""
        return self._context.as_sql

    @property
    def naming_convention(self) -> Mapping[Any, Any]:
        """That of the models."""
        target = self._context.opts.get("target_metadata")
        convention: Mapping[Any, Any] = getattr(target, "naming_convention", None) or {}
        return convention

    @property
    def options(self) -> Mapping[str, Any]:
        """What `configure()` was given."""
        return self._context.opts

    def autocommit_block(self) -> AbstractContextManager[None]:
        """What is executed inside takes effect at once."""
        return self._context.autocommit_block()


class AbstractOperations(util.ModuleClsProxy, Batching):
    """What Operations and BatchOperations have in common."""

    # Any: a DefaultImpl, or a BatchOperationsImpl, which has the same methods
    impl: Any
    # A value, where Op has a property that gives a view.
    migration_context: MigrationContext = None  # type: ignore[assignment]
    _to_impl = util.Dispatcher()

    def __init__(self, migration_context: MigrationContext, impl: Any = None) -> None:
        Shared.__init__(self, Surroundings(migration_context), self._carry_out)
        self.migration_context = migration_context
        self.impl = migration_context.impl if impl is None else impl
        self.schema_obj = SchemaObjects(migration_context)

    def _carry_out(self, operation: Operation) -> None:
        self.impl.carry_out(operation)

    # Registries

    @classmethod
    def register_operation(
        cls, name: str, sourcename: str | None = None
    ) -> Callable[[Class], Class]:
        """A decorator that makes a class of operations available as the method `name`.

        The class has a class method of that name (or `sourcename`), which is given this object and the arguments.
        """

        def register(op_cls: Class) -> Class:
            source = getattr(op_cls, sourcename or name)
            method = _method(name, source)
            setattr(cls, name, method)
            if not issubclass(cls, BatchOp):
                published(cls, name, method.__doc__)
            return op_cls

        return register

    @classmethod
    def implementation_for(
        cls, op_cls: Any, replace: bool = False
    ) -> Callable[[Function], Function]:
        """A decorator of the function that carries out operations of a class; it is given this object and the operation.

        Raises ValueError when there is one already and `replace` is not set.
        """

        def register(function: Function) -> Function:
            cls._to_impl.dispatch_for(op_cls, replace=replace)(function)
            return function

        return register

    @classmethod
    @contextmanager
    def context(cls, migration_context: MigrationContext) -> Iterator[Operations]:
        """A scope in which the functions of `alembic.op` are those of a new Operations."""
        operations = Operations(migration_context)
        with operations:
            yield operations

    def invoke(self, operation: object) -> Any:
        """Carry out an operation, and return what its implementation returns.

        Raises ValueError when nothing is registered for its class.
        """
        try:
            function = self._to_impl.dispatch(operation, self.migration_context.impl.__dialect__)
        except ValueError:
            if not hasattr(operation, "touches"):
                raise
            return super().invoke(operation)  # one of limbeck's own
        return function(self, operation)

    # What belongs to no single operation

    @contextmanager
    def batch_alter_table(
        self,
        table_name: str,
        schema: str | None = None,
        recreate: Literal["auto", "always", "never"] = "auto",
        partial_reordering: Any = None,
        copy_from: sa.Table | None = None,
        table_args: tuple[Any, ...] = (),
        table_kwargs: Mapping[str, Any] | None = util.immutabledict(),
        reflect_args: tuple[Any, ...] = (),
        reflect_kwargs: Mapping[str, Any] | None = util.immutabledict(),
        naming_convention: Mapping[str, Any] | None = None,
    ) -> Iterator[BatchOperations]:
        """A scope that collects changes of one table and carries them out together at its end.

        Where a database cannot alter a table (SQLite), it is built anew, once for all changes, with its rows, indexes,
        triggers and views; `recreate` forces or forbids that.  See `limbeck.dsl.Op.batch_alter_table`.
        """
        impl = BatchOperationsImpl(
            self,
            table_name,
            schema,
            recreate,
            copy_from,
            table_args,
            dict(table_kwargs or {}),
            reflect_args,
            dict(reflect_kwargs or {}),
            naming_convention,
            partial_reordering,
        )
        yield BatchOperations(self.migration_context, impl=impl)
        impl.flush()

    def get_context(self) -> MigrationContext:  # type: ignore[override]  # Op gives a view
        """The migration context."""
        return self.migration_context

    def get_bind(self) -> sa.Connection:
        """The connection that the revision runs on; in a script, what writes down what is executed on it."""
        bind: sa.Connection = self.migration_context.impl.bind  # type: ignore[assignment]
        return bind

    def run_async(
        self, async_function: Callable[..., Awaitable[Result]], *args: Any, **kw_args: Any
    ) -> Result:
        """Call a coroutine function with an AsyncConnection in this transaction, and wait for its result.

        Raises NotImplementedError in a script, ValueError without an asynchronous driver.
        """
        from sqlalchemy import util as sa_util
        from sqlalchemy.ext.asyncio import AsyncConnection

        # private: SQLAlchemy knows which AsyncConnection belongs to a connection, and says so here only
        bind = self.get_bind()
        if bind is None:
            raise NotImplementedError("Cannot call run_async in SQL mode")
        if not bind.dialect.is_async:
            raise ValueError("Cannot call run_async with a sync engine")
        connection = AsyncConnection._retrieve_proxy_for_target(bind)
        result: Result = sa_util.await_only(async_function(connection, *args, **kw_args))
        return result


# Any: a class method of users'
def _method(name: str, source: Any) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        return source(self, *args, **keywords)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = source.__doc__
    method.__module__ = source.__module__
    signature = inspect.signature(source)
    receiver = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = [receiver, *list(signature.parameters.values())[1:]]
    method.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return method


class Operations(AbstractOperations, Op):
    """The operations that a revision can carry out; `alembic.op` has its methods as functions."""


class BatchOperations(AbstractOperations, BatchOp):
    """What `with op.batch_alter_table(...)` gives: the methods of Operations that change one table."""

    @property
    def table(self) -> TableName:
        """The table that is being changed."""
        return TableName(self.impl.table_name, self.impl.schema)

    def _noop(self, operation: Any) -> NoReturn:
        raise NotImplementedError(
            f"The {operation} method does not apply to a batch table alter operation."
        )

    def _immediately(self, operation: Operation) -> None:
        self.migration_context.impl.carry_out(operation)

    def _outside(self, table: TableName) -> Operations:
        if table == self.table:
            raise UsageError(
                f"table {table} is being changed by the block around this one",
                hint="call the methods of the outer block",
            )
        return Operations(self.migration_context)
