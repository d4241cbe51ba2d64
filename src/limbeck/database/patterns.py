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
    return (
        *[each.before_parent_attach for each in events],
        *[each.after_parent_attach for each in events],
        events[0].before_create,
        events[0].after_create,
    )


_AUDIENCE = _audience()


def heard() -> bool:
    """Whether somebody but SQLAlchemy listens to tables, columns or indexes being made, whichever they are."""
    for listeners in _AUDIENCE:
        if listeners and any(not _is_sqlalchemys(listener) for listener in listeners):
            return True
    return False


def _is_sqlalchemys(listener: object) -> bool:
    return getattr(listener, "__module__", "").startswith(
        "sqlalchemy."
    )  # which names what has no name


def plain_column(column: sa.Column[Any]) -> bool:
    """Whether a column, which is in no table, is a name, a type of SQLAlchemy's and NULL or NOT NULL, and no more."""
    return (
        type(column) is sa.Column
        and not column.primary_key
        and plain_in_table(column) is not None
        and not heard()
    )


def plain_in_table(column: sa.Column[Any]) -> tuple[object, ...] | None:
    """What the text of a column's type follows from; None where the column is not plain, or in a table already.

    It is as for `plain_column`, but may be part of a primary key.
    """
    own = vars(column).get
    if (
        own("server_default") is None
        and own("default") is None
        and own("comment") is None
        and own("table") is None
        and own("server_onupdate") is None
        and own("computed") is None
        and own("identity") is None
        and not (own("index") or own("unique") or own("constraints") or own("foreign_keys"))
        and not (own("dialect_options") or own("system") or own("_insert_sentinel"))
        and own("autoincrement") == "auto"
        and own("key") == own("name")
        # A Boolean listens itself, in case that it wants a check.
        and (own("dispatch") is None or isinstance(column.type, sa.Boolean))
        and not getattr(column.type, "create_constraint", False)
    ):
        return plain_type(column.type)
    return None


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
        or not plain_column(origin)
    ):
        return None
    key = ("column", plain_type(origin.type), operation.column.nullable)
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
        not compiler.schema_translate_map
        and compiler.dialect.ddl_compiler.__module__.startswith("sqlalchemy.")
        and not any("_compiler_dispatcher" in vars(each) for each in constructs)
    )
