"""
Operations on what stands beside tables, and on enum values, as Python.

Responsible for the calls, and for SQL in their place where a project must also run with Alembic, which has none of
them.  Does not know tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.errors import CannotRender
from limbeck.files.render.renderer import Renderer, call, keywords, renders
from limbeck.files.render.statements import as_sql
from limbeck.files.render.text import laid_out
from limbeck.files.render.types import type_text
from limbeck.files.render.words import attributes_text, view_query, words_of
from limbeck.operations import (
    AddEnumValue,
    CreateObject,
    DropObject,
    RenameEnumValue,
    RenameObject,
    ReplaceEnum,
    ReplaceObject,
)
from limbeck.schema import (
    Composite,
    Domain,
    Extension,
    Grant,
    Routine,
    Sequence,
    Trigger,
    View,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.operations import Operation
    from limbeck.schema import Key, Standalone


def _calls(operation: Operation, texts: Iterable[str], renderer: Renderer) -> list[str]:
    return as_sql(operation, renderer) if renderer.style.alembic else list(texts)


@renders(CreateObject)
def _create(operation: CreateObject, renderer: Renderer) -> list[str]:
    if isinstance(operation.object, Grant) and not operation.object.privileges:
        return _opposite(operation, operation.object, "revoke", ["ALL"], renderer)
    words = words_of(operation.object, renderer)
    exists = {"if_not_exists": operation.if_not_exists or None}
    arguments = [*words.own, *words.rest, *keywords({**words.said, **exists})]
    if words.noun == "extension":
        arguments = [*words.own, *keywords(words.said)]
    verb = "grant" if words.noun == "grant" else f"create_{words.noun}"
    return _calls(operation, [laid_out(f"{renderer.op}{verb}", arguments)], renderer)


@renders(DropObject)
def _drop(operation: DropObject, renderer: Renderer) -> list[str]:
    noun, own = _found(operation.key, operation.existing, renderer)
    schema = operation.key.name.schema
    said: dict[str, object] = {"schema": schema, "if_exists": operation.if_exists or None}
    if noun == "grant":
        return _revoke(operation, renderer)
    if noun == "extension":
        del said["schema"]
    return _calls(operation, [call(f"{renderer.op}drop_{noun}", [*own, *keywords(said)])], renderer)


_NOUNS = {"materialized view": "materialized_view", "composite": "composite_type"}


def _found(
    key: Key, existing: Standalone | None, renderer: Renderer
) -> tuple[str, tuple[str, ...]]:
    """The noun of an object, and the arguments that find it."""
    if existing is not None:
        words = words_of(existing, renderer)
        own = words.own
        if isinstance(existing, Routine):
            own = (repr(existing.name.name), repr(existing.signature))
        return words.noun, own
    name = repr(key.name.name)
    if key.kind in {"function", "procedure"}:
        return key.kind, (name, repr(key.of))
    if key.kind in {"trigger", "policy"}:
        return key.kind, (name, repr(key.of.rpartition(".")[2]))
    return _NOUNS.get(key.kind, key.kind), (name,)


def _revoke(operation: DropObject, renderer: Renderer) -> list[str]:
    grant = operation.existing
    if not isinstance(grant, Grant):
        raise CannotRender(f"what {operation.key} grants is not known")
    if not grant.privileges:
        return _opposite(operation, grant, "grant", list(grant.usual), renderer)
    words = words_of(grant, renderer)
    said = {name: value for name, value in words.said.items() if name != "grant_option"}
    return _calls(
        operation, [call(f"{renderer.op}revoke", [*words.own, *keywords(said)])], renderer
    )


def _opposite(
    operation: Operation, grant: Grant, verb: str, privileges: list[str], renderer: Renderer
) -> list[str]:
    """The call for a grant that says that something usual was taken away."""
    words = words_of(grant, renderer)
    arguments = [repr(privileges), *words.own[1:], *keywords(words.said)]
    return _calls(operation, [call(f"{renderer.op}{verb}", arguments)], renderer)


@renders(ReplaceObject)
def _replace(operation: ReplaceObject, renderer: Renderer) -> list[str]:
    before, after = operation.before, operation.after
    words = words_of(after, renderer)
    if isinstance(after, Grant):
        return _regrant(operation, renderer)
    if isinstance(after, Extension):
        version = [repr(after.version)]
        known = before.version if isinstance(before, Extension) else None
        said = keywords({"existing_version": known})
        text = call(f"{renderer.op}update_extension", [*words.own, *version, *said])
        return _calls(operation, [text], renderer)
    if before is None or (isinstance(after, View) and after.materialized):
        found = [*renderer.operation(DropObject(after.key, before))]
        return [*found, *renderer.operation(CreateObject(after))]
    existing = _existing(before, renderer)
    arguments = [*words.own, *words.rest, existing, *keywords(words.said)]
    return _calls(operation, [laid_out(f"{renderer.op}replace_{words.noun}", arguments)], renderer)


def _existing(before: Standalone, renderer: Renderer) -> str:
    """What an object is like now, for the statement that changes it."""
    if isinstance(before, (View, Composite)):
        what = (
            view_query(before, renderer)
            if isinstance(before, View)
            else attributes_text(before, renderer)
        )
        comment = f", existing_comment={before.comment!r}" if before.comment is not None else ""
        return f"existing={what}{comment}"
    given: dict[str, str] = {}
    if isinstance(before, Routine):
        given = {"arguments": repr(before.arguments), "definition": repr(before.definition)}
    elif isinstance(before, Trigger):
        given = {"definition": repr(before.definition)}
    elif isinstance(before, (Domain, Sequence)) and before.type is not None:
        given = {"type_": type_text(before.type, renderer)}
    words = words_of(before, renderer)
    said = {
        name: repr(value) for name, value in words.said.items() if name not in {"schema", "type_"}
    }
    pairs = [f"{name!r}: {text}" for name, text in {**given, **said}.items() if text != "None"]
    return f"existing={{{', '.join(pairs)}}}"


def _regrant(operation: ReplaceObject, renderer: Renderer) -> list[str]:
    """The privileges that come, and those that go."""
    before, after = operation.before, operation.after
    if not isinstance(before, Grant) or not isinstance(after, Grant):
        raise CannotRender(f"what {after.key} was is not known")
    found: list[str] = []
    for one in (before, after):
        drop = one is before
        other = after if drop else before
        rest = tuple(p for p in one.privileges if p not in other.privileges)
        changed = {*before.grantable} ^ {*after.grantable}
        rest = tuple(sorted({*rest, *(p for p in one.privileges if p in changed)}))
        if rest:
            part = Grant(
                one.kind,
                one.name,
                one.role,
                rest,
                tuple(p for p in one.grantable if p in rest),
                one.signature,
            )
            made = DropObject(part.key, part) if drop else CreateObject(part)
            found += renderer.operation(made)
    return found


# Enum values and names


@renders(AddEnumValue)
def _add_value(operation: AddEnumValue, renderer: Renderer) -> list[str]:
    said = {
        "before": operation.before,
        "after": operation.after,
        "schema": operation.name.schema,
        "if_not_exists": operation.if_not_exists or None,
    }
    arguments = [repr(operation.name.name), repr(operation.value), *keywords(said)]
    return _calls(operation, [call(f"{renderer.op}add_enum_value", arguments)], renderer)


@renders(RenameEnumValue)
def _rename_value(operation: RenameEnumValue, renderer: Renderer) -> list[str]:
    names = [repr(operation.name.name), repr(operation.old), repr(operation.new)]
    arguments = [*names, *keywords({"schema": operation.name.schema})]
    return _calls(operation, [call(f"{renderer.op}rename_enum_value", arguments)], renderer)


@renders(ReplaceEnum)
def _replace_enum(operation: ReplaceEnum, renderer: Renderer) -> list[str]:
    columns = [(str(table), column, default) for table, column, default in operation.columns]
    said = {
        "existing_values": list(operation.values_before),
        "columns": columns,
        "renamed": dict(operation.renamed) or None,
        "schema": operation.name.schema,
    }
    arguments = [repr(operation.name.name), repr(list(operation.values_after)), *keywords(said)]
    return _calls(operation, [call(f"{renderer.op}replace_enum", arguments)], renderer)


@renders(RenameObject)
def _rename_object(operation: RenameObject, renderer: Renderer) -> list[str]:
    key = operation.key
    of_table = key.kind in {"trigger", "policy"}
    said = {
        "table_name": key.of.rpartition(".")[2] if of_table else None,
        "signature": (key.of or None) if not of_table else None,
        "schema": key.name.schema,
    }
    arguments = [repr(key.kind), repr(key.name.name), repr(operation.new), *keywords(said)]
    return _calls(operation, [call(f"{renderer.op}rename_object", arguments)], renderer)
