"""
The methods of `op` for named enum types.

Responsible for their arguments, and for finding out what an author need not say: the values that a type has, and its
columns.  Does not know how a type is replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from limbeck import operations as ops
from limbeck.dsl.names import names
from limbeck.dsl.shared import Shared
from limbeck.errors import UsageError
from limbeck.schema import Enum, Key, TableName
from limbeck.schema.typenames import values_renamed

if TYPE_CHECKING:
    from limbeck.operations import EnumColumn

ColumnsGiven = Sequence["tuple[str, str] | tuple[str, str, str | None]"]
"""Table and column; with a third element the default that the column has afterwards, as SQL text."""


class Enums(Shared):
    """Named types whose values are listed.

    They are types of their own on PostgreSQL only.  Elsewhere these methods do nothing: there the values are
    written beside the column, and change with `alter_column`.
    """

    __slots__ = ()

    def create_enum(
        self,
        name: str,
        values: Sequence[str],
        *,
        schema: str | None = None,
        comment: str | None = None,
        if_not_exists: bool | None = None,
    ) -> None:
        """Create an enum type.

        A table that uses it in the same run does not create it again; one in a later revision says
        `postgresql.ENUM(..., create_type=False)`.
        """
        enum = Enum(TableName(name, schema), tuple(names("create_enum", "values", values)), comment)
        self.invoke(ops.CreateObject(enum, bool(if_not_exists)))

    def drop_enum(
        self, name: str, *, schema: str | None = None, if_exists: bool | None = None
    ) -> None:
        """Drop an enum type, which no column may have any more."""
        key = Key("enum", TableName(name, schema))
        self.invoke(ops.DropObject(key, if_exists=bool(if_exists)))

    def rename_enum(self, old_name: str, new_name: str, *, schema: str | None = None) -> None:
        """Give an enum type another name, which its columns follow."""
        self.invoke(ops.RenameObject(Key("enum", TableName(old_name, schema)), new_name))

    def add_enum_value(
        self,
        name: str,
        value: str,
        *,
        before: str | None = None,
        after: str | None = None,
        schema: str | None = None,
        if_not_exists: bool | None = None,
    ) -> None:
        """Add a value to an enum type, before or after another one, else at the end.

        PostgreSQL cannot use the value in the transaction that adds it.  When a later statement of the revision
        does so, what was done so far is committed before that statement; else nothing is committed early.  What the
        revision executes through `op.get_bind()` is not seen: put `add_enum_value` into
        `with op.get_context().autocommit_block()` then.
        """
        operation = ops.AddEnumValue(
            TableName(name, schema), value, before, after, bool(if_not_exists)
        )
        self.invoke(operation)

    def rename_enum_value(
        self, name: str, old_value: str, new_value: str, *, schema: str | None = None
    ) -> None:
        """Give a value of an enum type another name; rows that have it, and defaults, follow."""
        self.invoke(ops.RenameEnumValue(TableName(name, schema), old_value, new_value))

    def replace_enum(
        self,
        name: str,
        values: Sequence[str],
        *,
        existing_values: Sequence[str] | None = None,
        columns: ColumnsGiven | None = None,
        renamed: Mapping[str, str] | None = None,
        schema: str | None = None,
    ) -> None:
        """Give an enum type other values: some go, or come, or stand in another order.

        A new type takes the place of the old one, and the `columns` are converted, which rewrites their tables.  Rows
        follow the values that are `renamed` (old to new).  While rows hold a value that goes, nothing happens and
        StatementFailed says which, where and how many.  `existing_values` and `columns` (table, column, and the
        default that it has afterwards; a table in another schema as "schema.table") are looked up in the database
        where they are not given.  Views, checks, indexes, policies and triggers that name the columns are dropped and
        made again, when the database is connected.
        Raises UsageError when nothing tells what the type is like.
        """
        enum = TableName(name, schema)
        pairs = dict(renamed or {})
        before = tuple(existing_values) if existing_values is not None else self._values(enum)
        if columns is None:
            there = self._columns(enum)
            found = tuple(
                (table, column, default and values_renamed(default, enum, pairs))
                for table, column, default in there
            )
        else:
            found = tuple(map(_column, columns))
        after = tuple(names("replace_enum", "values", values))
        self.invoke(ops.ReplaceEnum(enum, before, after, found, tuple(pairs.items())))

    def _values(self, enum: TableName) -> tuple[str, ...]:
        connection: Any = self._database.connection
        if connection is None:
            raise _not_known(enum, "existing_values")
        if connection.dialect.name != "postgresql":
            return ()
        from limbeck.database.read.in_the_way import values_of_type

        return values_of_type(connection, enum)

    def _columns(self, enum: TableName) -> tuple[EnumColumn, ...]:
        connection: Any = self._database.connection
        if connection is None:
            raise _not_known(enum, "columns")
        if connection.dialect.name != "postgresql":
            return ()
        from limbeck.database.read.in_the_way import columns_of_type

        return columns_of_type(connection, enum)


def _not_known(enum: TableName, argument: str) -> UsageError:
    return UsageError(
        f"what enum {enum} is like is not known, since nothing is connected",
        hint=f"pass {argument}",
    )


def _column(given: tuple[Any, ...]) -> EnumColumn:
    table, column, *default = given
    schema, _, name = str(table).rpartition(".")
    return TableName(name, schema or None), column, default[0] if default else None
