"""
What kind of statement a piece of SQL is, as far as a run that may be interrupted has to know.

Responsible for telling reading, rows and structure apart from the first words of a text, and for the mark by which
a statement is recognised when its script runs again.  Does not parse SQL, and does not know a connection.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from hashlib import blake2b


class Kind(Enum):
    """What a statement leaves behind."""

    READ = "read"
    """Nothing."""
    SESSION = "session"
    """Something that ends with the connection or the transaction: it has to happen again when a step resumes."""
    ROWS = "rows"
    """Rows, which a transaction can take back on every server."""
    OTHER = "other"
    """Structure, or what cannot be known: some servers commit before and after."""


_LEADING = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*(?!!).*?\*/|\()+", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")
_WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)
_TEMPORARY = re.compile(
    r"(?:CREATE|DROP)\s+(?:OR\s+REPLACE\s+)?(?:GLOBAL\s+|LOCAL\s+)?TEMP(?:ORARY)?\b", re.IGNORECASE
)
_INTO = re.compile(r"\bINTO\s+(?!@|OUTFILE|DUMPFILE)", re.IGNORECASE)
_LITERALS = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")

_KINDS = {
    **dict.fromkeys(("SELECT", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC"), Kind.READ),
    **dict.fromkeys(
        ("SET", "RESET", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "START", "COMMIT", "PRAGMA", "USE",
         "DECLARE", "FETCH", "CLOSE", "LISTEN", "UNLISTEN", "ATTACH", "DETACH", "LOCK", "UNLOCK", "HANDLER"),
        Kind.SESSION,
    ),
    **dict.fromkeys(("INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "COPY", "LOAD"), Kind.ROWS),
}  # fmt: skip

_NOT_IN_TRANSACTION = {
    "postgresql": re.compile(
        r"(?:CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY|DROP\s+INDEX\s+CONCURRENTLY|REINDEX\b.*\bCONCURRENTLY"
        r"|VACUUM|(?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE)|ALTER\s+SYSTEM|REINDEX\s+(?:DATABASE|SYSTEM)"
        r"|ALTER\s+TABLE\b.*\bDETACH\s+PARTITION\b.*\bCONCURRENTLY|(?:CREATE|DROP)\s+SUBSCRIPTION)\b",
        re.IGNORECASE | re.DOTALL,
    ),
    "sqlite": re.compile(r"VACUUM\b", re.IGNORECASE),
    "mssql": re.compile(r"(?:CREATE|ALTER|DROP)\s+DATABASE\b", re.IGNORECASE),
}
_COMMITS_FIRST = re.compile(
    r"(?:(?:CREATE|DROP)\s+(?:(?:UNIQUE|FULLTEXT|SPATIAL)\s+)?(?:TABLE|INDEX)|(?:ALTER|RENAME)\s+TABLE)\b",
    re.IGNORECASE,
)
_MAY_COMMIT_INSIDE = re.compile(r"(?:CALL|DO)\b", re.IGNORECASE)


def _start(text: str) -> int:
    skipped = _LEADING.match(text)
    return skipped.end() if skipped else 0


# A statement is asked about again and again while it is carried out.
@lru_cache(maxsize=2)
def kind_of(text: str) -> Kind:
    """What the statement `text` leaves behind."""
    start = _start(text)
    word = _WORD.match(text, start)
    if word is None:
        return Kind.OTHER
    first = word.group().upper()
    if first == "WITH":
        return Kind.ROWS if _WRITES.search(text, start) else Kind.READ
    if first in {"CREATE", "DROP"} and _TEMPORARY.match(text, start):
        return Kind.SESSION
    kind = _KINDS.get(first, Kind.OTHER)
    if kind is Kind.READ and first == "SELECT" and _INTO.search(text, start):
        return Kind.OTHER
    return kind


def is_temporary_table(text: str) -> bool:
    """Whether `text` makes or drops a temporary table."""
    return _TEMPORARY.match(text, _start(text)) is not None


@lru_cache(maxsize=2)
def runs_alone(text: str, dialect: str) -> bool:
    """Whether the server called `dialect` refuses `text` inside a transaction."""
    pattern = _NOT_IN_TRANSACTION.get(dialect)
    return pattern is not None and pattern.match(text, _start(text)) is not None


def commits_first(text: str, dialect: str) -> bool:
    """Whether the server called `dialect` commits what is open before it does what `text` says.

    See "Statements That Cause an Implicit Commit" in the manuals of MySQL and MariaDB.
    """
    if dialect not in {"mysql", "mariadb"}:
        return False
    return _COMMITS_FIRST.match(text, _start(text)) is not None


def may_commit(text: str) -> bool:
    """Whether `text` calls code that may commit by itself."""
    return _MAY_COMMIT_INSIDE.match(text, _start(text)) is not None


@lru_cache(maxsize=2)
def mark(text: str) -> str:
    """By which a statement is known again: 16 hexadecimal digits.

    Values do not count where rows are concerned: a script that inserts the time of day inserts another one when it
    runs again, and is still the same script.
    """
    if kind_of(text) is Kind.ROWS:
        text = _LITERALS.sub("?", text)
    return blake2b(" ".join(text.split()).encode(), digest_size=8).hexdigest()
