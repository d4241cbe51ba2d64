"""
Operations on columns.

Responsible for their arguments, and for going from and to `sa.Column`.  Does not know how they are carried out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy.types import NULLTYPE

from limbeck.compat.operations import schemaobj
from limbeck.compat.operations.base import BatchOperations, Operations
from limbeck.compat.operations.tables import AlterTableOp
from limbeck.dsl.build import ServerDefault, TypeArgument

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.compat.runtime.migration import MigrationContext


@Operations.register_operation("alter_column")
@BatchOperations.register_operation("alter_column", "batch_alter_column")
class AlterColumnOp(AlterTableOp):
    """Change what is named of a column: `modify_…` is what it becomes, `existing_…` what it is like."""

    def __init__(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        existing_type: Any | None = None,
        existing_server_default: ServerDefault = False,
        existing_nullable: bool | None = None,
        existing_comment: str | None = None,
        modify_nullable: bool | None = None,
        modify_comment: str | Literal[False] | None = False,
        modify_server_default: Any = False,
        modify_name: str | None = None,
        modify_type: Any | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column_name = column_name
        self.existing_type = existing_type
        self.existing_server_default = existing_server_default
        self.existing_nullable = existing_nullable
        self.existing_comment = existing_comment
        self.modify_nullable = modify_nullable
        self.modify_comment = modify_comment
        self.modify_server_default = modify_server_default
        self.modify_name = modify_name
        self.modify_type = modify_type
        self.kw = kw

    def to_diff_tuple(self) -> list[tuple[Any, ...]]:
        """A tuple for each attribute: what is modified, where, what is known of the rest, the old and the new."""
        changed = (
            ("modify_type", "existing_type", self.modify_type, None),
            ("modify_nullable", "existing_nullable", self.modify_nullable, None),
            ("modify_default", "existing_server_default", self.modify_server_default, False),
            ("modify_comment", "existing_comment", self.modify_comment, False),
        )
        return [
            (
                name,
                self.schema,
                self.table_name,
                self.column_name,
                self._known(existing),
                getattr(self, existing),
                new,
            )
            for name, existing, new, nothing in changed
            if new is not nothing
        ]

    def _known(self, without: str) -> dict[str, Any]:
        """What the column is like, but for the attribute that changes."""
        names = (
            "existing_type",
            "existing_nullable",
            "existing_server_default",
            "existing_comment",
        )
        return {name: getattr(self, name) for name in names if name != without}

    def has_changes(self) -> bool:
        """Whether anything is to change."""
        return (
            self.modify_nullable is not None
            or self.modify_server_default is not False
            or self.modify_type is not None
            or self.modify_comment is not False
            or self.modify_name is not None
            or any(name.startswith("modify_") for name in self.kw)
        )

    def reverse(self) -> AlterColumnOp:
        """Change it back: what is `existing_…` becomes `modify_…`, and the other way round."""
        keywords = dict(self.kw)
        for name in [n for n in self.kw if n.startswith("modify_")]:
            existing = name.replace("modify_", "existing_", 1)
            keywords[name], keywords[existing] = self.kw.get(existing), self.kw[name]
        result = AlterColumnOp(
            self.table_name,
            self.column_name,
            schema=self.schema,
            **self._known(""),
            **keywords,
        )
        for name, nothing in (
            ("type", None),
            ("nullable", None),
            ("server_default", False),
            ("comment", False),
        ):
            new = getattr(self, f"modify_{name}")
            if new is not nothing:
                setattr(result, f"modify_{name}", getattr(self, f"existing_{name}"))
                setattr(result, f"existing_{name}", new)
        if self.modify_name is not None:
            result.column_name, result.modify_name = self.modify_name, self.column_name
        return result

    @classmethod
    def alter_column(
        cls,
        operations: Operations,
        table_name: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        comment: str | Literal[False] | None = False,
        server_default: ServerDefault = False,
        new_column_name: str | None = None,
        type_: TypeArgument = None,
        existing_type: TypeArgument = None,
        existing_server_default: ServerDefault = False,
        existing_nullable: bool | None = None,
        existing_comment: str | None = None,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Change what is named of a column and leave the rest.

        `server_default=None` and `comment=None` remove what is there, False leaves it.
        """
        operations.invoke(
            cls(
                table_name,
                column_name,
                schema=schema,
                existing_type=existing_type,
                existing_server_default=existing_server_default,
                existing_nullable=existing_nullable,
                existing_comment=existing_comment,
                modify_name=new_column_name,
                modify_type=type_,
                modify_server_default=server_default,
                modify_nullable=nullable,
                modify_comment=comment,
                **kw,
            )
        )

    @classmethod
    def batch_alter_column(
        cls,
        operations: BatchOperations,
        column_name: str,
        *,
        nullable: bool | None = None,
        comment: str | Literal[False] | None = False,
        server_default: ServerDefault = False,
        new_column_name: str | None = None,
        type_: TypeArgument = None,
        existing_type: TypeArgument = None,
        existing_server_default: ServerDefault = False,
        existing_nullable: bool | None = None,
        existing_comment: str | None = None,
        insert_before: str | None = None,
        insert_after: str | None = None,
        **kw: Any,
    ) -> None:
        """Change what is named of a column and leave the rest; where the table is built anew, also its place."""
        place = {"insert_before": insert_before, "insert_after": insert_after}
        operations.invoke(
            cls(
                operations.impl.table_name,
                column_name,
                schema=operations.impl.schema,
                existing_type=existing_type,
                existing_server_default=existing_server_default,
                existing_nullable=existing_nullable,
                existing_comment=existing_comment,
                modify_name=new_column_name,
                modify_type=type_,
                modify_server_default=server_default,
                modify_nullable=nullable,
                modify_comment=comment,
                **{name: column for name, column in place.items() if column is not None},
                **kw,
            )
        )


