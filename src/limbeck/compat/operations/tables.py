"""
Operations on whole tables.

Responsible for their arguments, and for going from and to `sa.Table`.  Does not know how they are carried out.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from limbeck.compat.operations import schemaobj
from limbeck.compat.operations.base import BatchOperations, Operations
from limbeck.compat.operations.migrate import MigrateOperation

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.schema import SchemaItem

    from limbeck.compat.runtime.migration import MigrationContext


def _parts(table: sa.Table) -> list[SchemaItem]:
    """Columns and constraints, in the order in which they were declared; not those that come with a type."""
    # private: SQLAlchemy counts schema items as they are made, and keeps constraints in a set
    constraints = sorted(table.constraints, key=lambda c: c._creation_order)
    bound = [c for c in constraints if not getattr(c, "_type_bound", False)]
    return [*table.columns, *bound]


def _prefixes(table: sa.Table) -> list[Any]:
    # private: SQLAlchemy tells the prefixes of a table in no other way
    return list(table._prefixes)  # type: ignore[attr-defined,unused-ignore]


@Operations.register_operation("create_table")
class CreateTableOp(MigrateOperation):
    """Create a table."""

    def __init__(
        self,
        table_name: str,
        columns: Sequence[SchemaItem],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        _namespace_metadata: sa.MetaData | None = None,
        _constraints_included: bool = False,
        **kw: Any,
    ) -> None:
        self.table_name = table_name
        self.columns = columns
        self.schema = schema
        self.if_not_exists = if_not_exists
        self.info = kw.pop("info", {})
        self.comment = kw.pop("comment", None)
        self.prefixes = kw.pop("prefixes", None)
        self.kw = kw
        self._namespace_metadata = _namespace_metadata
        self._constraints_included = _constraints_included

    def reverse(self) -> DropTableOp:
        """Drop it."""
        return DropTableOp.from_table(self.to_table(), _namespace_metadata=self._namespace_metadata)

    def to_diff_tuple(self) -> tuple[str, sa.Table]:
        """("add_table", the table)."""
        return ("add_table", self.to_table())

    @classmethod
    def from_table(
        cls, table: sa.Table, *, _namespace_metadata: sa.MetaData | None = None
    ) -> CreateTableOp:
        """The operation that makes a table like this one."""
        return cls(
            table.name,
            _parts(table),
            schema=table.schema,
            _namespace_metadata=_namespace_metadata or table.metadata,
            _constraints_included=True,
            comment=table.comment,
            info=dict(table.info),
            prefixes=_prefixes(table),
            **table.kwargs,
        )

    def to_table(self, migration_context: MigrationContext | None = None) -> sa.Table:
        """The table as an object."""
        return schemaobj.SchemaObjects(migration_context).table(
            self.table_name,
            *self.columns,
            schema=self.schema,
            prefixes=list(self.prefixes) if self.prefixes else [],
            comment=self.comment,
            info=dict(self.info) if self.info else {},
            _constraints_included=self._constraints_included,
            **self.kw,
        )

    @classmethod
    def create_table(
        cls,
        operations: Operations,
        table_name: str,
        *columns: SchemaItem,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> sa.Table:
        """Create a table from columns, constraints and indexes; `kw` are arguments of `sa.Table`.

        Returns the table, for use with `bulk_insert` and in statements.
        """
        made: sa.Table = operations.invoke(
            cls(table_name, columns, if_not_exists=if_not_exists, **kw)
        )
        return made


@Operations.register_operation("drop_table")
class DropTableOp(MigrateOperation):
    """Drop a table."""

    def __init__(
        self,
        table_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        table_kw: MutableMapping[Any, Any] | None = None,
        _reverse: CreateTableOp | None = None,
    ) -> None:
        self.table_name = table_name
        self.schema = schema
        self.if_exists = if_exists
        self.table_kw = {} if table_kw is None else table_kw
        self.comment = self.table_kw.pop("comment", None)
        self.info = self.table_kw.pop("info", None)
        self.prefixes = self.table_kw.pop("prefixes", None)
        self._reverse = _reverse

    def to_diff_tuple(self) -> tuple[str, sa.Table]:
        """("remove_table", the table)."""
        return ("remove_table", self.to_table())

    def reverse(self) -> CreateTableOp:
        """Create it again.  With what it was like only where it came from a table."""
        return CreateTableOp.from_table(self.to_table())

    @classmethod
    def from_table(
        cls, table: sa.Table, *, _namespace_metadata: sa.MetaData | None = None
    ) -> DropTableOp:
        """The operation that drops this table, and can make it again."""
        return cls(
            table.name,
            schema=table.schema,
            table_kw={
                "comment": table.comment,
                "info": dict(table.info),
                "prefixes": _prefixes(table),
                **table.kwargs,
            },
            _reverse=CreateTableOp.from_table(table, _namespace_metadata=_namespace_metadata),
        )

    def to_table(self, migration_context: MigrationContext | None = None) -> sa.Table:
        """The table as an object: with its columns where they are known."""
        return schemaobj.SchemaObjects(migration_context).table(
            self.table_name,
            *(self._reverse.columns if self._reverse else []),
            comment=self.comment,
            info=dict(self.info) if self.info else {},
            prefixes=list(self.prefixes) if self.prefixes else [],
            schema=self.schema,
            _constraints_included=self._reverse._constraints_included if self._reverse else False,
            **self.table_kw,
        )

    @classmethod
    def drop_table(
        cls,
        operations: Operations,
        table_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drop a table; `kw` are arguments of `sa.Table`."""
        operations.invoke(cls(table_name, schema=schema, if_exists=if_exists, table_kw=kw))


