"""
Column types as Python.

Responsible for the expression that makes a type again and for the import it needs.  Does not know columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator, TypeEngine

from limbeck.database.types import sqlalchemy_type
from limbeck.errors import CannotRender
from limbeck.files.render.decorators import decorator_text
from limbeck.files.render.renderer import keywords
from limbeck.files.render.sql import sql_text
from limbeck.schema import Key, TableName

if TYPE_CHECKING:
    from limbeck.files.render.renderer import Renderer
    from limbeck.schema import Type

_DIALECTS = "sqlalchemy.dialects."


def type_text(given: Type, renderer: Renderer) -> str:
    """The expression for a type: the author's own where it is known.  Raises CannotRender."""
    if isinstance(given.origin, TypeEngine):
        return engine_text(given.origin, renderer)
    return engine_text(sqlalchemy_type(given, renderer.dialect, renderer.objects), renderer)


def engine_text(given: TypeEngine[Any], renderer: Renderer) -> str:
    """The expression for a type of SQLAlchemy, or of a user's."""
    custom = renderer.item("type", given)
    if custom is not False:
        return custom or ""
    if renderer.style.types == "impl":
        given = _stood_for(given, renderer)
    variants = cast("dict[str, TypeEngine[Any]]", getattr(given, "_variant_mapping", {}))
    text = _with_prefix(given, renderer)
    for dialect, variant in variants.items():
        text += f".with_variant({engine_text(variant, renderer)}, {dialect!r})"
    return text


def _stood_for(given: TypeEngine[Any], renderer: Renderer) -> TypeEngine[Any]:
    """The type of SQLAlchemy behind a decorator."""
    while isinstance(given, TypeDecorator) and not _module(given).startswith("sqlalchemy."):
        given = given.load_dialect_impl(renderer.dialect)
    return given


def _module(given: TypeEngine[Any]) -> str:
    return type(given).__module__


def _with_prefix(given: TypeEngine[Any], renderer: Renderer) -> str:
    module = _module(given)
    separate = _made_apart(given, renderer)
    if separate is not None:
        return separate
    if module.startswith(_DIALECTS):
        dialect = module[len(_DIALECTS) :].partition(".")[0]
        renderer.imports.add(f"from sqlalchemy.dialects import {dialect}")
        return f"{dialect}.{_expression(given, renderer)}"
    if module.startswith("sqlalchemy."):
        return f"{renderer.style.sqlalchemy}{_expression(given, renderer)}"
    if renderer.style.user_module is not None:
        return f"{renderer.style.user_module}{_expression(given, renderer)}"
    if "<locals>" not in type(given).__qualname__ and module != "__main__":
        renderer.imports.add(f"import {module}")
    return f"{module}.{_expression(given, renderer)}"


def _made_apart(given: TypeEngine[Any], renderer: Renderer) -> str | None:
    """The expression for an enum that the schema has as an object: nothing is to make it a second time."""
    if (
        not isinstance(given, sa.Enum)
        or given.name is None
        or renderer.dialect.name != "postgresql"
    ):
        return None
    # The default one, which models may name, has no name here.
    schemas = [
        schema
        for schema in (given.schema, None)
        if Key("enum", TableName(given.name, schema)) in renderer.objects
    ]
    if not schemas:
        return None
    renderer.imports.add("from sqlalchemy.dialects import postgresql")
    schema = f", schema={schemas[0]!r}" if schemas[0] else ""
    values = ", ".join(repr(value) for value in given.enums)
    return f"postgresql.ENUM({values}, name={given.name!r}{schema}, create_type=False)"


def _expression(given: TypeEngine[Any], renderer: Renderer) -> str:
    """The call that makes the type, without what stands before its name."""
    if type(given).__name__ == "DOMAIN" and _module(given).startswith(_DIALECTS):
        return _domain(given, renderer)
    if isinstance(given, TypeDecorator):
        text = decorator_text(given, lambda inner: engine_text(inner, renderer))
    else:
        text = repr(given)
    for inner in _inner(given):
        # SQLAlchemy writes a type within a type without its module.
        text = text.replace(repr(inner), engine_text(inner, renderer), 1)
    try:
        compile(text, "type", "eval")
    except SyntaxError:
        raise CannotRender(
            f"the type {type(given).__module__}.{type(given).__qualname__} cannot be written as Python: its repr is {text}",
            hint="give the type a __repr__ that is the expression which makes it",
        ) from None
    return text


_INNER = ("item_type", "text_type", "astext_type")


def _inner(given: TypeEngine[Any]) -> list[TypeEngine[Any]]:
    """The types within a type, of which its repr speaks."""
    if isinstance(given, TypeDecorator):
        return []
    found = [getattr(given, name, None) for name in _INNER]
    return [one for one in found if isinstance(one, TypeEngine)]


def _domain(given: Any, renderer: Renderer) -> str:
    """PostgreSQL's DOMAIN, whose repr leaves out what it checks."""
    arguments = [repr(given.name), engine_text(given.data_type, renderer)]
    collations = {name: getattr(given, name, None) for name in ("collation", "collation_schema")}
    arguments += keywords(collations)
    if given.default is not None:
        text = given.default if isinstance(given.default, str) else None
        default = repr(text) if text is not None else sql_text(given.default, renderer)
        arguments.append(f"default={default}")
    if given.constraint_name is not None:
        arguments.append(f"constraint_name={given.constraint_name!r}")
    if given.not_null:
        arguments.append("not_null=True")
    if given.check is not None:
        arguments.append(f"check={str(given.check)!r}")
    if given.schema is not None:
        arguments.append(f"schema={given.schema!r}")
    if not given.create_type:
        arguments.append("create_type=False")
    return f"DOMAIN({', '.join(arguments)})"
