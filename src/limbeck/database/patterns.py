"""
Statements of which only names differ.

Responsible for telling which columns and indexes are that plain, and for their text: SQLAlchemy makes it once for
each form and each compiler, with placeholders for the names, which are filled in from then on.  That saves a
`sa.Table` for each column and index of a long history; `unbuilt` does the same for tables.  Does not know what is to
be done with the text.

Whatever could make a difference beside the names is not plain: options, keys and defaults, types of the author's own,
a naming convention, a schema, listeners to SQLAlchemy's events, a construct that somebody renders by `@compiles`.
"""

from __future__ import annotations

import re
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import schema as ddl

from limbeck.database import construct
from limbeck.database.convert import plain_type
from limbeck.schema import TableName, is_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck import operations as ops
    from limbeck.database.compile import Compiler

# Placeholders: of a table, of a column, index or constraint that is made, of columns that are named.
TABLE = "limbeck_t"
NAME = "limbeck_n"
COLUMN = "limbeck_c{}x"
_IN_A_NAME = r"\w$#@\"`\[\]."


def _audience() -> tuple[Any, ...]:
    """Who hears about new tables, columns and so on, whichever they are; SQLAlchemy has no types for it.

    Who listens to all of a kind, now or later, listens to these probes, too.
    """
    probes: tuple[Any, ...] = (
        sa.Table("probe", sa.MetaData()),
        sa.Column("probe", sa.Integer()),
        sa.Index("probe", sa.column("probe")),
        sa.PrimaryKeyConstraint("probe"),
    )
    events = [each.dispatch for each in probes]
    heard = (
        *[each.before_parent_attach for each in events],
        *[each.after_parent_attach for each in events],
        events[0].before_create,
        events[0].after_create,
    )
    # The collection that all of a kind have in common, where there is one, is gone through without a call into Python.
    return tuple([getattr(each, "parent_listeners", each) for each in heard])


_AUDIENCE = _audience()


def heard() -> bool:
    """Whether somebody but SQLAlchemy listens to tables, columns or indexes being made, whichever they are."""
    there = list(chain.from_iterable(_AUDIENCE))
    return there != _SQLALCHEMYS and not all(map(_is_sqlalchemys, there))


def _is_sqlalchemys(listener: object) -> bool:
    return getattr(listener, "__module__", "").startswith(
        "sqlalchemy."
    )  # which names what has no name


# Told apart once: `heard` is asked for each table, column and index.
_SQLALCHEMYS = [each for each in chain.from_iterable(_AUDIENCE) if _is_sqlalchemys(each)]


def plain_column(column: sa.Column[Any]) -> tuple[object, ...] | None:
    """What the text of a column's type follows from, where the column, which is in no table, is plain; else None.

    It is that when it is a name, a type of SQLAlchemy's and NULL or NOT NULL, and no more.
    """
    if type(column) is not sa.Column or column.primary_key or heard():
        return None
    return plain_in_table(column)


def plain_in_table(column: sa.Column[Any]) -> tuple[object, ...] | None:
    """What the text of a column's type follows from; None where the column is not plain, or in a table already.

    It is as for `plain_column`, but may be part of a primary key.
    """
    own = vars(column)
    type_ = column.type
    if (
        _says_more(own)
        or own.get("key") != own.get("name")
        # A Boolean listens itself, in case that it wants a check.
        or (own.get("dispatch") is not None and not isinstance(type_, sa.Boolean))
        or getattr(type_, "create_constraint", False)
    ):
        return None
    return plain_type(type_)


def _says_more(own: dict[str, Any]) -> bool:
    """Whether a column with these attributes is more than a name, a type, NULL and part of a primary key."""
    if own.get("dialect_options"):
        return True
    try:
        if _said(own) == _NOTHING:  # so it is for nearly all columns
            return False
    except KeyError:  # another SQLAlchemy, or it was not yet needed
        pass
    return (
        any(own.get(name) is not None for name in _NONE)
        or any(own.get(name) for name in _EMPTY)
        or own.get("autoincrement") != "auto"
    )


