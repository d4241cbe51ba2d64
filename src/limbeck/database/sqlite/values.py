"""
SQLite's text as values of the schema.

Responsible for what a CREATE TABLE or CREATE INDEX statement means as a Table or an Index.  Does not know where the
text comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.database.sqlite.definition import (
    Clause,
    ColumnItem,
    ConstraintItem,
    Definition,
    groups,
    significant,
)
from limbeck.database.sqlite.tokens import Token, same, tokens, without_comments
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Default,
    Expression,
    ForeignKey,
    Generated,
    Index,
    Options,
    PrimaryKey,
    Table,
    TableName,
    Type,
    Unique,
    options,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


def table(
    definition: Definition, indexes: Iterable[str] = (), name: TableName | None = None
) -> Table:
    """A CREATE TABLE statement, and CREATE INDEX statements, as a value."""
    primary = definition.primary_columns
    constraints = [c for item in definition.columns for c in column_constraints(item)]
    return Table(
        name or TableName(definition.name),
        tuple(_column(item, primary) for item in definition.columns),
        (*constraints, *(table_constraint(item) for item in definition.constraints)),
        tuple(index(sql) for sql in indexes),
        options=_table_options(definition),
    )


def _table_options(definition: Definition) -> Options:
    found: dict[str, object] = {}
    if definition.autoincrement:
        found["sqlite_autoincrement"] = True
    if "STRICT" in definition.option_words:
        found["sqlite_strict"] = True
    if definition.without_rowid:
        found["sqlite_with_rowid"] = False
    return options(found)


def _column(item: ColumnItem, primary: tuple[str, ...]) -> Column:
    collation = item.clause("collate")
    type_ = without_comments(item.type) + (
        f" {without_comments(collation.text)}" if collation else ""
    )
    required = item.clause("notnull") is not None or any(same(item.name, p) for p in primary)
    given: dict[str, object] = {}
    for clause in item.clauses:
        conflict = _conflict(clause.words)
        if conflict and clause.kind in ("notnull", "primary", "unique"):
            kind = {"notnull": "not_null", "primary": "primary_key"}.get(clause.kind, clause.kind)
            given[f"sqlite_on_conflict_{kind}"] = conflict
    return Column(
        item.name, Type(type_.strip()), not required, _generated(item), options=options(given)
    )


def _generated(item: ColumnItem) -> Generated | None:
    computed, default = item.clause("generated"), item.clause("default")
    if computed is not None:
        stored = any(t.word == "STORED" for t in computed.words)
        return Computed(_inside(computed.text), persisted=stored)
    if default is not None:
        return Default(without_comments(default.text)[len("DEFAULT") :].strip())
    return None


def column_constraints(item: ColumnItem) -> Iterable[Constraint]:
    """The constraints that stand in the definition of a column."""
    for clause in item.clauses:
        if clause.kind == "primary":
            yield PrimaryKey((item.name,), clause.name)
        elif clause.kind == "unique":
            yield Unique((item.name,), clause.name)
        elif clause.kind == "check":
            yield Check(_inside(clause.text), clause.name)
        elif clause.kind == "references":
            yield foreign_key((item.name,), clause)


def table_constraint(item: ConstraintItem) -> Constraint:
    """A constraint of the table as a value."""
    conflict = _conflict(item.words)
    given = options({"sqlite_on_conflict": conflict} if conflict else {})
    if item.kind == "primary":
        return PrimaryKey(item.columns, item.name, options=given)
    if item.kind == "unique":
        return Unique(item.columns, item.name, options=given)
    if item.kind == "check":
        return Check(_inside(item.text), item.name, options=given)
    return foreign_key(item.columns, item)


def _inside(text: str) -> str:
    """What stands between the first parenthesis and the one that closes it."""
    pieces = tokens(text)
    depth = 0
    inside: list[str] = []
    for token in pieces:
        depth -= token.word == ")"
        if depth:
            inside.append(token.text)
        elif token.word == ")":
            break
        depth += token.word == "("
    return without_comments("".join(inside))


def _conflict(words: list[Token]) -> str | None:
    """What follows ON CONFLICT."""
    found = [t.word for t in words]
    for at, word in enumerate(found):
        if word == "CONFLICT" and found[at - 1] == "ON":
            return found[at + 1]
    return None


def foreign_key(columns: tuple[str, ...], written: Clause | ConstraintItem) -> ForeignKey:
    """A foreign key from the text that stands for it."""
    words = written.words
    words = words[[t.word for t in words].index("REFERENCES") + 1 :]
    behind = groups(words[1:3]) and groups(words[1:])
    plain = [t.word for t in words]
    initially = _behind(plain, "INITIALLY")
    deferrable = (
        None if "DEFERRABLE" not in plain else plain[plain.index("DEFERRABLE") - 1] != "NOT"
    )
    return ForeignKey(
        columns,
        TableName(words[0].name),
        tuple(part[0].name for part in behind[0]) if behind else (),
        written.name,
        onupdate=_action(plain, "UPDATE"),
        ondelete=_action(plain, "DELETE"),
        deferrable=deferrable,
        initially=initially,
        match=_behind(plain, "MATCH"),
    )


def _behind(words: list[str], word: str) -> str | None:
    return words[words.index(word) + 1] if word in words else None


def _action(words: list[str], event: str) -> str | None:
    for at in range(len(words) - 2):
        if words[at : at + 2] == ["ON", event]:
            two = words[at + 2] in ("SET", "NO")
            return " ".join(words[at + 2 : at + (4 if two else 3)])
    return None


def index(sql: str) -> Index:
    """A CREATE INDEX statement as a value: plain columns by name, everything else as SQL."""
    pieces = tokens(sql)
    words = significant(pieces)
    plain = [t.word for t in words]
    name = words[plain.index("ON") - 1].name
    body = pieces[next(at for at, t in enumerate(pieces) if t.word == "ON") :]
    where = _top_level(body, "WHERE")
    given: dict[str, object] = {}
    if where is not None:
        given["sqlite_where"] = _text(body[where + 1 :])
    elements = tuple(_element(part) for part in groups(body[:where])[0])
    return Index(name, elements, plain[1] == "UNIQUE", options(given))


def index_columns(sql: str) -> str:
    """What a CREATE INDEX statement says behind the name of the table."""
    pieces = tokens(sql)
    start = next(at for at, t in enumerate(pieces) if t.word == "ON")
    return "".join(t.text for t in pieces[start:]).partition("(")[2]


def _element(part: list[Token]) -> str:
    words = significant(part)
    is_name = len(words) == 1 and words[0].kind != "number"
    return words[0].name if is_name else Expression(_text(part))


def _text(pieces: Iterable[Token]) -> str:
    return without_comments("".join(token.text for token in pieces))


def _top_level(words: list[Token], word: str) -> int | None:
    depth = 0
    for at, token in enumerate(words):
        depth += (token.word == "(") - (token.word == ")")
        if depth == 0 and token.word == word:
            return at
    return None
