"""
SQLite's words in one form.

Responsible for what may be written in several ways and means the same to SQLite: types, defaults, white space in
expressions, referential actions.  Only what is certain to mean the same is made the same.  Does not know tables.
"""

from __future__ import annotations

import re
from dataclasses import replace

from limbeck.database.sqlite.tokens import tokens, unquoted, without_comments
from limbeck.schema import Check, Column, Computed, Constraint, Default, ForeignKey, Generated, Type

_COLLATE = re.compile(r"""\s*\bCOLLATE\s+("(?:[^"]|"")*"|\S+)\s*$""", re.IGNORECASE)
_PLAIN_TYPE = re.compile(r"[A-Z]+(?:\(\d+(?:, \d+)?\))?")


def canonical_type(text: str) -> str:
    """A declared type in capitals, with one space where there is any; BINARY is everybody's collation.

    `varchar ( 20 )collate nocase` is `VARCHAR(20) COLLATE NOCASE`.
    """
    if _PLAIN_TYPE.fullmatch(text):
        return text
    collation = ""
    found = _COLLATE.search(text)
    if found is not None:
        text, name = text[: found.start()], unquoted(found[1]).upper()
        collation = "" if name == "BINARY" else f" COLLATE {name}"
    words = " ".join(without_comments(text).upper().split())
    words = re.sub(r"\s*\(\s*", "(", words)
    words = re.sub(r"\s*,\s*", ", ", re.sub(r"\s*\)", ")", words))
    return (words + collation).strip()


_CONSTANT = re.compile(
    r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[xX]?'(?:[^']|'')*'|[A-Za-z_]+"
)
_WORDS = frozenset(("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "NULL", "TRUE", "FALSE"))


def canonical_default(text: str) -> Default | None:
    """A default without parentheses where it needs none; DEFAULT NULL is no default."""
    inner = without_comments(text)
    while inner.startswith("(") and inner.endswith(")"):
        candidate = inner[1:-1].strip()
        if not _is_constant(candidate):
            break
        inner = candidate
    if inner.upper() in _WORDS:
        inner = inner.upper()
    return None if inner == "NULL" else Default(canonical_expression(inner))


def _is_constant(text: str) -> bool:
    if text.startswith("(") and text.endswith(")"):
        return _is_constant(text[1:-1].strip())
    if _CONSTANT.fullmatch(text) is None:
        return False
    return not text[0].isalpha() or text.upper() in _WORDS or text[1:2] == "'"


def canonical_expression(text: str) -> str:
    """An expression with one space where there is any, outside of its strings and names."""
    if not re.search(r"\s\s|[\t\n\r\f]|--|/\*", text):
        return text.strip()
    return "".join(" " if t.kind == "space" else t.text for t in tokens(text)).strip()


def canonical_column(column: Column) -> Column:
    """The column in one form."""
    return replace(
        column,
        type=Type(canonical_type(column.type.sql)),
        default=_generated(column.default),
        autoincrement=False,
    )


def _generated(given: Generated | None) -> Generated | None:
    if isinstance(given, Default):
        return canonical_default(given.sql)
    if isinstance(given, Computed):
        return Computed(canonical_expression(given.sql), persisted=bool(given.persisted))
    return given


def canonical_constraint(constraint: Constraint) -> Constraint:
    """The constraint in one form.

    SQLite ignores MATCH, and takes what is said of DEFERRABLE for nothing but DEFERRABLE INITIALLY DEFERRED; NO ACTION
    is what it does by itself (sqlite.org/foreignkeys.html).
    """
    if isinstance(constraint, Check):
        return replace(constraint, sql=canonical_expression(constraint.sql))
    if isinstance(constraint, ForeignKey):
        deferred = bool(constraint.deferrable) and constraint.initially == "DEFERRED"
        return replace(
            constraint,
            match=None,
            deferrable=True if deferred else None,
            initially="DEFERRED" if deferred else None,
            onupdate=None if constraint.onupdate == "NO ACTION" else constraint.onupdate,
            ondelete=None if constraint.ondelete == "NO ACTION" else constraint.ondelete,
        )
    return constraint
