"""
Operations on indexes.

Responsible for their arguments, and for going from and to `sa.Index`.  Does not know how they are carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from limbeck.compat.operations import schemaobj
from limbeck.compat.operations.base import BatchOperations, Operations
from limbeck.compat.operations.migrate import MigrateOperation
from limbeck.dsl.build import IndexElement

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.compat.runtime.migration import MigrationContext


@Operations.register_operation("create_index")
@BatchOperations.register_operation("create_index", "batch_create_index")
class CreateIndexOp(MigrateOperation):
    """Create an index."""

    def __init__(
        self,
        index_name: str | None,
        table_name: str,
        columns: Sequence[IndexElement],
        *,
        schema: str | None = None,
        unique: bool = False,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        self.index_name = index_name
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.unique = unique
        self.if_not_exists = if_not_exists
        self.kw = kw

    def reverse(self) -> DropIndexOp:
        """Drop it."""
        return DropIndexOp.from_index(self.to_index())

    def to_diff_tuple(self) -> tuple[str, sa.Index]:
        """("add_index", the index)."""
        return ("add_index", self.to_index())

    @classmethod
    def from_index(cls, index: sa.Index) -> CreateIndexOp:
        """The operation that makes an index like this one."""
        assert index.table is not None
        return cls(
            index.name,
            index.table.name,
            list(index.expressions),
            schema=index.table.schema,
            unique=index.unique,
            **index.kwargs,
        )

    def to_index(self, migration_context: MigrationContext | None = None) -> sa.Index:
        """The index as an object."""
        return schemaobj.SchemaObjects(migration_context).index(
            self.index_name,
            self.table_name,
            self.columns,
            schema=self.schema,
            unique=self.unique,
            **self.kw,
        )

    @classmethod
    def create_index(
        cls,
        operations: Operations,
        index_name: str | None,
        table_name: str,
        columns: Sequence[IndexElement],
        *,
        schema: str | None = None,
        unique: bool = False,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Create an index over columns and expressions; `kw` are dialect arguments of `sa.Index`."""
        operations.invoke(
            cls(
                index_name,
                table_name,
                columns,
                schema=schema,
                unique=unique,
                if_not_exists=if_not_exists,
                **kw,
            )
        )

    @classmethod
    def batch_create_index(
        cls,
        operations: BatchOperations,
        index_name: str | None,
        columns: Sequence[IndexElement],
        **kw: Any,
    ) -> None:
        """Create an index over columns and expressions."""
        impl = operations.impl
        operations.invoke(cls(index_name, impl.table_name, columns, schema=impl.schema, **kw))


@Operations.register_operation("drop_index")
@BatchOperations.register_operation("drop_index", "batch_drop_index")
class DropIndexOp(MigrateOperation):
    """Drop an index."""

    def __init__(
        self,
        index_name: str | None,
        table_name: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: CreateIndexOp | None = None,
        **kw: Any,
    ) -> None:
        self.index_name = index_name
        self.table_name = table_name
        self.schema = schema
        self.if_exists = if_exists
        self._reverse = _reverse
        self.kw = kw

    def to_diff_tuple(self) -> tuple[str, sa.Index]:
        """("remove_index", the index)."""
        return ("remove_index", self.to_index())

    def reverse(self) -> CreateIndexOp:
        """Create it again."""
        return CreateIndexOp.from_index(self.to_index())

    @classmethod
    def from_index(cls, index: sa.Index) -> DropIndexOp:
        """The operation that drops this index, and can make it again."""
        assert index.table is not None
        return cls(
            index.name,
            table_name=index.table.name,
            schema=index.table.schema,
            _reverse=CreateIndexOp.from_index(index),
            unique=index.unique,
            **index.kwargs,
        )

    def to_index(self, migration_context: MigrationContext | None = None) -> sa.Index:
        """The index as an object: over a column `x` where it is not known what it was like."""
        return schemaobj.SchemaObjects(migration_context).index(
            self.index_name,
            self.table_name,
            self._reverse.columns if self._reverse else ["x"],
            schema=self.schema,
            **self.kw,
        )

    @classmethod
    def drop_index(
        cls,
        operations: Operations,
        index_name: str,
        table_name: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drop an index; MySQL and SQL Server need to know of which table."""
        operations.invoke(
            cls(index_name, table_name=table_name, schema=schema, if_exists=if_exists, **kw)
        )

    @classmethod
    def batch_drop_index(cls, operations: BatchOperations, index_name: str, **kw: Any) -> None:
        """Drop an index."""
        impl = operations.impl
        operations.invoke(cls(index_name, table_name=impl.table_name, schema=impl.schema, **kw))
