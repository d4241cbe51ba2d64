"""
The operation that creates an EXCLUDE constraint of PostgreSQL's.

Responsible for its arguments, and for going from and to SQLAlchemy's `ExcludeConstraint`.  Does not know how it is
carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.compat.operations import schemaobj
from limbeck.compat.operations.base import BatchOperations, Operations
from limbeck.compat.operations.constraints import AddConstraintOp, Name

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

    from limbeck.compat.runtime.migration import MigrationContext


@Operations.register_operation("create_exclude_constraint")
@BatchOperations.register_operation("create_exclude_constraint", "batch_create_exclude_constraint")
@AddConstraintOp.register_add_constraint("exclude_constraint")
class CreateExcludeConstraintOp(AddConstraintOp):
    """Create an EXCLUDE constraint from pairs of column or expression and operator."""

    constraint_type = "exclude"

    def __init__(
        self,
        constraint_name: Name,
        table_name: str,
        elements: Sequence[tuple[Any, str]],
        where: sa.ColumnElement[bool] | str | None = None,
        schema: str | None = None,
        _orig_constraint: ExcludeConstraint | None = None,
        **kw: Any,
    ) -> None:
        self.constraint_name = constraint_name
        self.table_name = table_name
        self.elements = elements
        self.where = where
        self.schema = schema
        self._orig_constraint = _orig_constraint
        self.kw = kw

    @classmethod
    def from_constraint(cls, constraint: Any) -> CreateExcludeConstraintOp:
        """The operation that makes a constraint like this one; its class has no public types."""
        return cls(
            constraint.name,
            constraint.table.name,
            [(expression, operator) for expression, _, operator in constraint._render_exprs],
            where=constraint.where,
            schema=constraint.table.schema,
            _orig_constraint=constraint,
            deferrable=constraint.deferrable,
            initially=constraint.initially,
            using=constraint.using,
        )

    def to_constraint(self, migration_context: MigrationContext | None = None) -> ExcludeConstraint:
        """The constraint as an object."""
        if self._orig_constraint is not None:
            return self._orig_constraint
        objects = schemaobj.SchemaObjects(migration_context)
        from sqlalchemy.dialects.postgresql import ExcludeConstraint

        made = ExcludeConstraint(
            *self.elements, name=self.constraint_name, where=self.where, **self.kw
        )
        # Any: see from_constraint
        expressions: Any = made._render_exprs  # type: ignore[attr-defined,unused-ignore]
        columns = [
            sa.Column(name, sa.types.NULLTYPE)
            for name in dict.fromkeys(
                expression if isinstance(expression, str) else name
                for expression, name, _ in expressions
            )
            if name is not None
        ]
        objects.table(self.table_name, *columns, schema=self.schema).append_constraint(made)
        return made

    # Any: as Alembic has it
    @classmethod
    def create_exclude_constraint(
        cls,
        operations: Operations,
        constraint_name: str,
        table_name: str,
        *elements: Any,
        **kw: Any,
    ) -> Any:
        """Create an EXCLUDE constraint; `kw`: `where`, `using`, `schema`, `deferrable`, `initially`, `ops`."""
        return operations.invoke(cls(constraint_name, table_name, elements, **kw))

    @classmethod
    def batch_create_exclude_constraint(
        cls, operations: BatchOperations, constraint_name: str, *elements: Any, **kw: Any
    ) -> Any:
        """Create an EXCLUDE constraint; see `create_exclude_constraint`."""
        kw["schema"] = operations.impl.schema
        return operations.invoke(cls(constraint_name, operations.impl.table_name, elements, **kw))
