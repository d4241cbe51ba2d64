"""
From schema values to SQLAlchemy objects.

Responsible for building a `sa.Table`, and its parts, that means what a value says; the author's own types and
expressions, carried as `origin`, are used again.  Does not know a database: nothing is read, nothing compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles as renders
from sqlalchemy.sql.elements import conv
from sqlalchemy.types import TypeEngine, UserDefinedType

from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Exclude,
    Expression,
    ForeignKey,
    Generated,
    Identity,
    Index,
    Options,
    PrimaryKey,
    Table,
    TableName,
    Type,
    Unique,
    is_column,
)

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

NamingConvention = Mapping[Any, Any]
"""What `sa.MetaData(naming_convention=...)` takes; SQLAlchemy gives it no narrower public type."""


class Verbatim(UserDefinedType[Any]):
    """A type of which only the SQL text is known."""

    cache_ok = True

    def __init__(self, sql: str) -> None:
        self.sql = sql

    def get_col_spec(self, **_: object) -> str:
        """The text, as it is."""
        return self.sql


class InlineLiteral(sa.BindParameter[Any]):
    """A value that is written into the SQL text wherever it is rendered."""

    inherit_cache = False  # the text depends on the value


@renders(InlineLiteral)
def _inline(element: InlineLiteral, compiler: SQLCompiler, **options: Any) -> str:
    # SQLAlchemy has no types for it.
    return str(cast("Any", compiler).render_literal_bindparam(element, **options))


def text(sql: str) -> sa.TextClause:
    """SQL in which a colon starts no parameter."""
    return sa.text(sql.replace(":", "\\:"))


def fill_missing_only(convention: NamingConvention | None) -> dict[Any, Any] | None:
    """The naming convention, without the rules that would rewrite a name which an author has given."""
    if not convention:
        return None
    # SQLAlchemy's own rule for `Column(index=True)` holds where the convention has none.
    rules: dict[Any, Any] = {"ix": "ix_%(column_0_label)s"}
    rules.update(
        (key, rule)
        for key, rule in convention.items()
        if not (isinstance(rule, str) and "%(constraint_name)" in rule)
    )
    return rules


def metadata(convention: NamingConvention | None = None) -> sa.MetaData:
    """New metadata for what an author writes.

    `convention` makes missing names, and a rule with %(constraint_name)s makes one from a given name, as people
    know it from SQLAlchemy; op.f() marks a name as final.
    """
    if not convention:
        return sa.MetaData()
    # SQLAlchemy's own rule for `Column(index=True)` holds where the convention has none.
    return sa.MetaData(naming_convention={"ix": "ix_%(column_0_label)s", **convention})


def to_type(type: Type) -> TypeEngine[Any]:
    """The author's type, or one that renders as the text.

    The check constraint of a Boolean or Enum is left out: where there is one, the table has it as a value.
    """
    origin = type.origin
    if not isinstance(origin, TypeEngine):
        return Verbatim(type.sql)
    if getattr(origin, "create_constraint", False):
        bare = cast("Any", origin).copy()
        bare.create_constraint = False
        return cast("TypeEngine[Any]", bare)
    return origin


def to_default(default: Generated | None) -> sa.FetchedValue | None:
    """A new object for `Column(server_default=...)`."""
    if default is None:
        return None
    if isinstance(default, Identity):
        arguments = dict(default.options)
        return sa.Identity(always=default.always, **cast("dict[str, Any]", arguments))
    if isinstance(default, Computed):
        given = default.origin if isinstance(default.origin, sa.ClauseElement) else None
        return sa.Computed(
            cast("Any", given) if given is not None else text(default.sql),
            persisted=default.persisted,
        )
    if isinstance(default.origin, (str, sa.ClauseElement)):
        return sa.DefaultClause(cast("Any", default.origin))
    return sa.DefaultClause(text(default.sql))


def _thawed(name: str, value: object) -> object:
    """A dialect argument in the form in which SQLAlchemy takes it."""
    if name.endswith(("_where", "_partition_by")) and isinstance(value, str):
        return text(value) if name.endswith("_where") else value
    if name.endswith(("_ops", "_with", "_length")) and isinstance(value, tuple):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def arguments(options: Options) -> dict[str, Any]:
    """Dialect arguments as keyword arguments."""
    return {name: _thawed(name, value) for name, value in options}


def bare_column(column: Column, *, primary_key: bool = False) -> sa.Column[Any]:
    """A new column, without constraints and indexes of its own and in no table yet."""
    return sa.Column(
        column.name,
        to_type(column.type),
        *_sequence(column),
        nullable=column.nullable,
        primary_key=primary_key,
        server_default=to_default(column.default),
        comment=column.comment,
        autoincrement=_autoincrement(column),
        **arguments(column.options),
    )


def _autoincrement(column: Column) -> Any:
    """SQLAlchemy's flag; it refuses False beside an Identity, which numbers the rows by itself."""
    return "auto" if isinstance(column.default, Identity) else column.autoincrement


