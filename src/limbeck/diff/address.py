"""
How a table, a column or a value is named in a decision on the command line.

Responsible for the text on both sides of `=`: names with dots between them, each in double quotes where it has a dot,
a colon or an equals sign of its own.  Does not know what there is in a schema.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from limbeck.errors import UsageError

_PART = re.compile(r'"((?:[^"]|"")+)"|([^".:=]+)')


class Address(NamedTuple):
    """Names, outermost first; `value` is what stands behind a colon: a value of an enum."""

    names: tuple[str, ...]
    value: str | None = None

    def __str__(self) -> str:
        text = ".".join(quoted(name) for name in self.names)
        return text if self.value is None else f"{text}:{self.value}"


def quoted(name: str) -> str:
    """The name as it is written in a decision."""
    return name if re.fullmatch(r'[^".:=\s]+', name) else '"' + name.replace('"', '""') + '"'


def as_word(text: str) -> str:
    """The text as a shell takes it for one word."""
    if not set(text) & set(" \"'$\\`&|;<>()*?!#~{}[]"):
        return text
    if "'" in text and not set(text) & set('"$`\\!'):
        return f'"{text}"'
    return "'" + text.replace("'", "'\\''") + "'"


def split(text: str, flag: str) -> tuple[Address, str]:
    """The address in front of the first `=` that is in no quotes, and the text behind it.

    Raises UsageError, with `flag` in the message, where there is no such thing.
    """
    address, end = _address(text, flag)
    if end >= len(text) or text[end] != "=":
        raise UsageError(f"{flag} {text}: a name, = and what comes after it are expected")
    return address, text[end + 1 :]


def read(text: str, flag: str) -> Address:
    """All of `text` as an address.  Raises UsageError."""
    address, end = _address(text, flag)
    if end != len(text) or address.value is not None:
        raise UsageError(
            f"{flag}: {text!r} is not a name; put names with . : or = in double quotes"
        )
    return address


def _address(text: str, flag: str) -> tuple[Address, int]:
    """The address at the start of `text`, and where it ends."""
    names: list[str] = []
    end = 0
    while True:
        found = _PART.match(text, end)
        if found is None:
            raise UsageError(f"{flag} {text}: a name is missing")
        names.append(found[1].replace('""', '"') if found[1] is not None else found[2].strip())
        end = found.end()
        if end >= len(text) or text[end] != ".":
            break
        end += 1
    if end < len(text) and text[end] == ":":
        value, sign, _ = text[end + 1 :].partition("=")
        return Address(tuple(names), value), end + 1 + len(value) if sign else len(text)
    return Address(tuple(names)), end
