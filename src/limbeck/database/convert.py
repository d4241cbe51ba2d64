"""
From SQLAlchemy objects to schema values.

Responsible for saying as a value what a type, column, constraint, index or table of SQLAlchemy means on one
dialect; the object rides along as `origin`.  The way back is `limbeck.database.construct`, whose functions can be
had from here, too.  Does not know where an object came from: a revision, a model or a catalog.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.exc import CompileError, IdentifierError
from sqlalchemy.sql.elements import _truncated_label  # how SQLAlchemy marks a name it may shorten

from limbeck.database.construct import (
    NamingConvention,
    Verbatim,
    fill_missing_only,
    metadata,
    named_target,
    to_column,
    to_constraint,
    to_default,
    to_index,
    to_sqlalchemy,
    to_type,
)
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Default,
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
)

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

__all__ = [
    "NamingConvention",
    "Verbatim",
    "column",
    "constraint",
    "dialect_options",
    "fill_missing_only",
    "generated",
    "index",
    "inline_checks",
    "metadata",
    "name",
    "plain_type",
    "sql",
    "table",
    "table_name",
    "target",
    "to_column",
    "to_constraint",
    "to_default",
    "to_index",
    "to_sqlalchemy",
    "to_type",
    "type_",
]

_IDENTITY = (
    "start", "increment", "minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache",
    "order", "on_null",
)  # fmt: skip


# SQLAlchemy's own types of which the text follows from a few attributes: most columns have one of them.
_PLAIN: dict[type, Callable[[Any], object]] = {
    **dict.fromkeys(
        (sa.Boolean, sa.Integer, sa.BigInteger, sa.SmallInteger, sa.Date), lambda _: None
    ),
    **dict.fromkeys((sa.String, sa.VARCHAR, sa.Text), attrgetter("length", "collation")),
    sa.Numeric: attrgetter("precision", "scale"),
    sa.DateTime: attrgetter("timezone"),
}

_compilers: WeakKeyDictionary[sa.Dialect, Any] = WeakKeyDictionary()
_texts: WeakKeyDictionary[sa.Dialect, dict[object, str]] = WeakKeyDictionary()


def _compiler(dialect: sa.Dialect) -> Any:
    """SQLAlchemy's DDL compiler, whose methods have no public types; one for each dialect does."""
    known = _compilers.get(dialect)
    if known is None:
        known = _compilers[dialect] = dialect.ddl_compiler(dialect, cast("Any", None))
    return known


def sql(expression: object, dialect: sa.Dialect) -> str:
    """The SQL text of a string or expression, with literal values in it and without table names.

    What the dialect cannot render is rendered as SQLAlchemy would print it, so that a value can always be made;
    the compiler will complain when it is to be executed.
    """
    if isinstance(expression, str):
        return expression
    if isinstance(expression, sa.TextClause) and not expression._bindparams:  # noqa: SLF001 - no public way
        return expression.text.replace("\\:", ":")
    try:
        text = str(
            _compiler(dialect).sql_compiler.process(
                expression, include_table=False, literal_binds=True
            )
        )
    except CompileError:
        return str(expression)
    return _undoubled(text, dialect)


def _undoubled(text: str, dialect: sa.Dialect) -> str:
    """SQL as it reaches the server: for some drivers SQLAlchemy doubles per cent signs."""
    doubled = dialect.identifier_preparer._double_percents  # noqa: SLF001 - no public way
    return text.replace("%%", "%") if doubled and "%%" in text else text


def type_(
    given: TypeEngine[Any] | type[TypeEngine[Any]],
    dialect: sa.Dialect,
    *,
    plain: tuple[object, ...] | None = None,
) -> Type:
    """The type, named as `dialect` names it; `plain` is what `plain_type` says, where that is known already."""
    instance: TypeEngine[Any] = given() if isinstance(given, type) else given
    key = plain or plain_type(instance)
    if key is None:
        return Type(_type_text(instance, dialect), instance)
    texts = _texts.get(dialect)
    if texts is None:
        texts = _texts[dialect] = {}
    text = texts.get(key)
    if text is None:
        text = texts[key] = _type_text(instance, dialect)
    return Type(text, instance)


