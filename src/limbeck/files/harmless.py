"""
What a file that is read, not executed, may name.

Responsible for the list of what only describes something: operations, SQLAlchemy's types, schema and expressions, a few
methods of texts.  Does not know syntax.
"""

from __future__ import annotations

from typing import Any

_MODULES = (
    "sqlalchemy",
    "sqlalchemy.sql",
    "sqlalchemy.types",
    "sqlalchemy.schema",
    "sqlalchemy.dialects",
)
_FUNCTIONS = frozenset(
    [
        "all_",
        "and_",
        "any_",
        "asc",
        "between",
        "bindparam",
        "case",
        "cast",
        "collate",
        "column",
        "delete",
        "desc",
        "distinct",
        "exists",
        "extract",
        "false",
        "func",
        "insert",
        "literal",
        "literal_column",
        "not_",
        "null",
        "nulls_first",
        "nulls_last",
        "or_",
        "select",
        "table",
        "text",
        "true",
        "tuple_",
        "type_coerce",
        "update",
        "values",
    ]
)
_OF_TEXTS = frozenset({"strip", "lstrip", "rstrip", "lower", "upper", "join"})
_OF_TYPES = frozenset({"with_variant"})
_NOT_OF_OP = frozenset(
    {"invoke", "carry_out", "run_async", "register_operation", "implementation_for"}
)
_NOT_OF_SQL = frozenset({"execute", "scalar", "compile", "create", "drop", "create_all", "drop_all", "reflect", "bind", "info"})  # fmt: skip


class Facts:
    """What is known of a database that is not there: what its dialect is called."""

    def __init__(self, dialect: str) -> None:
        self.dialect = Dialect(dialect)


class Dialect:
    """The name of a dialect."""

    def __init__(self, name: str) -> None:
        self.name = name


def is_sqlalchemy(module: str) -> bool:
    """Whether a module is one of those of SQLAlchemy that describe things."""
    return module in _MODULES or module.startswith("sqlalchemy.dialects.")


def is_module(value: object) -> bool:
    """Whether a value is a module."""
    from types import ModuleType

    return isinstance(value, ModuleType)


def is_sql(value: object) -> bool:
    """Whether a value is a part of SQL."""
    from sqlalchemy import ClauseElement

    return isinstance(value, ClauseElement)


def member(module: object, name: str) -> Any:
    """What a module of SQLAlchemy has by this name, where it only describes something; None for anything else."""
    from sqlalchemy import ClauseElement, quoted_name
    from sqlalchemy.schema import SchemaItem
    from sqlalchemy.types import TypeEngine

    found = getattr(module, name, None)
    if name.startswith("_") or found is None:
        return None
    if is_module(found):
        return found if is_sqlalchemy(found.__name__) else None
    if isinstance(found, type):
        return (
            found
            if issubclass(found, (TypeEngine, SchemaItem, ClauseElement, quoted_name))
            else None
        )
    described = isinstance(found, (ClauseElement, TypeEngine))
    return found if described or name in _FUNCTIONS else None


def may_look_at(owner: object, name: str) -> bool:
    """Whether an attribute of a value may be looked at."""
    from sqlalchemy import ClauseElement, ColumnCollection, func
    from sqlalchemy.types import TypeEngine

    from limbeck.dsl import Op
    from limbeck.dsl.batch import BatchOp

    if isinstance(owner, (Op, BatchOp)):
        return name not in _NOT_OF_OP and callable(getattr(type(owner), name, None))
    if isinstance(owner, str):
        return name in _OF_TEXTS
    if isinstance(owner, TypeEngine):
        return name in _OF_TYPES
    if isinstance(owner, ClauseElement):
        return name not in _NOT_OF_SQL
    if isinstance(owner, (Facts, Dialect)):
        return name in {"dialect", "name"}
    return is_module(owner) or isinstance(owner, (ColumnCollection, type(func)))
