"""
Operations from what an author writes.

Responsible for turning the arguments of `op.…` into one operation, with the SQLAlchemy objects that it stands for
as origins.  Does not know what happens to the operation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeEngine

from limbeck import operations as ops
from limbeck.database import convert, patterns, unbuilt
from limbeck.database.construct import (
    NamingConvention,
    add_targets,
    metadata,
    stub,
    to_dropped,
)
from limbeck.dsl.names import names, pairs, some
from limbeck.errors import SchemaError
from limbeck.operations import UNCHANGED, Change
from limbeck.schema import (
    Constraint,
    Generated,
    Index,
    Options,
    PrimaryKey,
    TableName,
    Type,
    options,
)

if TYPE_CHECKING:
    from sqlalchemy.schema import SchemaItem

TypeArgument = TypeEngine[Any] | type[TypeEngine[Any]] | None
ServerDefault = (
    str | sa.TextClause | sa.ColumnElement[Any] | sa.FetchedValue | Literal[False] | None
)
IndexElement = str | sa.TextClause | sa.ColumnElement[Any]

_KINDS: frozenset[str | None] = frozenset(
    {None, *get_args(get_args(ops.ConstraintKind)[0])}  # the strings of Optional[Literal[...]]
)


def _given(function: str, keywords: Mapping[str, Any]) -> Options:
    """Further keywords, which must be dialect arguments such as `postgresql_using`."""
    for name in keywords:
        if "_" not in name or name.startswith(("existing_", "new_")):
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")
    return options({name: value for name, value in keywords.items() if value is not None})


class Build:
    """Makes operations for one dialect, and one naming convention for names that are missing."""

    __slots__ = ("_convention", "_dialect")

    def __init__(self, dialect: sa.Dialect, convention: NamingConvention | None) -> None:
        self._dialect = dialect
        self._convention = convention

    def create_table(
        self, name: str, items: Sequence[SchemaItem], if_not_exists: bool, keywords: dict[str, Any]
    ) -> ops.CreateTable:
        """A table from columns, constraints and indexes; those that belong to another table are copied."""
        if not keywords and not self._convention:
            plain = unbuilt.table(name, items, self._dialect)
            if plain is not None:
                return ops.CreateTable(plain, if_not_exists)
        made = sa.Table(
            name, metadata(self._convention), *[_unattached(item) for item in items], **keywords
        )
        add_targets(made)
        return ops.CreateTable(convert.table(made, self._dialect), if_not_exists)

    def drop_table(
        self, table: TableName, if_exists: bool, keywords: dict[str, Any]
    ) -> ops.DropTable:
        """`keywords` are those of `sa.Table`."""
        made = sa.Table(table.name, sa.MetaData(), schema=table.schema, **keywords)
        return ops.DropTable(table, if_exists, options(keywords), made)

    def add_column(
        self,
        table: TableName,
        column: sa.Column[Any],
        *,
        if_not_exists: bool | None,
        inline_references: bool | None,
        inline_primary_key: bool | None,
        insert_before: str | None = None,
        insert_after: str | None = None,
    ) -> ops.AddColumn:
        """A column with the foreign key, unique constraint, checks and index that were declared on it."""
        column = _unattached(column)
        plain = patterns.plain_column(column)
        if plain is not None:
            return ops.AddColumn(
                table,
                convert.column(column, self._dialect, plain=plain),
                bool(if_not_exists),
                bool(inline_references),
                bool(inline_primary_key),
                insert_before=insert_before,
                insert_after=insert_after,
            )
        parent = sa.Table(table.name, metadata(self._convention), column, schema=table.schema)
        return ops.AddColumn(
            table,
            convert.column(column, self._dialect),
            bool(if_not_exists),
            bool(inline_references),
            bool(inline_primary_key),
            self._apart(parent, column, bool(inline_primary_key)),
            convert.indexes(parent, self._dialect) if parent.indexes else (),
            insert_before,
            insert_after,
            convert.inline_checks(column, self._dialect) if column.constraints else (),
        )

    def _apart(
        self, parent: sa.Table, column: sa.Column[Any], primary_key: bool
    ) -> tuple[Constraint, ...]:
        """The constraints of a table of one column that are not part of the column's definition."""
        # The primary key is there, empty, in any table.
        if len(parent.constraints) == 1 and not column.primary_key:
            return ()
        add_targets(parent, itself=True)
        return tuple(
            constraint
            for constraint in convert.constraints(parent, self._dialect)
            if constraint.origin not in column.constraints
            and (primary_key or not isinstance(constraint, PrimaryKey))
        )

    def drop_column(
        self, table: TableName, column: str, if_exists: bool | None, keywords: dict[str, Any]
    ) -> ops.DropColumn:
        """`keywords` are dialect arguments, as `mssql_drop_default`."""
        return ops.DropColumn(table, column, bool(if_exists), _given("drop_column", keywords))

    def alter_column(
        self,
        table: TableName,
        column: str,
        *,
        nullable: bool | None,
        comment: str | Literal[False] | None,
        server_default: ServerDefault,
        new_column_name: str | None,
        type_: TypeArgument,
        existing_type: TypeArgument,
        existing_server_default: ServerDefault,
        existing_nullable: bool | None,
        existing_comment: str | None,
        keywords: dict[str, Any],
        insert_before: str | None = None,
        insert_after: str | None = None,
    ) -> ops.AlterColumn:
        """What is to change, and what the author says of the rest."""
        autoincrement = keywords.pop("autoincrement", None)
        existing_autoincrement = keywords.pop("existing_autoincrement", None)
        return ops.AlterColumn(
            table,
            column,
            new_column_name if new_column_name != column else None,
            self._type(type_),
            _said(nullable),
            self._default(server_default),
            UNCHANGED if comment is False else comment,
            _said(autoincrement),
            ops.ExistingColumn(
                self._type(existing_type),
                _said(existing_nullable),
                self._default(existing_server_default),
                _said(existing_comment),
                _said(existing_autoincrement),
            ),
            _given("alter_column", keywords),
            insert_before,
            insert_after,
        )

    def _type(self, given: TypeArgument) -> Change[Type]:
        return UNCHANGED if given is None else convert.type_(given, self._dialect)

    def _default(self, given: ServerDefault) -> Change[Generated | None]:
        return UNCHANGED if given is False else convert.generated(given, self._dialect)

    def with_type_checks(self, alter: ops.AlterColumn) -> list[ops.Operation]:
        """`alter`, and around it the checks of a Boolean or Enum where the server has no such type."""
        old = alter.existing.type
        before: list[ops.Operation] = []
        if old is not UNCHANGED and alter.type is not UNCHANGED:
            before = [
                ops.DropConstraint(
                    alter.table, check.name, "check", columns=(alter.column,), origin=check.origin
                )
                for check in self._type_checks(alter.table, alter.column, old)
            ]
        after = [
            ops.AddConstraint(alter.table, check)
            for check in self._type_checks(alter.table, alter.new_name or alter.column, alter.type)
        ]
        return [*before, alter, *after]

    def _type_checks(
        self, table: TableName, column: str, type_: Change[Type]
    ) -> tuple[Constraint, ...]:
        origin = None if type_ is UNCHANGED else type_.origin
        if not getattr(origin, "create_constraint", False):
            return ()
        made = sa.Column(column, cast("TypeEngine[Any]", origin))
        parent = sa.Table(table.name, metadata(self._convention), made, schema=table.schema)
        return convert.constraints(parent, self._dialect)

    def create_index(
        self,
        table: TableName,
        name: str | None,
        elements: Sequence[IndexElement],
        *,
        unique: bool,
        if_not_exists: bool | None,
        keywords: dict[str, Any],
    ) -> ops.CreateIndex:
        """Elements are names of columns or expressions."""
        named = [_element(element) for element in some("create_index", "columns", elements)]
        if (
            not keywords
            and not self._convention
            and patterns.plain_index(name, named, self._dialect)
        ):
            plain = Index(name, tuple(named), bool(unique))
            return ops.CreateIndex(table, plain, bool(if_not_exists))
        columns = [element for element in named if isinstance(element, str)]
        included = [
            getattr(column, "name", column)
            for option, given in keywords.items()
            if option.endswith("_include") and given
            for column in some("create_index", option, given)
        ]
        parent = stub(table, [*columns, *included], self._convention)
        made = sa.Index(
            name,
            *[parent.c[e] if isinstance(e, str) else e for e in named],
            unique=unique,
            _table=parent,
            **keywords,
        )
        return ops.CreateIndex(table, convert.index(made, self._dialect), bool(if_not_exists))

    def drop_index(
        self,
        name: str | None,
        table: str | None,
        schema: str | None,
        if_exists: bool | None,
        keywords: dict[str, Any],
    ) -> ops.DropIndex:
        """`keywords` are dialect arguments, as `postgresql_concurrently`."""
        if name is None:
            raise SchemaError("an index is dropped by its name, and None was given")
        owner = TableName(table, schema) if table is not None else None
        made = sa.Index(name, _table=stub(owner or TableName("no_table", schema)), **keywords)
        return ops.DropIndex(
            str(name), owner, schema, bool(if_exists), _given("drop_index", keywords), made
        )

    def add_constraint(
        self, table: TableName, made: sa.Constraint, columns: Sequence[str] = ()
    ) -> ops.AddConstraint:
        """A constraint that is in no table yet; `columns` are those of `table` that it names."""
        parent = stub(table, columns, self._convention)
        parent.append_constraint(made)
        add_targets(parent)
        return ops.AddConstraint(table, convert.constraint(made, self._dialect))

    def primary_key(
        self, table: TableName, name: str | None, columns: Sequence[str], keywords: dict[str, Any]
    ) -> ops.AddConstraint:
        """The primary key."""
        columns = names("create_primary_key", "columns", columns)
        made = sa.PrimaryKeyConstraint(*columns, name=name, **keywords)
        return self.add_constraint(table, made, columns)

    def unique(
        self, table: TableName, name: str | None, columns: Sequence[str], keywords: dict[str, Any]
    ) -> ops.AddConstraint:
        """A unique constraint; `keywords` are those of `sa.UniqueConstraint`."""
        columns = names("create_unique_constraint", "columns", columns)
        made = sa.UniqueConstraint(*columns, name=name, **keywords)
        included = [str(each) for each in keywords.get("postgresql_include") or ()]
        return self.add_constraint(table, made, [*columns, *included])

    def check(
        self,
        table: TableName,
        name: str | None,
        condition: str | sa.ColumnElement[bool] | sa.TextClause,
        keywords: dict[str, Any],
    ) -> ops.AddConstraint:
        """A check; `keywords` are those of `sa.CheckConstraint`."""
        made = sa.CheckConstraint(condition, name=name, **keywords, _autoattach=False)
        return self.add_constraint(table, made)

    def foreign_key(
        self,
        table: TableName,
        name: str | None,
        target: TableName,
        local_cols: Sequence[str],
        remote_cols: Sequence[str],
        keywords: dict[str, Any],
    ) -> ops.AddConstraint:
        """A foreign key; `keywords` are those of `sa.ForeignKeyConstraint`."""
        local = names("create_foreign_key", "local_cols", local_cols)
        remote = names("create_foreign_key", "remote_cols", remote_cols)
        if len(local) != len(remote):
            raise SchemaError(
                f"the foreign key from {table} to {target} has {len(local)} local and {len(remote)} remote columns",
                hint="each column of local_cols refers to one of remote_cols, in their order",
            )
        made = sa.ForeignKeyConstraint(
            local,
            [f"{target}.{column}" for column in remote],
            name=name,
            **keywords,
        )
        own = [*local, *remote] if target == table else local
        return self.add_constraint(table, made, own)

    def exclude(
        self, table: TableName, name: str | None, elements: Sequence[Any], keywords: dict[str, Any]
    ) -> ops.AddConstraint:
        """An EXCLUDE constraint; each element is a pair of column or expression and operator."""
        from sqlalchemy.dialects.postgresql import ExcludeConstraint

        given = pairs("create_exclude_constraint", elements)
        found = [(_element(expression), operator) for expression, operator in given]
        made = ExcludeConstraint(*found, name=name, **keywords)
        columns = [expression for expression, _ in found if isinstance(expression, str)]
        return self.add_constraint(table, made, columns)

    def drop_constraint(
        self, table: TableName, name: str | None, kind: str | None, if_exists: bool | None
    ) -> ops.DropConstraint:
        """`kind` as Alembic names them: "primary", "unique", "foreignkey", "check"; and "exclude"."""
        if kind not in _KINDS:
            known = ", ".join(sorted(repr(k) for k in _KINDS if k is not None))
            raise TypeError(f"type_ of a constraint is one of {known}, not {kind!r}")
        made = to_dropped(table, name, kind, (), self._convention)
        final = convert.name(made, self._dialect)
        return ops.DropConstraint(
            table, final, cast("ops.ConstraintKind", kind), bool(if_exists), origin=made
        )

    def insert(
        self, table: sa.TableClause, rows: Sequence[Mapping[str, Any]], multiinsert: bool
    ) -> ops.InsertRows | None:
        """Rows to insert; None when there are none.  Raises TypeError for anything but dictionaries."""
        if isinstance(rows, Mapping):
            raise TypeError("List expected: bulk_insert() takes a list of rows")
        if not all(isinstance(row, Mapping) for row in rows):
            raise TypeError(
                "List of dictionaries expected: bulk_insert() takes a list of dictionaries by column name"
            )
        if not rows:
            return None
        name = TableName(table.name, getattr(table, "schema", None))
        return ops.InsertRows(name, tuple(rows), multiinsert, table)


