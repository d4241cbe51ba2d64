"""
Types, sequences, views and routines that may have got another name.

Responsible for what they are called in a decision, how much two of them are alike, and what makes a decision wrong.
Does not know tables, columns and values: those are in `renames` and `candidates`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal, cast, get_args

from limbeck.schema import Key, SchemaState, Standalone, TableName

if TYPE_CHECKING:
    from limbeck.diff.abilities import Abilities

ObjectKind = Literal[
    "enum",
    "domain",
    "composite",
    "sequence",
    "view",
    "materialized view",
    "function",
    "procedure",
]
"""The kinds that have a name of their own, as `Key` calls them."""

KINDS = frozenset(get_args(ObjectKind))
_NAMES = frozenset({"name", "origin", "needs", "comment"})
_MOST = 4000
"""Characters of a definition that are compared."""


def kind_of_object(name: TableName, *states: SchemaState) -> ObjectKind | None:
    """What an object of that name is, in the first of the states that has one."""
    for state in states:
        for key in state.objects:
            if key.name == name and key.kind in KINDS:
                return cast("ObjectKind", key.kind)
    return None


def keys_of(kind: str, name: TableName, state: SchemaState) -> list[Key]:
    """The objects of that kind and name: several routines may share one."""
    return [key for key in state.objects if (key.kind, key.name) == (kind, name)]


def problem(old: Key, new: str | None, before: SchemaState, after: SchemaState) -> str | None:
    """Why `old` cannot have got the name `new`, or with None have been dropped; None when it can."""
    if old in after.objects:
        return f"{old} is in the models still"
    if new is None:
        return None
    key = old._replace(name=old.name._replace(name=new))
    if key not in after.objects:
        return f"there is no {key} in the models"
    return f"{key} is in the database already" if key in before.objects else None


def pairs(
    before: SchemaState, after: SchemaState, abilities: Abilities
) -> Iterator[tuple[Key, list[Key]]]:
    """What is gone, and what is new and could be the same by another name."""
    if not abilities.renames_objects:
        return
    added = [key for key in after.objects if key not in before.objects and key.kind in KINDS]
    for gone in before.objects:
        if gone in after.objects or gone.kind not in KINDS:
            continue
        like = [k for k in added if _alike(k, gone)]
        if like and len(keys_of(gone.kind, gone.name, before)) == 1:
            yield gone, like


def _alike(new: Key, old: Key) -> bool:
    return (new.kind, new.name.schema, new.of) == (old.kind, old.name.schema, old.of)


def sameness(some: Standalone, other: Standalone) -> float:
    """How much two objects of a kind are alike apart from their names, between 0 and 1."""
    texts = [_texts(item) for item in (some, other)]
    if texts[0] == texts[1]:
        return 1.0
    return SequenceMatcher(None, texts[0][:_MOST], texts[1][:_MOST], autojunk=False).ratio() * 0.8


def _texts(item: Standalone) -> str:
    """All that an object is, but what it is called."""
    values: Iterable[object] = (
        getattr(item, field.name) for field in fields(item) if field.name not in _NAMES
    )
    return "\n".join(map(str, values))
