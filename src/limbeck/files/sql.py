"""
Take SQL text apart: into statements, and into tokens that do not care for comments and format.

Responsible for the lexical rules of the five servers (strings, quoted names, comments, dollar quotes) and for those
bodies in which a semicolon does not end the statement: triggers, routines, `BEGIN ATOMIC`, what stands between
`DELIMITER` lines, before a `GO` or a lone `/`.  Does not know what any statement means.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from limbeck.errors import ScriptFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = r"'(?:[^']|'')*'"
_ESCAPED = r"'(?:[^'\\]|''|\\.)*'"
_NAME = r'"(?:[^"]|"")*"'
_BACKTICKS = r"`(?:[^`]|``)*`"
_BRACKETS = r"\[(?:[^\]]|\]\])*\]"
_DOLLARS = r"(?P<tag>(?<![\w$])\$(?:[^\W\d]\w*)?\$).*?(?P=tag)"
_Q_QUOTES = r"(?<!\w)[nN]?[qQ]'(?:\[.*?\]|\{.*?\}|<.*?>|\(.*?\)|(?P<q>[^\s\[{<(]).*?(?P=q))'"

# What is one token, whatever is in it.
_QUOTED = {
    "postgresql": rf"(?<!\w)[eE]{_ESCAPED}|{_PLAIN}|{_NAME}|{_DOLLARS}",
    "mysql": rf'{_ESCAPED}|"(?:[^"\\]|""|\\.)*"|{_BACKTICKS}',
    "sqlite": rf"{_PLAIN}|{_NAME}|{_BACKTICKS}|{_BRACKETS}",
    "mssql": rf"{_PLAIN}|{_NAME}|{_BRACKETS}",
    "oracle": rf"{_Q_QUOTES}|{_PLAIN}|{_NAME}",
}
_LINE_COMMENT = {"mysql": r"--(?=[\s\x00-\x1f]|\Z)[^\n]*|\#[^\n]*"}
_QUOTES = "['\"]"
_OPEN = {
    "postgresql": rf"{_QUOTES}|(?<![\w$])\$(?:[^\W\d]\w*)?\$",
    "mysql": "['\"`]",
    "sqlite": "['\"`]",
}
_DELIMITER = re.compile(r"[ \t]*delimiter[ \t]+(\S+)[ \t]*$", re.IGNORECASE | re.MULTILINE)
_GO = re.compile(r"^[ \t]*go[ \t]*;?[ \t]*$", re.IGNORECASE | re.MULTILINE)
_SLASH = re.compile(r"^[ \t]*/[ \t]*$", re.MULTILINE)
_NESTED_COMMENTS = {"postgresql", "mssql"}

_ROUTINES = frozenset({"PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE", "TYPE"})
_OTHERS = frozenset({"TABLE", "INDEX", "VIEW", "SCHEMA", "DATABASE", "SEQUENCE", "DOMAIN"})
_COMPOUND = ["BEGIN", "NOT", "ATOMIC"]  # MariaDB's block outside of a routine
# `END IF` and the like close what was not counted when it was opened.
_NOT_COUNTED = frozenset({"IF", "LOOP", "WHILE", "REPEAT", "FOR"})


def split(text: str, dialect: str) -> list[str]:
    """The statements of `text`, in order, without what separates them and without comments in front of them.

    `dialect` is SQLAlchemy's name of the server.  Raises ScriptFailed for a quote or comment that never ends.
    """
    return list(_Splitter(text, family(dialect)).statements())


def family(dialect: str) -> str:
    """The server whose lexical rules hold; MariaDB's are MySQL's, and unknown ones are read like PostgreSQL's."""
    name = "mysql" if dialect == "mariadb" else dialect
    return name if name in _QUOTED else "postgresql"


def normal_form(text: str) -> str:
    """`text` without comments, and with one blank wherever there is any: equal for equal statements."""
    pieces: list[str] = []
    position = 0
    while position < len(text):
        try:
            token = _token(text, position, "postgresql", ";")
        except ScriptFailed:  # written for another server, whose quotes are others
            return " ".join(text.split())
        if token.kind == "blank":
            if pieces and pieces[-1] != " ":
                pieces.append(" ")
        elif token.kind != "comment" or token.text.startswith("/*!"):
            pieces.append(token.text)
        position = token.end
    return "".join(pieces).strip()


class _Token(NamedTuple):
    """A piece of text; `kind` is the name of a group of the pattern."""

    kind: str
    text: str
    end: int


@lru_cache(maxsize=16)
def _pattern(dialect: str, delimiter: str) -> re.Pattern[str]:
    comment = _LINE_COMMENT.get(dialect, r"--[^\n]*")
    return re.compile(
        rf"(?P<quoted>{_QUOTED[dialect]})|(?P<comment>{comment})|(?P<block>/\*)"
        rf"|(?P<end>{re.escape(delimiter)})|(?P<blank>\s+)|(?P<word>[^\W\d][\w$]*)"
        rf"|(?P<open>{_OPEN.get(dialect, _QUOTES)})|(?P<other>[\w$]+|.)",
        re.DOTALL,
    )


