"""
What a project adds to a comparison.

Responsible for the functions that settings name by `module:callable`, and for values that models give by themselves.
Does not know what is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from limbeck.diff import Equality, Fill
from limbeck.diff.notnull import is_unique
from limbeck.errors import ConfigError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.config import Settings
    from limbeck.schema import SchemaState, TableName


def function(settings: Settings, key: str) -> Callable[..., Any] | None:
    """The function that the setting `key` names; None when it is not set.

    Raises ConfigError when it cannot be imported or is none.
    """
    named: str | None = getattr(settings, key)
    if named is None:
        return None
    module, _, attribute = named.partition(":")
    try:
        found: Any = import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{key} = {named!r} (from {settings.origin(key)}): {error}") from None
    if not callable(found):
        raise ConfigError(f"{key} = {named!r} (from {settings.origin(key)}) is no function")
    return found  # type: ignore[no-any-return] # callable() says no more than that it can be called


def include_name(settings: Settings) -> Callable[..., Any] | None:
    """The filter of names of the database."""
    return function(settings, "include_name")


def include_object(settings: Settings) -> Callable[..., Any] | None:
    """The filter of parts of both sides."""
    return function(settings, "include_object")


def equality(settings: Settings) -> Equality:
    """How columns are compared."""
    return Equality(
        types=function(settings, "compare_type"),
        defaults=function(settings, "compare_server_default"),
    )


def scalar_defaults(want: SchemaState, dialect: sa.Dialect) -> Iterator[Fill]:
    """Values for existing rows, from the defaults that models give to new ones by themselves."""
    for table in want:
        for column in table.columns:
            default: Any = getattr(column.origin, "default", None)
            if default is None or not getattr(default, "is_scalar", False) or column.nullable:
                continue
            if is_unique(table, column.name):
                continue  # one value for all rows would not do
            sql = _literal(default.arg, column.origin, dialect)
            if sql is not None:
                yield Fill(table.name, column.name, sql)


def member_of(want: SchemaState) -> Callable[[TableName, str], str | None]:
    """Tells the first value of an enum that is a text to the server, as SQL, for a column that is one."""
    import sqlalchemy as sa

    def member(table: TableName, column: str) -> str | None:
        if table not in want or column not in want[table]:
            return None  # on the way back, of a column that the models have no more
        kind: Any = getattr(want[table][column].origin, "type", None)
        kind = kind if isinstance(kind, sa.Enum) else getattr(kind, "impl", kind)
        if not isinstance(kind, sa.Enum) or not kind.enums:
            return None
        return "'" + str(kind.enums[0]).replace("'", "''") + "'"

    return member


def _literal(value: object, column: Any, dialect: sa.Dialect) -> str | None:
    """A value as SQL; None when its type cannot say it."""
    import sqlalchemy as sa

    from limbeck.database import convert

    try:
        return convert.sql(sa.literal(value, column.type), dialect)
    except (
        Exception
    ):  # a type of the author's may raise anything; then there is no value, and it is asked for
        return None
