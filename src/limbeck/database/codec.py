"""
Values of the schema as JSON, and back.

Responsible for writing any of them so that reading gives an equal value; `origin` is left out.  Nothing is executed
and no class is looked up by a name from outside: what is not known makes ValueError.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

from limbeck import schema
from limbeck.schema.standalone import Need

_DATA: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        schema.Table, schema.Column, schema.Type, schema.Default, schema.Identity, schema.Computed, schema.PrimaryKey,
        schema.Unique, schema.ForeignKey, schema.Check, schema.Exclude, schema.Index, schema.Enum, schema.Domain,
        schema.Composite, schema.Sequence, schema.Extension, schema.View, schema.Routine, schema.Trigger, schema.Policy,
        schema.Grant,
    )
}  # fmt: skip
_NAMED: dict[str, type[Any]] = {"TableName": schema.TableName, "Need": Need, "Key": schema.Key}


def dumps(value: object) -> str:
    """The value as JSON.  Raises TypeError for what no schema has in it."""
    return json.dumps(_encoded(value), ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> Any:
    """The value that `dumps` was given.  Raises ValueError for any other text."""
    try:
        return _decoded(json.loads(text))
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"this is no value of a schema: {error}") from error


def _encoded(value: object) -> Any:
    if isinstance(value, schema.Expression):
        return {"$": "Expression", "": str(value)}
    if value is None or isinstance(value, (str, int, float)):
        return value
    name = type(value).__name__
    if name in _NAMED and isinstance(value, tuple):
        return {"$": name, "": [_encoded(item) for item in value]}
    if is_dataclass(value) and name in _DATA:
        return {"$": name} | {
            field.name: _encoded(getattr(value, field.name))
            for field in fields(value)
            if field.name != "origin"
        }
    if isinstance(value, tuple):
        return [_encoded(item) for item in value]
    if isinstance(value, frozenset):
        return {"$": "frozenset", "": sorted((_encoded(item) for item in value), key=repr)}
    raise TypeError(f"{name} has no JSON here")


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decoded(item) for item in value)
    if not isinstance(value, dict):
        return value
    kind = value.pop("$")
    if kind == "Expression":
        return schema.Expression(value[""])
    if kind == "frozenset":
        return frozenset(_decoded(value[""]))
    if kind in _NAMED:
        return _NAMED[kind](*_decoded(value[""]))
    return _DATA[kind](**{name: _decoded(item) for name, item in value.items()})
