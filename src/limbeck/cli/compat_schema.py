"""
What `limbeck compat check --json` prints, as JSON Schema.

Responsible for that one document; `limbeck.cli.schemas` has the others, and what they have in common.
"""

from __future__ import annotations

from typing import Any

# Any: a schema nests to any depth.
Schema = dict[str, Any]


def _text(about: str) -> Schema:
    return {"type": "string", "description": about}


def _texts(about: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": about}


def _object(members: Schema) -> Schema:
    return {
        "type": "object",
        "required": list(members),
        "properties": members,
        "additionalProperties": False,
    }


_PEER = {"version": _text("its version"), "python": _text("the Python that has it")}
_CHECK = {
    "name": _text("a name for people"),
    "verdict": {
        "type": "string",
        "enum": ["same", "works", "differs", "fails", "not compared"],
        "description": "what is said of it",
    },
    "about": _text("how much it was"),
    "details": _texts("what differs, fails, or could not be compared"),
}

COMPAT = _object(
    {
        "alembic": {
            **_object(_PEER),
            "type": ["object", "null"],
            "description": "what limbeck was compared with; null when there is none",
        },
        "databases": _texts("databases of `env.py`, for each of which a scratch database stood in"),
        "checks": {
            "type": "array",
            "items": _object(_CHECK),
            "description": "what was looked at",
        },
    }
)
