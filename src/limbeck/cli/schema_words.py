"""
The parts that JSON Schemas are made of.

Responsible for writing them in a line each.  Does not know what is described.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Any: a schema nests to any depth.
Schema = dict[str, Any]


def text(about: str, *, or_null: bool = False) -> Schema:
    """A text."""
    return {"type": ["string", "null"] if or_null else "string", "description": about}


def number(about: str, *, or_null: bool = False) -> Schema:
    """A number, whole or not."""
    return {"type": ["number", "null"] if or_null else "number", "description": about}


def count(about: str, *, or_null: bool = False) -> Schema:
    """A whole number."""
    return {"type": ["integer", "null"] if or_null else "integer", "description": about}


def flag(about: str) -> Schema:
    """True or false."""
    return {"type": "boolean", "description": about}


def ids(about: str) -> Schema:
    """Texts in a list."""
    return {"type": "array", "items": {"type": "string"}, "description": about}


def listed(about: str, items: Schema) -> Schema:
    """Things of one form in a list."""
    return {"type": "array", "items": items, "description": about}


def document(members: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object with these members, and perhaps the `optional` ones; no others."""
    return {
        "type": "object",
        "required": list(members),
        "properties": {**members, **(optional or {})},
        "additionalProperties": False,
    }
