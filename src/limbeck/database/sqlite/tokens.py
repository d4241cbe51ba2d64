"""
SQLite's own words: cutting SQL text into tokens, and putting it together again unchanged.

Responsible for names, strings, comments and numbers exactly as SQLite's own tokenizer sees them, so that text
kept in `sqlite_master` can be changed in one place and stay as it was everywhere else.  Does not know what a
statement means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple

Kind = Literal["space", "word", "quoted", "string", "number", "symbol"]

# sqlite.org/src/file/src/tokenize.c: white space is ASCII only, and everything above it belongs to words.
_TOKEN = re.compile(
    r"""
    (?P<space>   (?: [ \t\n\f\r]+ | --[^\n]* | /\*.*?(?:\*/|\Z) )+ )
  | (?P<string>  [xX]?'(?:[^']|'')*' )
  | (?P<quoted>  "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\] )
  | (?P<word>    [A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]* )
  | (?P<number>  0[xX][0-9a-fA-F]+ | (?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)? )
  | (?P<symbol>  ->> | -> | \|\| | << | >> | <= | >= | <> | != | == | . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of text, and what it is; the pieces of a text joined are the text."""

    kind: Kind
    text: str

    @property
    def word(self) -> str:
        """A keyword or symbol in capitals; empty for what is quoted, and for spaces and comments."""
        return self.text.upper() if self.kind in ("word", "symbol") else ""

    @property
    def name(self) -> str:
        """The identifier that stands here, without its quotes; SQLite takes a string for one, too."""
        return unquoted(self.text)


def tokens(sql: str) -> list[Token]:
    """The tokens of `sql`, spaces and comments included."""
    return [Token(_kind(found), found.group()) for found in _TOKEN.finditer(sql)]


def _kind(found: re.Match[str]) -> Kind:
    kind: Kind = found.lastgroup  # type: ignore[assignment]  # the groups are named after the kinds
    return kind


def unquoted(text: str) -> str:
    """An identifier without its quotes, doubled ones halved."""
    mark = text[:1]
    if mark == "[":
        return text[1:-1]
    if mark and mark in "\"'`":
        return text[1:-1].replace(mark * 2, mark)
    return text


def quoted(name: str) -> str:
    """A name in double quotes, which is right for every name."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A string as SQL."""
    return "'" + value.replace("'", "''") + "'"


def same(one: str, other: str) -> bool:
    """Whether SQLite takes two names for one: it folds the case of ASCII letters only."""
    return folded(one) == folded(other)


def folded(name: str) -> str:
    """The form of a name in which SQLite compares it."""
    if name.isascii():
        return str.lower(name)  # not name.lower(): SQLAlchemy's quoted names keep their capitals
    return "".join(c.lower() if c.isascii() else c for c in name)


def names(sql: str) -> set[str]:
    """Everything in `sql` that could be the name of something, folded."""
    return {folded(t.name) for t in tokens(sql) if t.kind in ("word", "quoted")}


def mentions(sql: str, name: str) -> bool:
    """Whether `name` may be meant somewhere in `sql`.  Rather yes than no: a function may have the name, too."""
    return folded(name) in names(sql)


def renamed(sql: str, mapping: Mapping[str, str]) -> str:
    """`sql` in which identifiers are replaced; functions of the same name are left alone."""
    wanted = {folded(old): new for old, new in mapping.items()}
    if not wanted:
        return sql
    pieces = tokens(sql)

    def replaced(at: int, token: Token) -> str:
        new = wanted.get(folded(token.name)) if token.kind in ("word", "quoted") else None
        return token.text if new is None or _is_call(pieces, at) else quoted(new)

    return "".join(replaced(at, token) for at, token in enumerate(pieces))


def _is_call(pieces: list[Token], at: int) -> bool:
    after = next((t for t in pieces[at + 1 :] if t.kind != "space"), None)
    return pieces[at].kind == "word" and after is not None and after.text == "("


def inserted_before_name(sql: str, schema: str) -> str:
    """A CREATE INDEX or CREATE TRIGGER as `sqlite_master` keeps it, with `schema` before the object's name."""
    pieces = tokens(sql)
    at = _after(pieces, lambda word: word in ("INDEX", "TRIGGER", "VIEW", "TABLE"))
    if [t.word for t in pieces[at:] if t.kind != "space"][:3] == ["IF", "NOT", "EXISTS"]:
        at += _after(pieces[at:], lambda word: word == "EXISTS")
    while pieces[at].kind == "space":
        at += 1
    return _text(pieces[:at]) + f"{quoted(schema)}." + _text(pieces[at:])


def _after(pieces: list[Token], wanted: Callable[[str], bool]) -> int:
    return next(at for at, token in enumerate(pieces) if wanted(token.word)) + 1


def _text(pieces: Iterable[Token]) -> str:
    return "".join(token.text for token in pieces)


def without_comments(sql: str) -> str:
    """`sql` with each comment turned into one space, and no space at its ends."""
    pieces = (
        " " if t.kind == "space" and ("--" in t.text or "/*" in t.text) else t.text
        for t in tokens(sql)
    )
    return "".join(pieces).strip()


def significant_words(sql: str) -> list[str]:
    """The keywords and symbols of `sql`, in capitals; "" for what is quoted."""
    return [token.word for token in tokens(sql) if token.kind != "space"]
