"""
BatchOp: what `with op.batch_alter_table("user") as batch_op` gives.

Responsible for collecting the changes of one table.  Does not know whether the table will be altered or built anew.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from limbeck import operations as ops
from limbeck.database import convert
from limbeck.dsl.build import Build, IndexElement, ServerDefault, TypeArgument
from limbeck.dsl.names import names, some
from limbeck.dsl.shared import Shared
from limbeck.errors import SchemaError
from limbeck.schema import TableName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import sqlalchemy as sa

    from limbeck.dsl.surroundings import OpenDatabase
    from limbeck.operations import Operation
    from limbeck.runner.ports import Send


@dataclass(frozen=True)
class Batch:
    """The arguments of `batch_alter_table`."""

    table: TableName
    when: Literal["auto", "always", "never"]
    partial_reordering: tuple[tuple[str, ...], ...]
    copy_from: sa.Table | None
    table_args: tuple[Any, ...]
    table_kwargs: Mapping[str, Any]
    reflect_args: tuple[Any, ...]
    reflect_kwargs: Mapping[str, Any]
    naming_convention: Mapping[str, str]


class Batching(Shared):
    """What Op and BatchOp have in common, and `batch_alter_table`."""

    __slots__ = ()

    @contextmanager
    def batch_alter_table(
        self,
        table_name: str,
        schema: str | None = None,
        recreate: Literal["auto", "always", "never"] = "auto",
        partial_reordering: Sequence[tuple[str, ...]] | None = None,
        copy_from: sa.Table | None = None,
        table_args: tuple[Any, ...] = (),
        table_kwargs: Mapping[str, Any] | None = None,
        reflect_args: tuple[Any, ...] = (),
        reflect_kwargs: Mapping[str, Any] | None = None,
        naming_convention: Mapping[str, str] | None = None,
    ) -> Iterator[BatchOp]:
        """A scope that collects changes of one table and carries them out together at its end.

        Where a database cannot alter a table (SQLite), the table is built anew, once for all changes, with its
        rows, indexes, triggers and views kept; `recreate` forces or forbids that.  Elsewhere `recreate="always"`
        builds a table anew only for an order of columns or arguments of the table, which nothing else gives.
        `copy_from` says what the table is like, with all its columns, so that it need not be read.
        `naming_convention` gives names to constraints that have none in the database: they can be dropped by them, and a
        table that is built anew has them.
        Within a block, a block for another table takes effect at its own end.
        """
        batch = Batch(
            table=TableName(table_name, schema),
            when=recreate,
            partial_reordering=_groups(partial_reordering),
            copy_from=copy_from,
            table_args=table_args,
            table_kwargs=table_kwargs or {},
            reflect_args=reflect_args,
            reflect_kwargs=reflect_kwargs or {},
            naming_convention=naming_convention or {},
        )
        outside = self._outside(batch.table)
        batch_op = BatchOp(self._database, outside._send, batch)  # noqa: SLF001 - its own
        yield batch_op
        operation = batch_op.collected()
        if operation is not None:
            outside.invoke(operation)

    def _outside(self, table: TableName) -> Batching:
        """What carries out a block for `table`."""
        return self


class BatchOp(Batching):
    """The methods of Op that change one table, without its name; they take effect at the end of the block.

    `execute` takes effect at once, that is, before the collected changes.
    """

    __slots__ = ("_batch", "_collected", "_send_now")

    def __init__(self, database: OpenDatabase, send: Send, batch: Batch) -> None:
        self._batch = batch
        self._collected: list[Operation] = []
        self._send_now = send
        super().__init__(database, self._collected.append)
        if batch.naming_convention and not database.naming_convention:
            self._build = Build(database.dialect, batch.naming_convention)

    @property
    def table(self) -> TableName:
        """The table that is being changed."""
        return self._batch.table

    def collected(self) -> ops.RecreateTable | None:
        """All that was collected, as one operation; None for an empty block."""
        batch = self._batch
        if not self._collected and batch.when != "always":
            return None
        copied = batch.copy_from
        return ops.RecreateTable(
            table=batch.table,
            operations=tuple(self._collected),
            when=batch.when,
            copy_from=None if copied is None else convert.table(copied, self._database.dialect),
            table_args=batch.table_args,
            table_kwargs=batch.table_kwargs,
            reflect_args=batch.reflect_args,
            reflect_kwargs=batch.reflect_kwargs,
            naming_convention=batch.naming_convention,
            partial_reordering=batch.partial_reordering,
        )

    def _immediately(self, operation: Operation) -> None:
        self._send_now(operation)

    def _outside(self, table: TableName) -> Batching:
        if table == self.table:
            raise SchemaError(
                f"table {table} is being changed by the block around this one",
                hint="call the methods of the outer block",
            )
        return Batching(self._database, self._send_now)

    def add_column(
        self,
        column: sa.Column[Any],
        *,
        insert_before: str | None = None,
        insert_after: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
    ) -> None:
        """Add a column; where the table is built anew, before or after another one."""
        operation = self._build.add_column(
            self.table,
            column,
            if_not_exists=if_not_exists,
            inline_references=inline_references,
            inline_primary_key=inline_primary_key,
            insert_before=insert_before,
            insert_after=insert_after,
        )
        self.invoke(operation)

    def drop_column(self, column_name: str, *, if_exists: bool | None = None, **kw: Any) -> None:
        """Drop a column."""
        self.invoke(self._build.drop_column(self.table, column_name, if_exists, kw))

    def alter_column(
        self,
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
        """Change what is named of a column; see `Op.alter_column`."""
        alter = self._build.alter_column(
            self.table,
            column_name,
            nullable=nullable,
            comment=comment,
            server_default=server_default,
            new_column_name=new_column_name,
            type_=type_,
            existing_type=existing_type,
            existing_server_default=existing_server_default,
            existing_nullable=existing_nullable,
            existing_comment=existing_comment,
            keywords=kw,
            insert_before=insert_before,
            insert_after=insert_after,
        )
        for operation in self._build.with_type_checks(alter):
            self.invoke(operation)

    def create_table_comment(
        self, comment: str | None, *, existing_comment: str | None = None
    ) -> None:
        """Set the comment of the table; None removes it."""
        self.invoke(ops.SetTableComment(self.table, comment, existing_comment))

    def drop_table_comment(self, *, existing_comment: str | None = None) -> None:
        """Remove the comment of the table."""
        self.invoke(ops.SetTableComment(self.table, None, existing_comment))

    def create_index(
        self,
        index_name: str | None,
        columns: Sequence[IndexElement],
        *,
        unique: bool = False,
        if_not_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Create an index over columns and expressions; `kw` are dialect arguments of `sa.Index`."""
        operation = self._build.create_index(
            self.table, index_name, columns, unique=unique, if_not_exists=if_not_exists, keywords=kw
        )
        self.invoke(operation)

    def drop_index(self, index_name: str, *, if_exists: bool | None = None, **kw: Any) -> None:
        """Drop an index."""
        table = self.table
        self.invoke(self._build.drop_index(index_name, table.name, table.schema, if_exists, kw))

    def create_primary_key(
        self, constraint_name: str | None, columns: Sequence[str], **kw: Any
    ) -> None:
        """Create the primary key."""
        self.invoke(self._build.primary_key(self.table, constraint_name, columns, kw))

    def create_foreign_key(
        self,
        constraint_name: str | None,
        referent_table: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        *,
        referent_schema: str | None = None,
        onupdate: str | None = None,
        ondelete: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        match: str | None = None,
        **dialect_kw: Any,
    ) -> None:
        """Create a foreign key from this table to `referent_table`."""
        keywords = {
            "onupdate": onupdate,
            "ondelete": ondelete,
            "deferrable": deferrable,
            "initially": initially,
            "match": match,
            **dialect_kw,
        }
        target = TableName(referent_table, referent_schema)
        self.invoke(
            self._build.foreign_key(
                self.table, constraint_name, target, local_cols, remote_cols, keywords
            )
        )

    def create_unique_constraint(
        self, constraint_name: str | None, columns: Sequence[str], **kw: Any
    ) -> None:
        """Create a unique constraint; `kw` are arguments of `sa.UniqueConstraint`."""
        self.invoke(self._build.unique(self.table, constraint_name, columns, kw))

    def create_check_constraint(
        self,
        constraint_name: str | None,
        condition: str | sa.ColumnElement[bool] | sa.TextClause,
        **kw: Any,
    ) -> None:
        """Create a check constraint; `kw` are arguments of `sa.CheckConstraint`."""
        self.invoke(self._build.check(self.table, constraint_name, condition, kw))

    def create_exclude_constraint(
        self, constraint_name: str | None, *elements: tuple[Any, str], **kw: Any
    ) -> None:
        """Create an EXCLUDE constraint (PostgreSQL); see `Op.create_exclude_constraint`."""
        self.invoke(self._build.exclude(self.table, constraint_name, elements, kw))

    def rename_index(self, old_name: str, new_name: str) -> None:
        """Give an index of the table another name."""
        self.invoke(ops.RenameIndex(self.table, old_name, new_name))

    def rename_constraint(self, old_name: str, new_name: str) -> None:
        """Give a constraint of the table another name."""
        self.invoke(ops.RenameConstraint(self.table, old_name, new_name))

    def validate_constraint(self, constraint_name: str) -> None:
        """Check the rows that were there before a constraint that was created as not valid."""
        self.invoke(ops.ValidateConstraint(self.table, constraint_name))

    def drop_constraint(
        self,
        constraint_name: str | None,
        type_: str | None = None,
        *,
        if_exists: bool | None = None,
    ) -> None:
        """Drop a constraint; `type_` is "foreignkey", "primary", "unique", "check" or "exclude"."""
        self.invoke(self._build.drop_constraint(self.table, constraint_name, type_, if_exists))


def _groups(given: Sequence[tuple[str, ...]] | None) -> tuple[tuple[str, ...], ...]:
    """Groups of names; each is a tuple of its own, also when there is only one."""
    if given is None:
        return ()
    groups = some("batch_alter_table", "partial_reordering", given)
    return tuple(
        tuple(names("batch_alter_table", "each part of partial_reordering", group))
        for group in groups
    )
