"""
Versions of PostgreSQL's extensions.

Responsible for telling which of two is older, and for what there is to say about a way back.  Does not know which
versions a server has, nor which of them know a way to which.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from limbeck.diff.notes import Note
from limbeck.operations import ReplaceObject
from limbeck.schema import Extension

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from limbeck.operations import Operation


def is_older(version: str | None, than: str | None) -> bool:
    """Whether a version is older than another one, by the numbers in them; not where one of them is not known."""
    if version is None or than is None:
        return False
    one, other = ([int(number) for number in re.findall(r"\d+", text)] for text in (version, than))
    return one < other


def older_versions(operations: Iterable[Operation]) -> Iterator[Note]:
    """What there is to say about extensions that are to become older."""
    for operation in operations:
        if not isinstance(operation, ReplaceObject):
            continue
        before, after = operation.before, operation.after
        if not isinstance(before, Extension) or not isinstance(after, Extension):
            continue
        if is_older(after.version, before.version):
            yield Note(
                "older",
                str(after.key),
                f"extension {after.extension} becomes older: where it knows no way back to {after.version} it is dropped "
                "and created anew, which stops while something depends on it or it has tables of its own",
            )