def _token(text: str, position: int, dialect: str, delimiter: str) -> _Token:
    """The token at `position`.  ScriptFailed when it never ends."""
    match = _pattern(dialect, delimiter).match(text, position)
    assert match is not None  # the last alternative takes anything
    kind, end = match.lastgroup or "other", match.end()
    if kind == "open":
        raise _never_ends(text, position, match[0])
    if kind == "block":
        kind, end = "comment", _end_of_comment(text, position, nested=dialect in _NESTED_COMMENTS)
    return _Token(kind, text[position:end], end)


def _end_of_comment(text: str, start: int, *, nested: bool) -> int:
    depth = 0
    for mark in re.compile(r"/\*|\*/").finditer(text, start):
        if mark[0] == "*/":
            depth -= 1
        elif nested or depth == 0:
            depth += 1
        if depth == 0:
            return mark.end()
    raise _never_ends(text, start, "/*")


def _never_ends(text: str, position: int, opening: str) -> ScriptFailed:
    line = text.count("\n", 0, position) + 1
    return ScriptFailed(f"line {line}: what {opening} begins never ends")


class _Splitter:
    """Goes through a text once, and keeps what it must know of the statement that it is in."""

    def __init__(self, text: str, dialect: str) -> None:
        self.text = text
        self.dialect = dialect
        self.delimiter = ";"
        self.batches = dialect == "mssql" and _GO.search(text) is not None
        self.start = self.position = self.depth = 0
        self.words: list[str] = []

    def statements(self) -> Iterator[str]:
        """Each statement, without its end."""
        while self.position < len(self.text):
            if not self.words and self._skip_directive():
                continue
            line = self._line_that_ends()
            if line is not None:
                yield from self._finish(self.position, line)
                continue
            token = _token(self.text, self.position, self.dialect, self.delimiter)
            if token.kind == "end" and self.depth == 0 and not self._is_whole():
                yield from self._finish(self.position, token.end)
                continue
            if token.kind == "comment" and not self.words and not token.text.startswith("/*!"):
                self.start = token.end
            elif token.kind != "blank":
                self._count(token)
            self.position = token.end
        yield from self._finish(len(self.text), len(self.text))

    def _finish(self, end: int, following: int) -> Iterator[str]:
        statement = self.text[self.start : end].strip()
        if self.words and statement:
            yield statement
        self.start = self.position = following
        self.depth = 0
        self.words = []

    def _skip_directive(self) -> bool:
        """Take a `DELIMITER` line, which the client and not the server understands."""
        found = self.dialect == "mysql" and _DELIMITER.match(self.text, self.position)
        if not found:
            return False
        self.delimiter = found[1]
        self.start = self.position = found.end()
        return True

    def _line_that_ends(self) -> int | None:
        """Where a `GO` or a lone `/` ends, if there is one here."""
        pattern = {"mssql": _GO, "oracle": _SLASH}.get(self.dialect)
        if pattern is None or (self.position and self.text[self.position - 1] != "\n"):
            return None
        found = pattern.match(self.text, self.position)
        return found.end() if found else None

    def _count(self, token: _Token) -> None:
        """Note the first words of a statement, and how deep in `BEGIN … END` we are."""
        word = token.text.upper() if token.kind == "word" else "?"
        before = self.words[-1] if self.words else ""
        self.words.append(word)
        if self.delimiter != ";" or not self._has_body():
            return
        if self._opens(before, word):
            self.depth += 1
        elif word == "END" and self.depth:
            self.depth -= 1

    def _opens(self, before: str, word: str) -> bool:
        """Whether `word` goes one deeper, or takes back an `END` that was not one of those counted."""
        if word == "BEGIN":
            return self.dialect != "postgresql"
        if word == "ATOMIC":
            return before == "BEGIN" or self.words == _COMPOUND
        if word == "CASE":
            return before != "END" and self.depth > 0
        return before == "END" and word in _NOT_COUNTED

    def _has_body(self) -> bool:
        """Whether the statement may hold others: a routine, a trigger, a compound statement."""
        first = self.words[:8]
        if first[0] in ("CREATE", "ALTER"):
            kind = next((word for word in first if word in _ROUTINES or word in _OTHERS), "")
            return kind in _ROUTINES
        return first[:3] == _COMPOUND

    def _is_whole(self) -> bool:
        """Whether only a line of its own ends this statement, and a semicolon never does."""
        if self.dialect == "oracle":
            return self.words[:1] in (["DECLARE"], ["BEGIN"]) or (
                bool(self.words) and self._has_body()
            )
        return self.batches
