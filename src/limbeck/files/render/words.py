"""
What stands beside tables, in the words of the functions that make it.

Responsible for names and arguments: of `op.create_view("v", "SELECT 1")` and the like.  Does not know which operation
they are for.
"""

from __future__ import annotations

from functools import singledispatch
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from limbeck import objects
from limbeck.database.read.declarations import value
from limbeck.errors import CannotRender
from limbeck.files.render.renderer import Renderer
from limbeck.files.render.text import program_text, query_text
from limbeck.files.render.types import type_text
from limbeck.schema import (
    Composite,
    Domain,
    Enum,
    Extension,
    Grant,
    Index,
    Policy,
    Routine,
    Sequence,
    Trigger,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from limbeck.schema import Options


class Words(NamedTuple):
    """How an object is spoken of: `create_<noun>(*own, *rest, **said)`; `own` is enough to find it."""

    noun: str
    own: tuple[str, ...]
    rest: tuple[str, ...] = ()
    said: Mapping[str, object] = MappingProxyType({})


@singledispatch
def words_of(item: object, renderer: Renderer) -> Words:
    """How `item` is spoken of.  Raises CannotRender."""
    raise CannotRender(f"there is no way to write a {type(item).__name__} as Python")


@words_of.register
def _(item: Enum, renderer: Renderer) -> Words:
    return Words(
        "enum",
        (repr(item.name.name),),
        (repr(list(item.values)),),
        {"schema": item.name.schema, "comment": item.comment},
    )


@words_of.register
def _(item: Domain, renderer: Renderer) -> Words:
    said = {
        "nullable": None if item.nullable else False,
        "default": item.default,
        "checks": dict(item.checks) or None,
        "schema": item.name.schema,
        "comment": item.comment,
    }
    return Words("domain", (repr(item.name.name),), (type_text(item.type, renderer),), said)


def attributes_text(item: Composite, renderer: Renderer) -> str:
    """The attributes of a composite type, as a mapping."""
    pairs = [f"{name!r}: {type_text(type_, renderer)}" for name, type_ in item.attributes]
    return f"{{{', '.join(pairs)}}}"


@words_of.register
def _(item: Composite, renderer: Renderer) -> Words:
    said: dict[str, object] = {"schema": item.name.schema, "comment": item.comment}
    return Words(
        "composite_type", (repr(item.name.name),), (attributes_text(item, renderer),), said
    )


@words_of.register
def _(item: Sequence, renderer: Renderer) -> Words:
    numbers = ("start", "increment", "minvalue", "maxvalue", "cache")
    said: dict[str, object] = {name: getattr(item, name) for name in numbers}
    said |= {"cycle": item.cycle or None, "schema": item.name.schema, "comment": item.comment}
    kind = (f"type_={type_text(item.type, renderer)}",) if item.type is not None else ()
    return Words("sequence", (repr(item.name.name),), kind, said)


@words_of.register
def _(item: Extension, renderer: Renderer) -> Words:
    said: dict[str, object] = {"schema": item.schema, "version": item.version}
    return Words("extension", (repr(item.extension),), (), said)


@words_of.register
def _(item: View, renderer: Renderer) -> Words:
    said: dict[str, object] = {"schema": item.name.schema, "comment": item.comment}
    said |= _thawed(item.options)
    if item.materialized:
        said |= _indexes(item.indexes)
    noun = "materialized_view" if item.materialized else "view"
    return Words(noun, (repr(item.name.name),), (view_query(item, renderer),), said)


def view_query(item: View, renderer: Renderer) -> str:
    """The query, in the author's words where they are known."""
    if isinstance(item.origin, objects.View):
        declared = value(item.origin, item.name.schema, renderer.dialect)
        if isinstance(declared, View):
            return query_text(declared.sql)
    return query_text(item.sql)


def _thawed(options: Options) -> dict[str, object]:
    return {
        name: dict(value)
        if isinstance(value, tuple) and name.endswith(("_with", "_ops"))
        else value
        for name, value in options
    }


def _indexes(indexes: tuple[Index, ...]) -> dict[str, object]:
    """Indexes of a materialised view by name."""
    plain = {str(index.name): _index(index) for index in indexes if not index.unique}
    unique = {str(index.name): _index(index) for index in indexes if index.unique}
    return {"indexes": plain or None, "unique_indexes": unique or None}


def _index(index: Index) -> object:
    columns = [str(element) for element in index.elements]
    return {"columns": columns, **_thawed(index.options)} if index.options else columns


@words_of.register
def _(item: Routine, renderer: Renderer) -> Words:
    said = {
        "signature": item.signature if item.signature != item.arguments else None,
        "schema": item.name.schema,
        "comment": item.comment,
    }
    noun = "procedure" if item.procedure else "function"
    rest = (repr(item.arguments), program_text(item.definition))
    return Words(noun, (repr(item.name.name),), rest, said)


@words_of.register
def _(item: Trigger, renderer: Renderer) -> Words:
    said = {
        "schema": item.table.schema,
        "enabled": item.enabled if item.enabled != "O" else None,
        "comment": item.comment,
    }
    own = (repr(item.trigger), repr(item.table.name))
    return Words("trigger", own, (program_text(item.definition),), said)


@words_of.register
def _(item: Policy, renderer: Renderer) -> Words:
    said = {
        "command": item.command if item.command != "ALL" else None,
        "permissive": None if item.permissive else False,
        "roles": list(item.roles) if item.roles != ("public",) else None,
        "using": item.using,
        "check": item.check,
        "schema": item.table.schema,
        "comment": item.comment,
    }
    return Words("policy", (repr(item.policy), repr(item.table.name)), (), said)


@words_of.register
def _(item: Grant, renderer: Renderer) -> Words:
    if item.grantable and item.grantable != item.privileges:
        raise CannotRender(
            f"{item.key}: some privileges may be handed on and others not; write two grants"
        )
    said = {
        "kind": item.kind if item.kind != "table" else None,
        "signature": item.signature or None,
        "grant_option": True if item.grantable else None,
        "schema": item.name.schema,
    }
    own = (repr(list(item.privileges)), repr(item.name.name), repr(item.role))
    return Words("grant", own, (), said)
