"""
A table and its indexes in one statement, for MySQL and MariaDB.

Responsible for moving CREATE INDEX into the CREATE TABLE before it: each statement waits for the disk, and a table
with four indexes waits five times.  A text that does not look as expected stays as it is.  Does not know where it is
run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAME = r"(?:`(?:[^`]|``)*`|[\w$]+)"
_TABLE = re.compile(rf"\s*CREATE TABLE (?P<table>{_NAME}(?:\.{_NAME})?) \(\s*")
_INDEX = re.compile(
    rf"\s*CREATE (?P<kind>(?:(?:UNIQUE|FULLTEXT|SPATIAL) )?INDEX) (?P<name>{_NAME})"
    rf" ON (?P<table>{_NAME}(?:\.{_NAME})?) (?P<rest>\(.*)",
    re.DOTALL,
)


def at_once(statements: Sequence[str]) -> list[str]:
    """The same in as few statements as can be; the indexes of a table stand in front of its columns."""
    found: list[str] = []
    heads: dict[str, tuple[int, re.Match[str]]] = {}
    moved: dict[str, list[str]] = {}
    for statement in statements:
        table, index = _TABLE.match(statement), _INDEX.fullmatch(statement)
        if table is not None:
            heads[table["table"]] = (len(found), table)
        if index is not None and index["table"] in heads:
            moved.setdefault(index["table"], []).append(
                f"{index['kind']} {index['name']} {index['rest'].rstrip()}"
            )
        else:
            found.append(statement)
    for name, indexes in moved.items():
        at, head = heads[name]
        found[at] = f"{head[0]}{', '.join(indexes)}, {found[at][head.end() :]}"
    return found
