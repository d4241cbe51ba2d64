"""
From the text of a type, as a catalog has it, to SQLAlchemy's type that makes it.

Responsible for choosing who knows the words of a dialect.  Does not know any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from limbeck.database.construct import Verbatim

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.types import TypeEngine

    from limbeck.schema import Key, Standalone, Type

__all__ = ["sqlalchemy_type"]

_WORDS = {
    "postgresql": "limbeck.database.types.postgresql",
    "sqlite": "limbeck.database.types.sqlite",
    "mysql": "limbeck.database.types.mysql",
    "mariadb": "limbeck.database.types.mysql",
}


def sqlalchemy_type(
    type: Type, dialect: sa.Dialect, objects: Mapping[Key, Standalone] | None = None
) -> TypeEngine[Any]:
    """The type that a catalog's text stands for: one of SQLAlchemy's where it makes exactly that, else the text itself.

    `objects` are those of the state, for the values of enums and the types of domains.
    """
    module = _WORDS.get(dialect.name)
    if module is None:
        return Verbatim(type.sql)
    found: TypeEngine[Any] = import_module(module).sqlalchemy_type(type, dialect, objects or {})
    return found
