"""
Lists of names that an author gives.

Responsible for refusing what would quietly be taken for other names: a string, whose letters would be columns, and a
set, whose order is another one in each process.  Does not know what the names are for, nor whether they are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from limbeck.errors import SchemaError


def some(function: str, argument: str, given: Any) -> list[Any]:
    """The parts of a list that has some; `given` is whatever the author wrote.

    Raises SchemaError for a string, a set, an empty list, and what is no list at all.
    """
    what = f"{function}() takes a list as {argument}"
    if isinstance(given, str):
        raise SchemaError(
            f"{what}, and got the string {given!r}, whose letters would be taken for names",
            hint=f"{argument}=[{given!r}]",
        )
    if isinstance(given, (set, frozenset)):
        ordered = sorted(map(str, given))
        raise SchemaError(
            f"{what}, and got a set, which has no order", hint=f"{argument}={ordered!r}"
        )
    if not isinstance(given, Iterable):
        raise SchemaError(f"{what}, and got {given!r}", hint=f"{argument}=[…]")
    parts = list(given)
    if not parts:
        raise SchemaError(f"{what}, and got an empty one", hint=f"{argument}=['…']")
    return parts


def names(function: str, argument: str, given: Any) -> list[str]:
    """A list of names.  Raises SchemaError as `some` does, and for parts that are no strings."""
    parts = some(function, argument, given)
    for part in parts:
        if not isinstance(part, str):
            name = getattr(part, "name", None) or "…"
            raise SchemaError(
                f"{function}() takes a list of names as {argument}, and got {part!r} in it",
                hint=f"the name of the column as a string: {name!r}",
            )
    return parts


def pairs(function: str, given: Sequence[Any]) -> list[tuple[Any, str]]:
    """Elements that are each a tuple of a column or expression and an operator.  Raises SchemaError."""
    for element in given:
        if not isinstance(element, (tuple, list)) or len(element) != 2:
            raise SchemaError(
                f"{function}() takes pairs of a column or expression and an operator, and got {element!r}",
                hint=f"{function}(…, ('period', '&&'))",
            )
    return [(expression, operator) for expression, operator in given]
