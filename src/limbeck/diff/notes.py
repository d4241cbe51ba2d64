"""What a comparison has to say beside operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from limbeck.operations import Operation

NoteKind = Literal["not owned", "kept", "not changed", "no cast", "value wanted", "older"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that people should know: what it is about, and one sentence.

    "not owned": it is in the database only, and no revision of this history made it.  "kept": it hangs on something
    that stays.  "not changed": there is a difference that no operation can remove.  "no cast": values cannot become
    the new type.  "value wanted": a column comes back NOT NULL, and rows would need a value.
    "older": an extension gets an older version, to which it may know no way.
    """

    kind: NoteKind
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Loss:
    """An operation that loses data, and in words what is lost."""

    operation: Operation
    what: str
