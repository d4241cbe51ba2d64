"""
Whether two sides want the same.

Responsible for two operations that differ in nothing but who asks.  Does not know whether doing it twice does harm.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from limbeck.conflicts.deeds import flat
from limbeck.operations import Execute

if TYPE_CHECKING:
    from limbeck.conflicts.deeds import Deed
    from limbeck.operations import Operation

# What an author may say of the same thing in other words.
_ASIDE = {
    "existing": None,
    "if_exists": False,
    "if_not_exists": False,
    "origin": None,
    "multiinsert": True,
}


def same(one: Deed, other: Deed) -> bool:
    """Whether both do the same; statements are compared word by word."""
    if isinstance(one.operation, Execute) and isinstance(other.operation, Execute):
        return _words(one.text) == _words(other.text)
    ours, theirs = flat(one.operation), flat(other.operation)
    return len(ours) == len(theirs) and all(
        _bare(a) == _bare(b) for a, b in zip(ours, theirs, strict=True)
    )


def same_thing(one: Deed, other: Deed) -> bool:
    """Whether some operation of the one is an operation of the other, as in a batch."""
    theirs = [_bare(operation) for operation in flat(other.operation)]
    return any(_bare(operation) in theirs for operation in flat(one.operation))


def _words(text: str) -> str:
    return " ".join(text.split()).rstrip("; ")


def _bare(operation: Operation) -> object:
    names = {field.name for field in fields(operation)}  # type: ignore[arg-type] # all are dataclasses
    aside: dict[str, Any] = {name: value for name, value in _ASIDE.items() if name in names}
    if type(operation).__name__ == "AlterColumn":
        from limbeck.operations import ExistingColumn

        aside["existing"] = ExistingColumn()
    return replace(operation, **aside)  # type: ignore[type-var] # a Protocol is no dataclass to mypy
