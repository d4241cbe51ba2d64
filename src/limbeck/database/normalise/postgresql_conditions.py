"""
Conditions in PostgreSQL's own words, where they are simple.

Responsible for comparisons of a column with literals joined by AND and OR: what stands in ordinary models.  Anything
else is None, "not known here", and the server is asked.  The rules follow what `ruleutils.c` of PostgreSQL prints;
they were read off a server, and a test asks one again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from limbeck.database.normalise.postgresql_defaults import (
    DECIMAL,
    FLOATS,
    INTEGER,
    INTEGERS,
    STRING,
)
from limbeck.database.normalise.postgresql_types import bare
from limbeck.schema.postgresql_names import KEYWORDS, quoted

_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<string>{STRING})
    | (?P<number>\d+(?:\.\d+)?)
    | "(?P<quoted>[^"]+)"
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<sign><=|>=|<>|!=|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE,
)
_FUNCTIONS = {
    "length": True,
    "char_length": True,
    "lower": False,
    "upper": False,
}  # to an integer, or to text


_Read = Callable[[], tuple[str, str]]


class _Unknown(Exception):
    """Not one of the forms that are known here."""


def condition(sql: str, types: Mapping[str, str]) -> str | None:
    """What `pg_get_expr` prints for a condition on columns of these types; None where that is not known."""
    try:
        return _Conditions(sql, types).whole()
    except _Unknown:
        return None


def columns_in(sql: str, types: Mapping[str, str]) -> frozenset[str] | None:
    """The columns that a condition names; None where it is not one of the forms that are known here."""
    reader = _Conditions.reading(sql, types)
    return frozenset(reader.seen) if reader is not None else None


class _Conditions:
    """Reads a condition from left to right and says it in the server's words."""

    def __init__(self, sql: str, types: Mapping[str, str]) -> None:
        self.types = types
        self.seen: set[str] = set()
        self.tokens: list[tuple[str, str]] = []
        at = 0
        text = sql.strip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise _Unknown
            kind = str(found.lastgroup)
            self.tokens.append((kind, found[kind]))
            at = found.end()
        self.at = 0

    @classmethod
    def reading(cls, sql: str, types: Mapping[str, str]) -> _Conditions | None:
        """One that has read all of it; None where that cannot be."""
        try:
            reader = cls(sql, types)
            reader.whole()
        except _Unknown:
            return None
        return reader

    def whole(self) -> str:
        text, _ = self.alternatives()
        if self.at != len(self.tokens):
            raise _Unknown
        return text

    # Each gives a text, and what joins its parts at the top: "AND", "OR" or "".

    def alternatives(self) -> tuple[str, str]:
        return self.chain("OR", lambda: self.chain("AND", self.part))

    def chain(self, word: str, read: _Read) -> tuple[str, str]:
        first = read()
        parts = [first]
        while self.accept(word):
            parts.append(read())
        if len(parts) == 1:
            return first
        if any(top == word for _, top in parts):
            raise _Unknown  # the server flattens some of these
        return f"({f' {word} '.join(text for text, _ in parts)})", word

    def part(self) -> tuple[str, str]:
        if self.accept("("):
            inside = self.alternatives()
            self.expect(")")
            return inside
        if self.accept("NOT"):
            column, type = self.column()
            if type != "boolean":
                raise _Unknown
            return f"(NOT {column})", ""
        return self.predicate(), ""

    def predicate(self) -> str:
        operand, type = self.operand()
        if self.accept("IS"):
            negated = self.accept("NOT")
            self.expect("NULL")
            return f"({operand} IS {'NOT ' if negated else ''}NULL)"
        printed = f"({operand})::text" if type == "character varying" else operand
        negated = self.accept("NOT")
        if self.accept("IN"):
            return self.listed(printed, type, negated=negated)
        if negated:
            raise _Unknown
        if self.accept("BETWEEN"):
            low = self.literal(type)
            self.expect("AND")
            return f"(({printed} >= {low}) AND ({printed} <= {self.literal(type)}))"
        if self.kind() == "sign" and self.peek() in {"<", ">", "<=", ">=", "=", "<>", "!="}:
            sign = self.next()
            return f"({printed} {'<>' if sign == '!=' else sign} {self.literal(type)})"
        if type == "boolean":
            return operand
        raise _Unknown

    def listed(self, printed: str, type: str, *, negated: bool) -> str:
        self.expect("(")
        values = [self.literal(type)]
        while self.accept(","):
            values.append(self.literal(type))
        self.expect(")")
        if len(values) == 1:
            return f"({printed} {'<>' if negated else '='} {values[0]})"
        how = "<> ALL" if negated else "= ANY"
        if type == "character varying":
            inner = ", ".join(
                value.removesuffix("::text") + "::character varying" for value in values
            )
            return f"({printed} {how} ((ARRAY[{inner}])::text[]))"
        if type not in {"text", "integer"}:
            raise _Unknown  # smallint and bigint make other arrays
        return f"({printed} {how} (ARRAY[{', '.join(values)}]))"

    def operand(self) -> tuple[str, str]:
        """A column, or a function of one, and its type."""
        function = self.peek().lower()
        following = self.tokens[self.at + 1 : self.at + 2]
        if self.kind() == "word" and function in _FUNCTIONS and following == [("sign", "(")]:
            self.at += 2
            column, type = self.column()
            self.expect(")")
            if type not in {"text", "character varying"}:
                raise _Unknown
            argument = f"({column})::text" if type == "character varying" else column
            return f"{function}({argument})", "integer" if _FUNCTIONS[function] else "text"
        return self.column()

    def column(self) -> tuple[str, str]:
        kind, text = self.kind(), self.next()
        if kind == "word" and text.lower() not in KEYWORDS:
            name = text.lower()
        elif kind == "quoted":
            name = text
        else:
            raise _Unknown
        type = self.types.get(name)
        if type is None:
            raise _Unknown
        self.seen.add(name)
        return quoted(name), type if "COLLATE" in type else bare(type)

    def literal(self, type: str) -> str:
        kind, text = self.kind(), self.next()
        if kind == "string" and type in {"text", "character varying"}:
            return f"{text}::text"
        if kind == "number" and INTEGER.fullmatch(text):
            if type in INTEGERS:
                return text
            if type == "numeric" or type in FLOATS:
                return f"({text})::{type}" if type != "real" else f"({text})::double precision"
        if kind == "number" and DECIMAL.fullmatch(text) and type == "numeric":
            return text
        if kind == "word" and type == "boolean" and text.lower() in {"true", "false"}:
            return text.lower()
        raise _Unknown

    # The tokens

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def next(self) -> str:
        if self.at >= len(self.tokens):
            raise _Unknown
        self.at += 1
        return self.tokens[self.at - 1][1]

    def accept(self, word: str) -> bool:
        if self.kind() in {"word", "sign"} and self.peek().upper() == word:
            self.at += 1
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise _Unknown