class AlterTableOp(MigrateOperation):
    """Something about a table that exists."""

    def __init__(self, table_name: str, *, schema: str | None = None) -> None:
        self.table_name = table_name
        self.schema = schema


@Operations.register_operation("rename_table")
class RenameTableOp(AlterTableOp):
    """Give a table another name."""

    def __init__(
        self, old_table_name: str, new_table_name: str, *, schema: str | None = None
    ) -> None:
        super().__init__(old_table_name, schema=schema)
        self.new_table_name = new_table_name

    @classmethod
    def rename_table(
        cls,
        operations: Operations,
        old_table_name: str,
        new_table_name: str,
        *,
        schema: str | None = None,
    ) -> None:
        """Give a table another name; it stays in its schema."""
        operations.invoke(cls(old_table_name, new_table_name, schema=schema))


@Operations.register_operation("create_table_comment")
@BatchOperations.register_operation("create_table_comment", "batch_create_table_comment")
class CreateTableCommentOp(AlterTableOp):
    """Set the comment of a table."""

    def __init__(
        self,
        table_name: str,
        comment: str | None,
        *,
        schema: str | None = None,
        existing_comment: str | None = None,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.comment = comment
        self.existing_comment = existing_comment

    @classmethod
    def create_table_comment(
        cls,
        operations: Operations,
        table_name: str,
        comment: str | None,
        *,
        existing_comment: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Set the comment of a table; None removes it."""
        operations.invoke(
            cls(table_name, comment, existing_comment=existing_comment, schema=schema)
        )

    @classmethod
    def batch_create_table_comment(
        cls,
        operations: BatchOperations,
        comment: str | None,
        *,
        existing_comment: str | None = None,
    ) -> None:
        """Set the comment of the table; None removes it."""
        impl = operations.impl
        operations.invoke(
            cls(impl.table_name, comment, existing_comment=existing_comment, schema=impl.schema)
        )

    def reverse(self) -> CreateTableCommentOp | DropTableCommentOp:
        """Put back the comment that was there, or none."""
        if self.existing_comment is None:
            return DropTableCommentOp(
                self.table_name, existing_comment=self.comment, schema=self.schema
            )
        return CreateTableCommentOp(
            self.table_name,
            self.existing_comment,
            existing_comment=self.comment,
            schema=self.schema,
        )

    def to_table(self, migration_context: MigrationContext | None = None) -> sa.Table:
        """The table, with the comment."""
        return schemaobj.SchemaObjects(migration_context).table(
            self.table_name, schema=self.schema, comment=self.comment
        )

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """("add_table_comment", the table, the comment that was there)."""
        return ("add_table_comment", self.to_table(), self.existing_comment)


@Operations.register_operation("drop_table_comment")
@BatchOperations.register_operation("drop_table_comment", "batch_drop_table_comment")
class DropTableCommentOp(AlterTableOp):
    """Remove the comment of a table."""

    def __init__(
        self,
        table_name: str,
        *,
        schema: str | None = None,
        existing_comment: str | None = None,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.existing_comment = existing_comment

    @classmethod
    def drop_table_comment(
        cls,
        operations: Operations,
        table_name: str,
        *,
        existing_comment: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Remove the comment of a table."""
        operations.invoke(cls(table_name, existing_comment=existing_comment, schema=schema))

    @classmethod
    def batch_drop_table_comment(
        cls, operations: BatchOperations, *, existing_comment: str | None = None
    ) -> None:
        """Remove the comment of the table."""
        impl = operations.impl
        operations.invoke(
            cls(impl.table_name, existing_comment=existing_comment, schema=impl.schema)
        )

    def reverse(self) -> CreateTableCommentOp:
        """Put back the comment that was there."""
        return CreateTableCommentOp(self.table_name, self.existing_comment, schema=self.schema)

    def to_table(self, migration_context: MigrationContext | None = None) -> sa.Table:
        """The table, without a comment."""
        return schemaobj.SchemaObjects(migration_context).table(self.table_name, schema=self.schema)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """("remove_table_comment", the table)."""
        return ("remove_table_comment", self.to_table())
