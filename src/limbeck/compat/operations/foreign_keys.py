"""
The operation that creates a foreign key.

Responsible for its arguments, and for going from and to `sa.ForeignKeyConstraint`.  Does not know how it is carried
out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.compat.operations import schemaobj
from limbeck.compat.operations.base import BatchOperations, Operations
from limbeck.compat.operations.constraints import AddConstraintOp, Name
from limbeck.compat.util import sqla_compat
from limbeck.database.convert import target

if TYPE_CHECKING:
    from limbeck.compat.runtime.migration import MigrationContext


@Operations.register_operation("create_foreign_key")
@BatchOperations.register_operation("create_foreign_key", "batch_create_foreign_key")
@AddConstraintOp.register_add_constraint("foreign_key_constraint")
class CreateForeignKeyOp(AddConstraintOp):
    """Create a foreign key; `kw` has the schemas, too: `source_schema`, `referent_schema`."""

    constraint_type = "foreignkey"

    def __init__(
        self,
        constraint_name: Name,
        source_table: str,
        referent_table: str,
        local_cols: list[str],
        remote_cols: list[str],
        **kw: Any,
    ) -> None:
        self.constraint_name = constraint_name
        self.source_table = source_table
        self.referent_table = referent_table
        self.local_cols = local_cols
        self.remote_cols = remote_cols
        self.kw = kw

    def to_diff_tuple(self) -> tuple[str, sa.ForeignKeyConstraint]:
        """("add_fk", the foreign key)."""
        return ("add_fk", self.to_constraint())

    @classmethod
    def from_constraint(cls, constraint: sa.Constraint) -> CreateForeignKeyOp:
        """The operation that makes a foreign key like this one."""
        assert isinstance(constraint, sa.ForeignKeyConstraint)
        table = sqla_compat._table_for_constraint(constraint)
        targets = [target(element) for element in constraint.elements]
        referent = targets[0][0]
        said = {
            name: getattr(constraint, name)
            for name in ("onupdate", "ondelete", "initially", "deferrable", "use_alter", "match")
        }
        return cls(
            constraint.name,
            table.name,
            referent.name,
            [element.parent.name for element in constraint.elements],
            [column for _, column in targets],
            **{name: value for name, value in said.items() if value},
            **constraint.dialect_kwargs,
            source_schema=table.schema,
            referent_schema=referent.schema,
        )

    def to_constraint(
        self, migration_context: MigrationContext | None = None
    ) -> sa.ForeignKeyConstraint:
        """The foreign key as an object."""
        return schemaobj.SchemaObjects(migration_context).foreign_key_constraint(
            self.constraint_name,
            self.source_table,
            self.referent_table,
            self.local_cols,
            self.remote_cols,
            **self.kw,
        )

    @classmethod
    def create_foreign_key(
        cls,
        operations: Operations,
        constraint_name: str | None,
        source_table: str,
        referent_table: str,
        local_cols: list[str],
        remote_cols: list[str],
        *,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        match: str | None = None,
        source_schema: str | None = None,
        referent_schema: str | None = None,
        **dialect_kw: Any,
    ) -> None:
        """Create a foreign key from `source_table` to `referent_table`."""
        operations.invoke(
            cls(
                constraint_name,
                source_table,
                referent_table,
                local_cols,
                remote_cols,
                onupdate=onupdate,
                ondelete=ondelete,
                deferrable=deferrable,
                source_schema=source_schema,
                referent_schema=referent_schema,
                initially=initially,
                match=match,
                **dialect_kw,
            )
        )

    @classmethod
    def batch_create_foreign_key(
        cls,
        operations: BatchOperations,
        constraint_name: str | None,
        referent_table: str,
        local_cols: list[str],
        remote_cols: list[str],
        *,
        referent_schema: str | None = None,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        match: str | None = None,
        **dialect_kw: Any,
    ) -> None:
        """Create a foreign key from the table to `referent_table`."""
        operations.invoke(
            cls(
                constraint_name,
                operations.impl.table_name,
                referent_table,
                local_cols,
                remote_cols,
                onupdate=onupdate,
                ondelete=ondelete,
                deferrable=deferrable,
                source_schema=operations.impl.schema,
                referent_schema=referent_schema,
                initially=initially,
                match=match,
                **dialect_kw,
            )
        )