def _said(value: Any) -> Any:
    """None means that nothing was said."""
    return UNCHANGED if value is None else value


def _unattached(item: Any) -> Any:
    """`item`, or a copy if it belongs to a table already.

    Untyped: SQLAlchemy gives copying of schema items no public name.
    """
    if isinstance(item, sa.Column):
        return item._copy() if _is_attached(item) else item  # noqa: SLF001
    if isinstance(item, sa.Index):
        return _copied_index(item) if _is_attached(item) else item
    if isinstance(item, sa.Constraint) and _is_attached(item):
        return cast("Any", item)._copy()  # noqa: SLF001
    return item


def _is_attached(item: SchemaItem) -> bool:
    # Not getattr: the attributes of a constraint that is in no table yet raise.
    own = vars(item)
    parent = own.get("table")
    if parent is None:
        parent = own.get("parent")
    if type(parent) is unbuilt.Unbuilt:
        unbuilt.build(parent)  # before it is, a constraint does not have the columns that it names
    return parent is not None


def _copied_index(index: sa.Index) -> sa.Index:
    elements = [_element(element) for element in index.expressions]
    return sa.Index(index.name, *elements, unique=index.unique, **index.dialect_kwargs)


def _element(element: Any) -> Any:
    """A column's name, or an expression that names columns without belonging to a table."""
    if isinstance(element, (str, sa.TextClause)):
        return element
    if isinstance(element, sa.Column):
        return element.name
    return visitors.replacement_traverse(element, {}, _loose)


def _loose(element: Any, **_: Any) -> Any:
    """A column that belongs to no table for one that does; None leaves what it is given."""
    return sa.column(element.name, element.type) if isinstance(element, sa.Column) else None