def plain_type(given: TypeEngine[Any]) -> tuple[object, ...] | None:
    """All that the text of a type follows from; None where more than a few attributes may matter."""
    kind = type(given)
    said = _PLAIN.get(kind)
    if (
        said is None
        or given._variant_mapping  # noqa: SLF001 - no public way
        or "_compiler_dispatcher" in vars(kind)  # rendered by somebody's own function (@compiles)
    ):
        return None
    return kind, said(given)


def _type_text(given: TypeEngine[Any], dialect: sa.Dialect) -> str:
    try:
        return dialect.type_compiler_instance.process(given)
    except (
        CompileError,
        AttributeError,
    ):  # NullType, a type of another dialect, half a type of a user's
        return repr(given)


def generated(given: object, dialect: sa.Dialect) -> Generated | None:
    """What stands behind `server_default=`; None for what has no SQL, as a bare FetchedValue."""
    if isinstance(given, sa.DefaultClause):
        given = given.arg
    if isinstance(given, str):
        text = _compiler(dialect).render_default_string(given)
        return Default(_undoubled(text, dialect), given)
    if isinstance(given, sa.Identity):
        return Identity(bool(given.always), _identity_options(given), given)
    if isinstance(given, sa.Computed):
        return Computed(sql(given.sqltext, dialect), given.persisted, given.sqltext)
    if given is None or isinstance(given, sa.FetchedValue):
        return None
    return Default(sql(given, dialect), given)


def _identity_options(given: sa.Identity) -> Options:
    own = vars(given)  # not getattr: SQLAlchemy 2.1 warns about some of the names
    options = {name: own[name] for name in _IDENTITY if own.get(name) is not None}
    options.update(_dialect_arguments(given))
    return tuple(sorted(options.items()))


def _dialect_arguments(given: object) -> dict[str, Any]:
    # SQLAlchemy makes the collection when there is something to keep; asking for it would make one each time.
    if "dialect_options" not in vars(given):
        return {}
    return dict(getattr(given, "dialect_kwargs", ()) or ())


