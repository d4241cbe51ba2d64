"""
SQL as a tree.

Responsible for asking sqlglot, without what it does to function names (`now()` and CURRENT_TIMESTAMP are two things to
a server that prints them), and for names, texts and the one rule that keeps half-understood statements out.  This is
the only place that says how sqlglot is set up.  Its trees carry their parts in dictionaries without types: Any.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from limbeck.database.normalise.postgresql_types import type_text
from limbeck.schema import TableName, Type

if TYPE_CHECKING:
    import sqlalchemy as sa


class NotUnderstood(ValueError):
    """A part of a statement whose meaning is not known; the message says which."""


_NAMES = {"postgresql": "postgres", "mariadb": "mysql", "mssql": "tsql"}


@cache
def _spoken(name: str) -> type[Dialect]:
    """Sqlglot's dialect for SQLAlchemy's, in which every function is just a name with arguments."""
    known: Any = Dialect.get_or_raise(_NAMES.get(name, name)).__class__
    parser = type("Parser", (known.parser_class,), {"FUNCTIONS": {}, "NO_PAREN_FUNCTIONS": {}})
    return type(f"Limbeck{known.__name__}", (known,), {"Parser": parser})


def parsed(text: str, dialect: sa.Dialect) -> list[Any]:
    """The trees of the statements in `text`.  Raises NotUnderstood when it cannot be read."""
    # It warns of what it does not know, which is said here already.
    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        found = sqlglot.parse(text, read=_spoken(dialect.name))
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError) as error:
        message = str(error).partition("\n")[0]
        raise NotUnderstood(f"sqlglot cannot read it: {message}") from None
    finally:
        logger.setLevel(level)
    return [tree for tree in found if tree is not None]


def sql_of(tree: Any, dialect: sa.Dialect) -> str:
    """A part of a statement as SQL."""
    return str(tree.sql(dialect=_spoken(dialect.name), normalize_functions=False, comments=False))


def only(tree: Any, *known: str) -> None:
    """Raises NotUnderstood when a tree says more than what is `known`: what is ignored would be wrong."""
    for name, value in tree.args.items():
        if name not in known and _says(value):
            raise NotUnderstood(f"{type(tree).__name__} with {name} is not understood")


def _says(value: Any) -> bool:
    if isinstance(value, exp.Expression):
        # Some are there, and empty, whatever the statement says.
        return not isinstance(value, exp.IndexParameters) or any(map(_says, value.args.values()))
    return bool(value)


def identifier(tree: Any, dialect: sa.Dialect) -> str:
    """A name as the server has it: PostgreSQL folds what is not in quotes."""
    if isinstance(tree, (exp.Column, exp.Table)):
        tree = tree.this
    if not isinstance(tree, (exp.Identifier, exp.Var)):
        raise NotUnderstood(f"{tree} is not a name")
    name = str(tree.this)
    quoted = bool(tree.args.get("quoted"))
    if quoted or dialect.name not in {"postgresql", "oracle"}:
        return name
    return name.lower()


def name_of(tree: Any, dialect: sa.Dialect) -> TableName:
    """The name of a table, or of something else that lives in a schema."""
    if not isinstance(tree, exp.Table):
        raise NotUnderstood(f"{tree} is not a name")
    only(tree, "this", "db")
    schema = tree.args.get("db")
    return TableName(
        identifier(tree.this, dialect),
        identifier(schema, dialect) if schema is not None else None,
    )


def names_of(trees: Any, dialect: sa.Dialect) -> tuple[str, ...]:
    """The names of columns.  Raises NotUnderstood for anything but names."""
    names = []
    for tree in trees:
        inner = tree
        if isinstance(tree, exp.Ordered):
            only(tree, "this", "nulls_first")
            inner = tree.this
        if not isinstance(inner, (exp.Column, exp.Identifier)):
            raise NotUnderstood(f"{sql_of(tree, dialect)} is not a column")
        names.append(identifier(inner, dialect))
    return tuple(names)


_QUOTED = re.compile(r"('(?:[^']|'')*')")


def type_of(tree: Any, dialect: sa.Dialect) -> Type:
    """A type by its name, as the server's catalog has it as far as that is known."""
    text = sql_of(tree, dialect)
    if dialect.name == "postgresql":
        return Type(type_text(text) or text)
    if dialect.name in {"mysql", "mariadb"}:
        parts = _QUOTED.split(text)
        text = "".join(part if part.startswith("'") else part.lower() for part in parts)
    return Type(text)
