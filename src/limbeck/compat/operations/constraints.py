"""
Operations on constraints.

Responsible for their arguments, and for going from and to constraints of SQLAlchemy's.  Does not know how they are
carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from limbeck.compat import util
from limbeck.compat.operations import schemaobj
from limbeck.compat.operations.base import BatchOperations, Operations
from limbeck.compat.operations.migrate import MigrateOperation
from limbeck.compat.util import sqla_compat

if TYPE_CHECKING:
    from limbeck.compat.runtime.migration import MigrationContext

Class = TypeVar("Class", bound="type[AddConstraintOp]")
Name = Any
"""A name, None, or SQLAlchemy's mark for a name that a convention will make."""


class AddConstraintOp(MigrateOperation):
    """Add a constraint to a table; which class it is for which constraint, `register_add_constraint` says."""

    add_constraint_ops = util.Dispatcher()

    constraint_type: str
    constraint_name: Name
    kw: dict[str, Any]

    @classmethod
    def register_add_constraint(cls, type_: str) -> Callable[[Class], Class]:
        """A decorator of the class for constraints of a kind, which SQLAlchemy's `__visit_name__` names."""

        def register(klass: Class) -> Class:
            cls.add_constraint_ops.dispatch_for(type_)(klass.from_constraint)
            return klass

        return register

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> AddConstraintOp:
        """The operation that makes a constraint like this one.  Raises ValueError for a kind that is not known."""
        made: AddConstraintOp = cls.add_constraint_ops.dispatch(constraint.__visit_name__)(
            constraint
        )
        return made

    # Any: each kind gives its own, of which SQLAlchemy has no more common a type than this
    def to_constraint(self, migration_context: MigrationContext | None = None) -> Any:
        """The constraint as an object."""
        raise NotImplementedError

    def reverse(self) -> DropConstraintOp:
        """Drop it."""
        return DropConstraintOp.from_constraint(self.to_constraint())

    def to_diff_tuple(self) -> tuple[str, sa.Constraint]:
        """("add_constraint", the constraint)."""
        return ("add_constraint", self.to_constraint())


_TYPES = {
    "unique_constraint": "unique",
    "foreign_key_constraint": "foreignkey",
    "primary_key_constraint": "primary",
    "check_constraint": "check",
    "column_check_constraint": "check",
    "table_or_column_check_constraint": "check",
}