def _frozen(value: object, dialect: sa.Dialect) -> object:
    """A dialect argument as something that can be compared."""
    if isinstance(value, sa.Column):
        return value.name
    if isinstance(value, sa.ClauseElement):
        return sql(value, dialect)
    if isinstance(value, Mapping):
        return tuple(sorted((key, _frozen(item, dialect)) for key, item in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(item, dialect) for item in value)
    return value


def dialect_options(given: object, dialect: sa.Dialect) -> Options:
    """The dialect arguments of a column, constraint, index or table, and the comment of a constraint."""
    own = vars(given)
    if "dialect_options" not in own and own.get("comment") is None:
        return ()
    arguments = _dialect_arguments(given)
    comment = getattr(given, "comment", None) if isinstance(given, sa.Constraint) else None
    if comment is not None:
        arguments["comment"] = comment
    if not arguments:
        return ()
    return tuple(
        sorted(
            # "mysql_default charset" is how SQLAlchemy reads what one gives it as mysql_default_charset.
            (name.replace(" ", "_"), _frozen(value, dialect))
            for name, value in arguments.items()
            if value is not None and value is not False and value != {}
        )
    )


def name(given: sa.Constraint | sa.Index, dialect: sa.Dialect) -> str | None:
    """The name as it will be in the database; None where the server is to choose one."""
    known = given.name
    if known is None or (isinstance(known, str) and not isinstance(known, _truncated_label)):
        return None if known is None else str(known)
    preparer = dialect.identifier_preparer
    try:
        # Made by a naming convention or marked by op.f: shortened as SQLAlchemy will, but without quotes.
        made = preparer.format_constraint(given, _alembic_quote=False)
    except IdentifierError:  # too long; the compiler says so
        made = cast("Any", known)
    return None if made is None else str(made)


def column(
    given: sa.Column[Any],
    dialect: sa.Dialect,
    *,
    autoincrement: bool | None = None,
    plain: tuple[object, ...] | None = None,
) -> Column:
    """The column itself, without the constraints and indexes that were declared on it.

    `autoincrement` is what the declaration comes to in its table, where that is known; `plain` is what
    `patterns.plain_column` says.
    """
    if plain is not None:
        kind = type_(given.type, dialect, plain=plain)
        return Column(given.name, kind, bool(given.nullable), origin=given)
    default, counts = given.server_default, autoincrement
    # By position, which takes half the time: models have many columns.
    return Column(
        given.name,
        type_(given.type, dialect),
        bool(given.nullable),
        None if default is None else generated(default, dialect),
        given.comment,
        cast("Any", given.autoincrement) if counts is None else counts,
        dialect_options(given, dialect) if "dialect_options" in vars(given) else (),
        given,
    )


def constraint(given: sa.Constraint, dialect: sa.Dialect) -> Constraint:
    """A constraint that belongs to a table.  Raises TypeError for a kind that is not known."""
    common: dict[str, Any] = {
        "name": name(given, dialect),
        "options": dialect_options(given, dialect),
        "origin": given,
        "deferrable": given.deferrable,
        "initially": given.initially,
    }
    if isinstance(given, sa.PrimaryKeyConstraint):
        return PrimaryKey(tuple(c.name for c in given.columns), **common)
    if isinstance(given, sa.UniqueConstraint):
        return Unique(tuple(c.name for c in given.columns), **common)
    if isinstance(given, sa.ForeignKeyConstraint):
        return _foreign_key(given, common)
    if isinstance(given, sa.CheckConstraint):
        return Check(sql(given.sqltext, dialect), **common)
    if given.__visit_name__ == "exclude_constraint":
        return _exclude(given, dialect, common)
    raise TypeError(f"{type(given).__name__} is not a kind of constraint that limbeck knows")


def _foreign_key(given: sa.ForeignKeyConstraint, common: dict[str, Any]) -> ForeignKey:
    targets = [target(element) for element in given.elements]
    return ForeignKey(
        columns=tuple(column.name for column in given.columns),
        target=targets[0][0],
        target_columns=tuple(column for _, column in targets),
        onupdate=given.onupdate,
        ondelete=given.ondelete,
        match=given.match,
        **common,
    )


def target(element: sa.ForeignKey) -> tuple[TableName, str]:
    """Table and column that a part of a foreign key names."""
    named = named_target(element)
    if named is None:
        return table_name(element.column.table), element.column.name
    return _resolved(element, *named)


def _resolved(element: sa.ForeignKey, target: TableName, key: str | None) -> tuple[TableName, str]:
    """What a foreign key means in its MetaData: columns are named by their keys there, tables without its schema."""
    table = getattr(element.parent, "table", None)
    if not isinstance(table, sa.Table):
        return target, element.parent.name if key is None else key
    if target.schema is None and table.metadata.schema is not None:
        target = TableName(target.name, table.metadata.schema)
    if key is None or element.link_to_name:
        return target, element.parent.name if key is None else key
    found = table.metadata.tables.get(str(target))
    return target, found.c[key].name if found is not None and key in found.c else key


def _exclude(given: Any, dialect: sa.Dialect, common: dict[str, Any]) -> Exclude:
    """`given` is PostgreSQL's ExcludeConstraint, which gives its elements no public type."""
    if given.ops:
        common["options"] = (*common["options"], ("postgresql_ops", _frozen(given.ops, dialect)))
    return Exclude(
        elements=tuple(
            (_exclude_element(expression, dialect), operator)
            for expression, _, operator in given._render_exprs  # noqa: SLF001 - no public way
        ),
        using=given.using,
        where=sql(given.where, dialect) if given.where is not None else None,
        **common,
    )


def _exclude_element(expression: object, dialect: sa.Dialect) -> str:
    if isinstance(expression, sa.ColumnClause):
        return expression.name
    return Expression(sql(expression, dialect))


def index(given: sa.Index, dialect: sa.Dialect) -> Index:
    """An index that belongs to a table."""
    elements = tuple(
        element.name if isinstance(element, sa.Column) else index_element(element, dialect)
        for element in given.expressions
    )
    return Index(
        name(given, dialect),
        elements,
        bool(given.unique),
        _classes_by_element(dialect_options(given, dialect), given, elements),
        given,
    )


def _classes_by_element(found: Options, given: sa.Index, elements: tuple[str, ...]) -> Options:
    """The options, in which an operator class is that of an element, and not of the label that it had."""
    if not any(key == "postgresql_ops" for key, _ in found):
        return found
    labels = {
        str(getattr(expression, "key", None)): str(element)
        for expression, element in zip(given.expressions, elements, strict=True)
    }
    classes = dict(cast("Iterable[tuple[str, str]]", dict(found)["postgresql_ops"]))
    renamed = tuple(sorted((labels.get(key, key), each) for key, each in classes.items()))
    return tuple(sorted({**dict(found), "postgresql_ops": renamed}.items()))


def index_element(given: Any, dialect: sa.Dialect) -> Expression:
    """An expression in an index, in parentheses where PostgreSQL wants them, as SQLAlchemy writes it there."""
    grouped = dialect.name == "postgresql" and isinstance(given, sa.ColumnElement)
    return Expression(sql(given.self_group() if grouped else given, dialect))


def table_name(given: sa.Table) -> TableName:
    """Its name and schema."""
    return TableName(given.name, given.schema)


def constraints(given: sa.Table, dialect: sa.Dialect) -> tuple[Constraint, ...]:
    """The constraints of a table and its columns that `dialect` makes, in the order of their declaration."""
    found: list[sa.Constraint] = list(given.constraints)
    for item in given.columns:
        found.extend(item.constraints)
    return tuple(constraint(item, dialect) for item in _wanted(sorted(found, key=_age), dialect))


def inline_checks(given: sa.Column[Any], dialect: sa.Dialect) -> tuple[Check, ...]:
    """The checks that are written into the column's own definition."""
    found = (constraint(item, dialect) for item in _wanted(given.constraints, dialect))
    return tuple(item for item in found if isinstance(item, Check))


def _age(given: sa.Constraint) -> int:
    """SQLAlchemy counts schema items as they are made, and keeps constraints in a set."""
    return int(cast("Any", given)._creation_order)  # noqa: SLF001 - no public way


def _wanted(found: Iterable[sa.Constraint], dialect: sa.Dialect) -> Iterable[sa.Constraint]:
    compiler = _compiler(dialect)
    for item in found:
        if isinstance(item, sa.PrimaryKeyConstraint) and not len(item.columns):
            continue
        # The check of a Boolean or Enum is made only where the server has no such type.
        rule = getattr(item, "_create_rule", None)
        if rule is None or rule(compiler):
            yield item


def indexes(given: sa.Table, dialect: sa.Dialect) -> tuple[Index, ...]:
    """The indexes of a table, by name (SQLAlchemy keeps them in a set)."""
    found = sorted(given.indexes, key=lambda item: str(item.name or ""))
    return tuple(index(item, dialect) for item in found)


def table(given: sa.Table, dialect: sa.Dialect) -> Table:
    """A table with all that belongs to it."""
    return Table(
        name=table_name(given),
        columns=tuple(column(item, dialect) for item in given.columns),
        constraints=constraints(given, dialect),
        indexes=indexes(given, dialect),
        comment=given.comment,
        prefixes=tuple(str(prefix) for prefix in getattr(given, "_prefixes", ())),
        options=dialect_options(given, dialect),
        origin=given,
    )
