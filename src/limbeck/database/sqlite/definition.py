"""
A CREATE TABLE statement of SQLite in pieces, each with its text as it was written.

Responsible for the pieces and for putting them together again: what is not changed comes out as it went in, with
its comments, conflict clauses and odd types.  `parser` takes a statement apart.  Does not know operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from limbeck.database.sqlite.tokens import Token, same, tokens, unquoted
from limbeck.values import dataclass

ClauseKind = Literal[
    "primary", "notnull", "null", "unique", "check", "default", "collate", "references", "generated"
]
TableConstraintKind = Literal["primary", "unique", "check", "foreignkey"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A constraint of a column: `text` from its CONSTRAINT name to its end, `lead` the space before it."""

    kind: ClauseKind
    text: str
    name: str | None = None
    lead: str = " "

    @property
    def words(self) -> list[Token]:
        """The tokens without spaces and comments, and without CONSTRAINT and the name."""
        return body(self.text)


@dataclass(frozen=True, slots=True)
class ColumnItem:
    """The definition of a column.

    `written` is its name as it was written, `type` the text of its type ("" when there is none), `lead` and
    `type_lead` the space and comments before them, `tail` what stands between its end and the comma, `note` a
    comment behind the comma, on the same line.
    """

    written: str
    type: str = ""
    clauses: tuple[Clause, ...] = ()
    lead: str = " "
    type_lead: str = " "
    tail: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """The name without its quotes."""
        return unquoted(self.written)

    def clause(self, kind: ClauseKind) -> Clause | None:
        """The first clause of a kind, if there is one."""
        return next((c for c in self.clauses if c.kind == kind), None)

    def without(self, *kinds: ClauseKind) -> ColumnItem:
        """The column without the clauses of these kinds."""
        return replace(self, clauses=tuple(c for c in self.clauses if c.kind not in kinds))

    def with_clause(self, clause: Clause) -> ColumnItem:
        """The column with one more clause at its end."""
        return replace(self, clauses=(*self.clauses, clause))

    @property
    def generated(self) -> bool:
        """Whether the column is computed from others."""
        return self.clause("generated") is not None

    @property
    def text(self) -> str:
        """From the name to the end."""
        typed = self.type_lead + self.type if self.type else ""
        return self.written + typed + "".join(c.lead + c.text for c in self.clauses)


@dataclass(frozen=True, slots=True)
class ConstraintItem:
    """A constraint of the table; `text` from its CONSTRAINT name to its end."""

    kind: TableConstraintKind
    text: str
    name: str | None = None
    lead: str = " "
    tail: str = ""
    note: str = ""

    @property
    def words(self) -> list[Token]:
        """The tokens without spaces and comments, and without CONSTRAINT and the name."""
        return body(self.text)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a primary key, unique constraint or foreign key; () for a check."""
        if self.kind == "check":
            return ()
        return tuple(part[0].name for part in groups(self.words)[0])


Item = ColumnItem | ConstraintItem


@dataclass(frozen=True, slots=True)
class Definition:
    """A table: its items, and the text around them."""

    written: str
    items: tuple[Item, ...]
    gap: str = " "
    closing: str = ""
    options: str = ""

    @property
    def name(self) -> str:
        """The table's name, without quotes."""
        return unquoted(self.written)

    @property
    def columns(self) -> tuple[ColumnItem, ...]:
        """The columns in order."""
        return tuple(i for i in self.items if isinstance(i, ColumnItem))

    @property
    def constraints(self) -> tuple[ConstraintItem, ...]:
        """The table constraints in order."""
        return tuple(i for i in self.items if isinstance(i, ConstraintItem))

    def column(self, name: str) -> ColumnItem | None:
        """The column of a name, if there is one."""
        return next((c for c in self.columns if same(c.name, name)), None)

    @property
    def option_words(self) -> list[str]:
        """STRICT, WITHOUT, ROWID, as far as they are there."""
        return [t.word for t in tokens(self.options) if t.kind == "word"]

    @property
    def without_rowid(self) -> bool:
        """Whether rows have no number."""
        return "WITHOUT" in self.option_words

    @property
    def primary_columns(self) -> tuple[str, ...]:
        """The columns of the primary key, in its order."""
        for column in self.columns:
            if column.clause("primary") is not None:
                return (column.name,)
        return next((c.columns for c in self.constraints if c.kind == "primary"), ())

    @property
    def autoincrement(self) -> bool:
        """Whether SQLite keeps a counter for the table in `sqlite_sequence`."""
        clauses = [
            c.words for column in self.columns for c in column.clauses if c.kind == "primary"
        ]
        clauses += [c.words for c in self.constraints if c.kind == "primary"]
        return any(token.word == "AUTOINCREMENT" for words in clauses for token in words)

    @property
    def rowid_alias(self) -> str | None:
        """The column that *is* the row's number: an INTEGER PRIMARY KEY (sqlite.org/lang_createtable.html#rowid)."""
        primary = self.primary_columns
        column = self.column(primary[0]) if len(primary) == 1 else None
        if column is None or self.without_rowid or not same(unquoted(column.type), "integer"):
            return None
        clause = column.clause("primary")
        # A quirk that SQLite keeps: DESC makes it an ordinary key, though only in the column's own clause.
        return None if clause and any(t.word == "DESC" for t in clause.words) else column.name

    def sql(self, name: str | None = None) -> str:
        """The statement; `name` (with quotes where it needs them) stands in for the table's."""
        text = f"CREATE TABLE {self.written if name is None else name}{self.gap}("
        for at, item in enumerate(self.items):
            end = item.tail + ("," if at + 1 < len(self.items) else "") + item.note
            text = _joined(_joined(text, item.lead) + item.text, end)
        return _joined(text, self.closing) + ")" + self.options


def _joined(text: str, more: str) -> str:
    """Both texts, with a line between them where the first ends in a comment that would swallow the second."""
    pieces = tokens(text[text.rfind("\n") + 1 :]) if "--" in text[text.rfind("\n") + 1 :] else []
    open_comment = bool(pieces) and pieces[-1].kind == "space" and "--" in pieces[-1].text
    return text + ("\n" if open_comment and not more.startswith("\n") else "") + more


def significant(pieces: Iterable[Token]) -> list[Token]:
    """Tokens without spaces and comments."""
    return [token for token in pieces if token.kind != "space"]


def body(text: str) -> list[Token]:
    """The significant tokens of a constraint behind its CONSTRAINT and name."""
    words = significant(tokens(text))
    return words[2:] if words and words[0].word == "CONSTRAINT" else words


def groups(words: Sequence[Token]) -> list[list[list[Token]]]:
    """Each outermost pair of parentheses, as the list of its parts between commas."""
    found: list[list[list[Token]]] = []
    depth = 0
    for token in words:
        if token.word == "(":
            depth += 1
            if depth == 1:
                found.append([[]])
                continue
        if token.word == ")":
            depth -= 1
        if depth == 1 and token.word == ",":
            found[-1].append([])
        elif depth:
            found[-1][-1].append(token)
    return found
