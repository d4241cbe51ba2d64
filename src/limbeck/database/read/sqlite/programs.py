"""
Views and triggers from the statements that made them.

Responsible for the text behind their names, and for what they need.  Does not know tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from limbeck.database.sqlite.definition import groups
from limbeck.database.sqlite.tokens import Token, folded, names, tokens
from limbeck.schema import Need, Options, TableName, Trigger, View, options


class Known:
    """The tables and views of a file, by name; `kinds` says which is what."""

    def __init__(self, kinds: Mapping[TableName, str]) -> None:
        self._needs = {folded(name.name): Need(kind, name) for name, kind in kinds.items()}

    def needed(self, sql: str, *, but: TableName) -> frozenset[Need]:
        """Those that `sql` mentions; rather one too many, for a column may have the name, too."""
        found = (self._needs.get(name) for name in names(sql))
        return frozenset(need for need in found if need is not None and need.name != but)


def view(sql: str, name: TableName, known: Known) -> View:
    """A view; its text is the query, as the author wrote it."""
    pieces = _behind_name(sql, "VIEW")
    at = next(at for at, token in enumerate(pieces) if token.word == "AS")
    listed = groups([token for token in pieces[:at] if token.kind != "space"])
    given: Options = ()
    if listed:
        given = options({"sqlite_columns": tuple(part[0].name for part in listed[0])})
    query = _text(pieces[at + 1 :])
    return View(name, query, options=given, needs=known.needed(query, but=name))


def trigger(sql: str, name: TableName, table: str, known: Known) -> Trigger:
    """A trigger; its text is all that stands behind its name."""
    on = TableName(table, name.schema)
    text = _text(_behind_name(sql, "TRIGGER"))
    needs = known.needed(text, but=name)
    return Trigger(name.name, on, text, needs=needs)


def _behind_name(sql: str, kind: str) -> list[Token]:
    """The tokens that follow CREATE [TEMP] `kind` [IF NOT EXISTS] [schema.]name."""
    pieces = tokens(sql)
    at = _next(pieces, next(at for at, t in enumerate(pieces) if t.word == kind) + 1)
    while pieces[at].word in ("IF", "NOT", "EXISTS"):
        at = _next(pieces, at + 1)
    behind = _next(pieces, at + 1)
    if behind < len(pieces) and pieces[behind].word == ".":
        at = _next(pieces, behind + 1)
    return pieces[at + 1 :]


def _next(pieces: Sequence[Token], at: int) -> int:
    while at < len(pieces) and pieces[at].kind == "space":
        at += 1
    return at


def _text(pieces: Sequence[Token]) -> str:
    return "".join(token.text for token in pieces).strip().rstrip(";").rstrip()