def _sequence(column: Column) -> tuple[sa.Sequence, ...]:
    """The sequence that the author gave the column as its default: some databases make it with the column."""
    default = getattr(column.origin, "default", None)
    return (
        (sa.Sequence(default.name, schema=default.schema),)
        if isinstance(default, sa.Sequence)
        else ()
    )


def bare_constraint(constraint: Constraint) -> sa.Constraint:
    """A new constraint, in no table yet; columns are named by strings."""
    common: dict[str, Any] = {
        "name": conv(constraint.name) if constraint.name is not None else None,
        "deferrable": constraint.deferrable,
        "initially": constraint.initially,
        **arguments(constraint.options),
    }
    if isinstance(constraint, PrimaryKey):
        return sa.PrimaryKeyConstraint(*constraint.columns, **common)
    if isinstance(constraint, Unique):
        return sa.UniqueConstraint(*constraint.columns, **common)
    if isinstance(constraint, Check):
        return sa.CheckConstraint(text(constraint.sql), **common)
    if isinstance(constraint, ForeignKey):
        return _foreign_key(constraint, common)
    return _exclude(constraint, common)


def _foreign_key(key: ForeignKey, common: dict[str, Any]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        key.columns,
        [f"{key.target}.{column}" for column in key.target_columns],
        onupdate=key.onupdate,
        ondelete=key.ondelete,
        match=key.match,
        link_to_name=True,
        **common,
    )


def _exclude(exclude: Exclude, common: dict[str, Any]) -> sa.Constraint:
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

    common["ops"] = common.pop("postgresql_ops", {})
    elements = [
        (element if is_column(element) else text(element), operator)
        for element, operator in exclude.elements
    ]
    return ExcludeConstraint(
        *elements,
        using=exclude.using,
        where=text(exclude.where) if exclude.where is not None else None,
        **common,
    )


_ORDER = re.compile(
    r"(?P<what>.*?)(?P<order>(?: (?:ASC|DESC))?(?: NULLS (?:FIRST|LAST))?)",
    re.IGNORECASE | re.DOTALL,
)


def with_classes(index: Index) -> Index:
    """The index with the operator classes of its expressions in their text, where SQLAlchemy would not find them."""
    found = dict(index.options)
    classes = dict(cast("tuple[tuple[str, str], ...]", found.get("postgresql_ops", ())))
    elements: list[str] = []
    for element in index.elements:
        match = _ORDER.fullmatch(element) if isinstance(element, Expression) else None
        if match is None or element not in classes:
            elements.append(element)
            continue
        elements.append(Expression(f"{match['what']} {classes.pop(str(element))}{match['order']}"))
    if tuple(elements) == index.elements:
        return index
    found["postgresql_ops"] = tuple(sorted(classes.items()))
    if not classes:
        del found["postgresql_ops"]
    return replace(index, elements=tuple(elements), options=tuple(found.items()), origin=None)


def _add_index(index: Index, table: sa.Table) -> sa.Index:
    index = with_classes(index)
    elements = [
        table.c[element]
        if element in table.c and not isinstance(element, Expression)
        else text(element)
        for element in index.elements
    ]
    return sa.Index(
        conv(index.name) if index.name is not None else None,
        *elements,
        unique=index.unique,
        _table=table,
        **arguments(index.options),
    )


def add_targets(table: sa.Table, *, itself: bool = False) -> None:
    """Put a placeholder beside `table` for each table that its foreign keys name, so that they can be rendered.

    With `itself`, for a table of which only a part is known, it is completed likewise.
    """
    for key in table.foreign_keys:
        target = named_target(key)
        if target is None:
            continue
        name, column = target
        placeholder = sa.Table(
            name.name,
            table.metadata,
            schema=name.schema or table.metadata.schema,
            keep_existing=True,
        )
        known = column is None or column in placeholder.c
        if not known and (itself or placeholder is not table):
            placeholder.append_column(sa.Column(column, sa.types.NULLTYPE))


def named_target(key: sa.ForeignKey) -> tuple[TableName, str | None] | None:
    """Table and column that a part of a foreign key names; None where it has a column instead of names."""
    # private: SQLAlchemy says in no other way what a key was given
    if key._table_column is not None:  # noqa: SLF001
        return None
    tokens = getattr(
        key, "target_tokens", None
    )  # since SQLAlchemy 2.1; a name may have a dot in it
    if tokens is not None:
        return TableName(tokens.table_name, tokens.schema), tokens.column_name
    return split_target(key.target_fullname)


