"""
Op: the methods that a revision calls.

Responsible for their names and arguments, which are those that Alembic's users know.  Does not know how an
operation is made (`build`) or carried out (`send`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from limbeck import operations as ops
from limbeck.dsl.batch import Batching
from limbeck.dsl.enums import Enums
from limbeck.dsl.objects import Objects
from limbeck.dsl.routines import Routines
from limbeck.dsl.tables import Around
from limbeck.dsl.views import Views
from limbeck.schema import Check, TableName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sqlalchemy as sa
    from sqlalchemy.schema import SchemaItem

    from limbeck.dsl.build import IndexElement, ServerDefault, TypeArgument


class Op(Batching, Views, Routines, Objects, Enums, Around):
    """The operations that a revision can carry out on one database.

    Each method has taken effect when it returns.  A constraint or index whose name is None is named by the naming
    convention, where there is one, or else by the server; a convention with %(constraint_name)s also completes a
    given name, unless it is marked as final by `f`.
    All raise SchemaError when what is asked for makes no sense, and StatementFailed when the database refuses.
    """

    __slots__ = ()

    def create_table(
        self, table_name: str, *columns: SchemaItem, if_not_exists: bool | None = None, **kw: Any
    ) -> sa.Table:
        """Create a table from columns, constraints and indexes; `kw` are arguments of `sa.Table`.

        Returns the table, for use with `bulk_insert` and in statements.
        """
        return self.invoke(self._build.create_table(table_name, columns, bool(if_not_exists), kw))

    def drop_table(
        self,
        table_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drop a table; `kw` are arguments of `sa.Table`."""
        self.invoke(self._build.drop_table(TableName(table_name, schema), bool(if_exists), kw))

    def rename_table(
        self, old_table_name: str, new_table_name: str, *, schema: str | None = None
    ) -> None:
        """Give a table another name; it stays in its schema."""
        self.invoke(ops.RenameTable(TableName(old_table_name, schema), new_table_name))

    def create_table_comment(
        self,
        table_name: str,
        comment: str | None,
        *,
        existing_comment: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Set the comment of a table; None removes it."""
        table = TableName(table_name, schema)
        self.invoke(ops.SetTableComment(table, comment, existing_comment))

    def drop_table_comment(
        self,
        table_name: str,
        *,
        existing_comment: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Remove the comment of a table."""
        table = TableName(table_name, schema)
        self.invoke(ops.SetTableComment(table, None, existing_comment))

    def add_column(
        self,
        table_name: str,
        column: sa.Column[Any],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
        insert_before: str | None = None,
        insert_after: str | None = None,
    ) -> None:
        """Add a column, with the foreign key, unique constraint, checks and index declared on it.

        MySQL and MariaDB can put it before or after another one.  `inline_references` writes the foreign key as
        REFERENCES into the same statement.  `primary_key=True` on the column makes a primary key only together with
        `inline_primary_key`.
        """
        operation = self._build.add_column(
            TableName(table_name, schema),
            column,
            if_not_exists=if_not_exists,
            inline_references=inline_references,
            inline_primary_key=inline_primary_key,
            insert_before=insert_before,
            insert_after=insert_after,
        )
        self.invoke(operation)

    def drop_column(
        self,
        table_name: str,
        column_name: str,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drop a column.

        On SQL Server `mssql_drop_default`, `mssql_drop_check` and `mssql_drop_foreign_key` first drop what
        depends on it.
        """
        table = TableName(table_name, schema)
        self.invoke(self._build.drop_column(table, column_name, if_exists, kw))

    def alter_column(
        self,
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
        insert_before: str | None = None,
        insert_after: str | None = None,
        **kw: Any,
    ) -> None:
        """Change what is named of a column and leave the rest.

        `server_default=None` and `comment=None` remove what is there, False leaves it.  The `existing_…` say
        what the column is like; a database that can only be told the whole column (MySQL) needs them where they
        cannot be read.  MySQL and MariaDB can also put it before or after another one.  `kw`: `autoincrement`,
        `existing_autoincrement`, and dialect arguments such as `postgresql_using`.
        """
        table = TableName(table_name, schema)
        alter = self._build.alter_column(
            table,
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

    def create_index(
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
        """Create an index over columns and expressions; `kw` are dialect arguments of `sa.Index`."""
        operation = self._build.create_index(
            TableName(table_name, schema),
            index_name,
            columns,
            unique=unique,
            if_not_exists=if_not_exists,
            keywords=kw,
        )
        self.invoke(operation)

    def drop_index(
        self,
        index_name: str,
        table_name: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: Any,
    ) -> None:
        """Drop an index; MySQL and SQL Server need to know of which table."""
        self.invoke(self._build.drop_index(index_name, table_name, schema, if_exists, kw))

    def create_primary_key(
        self,
        constraint_name: str | None,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Create the primary key of a table that has none."""
        table = TableName(table_name, schema)
        self.invoke(self._build.primary_key(table, constraint_name, columns, kw))

    def create_foreign_key(
        self,
        constraint_name: str | None,
        source_table: str,
        referent_table: str,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
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
        keywords = {
            "onupdate": onupdate,
            "ondelete": ondelete,
            "deferrable": deferrable,
            "initially": initially,
            "match": match,
            **dialect_kw,
        }
        source = TableName(source_table, source_schema)
        target = TableName(referent_table, referent_schema)
        self.invoke(
            self._build.foreign_key(
                source, constraint_name, target, local_cols, remote_cols, keywords
            )
        )

    def create_unique_constraint(
        self,
        constraint_name: str | None,
        table_name: str,
        columns: Sequence[str],
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Create a unique constraint; `kw` are arguments of `sa.UniqueConstraint`."""
        table = TableName(table_name, schema)
        self.invoke(self._build.unique(table, constraint_name, columns, kw))

    def create_check_constraint(
        self,
        constraint_name: str | None,
        table_name: str,
        condition: str | sa.ColumnElement[bool] | sa.TextClause,
        *,
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Create a check constraint; `kw` are arguments of `sa.CheckConstraint`."""
        table = TableName(table_name, schema)
        self.invoke(self._build.check(table, constraint_name, condition, kw))

    def create_exclude_constraint(
        self,
        constraint_name: str | None,
        table_name: str,
        *elements: tuple[Any, str],
        schema: str | None = None,
        **kw: Any,
    ) -> None:
        """Create an EXCLUDE constraint (PostgreSQL) from pairs of column or expression and operator.

        `kw`: `where`, `using`, `deferrable`, `initially`, `ops`.
        """
        table = TableName(table_name, schema)
        self.invoke(self._build.exclude(table, constraint_name, elements, kw))

    def drop_constraint(
        self,
        constraint_name: str | None,
        table_name: str,
        type_: str | None = None,
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        columns: Sequence[str] = (),
        condition: str | None = None,
    ) -> None:
        """Drop a constraint; `type_` is "foreignkey", "primary", "unique", "check" or "exclude".

        MySQL needs the type.  One that has no name, as there are on SQLite, is found by its `columns`, a check by its
        `condition`.
        """
        table = TableName(table_name, schema)
        operation = self._build.drop_constraint(table, constraint_name, type_, if_exists)
        if columns or condition is not None:
            existing = None if condition is None else Check(condition)
            operation = replace(operation, columns=tuple(columns), existing=existing)
        self.invoke(operation)

    def bulk_insert(
        self,
        table: sa.Table | sa.TableClause,
        rows: Sequence[Mapping[str, Any]],
        *,
        multiinsert: bool = True,
    ) -> None:
        """Insert rows, each a dictionary by column name; none is no error.

        `multiinsert=False` sends one statement per row, for rows that have not all the same columns.
        """
        operation = self._build.insert(table, rows, multiinsert)
        if operation is not None:
            self.invoke(operation)