@Operations.register_operation("add_column")
@BatchOperations.register_operation("add_column", "batch_add_column")
class AddColumnOp(AlterTableOp):
    """Add a column, with the constraints and the index that were declared on it."""

    def __init__(
        self,
        table_name: str,
        column: sa.Column[Any],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column = column
        self.if_not_exists = if_not_exists
        self.inline_references = inline_references
        self.inline_primary_key = inline_primary_key
        self.kw = kw

    def reverse(self) -> DropColumnOp:
        """Drop it."""
        op = DropColumnOp.from_column_and_tablename(self.schema, self.table_name, self.column)
        op.if_exists = self.if_not_exists
        return op

    def to_diff_tuple(self) -> tuple[str, str | None, str, sa.Column[Any]]:
        """("add_column", schema, table, the column)."""
        return ("add_column", self.schema, self.table_name, self.column)

    def to_column(self) -> sa.Column[Any]:
        """The column."""
        return self.column

    @classmethod
    def from_column(cls, col: sa.Column[Any]) -> AddColumnOp:
        """The operation that adds a column like this one, to a table like its own."""
        return cls(col.table.name, col, schema=col.table.schema)

    @classmethod
    def from_column_and_tablename(
        cls, schema: str | None, tname: str, col: sa.Column[Any]
    ) -> AddColumnOp:
        """The operation that adds a column like this one to a table of that name."""
        return cls(tname, col, schema=schema)

    @classmethod
    def add_column(
        cls,
        operations: Operations,
        table_name: str,
        column: sa.Column[Any],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
        **kw: Any,
    ) -> None:
        """Add a column, with the foreign key, unique constraint, checks and index declared on it."""
        operations.invoke(
            cls(
                table_name,
                column,
                schema=schema,
                if_not_exists=if_not_exists,
                inline_references=inline_references,
                inline_primary_key=inline_primary_key,
                **kw,
            )
        )

    @classmethod
    def batch_add_column(
        cls,
        operations: BatchOperations,
        column: sa.Column[Any],
        *,
        insert_before: str | None = None,
        insert_after: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> None:
        """Add a column; where the table is built anew, before or after another one."""
        place = {"insert_before": insert_before, "insert_after": insert_after}
        operations.invoke(
            cls(
                operations.impl.table_name,
                column,
                schema=operations.impl.schema,
                if_not_exists=if_not_exists,
                inline_references=inline_references,
                inline_primary_key=inline_primary_key,
                **{name: other for name, other in place.items() if other is not None},
            )
        )


@Operations.register_operation("drop_column")
@BatchOperations.register_operation("drop_column", "batch_drop_column")
class DropColumnOp(AlterTableOp):
    """Drop a column."""

    def __init__(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        _reverse: AddColumnOp | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(table_name, schema=schema)
        self.column_name = column_name
        self.kw = kw
        self.if_exists = if_exists
        self._reverse = _reverse

    def to_diff_tuple(self) -> tuple[str, str | None, str, sa.Column[Any]]:
        """("remove_column", schema, table, the column)."""
        return ("remove_column", self.schema, self.table_name, self.to_column())

    def reverse(self) -> AddColumnOp:
        """Add it again.  Raises ValueError when it is not known what it was like."""
        if self._reverse is None:
            raise ValueError("operation is not reversible; original column is not present")
        op = AddColumnOp.from_column_and_tablename(self.schema, self.table_name, self.to_column())
        op.if_not_exists = self.if_exists
        return op

    @classmethod
    def from_column_and_tablename(
        cls, schema: str | None, tname: str, col: sa.Column[Any]
    ) -> DropColumnOp:
        """The operation that drops this column, and can add it again."""
        return cls(
            tname,
            col.name,
            schema=schema,
            _reverse=AddColumnOp.from_column_and_tablename(schema, tname, col),
        )

    def to_column(self, migration_context: MigrationContext | None = None) -> sa.Column[Any]:
        """The column; without a type where it is not known what it was like."""
        if self._reverse is not None:
            return self._reverse.column
        return schemaobj.SchemaObjects(migration_context).column(self.column_name, NULLTYPE)

    @classmethod
    def drop_column(
        cls,
        operations: Operations,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Drop a column; `kw`: `if_exists`, and on SQL Server `mssql_drop_default` and the like."""
        operations.invoke(cls(table_name, column_name, schema=schema, **kw))

    @classmethod
    def batch_drop_column(cls, operations: BatchOperations, column_name: str, **kw: Any) -> None:
        """Drop a column."""
        impl = operations.impl
        operations.invoke(cls(impl.table_name, column_name, schema=impl.schema, **kw))