_NONE = (
    "server_default", "default", "comment", "table", "server_onupdate", "computed", "identity",
)  # fmt: skip
_EMPTY = ("constraints", "foreign_keys", "index", "unique", "system", "_insert_sentinel")
_NOTHING: tuple[object, ...] = (
    *[None] * len(_NONE),
    set(),
    set(),
    None,
    None,
    False,
    False,
    "auto",
)
_said = itemgetter(*_NONE, *_EMPTY, "autoincrement")


def plain_index(name: object, elements: Sequence[object], dialect: sa.Dialect) -> bool:
    """Whether an index without options is a name, which is not too long, and names of columns, and no more."""
    longest = dialect.max_index_name_length or dialect.max_identifier_length
    return (
        type(name) is str
        and len(name) <= longest
        and all(type(element) is str and is_column(element) for element in elements)
        and not heard()
    )


def column(operation: ops.AddColumn, compiler: Compiler) -> str | None:
    """What CREATE TABLE says of the column that is added; None where it is not plain."""
    origin = operation.column.origin
    if (
        not isinstance(origin, sa.Column)
        or operation.column.name != origin.name
        or not renders_plainly(compiler, ddl.CreateColumn)
    ):
        return None
    plain = plain_column(origin)
    if plain is None:
        return None
    key = ("column", plain, operation.column.nullable)
    known = compiler.patterns.get(key)
    if known is None:
        made = sa.Column(NAME, origin.type, nullable=operation.column.nullable)
        construct.stub(TableName(TABLE)).append_column(made)
        known = compiler.patterns[key] = pattern(compiler.ddl(ddl.CreateColumn(made)), 0)
    return known.format(name=compiler.quote(operation.column.name)) if known else None


def index(operation: ops.CreateIndex, compiler: Compiler) -> str | None:
    """CREATE INDEX; None where the index is not plain."""
    made = operation.index
    name, table, elements = made.name, operation.table, made.elements
    if (
        name is None
        or made.origin is not None
        or made.options
        or table.schema is not None
        or type(table.name) is not str
        or not renders_plainly(compiler, ddl.CreateIndex)
        or not plain_index(name, elements, compiler.dialect)
    ):
        return None
    key = ("index", len(elements), made.unique, operation.if_not_exists)
    known = compiler.patterns.get(key)
    if known is None:
        columns = [COLUMN.format(at) for at in range(len(elements))]
        parent = construct.stub(TableName(TABLE), columns)
        sample = sa.Index(NAME, *[parent.c[each] for each in columns], unique=made.unique)
        text = compiler.ddl(ddl.CreateIndex(sample, if_not_exists=operation.if_not_exists))
        known = compiler.patterns[key] = pattern(text, len(elements))
    if not known:
        return None
    quote = compiler.quote
    return known.format(*map(quote, elements), name=quote(name), table=quote(table.name))


def pattern(text: str, columns: int) -> str:
    """A format string of `text`, in which the placeholders become fields; "" where one is but a part of a name."""
    text = text.replace("{", "{{").replace("}", "}}")
    fields = {COLUMN.format(at): f"{{{at}}}" for at in range(columns)}
    for placeholder, field in {**fields, NAME: "{name}", TABLE: "{table}"}.items():
        whole = rf"(?<![{_IN_A_NAME}]){placeholder}(?![{_IN_A_NAME}])"
        text = re.sub(whole, field, text)
    return "" if "limbeck_" in text else text


def renders_plainly(compiler: Compiler, *constructs: type[Any]) -> bool:
    """Whether the text depends on no more than names.

    It is SQLAlchemy's own then: nobody renders one of `constructs`, nor has a dialect of his own, and schemas keep
    their names.
    """
    return (
        compiler.speaks_sqlalchemys
        and not compiler.schema_translate_map
        and all("_compiler_dispatcher" not in vars(each) for each in constructs)
    )
