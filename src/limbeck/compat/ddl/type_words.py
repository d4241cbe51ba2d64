"""
The text of a type, taken apart.

Responsible for when two texts count as one type by Alembic's documented rule: the same words, and the same arguments
where both have them.  Does not know SQLAlchemy or a server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# Few dialects read it back.
_COLLATION = r"collate \"?([\w\-.]+)\"?"
_ARGUMENTS = re.compile(r"\(((?:[^()']|'(?:[^']|'')*')*)\)")
_ARGUMENT = re.compile(r"\s*((?:'(?:[^']|'')*'|[^,'])+)\s*(?:,|$)")


class TypeWords(NamedTuple):
    """`VARCHAR(30) COLLATE x`: words, arguments in parentheses, and what patterns of a dialect found."""

    words: str
    arguments: tuple[str, ...]
    extracted: tuple[str | None, ...]


def parsed(sql: str, patterns: Sequence[str]) -> TypeWords:
    """The text of a type; each of `patterns` has one group, for an argument that is said by words."""
    extracted: list[str | None] = []
    for pattern in (*patterns, _COLLATION):
        found = re.search(pattern, sql, re.IGNORECASE)
        extracted.append(found.group(1).lower() if found else None)
        sql = re.sub(pattern, "", sql, flags=re.IGNORECASE)
    arguments: tuple[str, ...] = ()
    inner = _ARGUMENTS.search(sql)
    if inner is not None:
        arguments = tuple(text.strip() for text in _ARGUMENT.findall(inner.group(1)))
        sql = _ARGUMENTS.sub(" ", sql, count=1)
    return TypeWords(" ".join(sql.lower().split()), arguments, tuple(extracted))


def alike(one: TypeWords, other: TypeWords, synonyms: Iterable[Iterable[str]]) -> bool:
    """Whether two types count as the same."""
    return _same_words(one.words, other.words, synonyms) and _same_arguments(one, other)


def _same_words(one: str, other: str, synonyms: Iterable[Iterable[str]]) -> bool:
    if one == other:
        return True
    for group in synonyms:
        names = {name.lower() for name in group}
        if _rest(one, names) is not None and _rest(one, names) == _rest(other, names):
            return True
    return False


def _rest(words: str, names: set[str]) -> str | None:
    """What is left behind a name of a group of synonyms; None when there is none of them."""
    for name in sorted(names, key=len, reverse=True):
        if words == name or words.startswith(f"{name} "):
            return words[len(name) :]
    return None


def _same_arguments(one: TypeWords, other: TypeWords) -> bool:
    said = zip(one.extracted, other.extracted, strict=True)
    if any(None not in pair and pair[0] != pair[1] for pair in said):
        return False
    values = [text for text in (*one.arguments, *other.arguments) if text.startswith("'")]
    if values:  # of an ENUM, whose order does not count; nor may a server have added one
        return sorted(one.arguments) == sorted(other.arguments)
    return len(one.arguments) != len(other.arguments) or one.arguments == other.arguments