@Operations.register_operation("drop_constraint")
@BatchOperations.register_operation("drop_constraint", "batch_drop_constraint")
class DropConstraintOp(MigrateOperation):
    """Drop a constraint."""

    def __init__(
        self,
        constraint_name: Name,
        table_name: str,
        type_: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: AddConstraintOp | None = None,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.constraint_type = type_
        self.schema = schema
        self.if_exists = if_exists
        self._reverse = _reverse

    def reverse(self) -> AddConstraintOp:
        """Add it again.  Raises ValueError when it is not known what it was like."""
        return AddConstraintOp.from_constraint(self.to_constraint())

    def to_diff_tuple(self) -> tuple[str, sa.Constraint]:
        """("remove_constraint" or "remove_fk", the constraint)."""
        name = "remove_fk" if self.constraint_type == "foreignkey" else "remove_constraint"
        return (name, self.to_constraint())

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> DropConstraintOp:
        """The operation that drops this constraint, and can add it again."""
        table = sqla_compat._table_for_constraint(constraint)
        return cls(
            constraint.name,
            table.name,
            schema=table.schema,
            type_=_TYPES.get(constraint.__visit_name__),
            _reverse=AddConstraintOp.from_constraint(constraint),
        )

    # Any: as in AddConstraintOp
    def to_constraint(self) -> Any:
        """The constraint as an object.  Raises ValueError when it is not known what it was like."""
        if self._reverse is None:
            raise ValueError("constraint cannot be produced; original constraint is not present")
        constraint = self._reverse.to_constraint()
        constraint.name = self.constraint_name
        table = sqla_compat._table_for_constraint(constraint)
        table.name = self.table_name
        table.schema = self.schema
        return constraint

    @classmethod
    def drop_constraint(
        cls,
        operations: Operations,
        constraint_name: str,
        table_name: str,
        type_: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
    ) -> None:
        """Drop a constraint; `type_` is "foreignkey", "primary", "unique" or "check", which MySQL must know."""
        operations.invoke(
            cls(constraint_name, table_name, type_=type_, schema=schema, if_exists=if_exists)
        )

    @classmethod
    def batch_drop_constraint(
        cls, operations: BatchOperations, constraint_name: str, type_: str | None = None
    ) -> None:
        """Drop a constraint of the table."""
        impl = operations.impl
        operations.invoke(cls(constraint_name, impl.table_name, type_=type_, schema=impl.schema))


@Operations.register_operation("create_primary_key")
@BatchOperations.register_operation("create_primary_key", "batch_create_primary_key")
@AddConstraintOp.register_add_constraint("primary_key_constraint")
class CreatePrimaryKeyOp(AddConstraintOp):
    """Create a primary key."""

    constraint_type = "primarykey"

    def __init__(
        self,
        constraint_name: Name,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> CreatePrimaryKeyOp:
        """The operation that makes a primary key like this one."""
        assert isinstance(constraint, sa.PrimaryKeyConstraint)
        table = sqla_compat._table_for_constraint(constraint)
        return cls(
            constraint.name,
            table.name,
            constraint.columns.keys(),
            schema=table.schema,
            **constraint.dialect_kwargs,
        )

    def to_constraint(
        self, migration_context: MigrationContext | None = None
    ) -> sa.PrimaryKeyConstraint:
        """The primary key as an object."""
        return schemaobj.SchemaObjects(migration_context).primary_key_constraint(
            self.constraint_name, self.table_name, self.columns, schema=self.schema, **self.kw
        )

    @classmethod
    def create_primary_key(
        cls,
        operations: Operations,
        constraint_name: str | None,
        table_name: str,
        columns: list[str],
        *,
        schema: str | None = None,
    ) -> None:
        """Create the primary key of a table that has none."""
        operations.invoke(cls(constraint_name, table_name, columns, schema=schema))

    @classmethod
    def batch_create_primary_key(
        cls, operations: BatchOperations, constraint_name: str | None, columns: list[str]
    ) -> None:
        """Create the primary key."""
        impl = operations.impl
        operations.invoke(cls(constraint_name, impl.table_name, columns, schema=impl.schema))


@Operations.register_operation("create_unique_constraint")
@BatchOperations.register_operation("create_unique_constraint", "batch_create_unique_constraint")
@AddConstraintOp.register_add_constraint("unique_constraint")
class CreateUniqueConstraintOp(AddConstraintOp):
    """Create a unique constraint."""

    constraint_type = "unique"

    def __init__(
        self,
        constraint_name: Name,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> CreateUniqueConstraintOp:
        """The operation that makes a unique constraint like this one."""
        assert isinstance(constraint, sa.UniqueConstraint)
        table = sqla_compat._table_for_constraint(constraint)
        said = {"deferrable": constraint.deferrable, "initially": constraint.initially}
        return cls(
            constraint.name,
            table.name,
            [column.name for column in constraint.columns],
            schema=table.schema,
            **{name: value for name, value in said.items() if value},
            **constraint.dialect_kwargs,
        )

    def to_constraint(
        self, migration_context: MigrationContext | None = None
    ) -> sa.UniqueConstraint:
        """The constraint as an object."""
        return schemaobj.SchemaObjects(migration_context).unique_constraint(
            self.constraint_name, self.table_name, self.columns, schema=self.schema, **self.kw
        )

    # Any: as Alembic has it
    @classmethod
    def create_unique_constraint(
        cls,
        operations: Operations,
        constraint_name: str | None,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> Any:
        """Create a unique constraint; `kw` are arguments of `sa.UniqueConstraint`."""
        return operations.invoke(cls(constraint_name, table_name, columns, schema=schema, **kw))

    @classmethod
    def batch_create_unique_constraint(
        cls,
        operations: BatchOperations,
        constraint_name: str | None,
        columns: Sequence[str],
        **kw: Any,
    ) -> Any:
        """Create a unique constraint; `kw` are arguments of `sa.UniqueConstraint`."""
        impl = operations.impl
        kw["schema"] = impl.schema
        return operations.invoke(cls(constraint_name, impl.table_name, columns, **kw))


@Operations.register_operation("create_check_constraint")
@BatchOperations.register_operation("create_check_constraint", "batch_create_check_constraint")
@AddConstraintOp.register_add_constraint("check_constraint")
@AddConstraintOp.register_add_constraint("table_or_column_check_constraint")
@AddConstraintOp.register_add_constraint("column_check_constraint")
class CreateCheckConstraintOp(AddConstraintOp):
    """Create a check."""

    constraint_type = "check"

    def __init__(
        self,
        constraint_name: Name,
        table_name: str,
        condition: str | sa.TextClause | sa.ColumnElement[Any],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.condition = condition
        self.schema = schema
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> CreateCheckConstraintOp:
        """The operation that makes a check like this one."""
        assert isinstance(constraint, sa.CheckConstraint)
        table = sqla_compat._table_for_constraint(constraint)
        return cls(
            constraint.name,
            table.name,
            constraint.sqltext,
            schema=table.schema,
            **constraint.dialect_kwargs,
        )

    def to_constraint(
        self, migration_context: MigrationContext | None = None
    ) -> sa.CheckConstraint:
        """The check as an object."""
        return schemaobj.SchemaObjects(migration_context).check_constraint(
            self.constraint_name, self.table_name, self.condition, schema=self.schema, **self.kw
        )

    @classmethod
    def create_check_constraint(
        cls,
        operations: Operations,
        constraint_name: str | None,
        table_name: str,
        condition: str | sa.ColumnElement[bool] | sa.TextClause,
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Create a check; `kw` are arguments of `sa.CheckConstraint`."""
        operations.invoke(cls(constraint_name, table_name, condition, schema=schema, **kw))

    @classmethod
    def batch_create_check_constraint(
        cls,
        operations: BatchOperations,
        constraint_name: str | None,
        condition: str | sa.ColumnElement[bool] | sa.TextClause,
        **kw: Any,
    ) -> None:
        """Create a check; `kw` are arguments of `sa.CheckConstraint`."""
        impl = operations.impl
        operations.invoke(
            cls(constraint_name, impl.table_name, condition, schema=impl.schema, **kw)
        )
