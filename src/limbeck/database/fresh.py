"""
Tables that this run has made, on MySQL and MariaDB, and everything that was said of them since.

Responsible for telling that a column or an index is certainly not there before it is added, so that the database need not
be asked: nothing that was sent since the table was made has mentioned its name.  Asking for a column takes these servers a
temporary table on disk.  Whatever is not plain makes it forget.  Does not ask anything.
"""

from __future__ import annotations

import re

from limbeck.database.changes import Made, key, things

_PLAIN = re.compile(r"\s*CREATE\s+TABLE\s+[\w$`.\s]+\(", re.IGNORECASE)
_COPIES = re.compile(r"\b(?:LIKE|SELECT|TABLE\s+\w+\s*\Z)", re.IGNORECASE)
_NAME = re.compile(r"`?([A-Za-z0-9_$]+)`?")
_NAMES_BY_ITSELF = ("foreign", "references", "check")
"""What the server makes an index or a constraint for whose name the text does not say."""


class FreshTables:
    """What was sent about each table since it was made, in lower case."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}

    def forget(self) -> None:
        """Anything may have happened."""
        self._said.clear()

    def lack(self, text: str) -> bool:
        """Whether `text` adds a column or an index that is certainly not there."""
        made = _one(text)
        if made is None or not made.there or made.kind not in {"column", "index"}:
            return False
        said, name = self._said.get(key(made.table)), _NAME.fullmatch(made.name)
        if said is None or name is None or name[1].lower() in said:
            return False
        return made.kind == "column" or not any(word in said for word in _NAMES_BY_ITSELF)

    def sent(self, text: str) -> None:
        """`text`, which changes structure, is about to be sent."""
        made = _one(text)
        if made is None or made.kind == "constraint":
            self.forget()
        elif made.kind == "table":
            self._said.pop(key(made.table), None)
        elif key(made.table) in self._said:
            self._said[key(made.table)] += f"\n{text.lower()}"

    def happened(self, text: str) -> None:
        """`text` has taken effect."""
        made = _one(text)
        if made is not None and made.kind == "table" and made.there and _says_all(text):
            self._said[key(made.table)] = text.lower()


def _one(text: str) -> Made | None:
    """The one thing that `text` makes or drops."""
    found = things(text)
    return found[0] if len(found) == 1 else None


def _says_all(text: str) -> bool:
    """Whether CREATE TABLE names every column."""
    return _PLAIN.match(text) is not None and _COPIES.search(text) is None and text.isascii()
