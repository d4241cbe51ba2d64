"""
Taking a CREATE TABLE statement of SQLite apart.

Responsible for finding where each piece begins and ends, by SQLite's own grammar (sqlite.org/lang_createtable.html).
Does not know what becomes of the pieces, nor whether the statement makes sense.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.database.sqlite.definition import (
    Clause,
    ClauseKind,
    ColumnItem,
    ConstraintItem,
    Definition,
    Item,
    TableConstraintKind,
)
from limbeck.database.sqlite.tokens import Token, tokens
from limbeck.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLAUSES: dict[str, ClauseKind] = {
    "PRIMARY": "primary",
    "NOT": "notnull",
    "NULL": "null",
    "UNIQUE": "unique",
    "CHECK": "check",
    "DEFAULT": "default",
    "COLLATE": "collate",
    "REFERENCES": "references",
    "GENERATED": "generated",
    "AS": "generated",
}
_TABLE_CONSTRAINTS: dict[str, TableConstraintKind] = {
    "PRIMARY": "primary",
    "UNIQUE": "unique",
    "CHECK": "check",
    "FOREIGN": "foreignkey",
}


def parse(sql: str) -> Definition:
    """The pieces of a CREATE TABLE statement.

    Raises SchemaError when it is none, as for a virtual table, which cannot be taken apart.
    """
    return _Parser(sql).definition()


class _Parser:
    """Walks over the tokens of one statement."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.tokens = tokens(sql)
        self.at = 0

    def definition(self) -> Definition:
        for word in ("CREATE", "TABLE"):
            self._space()
            if word == "TABLE" and self._word() in ("TEMP", "TEMPORARY"):
                self._take()
                self._space()
            self._expect(word)
        self._space()
        for word in ("IF", "NOT", "EXISTS"):
            if self._word() == word:
                self._take()
                self._space()
        written = self._take().text
        if self._word() == ".":
            self._take()
            written = self._take().text
        gap = self._space()
        self._expect("(")
        items = self._items()
        self._expect(")")
        rest = "".join(token.text for token in self.tokens[self.at :]).rstrip("; \t\r\n")
        items, closing = _without_closing(items)
        return Definition(written, tuple(items), gap, closing, rest)

    def _items(self) -> list[Item]:
        items: list[Item] = []
        while True:
            lead = self._space()
            if self._word() in ("CONSTRAINT", *_TABLE_CONSTRAINTS):
                item: Item = self._table_constraint(lead)
            else:
                item = self._column(lead)
            tail = self._space()
            if self._word() == ",":
                self._take()
                items.append(replace(item, tail=tail, note=self._note()))
            elif self._word() == ")":
                items.append(replace(item, tail=tail))
                return items
            elif self._word() in ("CONSTRAINT", *_TABLE_CONSTRAINTS):
                # SQLite does not insist on commas between the constraints of a table.
                items.append(item)
                self.at -= 1 if tail else 0
            else:
                raise self._error()

    def _note(self) -> str:
        """A comment behind a comma belongs to the item before it when a line ends with it."""
        if self.at == len(self.tokens) or self.tokens[self.at].kind != "space":
            return ""
        line, newline, rest = self.tokens[self.at].text.partition("\n")
        if not newline or not line.strip() or ("/*" in line and "*/" not in line):
            return ""
        self.tokens[self.at] = Token("space", newline + rest)
        return line

    def _column(self, lead: str) -> ColumnItem:
        name = self._take()
        if name.kind not in ("word", "quoted", "string"):
            raise self._error()
        type_lead = self._space()
        start = self.at
        while self._word() not in (",", ")", "CONSTRAINT", *_CLAUSES) and not self._ended():
            self._take_group()
        type_, type_end = self._text_from(start)
        if not type_:
            self.at = start - (1 if type_lead else 0)
            type_lead, type_end = " ", ""
        else:
            self.at -= 1 if type_end else 0
        return ColumnItem(name.text, type_, tuple(self._clauses()), lead, type_lead)

    def _text_from(self, start: int) -> tuple[str, str]:
        """The text between `start` and here, and the space at its end."""
        pieces = self.tokens[start : self.at]
        end = pieces.pop().text if pieces and pieces[-1].kind == "space" else ""
        return "".join(token.text for token in pieces), end

    def _clauses(self) -> Iterable[Clause]:
        while True:
            before = self.at
            lead = self._space()
            if self._word() in (",", ")") or self._ended():
                self.at = before
                return
            start = self.at
            name = self._constraint_name()
            if name is not None and self._word() in (",", ")"):
                raise self._error()
            kind = _CLAUSES.get(self._word())
            if kind is None:
                raise self._error()
            self._clause(kind)
            yield Clause(kind, self._text_from(start)[0], name, lead)

    def _constraint_name(self) -> str | None:
        name = None
        while self._word() == "CONSTRAINT":
            self._take()
            self._space()
            name = self._take().name
            self._space()
        return name

    def _clause(self, kind: ClauseKind) -> None:
        """Walk to the end of the clause that begins here."""
        first = self._take().word
        if kind == "default":
            self._default()
        elif kind in ("check", "collate"):
            self._space()
            self._take_group()
        elif kind == "generated":
            if first == "GENERATED":
                self._one("ALWAYS")
                self._one("AS")
            self._space()
            self._take_group()
            self._one("STORED", "VIRTUAL")
        elif kind == "references":
            self._references()
        elif kind == "notnull":
            self._one("NULL")
        elif kind == "primary":
            self._one("KEY")
            self._one("ASC", "DESC")
        self._conflict()
        if kind == "primary":
            self._one("AUTOINCREMENT")

    def _default(self) -> None:
        self._space()
        while self._word() in ("+", "-"):
            self._take()
            self._space()
        self._take_group()

    def _references(self) -> None:
        self._space()
        self._take()
        self._optional_group()
        while True:
            before = self.at
            self._space()
            words = self._next_words(2)
            if words[:1] == ["ON"] and words[1:] != ["CONFLICT"]:
                self._one("ON")
                self._one("DELETE", "UPDATE", "INSERT")
                if not self._one("CASCADE", "RESTRICT"):
                    self._one("SET", "NO")
                    self._one("NULL", "DEFAULT", "ACTION")
            elif words[:1] == ["MATCH"]:
                self._take()
                self._space()
                self._take()
            elif "DEFERRABLE" in (words if words[:1] == ["NOT"] else words[:1]):
                self._one("NOT")
                self._one("DEFERRABLE")
                if self._one("INITIALLY"):
                    self._one("DEFERRED", "IMMEDIATE")
            else:
                self.at = before
                return

    def _table_constraint(self, lead: str) -> ConstraintItem:
        start = self.at
        name = self._constraint_name()
        kind = _TABLE_CONSTRAINTS.get(self._word())
        if kind is None:
            raise self._error()
        self._take()
        self._one("KEY")
        self._space()
        self._take_group()
        if kind == "foreignkey":
            self._one("REFERENCES")
            self._references()
        self._conflict()
        text, _ = self._text_from(start)
        return ConstraintItem(kind, text, name, lead)

    def _conflict(self) -> None:
        before = self.at
        self._space()
        if self._next_words(2) != ["ON", "CONFLICT"]:
            self.at = before
            return
        for _ in ("ON", "CONFLICT", "ROLLBACK, ABORT, FAIL, IGNORE or REPLACE"):
            self._space()
            self._take()

    def _optional_group(self) -> None:
        before = self.at
        self._space()
        if self._word() == "(":
            self._take_group()
        else:
            self.at = before

    def _take_group(self) -> None:
        """One token, or everything up to the parenthesis that closes the one here."""
        depth = 0
        while not self._ended():
            word = self._take().word
            depth += (word == "(") - (word == ")")
            if depth == 0:
                return
        raise self._error()

    def _one(self, *words: str) -> bool:
        """Take one of `words`, and the space before it, if it comes next."""
        before = self.at
        self._space()
        if self._word() in words:
            self._take()
            return True
        self.at = before
        return False

    def _next_words(self, count: int) -> list[str]:
        rest = (t for t in self.tokens[self.at :] if t.kind != "space")
        return [token.word for token, _ in zip(rest, range(count), strict=False)]

    def _space(self) -> str:
        if self._ended() or self.tokens[self.at].kind != "space":
            return ""
        return self._take().text

    def _word(self) -> str:
        return "" if self._ended() else self.tokens[self.at].word

    def _ended(self) -> bool:
        return self.at >= len(self.tokens)

    def _take(self) -> Token:
        if self._ended():
            raise self._error()
        self.at += 1
        return self.tokens[self.at - 1]

    def _expect(self, word: str) -> None:
        if self._word() != word:
            raise self._error()
        self._take()

    def _error(self) -> SchemaError:
        rest = "".join(token.text for token in self.tokens[self.at :])[:40]
        return SchemaError(
            f"this is not a CREATE TABLE statement that can be taken apart, at {rest!r}: {self.sql}",
            hint="a virtual table, or one made by an extension, must be dropped and made again",
        )


def _without_closing(items: list[Item]) -> tuple[list[Item], str]:
    """The items, and the text before the closing parenthesis, so that an item can be added behind the last."""
    *others, last = items
    line, newline, rest = last.tail.partition("\n")
    if line.strip() and not ("/*" in line and "*/" not in line):
        last = replace(last, tail="", note=line)
        return [*others, last], newline + rest
    closing = last.tail
    return [*others, replace(last, tail="")], closing
