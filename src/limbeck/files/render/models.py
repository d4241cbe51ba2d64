"""
A schema as a Python module of `sa.Table`s.

Responsible for text that can be imported, and whose `metadata` says what the schema says.  Tables, not classes: a schema
has no names for classes and relationships, and an invented name is worse than none.  Does not know where the schema came
from.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from limbeck.files.render.parts import (
    column_text,
    constraint_text,
    elements_text,
    options_of,
)
from limbeck.files.render.renderer import Renderer, Style, call, keywords
from limbeck.schema import (
    Composite,
    Domain,
    Enum,
    Extension,
    Grant,
    Policy,
    Routine,
    Sequence,
    Trigger,
    View,
)

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.schema import Index, SchemaState, Standalone, Table

_MARK = ", create_type=False"


def module(state: SchemaState, dialect: sa.Dialect, what: str) -> str:
    """The text of the module; the same state gives the same bytes.  Raises CannotRender."""
    # Without a prefix for op: names are final, since the metadata has no naming convention.
    renderer = Renderer(dialect, Style(op=""), state.objects)
    taken: set[str] = {"sa", "objects", "metadata", "postgresql", "mysql", "sqlite"}
    tables = [_table(table, renderer, taken) for table in state]
    items = [text for item in state.objects.values() for text in _declared(item)]
    items += [text for table in state for text in _row_security(table)]
    imports = ["import sqlalchemy as sa", *sorted(renderer.imports)]
    if any(text.startswith("postgresql.ENUM") for text in items):
        imports = [*dict.fromkeys([*imports, "from sqlalchemy.dialects import postgresql"])]
    if any(text.startswith("objects.") for text in items):
        imports += ["", "from limbeck import objects"]
    head = [f'"""The schema: {_plain(what)}."""', "", *imports, "", "metadata = sa.MetaData()", ""]
    return "\n".join([*head, *items, *([""] if items else []), "\n".join(tables)]).rstrip() + "\n"


def _plain(what: str) -> str:
    return what.replace("\\", "/").replace('"', "'")


def _table(table: Table, renderer: Renderer, taken: set[str]) -> str:
    parts = [column_text(column, renderer, table) for column in table.columns]
    parts += sorted(constraint_text(item, renderer, table.name) or "" for item in table.constraints)
    parts += sorted(_index(index, renderer) for index in table.indexes)
    schema = table.name.schema
    said: dict[str, object] = {"schema": schema, "comment": table.comment}
    said["prefixes"] = list(table.prefixes) or None
    options = tuple(o for o in table.options if o[0] != "postgresql_row_security")
    arguments = [
        repr(str(table.name.name)),
        "metadata",
        *(part for part in parts if part),
        *keywords(said),
        *options_of(options, renderer),
    ]
    body = "".join(f"    {argument},\n" for argument in arguments)
    text = f"{_variable(table, taken)} = sa.Table(\n{body})\n"
    # A named type that tables share is made once, by the metadata.
    return text.replace(_MARK, ", metadata=metadata")


def _variable(table: Table, taken: set[str]) -> str:
    name = re.sub(r"\W", "_", str(table.name)).lower().strip("_") or "table"
    if name[0].isdigit() or keyword.iskeyword(name):
        name = f"t_{name}"
    made, number = name, 1
    while made in taken:
        number += 1
        made = f"{name}_{number}"
    taken.add(made)
    return made


def _index(index: Index, renderer: Renderer) -> str:
    elements = elements_text(index, renderer)[1:-1]
    unique = ["unique=True"] if index.unique else []
    return call(
        "sa.Index", [repr(index.name), elements, *unique, *options_of(index.options, renderer)]
    )


def _row_security(table: Table) -> Iterator[str]:
    how = dict(table.options).get("postgresql_row_security")
    if how is not None:
        said = {"schema": table.name.schema, "forced": True if how == "forced" else None}
        yield _object("RowSecurity", table.name.name, **said)


def _object(declaration: str, /, *own: object, **said: object) -> str:
    arguments = [*(repr(one) for one in own), *keywords(said), "metadata=metadata"]
    return f"objects.{call(declaration, arguments)}"


@singledispatch
def _declared(item: Any) -> Iterator[str]:
    """What declares an object: one line, or none where a table brings it along."""
    raise TypeError(item)


@_declared.register
def _(item: Enum) -> Iterator[str]:
    values = ", ".join(repr(value) for value in item.values)
    schema = f", schema={item.name.schema!r}" if item.name.schema else ""
    yield f"postgresql.ENUM({values}, name={item.name.name!r}{schema}, metadata=metadata)"


@_declared.register
def _(item: Domain) -> Iterator[str]:
    said: dict[str, object] = {
        "nullable": None if item.nullable else False,
        "default": item.default,
        "checks": list(item.checks) or None,
    }
    yield _object("Domain", item.name.name, item.type.sql, **said, **_common(item))


@_declared.register
def _(item: Composite) -> Iterator[str]:
    attributes = [(name, type.sql) for name, type in item.attributes]
    yield _object("Composite", item.name.name, attributes, **_common(item))


@_declared.register
def _(item: Sequence) -> Iterator[str]:
    names = ("start", "increment", "minvalue", "maxvalue", "cache")
    said = {name: getattr(item, name) for name in names}
    given = keywords({**said, "cycle": item.cycle or None, "schema": item.name.schema})
    yield call("sa.Sequence", [repr(item.name.name), *given, "metadata=metadata"])


@_declared.register
def _(item: Extension) -> Iterator[str]:
    yield _object("Extension", item.extension, schema=item.schema, version=item.version)


@_declared.register
def _(item: View) -> Iterator[str]:
    said: dict[str, object] = {"options": dict(item.options) or None}
    kind = "MaterializedView" if item.materialized else "View"
    text = _object(kind, item.name.name, item.sql, **said, **_common(item))
    if item.indexes:
        listed = ", ".join(_view_index(index) for index in item.indexes)
        text = text.replace("metadata=metadata", f"indexes=[{listed}], metadata=metadata")
    yield text


def _view_index(index: Index) -> str:
    options = dict(index.options)
    said = {
        "unique": True if index.unique else None,
        "using": options.get("postgresql_using"),
        "where": options.get("postgresql_where"),
    }
    columns = tuple(str(element) for element in index.elements)
    return call("objects.ViewIndex", [repr(index.name), repr(columns), *keywords(said)])


@_declared.register
def _(item: Routine) -> Iterator[str]:
    kind = "Procedure" if item.procedure else "Function"
    yield _object(kind, item.name.name, item.arguments, item.definition, **_common(item))


@_declared.register
def _(item: Trigger) -> Iterator[str]:
    said = {"schema": item.table.schema, "comment": item.comment}
    yield _object("Trigger", item.trigger, item.table.name, item.definition, **said)


@_declared.register
def _(item: Policy) -> Iterator[str]:
    said: dict[str, object] = {
        "schema": item.table.schema,
        "command": item.command if item.command != "ALL" else None,
        "permissive": None if item.permissive else False,
        "roles": list(item.roles) if item.roles != ("public",) else None,
        "using": item.using,
        "check": item.check,
        "comment": item.comment,
    }
    yield _object("Policy", item.policy, item.table.name, **said)


@_declared.register
def _(item: Grant) -> Iterator[str]:
    said: dict[str, object] = {
        "kind": item.kind if item.kind != "table" else None,
        "grantable": list(item.grantable) or None,
        "arguments": item.signature or None,
        "schema": item.name.schema,
    }
    yield _object("Grant", list(item.privileges), item.name.name, item.role, **said)


def _common(item: Standalone) -> dict[str, object]:
    return {"schema": item.key.name.schema, "comment": getattr(item, "comment", None)}