def split_target(target: str) -> tuple[TableName, str | None]:
    """What a foreign key names, "schema.table.column" or "table.column" or "table"."""
    parts = target.split(".")
    if len(parts) == 1:
        return TableName(parts[0]), None
    schema = ".".join(parts[:-2]) or None
    return TableName(parts[-2], schema), parts[-1]


def stub(
    name: TableName, columns: Iterable[str] = (), convention: NamingConvention | None = None
) -> sa.Table:
    """A table of which little more than the name is known."""
    unique = dict.fromkeys(columns)
    return sa.Table(
        name.name,
        metadata(convention),
        *[sa.Column(column, sa.types.NULLTYPE) for column in unique],
        schema=name.schema,
    )


def _belongs(origin: object, name: TableName) -> bool:
    """Whether what a value came from is in a table of that name: the table may have been renamed since."""
    owner = getattr(origin, "table", None)
    return isinstance(owner, sa.Table) and (owner.name, owner.schema) == name


def to_column(table: TableName, column: Column) -> sa.Column[Any]:
    """The column in a table of that name: the author's own, or one like it."""
    origin = column.origin
    if isinstance(origin, sa.Column) and _belongs(origin, table):
        return origin
    made = bare_column(column)
    stub(table).append_column(made)
    return made


def columns_of(constraint: Constraint) -> tuple[str, ...]:
    """The columns of its own table that a constraint is known to need."""
    if isinstance(constraint, Check):
        return ()
    if isinstance(constraint, Exclude):
        return tuple(element for element, _ in constraint.elements if is_column(element))
    return constraint.columns


def to_constraint(table: TableName, constraint: Constraint) -> sa.Constraint:
    """The constraint on a table of that name: the author's own, or one like it."""
    origin = constraint.origin
    if isinstance(origin, sa.Constraint) and _belongs(origin, table):
        return origin
    parent = stub(table, [*columns_of(constraint), *_included(constraint)])
    made = bare_constraint(constraint)
    parent.append_constraint(made)
    add_targets(parent, itself=True)
    return made


_KINDS: Mapping[str | None, type[sa.Constraint]] = {
    "primary": sa.PrimaryKeyConstraint,
    "unique": sa.UniqueConstraint,
    "foreignkey": sa.ForeignKeyConstraint,
    "check": sa.CheckConstraint,
}


def to_dropped(
    table: TableName,
    name: str | None,
    kind: str | None,
    columns: Iterable[str] = (),
    convention: NamingConvention | None = None,
) -> sa.Constraint:
    """A constraint of which only what DROP CONSTRAINT must know is known."""
    named = list(columns) or ["x"]
    given: tuple[Any, ...]
    if kind == "foreignkey":
        given = (named, [f"{table}.{column}" for column in named])
    elif kind == "check":
        given = ("",)
    else:
        given = tuple(named)
    exact = _KINDS.get(kind)
    made = sa.Constraint(name) if exact is None else cast("Any", exact)(*given, name=name)
    stub(table, named, convention).append_constraint(made)
    return cast("sa.Constraint", made)


def to_index(table: TableName, index: Index) -> sa.Index:
    """The index of a table of that name: the author's own, or one like it."""
    origin = index.origin
    if isinstance(origin, sa.Index) and _belongs(origin, table):
        return origin
    columns = [element for element in index.elements if is_column(element)]
    return _add_index(index, stub(table, [*columns, *_included(index)]))


def _included(index: Index | Constraint) -> list[str]:
    """The columns that an index holds beside its keys; SQLAlchemy looks them up in the table, too."""
    return [
        column
        for name, value in index.options
        if name.endswith("_include") and isinstance(value, tuple)
        for column in value
    ]


def to_sqlalchemy(
    table: Table,
    metadata: sa.MetaData | None = None,
    naming_convention: NamingConvention | None = None,
) -> sa.Table:
    """A `sa.Table` that says what `table` says: its origin, if it has one, else one built from its parts.

    With `metadata` it is always built, and belongs there.  `naming_convention` fills in missing names.
    """
    if metadata is None and isinstance(table.origin, sa.Table):
        return table.origin
    if metadata is None:
        metadata = sa.MetaData(naming_convention=fill_missing_only(naming_convention))
    key = table.primary_key
    keyed = frozenset(key.columns) if key is not None else frozenset()
    made = sa.Table(
        table.name.name,
        metadata,
        *[bare_column(column, primary_key=column.name in keyed) for column in table.columns],
        *[bare_constraint(constraint) for constraint in table.constraints],
        schema=table.name.schema,
        comment=table.comment,
        prefixes=list(table.prefixes),
        **arguments(table.options),
    )
    for index in table.indexes:
        _add_index(index, made)
    add_targets(made)
    return made
