"""
What is done to the definition of one column.

Responsible for the text of a column, and for when its values must be converted.  Does not know the table around it.
"""

from __future__ import annotations

from dataclasses import replace

from limbeck.database.sqlite.definition import Clause, ColumnItem, ConstraintItem, Item
from limbeck.database.sqlite.parser import parse
from limbeck.database.sqlite.tokens import same, tokens


def column_item(text: str) -> ColumnItem:
    """A column from the text of its definition."""
    return parse(f"CREATE TABLE x ({text})").columns[0]


def with_early_clause(item: ColumnItem, clause: Clause) -> ColumnItem:
    """A clause right behind the type, where people expect DEFAULT and NOT NULL."""
    clauses = [c for c in item.clauses if c.kind != clause.kind]
    rank = {"collate": 0, "default": 1, "notnull": 2}
    at = sum(rank.get(c.kind, 9) < rank[clause.kind] for c in clauses)
    return replace(item, clauses=(*clauses[:at], replace(clause, lead=" "), *clauses[at:]))


def with_nullable(item: ColumnItem, *, nullable: bool) -> ColumnItem:
    """The column with or without NOT NULL; one that is there stays as it is written."""
    if nullable:
        return item.without("null", "notnull")
    item = item.without("null")
    if item.clause("notnull") is not None:
        return item
    return with_early_clause(item, Clause("notnull", "NOT NULL"))


def is_values_check(part: ConstraintItem | Clause, column: str) -> bool:
    """Whether it reads CHECK (column IN (value, value …))."""
    if part.kind != "check":
        return False
    words = [t for t in part.words[1:] if t.word not in ("(", ")", ",")]
    if [t.word for t in words[1:2]] != ["IN"] or not same(words[0].name, column):
        return False
    return all(t.kind in ("string", "number") for t in words[2:])


def without_values_check(item: ColumnItem) -> tuple[Clause, ...]:
    """The clauses of a column but for such checks without a name."""
    return tuple(
        c
        for c in item.clauses
        if c.kind != "check" or c.name is not None or not is_values_check(c, item.name)
    )


def without_autoincrement(item: Item) -> Item:
    """A column or constraint whose primary key does not count up over all times."""
    if isinstance(item, ColumnItem):
        clauses = (
            replace(c, text=_cut(c.text)) if c.kind == "primary" else c for c in item.clauses
        )
        return replace(item, clauses=tuple(clauses))
    return replace(item, text=_cut(item.text)) if item.kind == "primary" else item


def _cut(text: str) -> str:
    return "".join(t.text for t in tokens(text) if t.word != "AUTOINCREMENT").rstrip()


def affinity(type_: str) -> str:
    """How SQLite stores values in a column declared so (sqlite.org/datatype3.html, section 3.1)."""
    upper = type_.upper()
    for parts, result in (
        (("INT",), "INTEGER"),
        (("CHAR", "CLOB", "TEXT"), "TEXT"),
        (("BLOB",), "BLOB"),
        (("REAL", "FLOA", "DOUB"), "REAL"),
    ):
        if any(part in upper for part in parts):
            return result
    return "NUMERIC" if upper else "BLOB"


_BOUND = "9223372036854775808.0"
"""2 to the 63rd, exactly: the first number that is too large for SQLite's integers."""


def converted(value: str, old: str, new: str) -> str:
    """The SQL that makes a `value` of one type fit a column of another, without destroying any.

    CAST('abc' AS INTEGER) is 0 to SQLite, and CAST('2020-01-01' AS DATE) is 2020: where numbers are wanted the
    column itself converts, which it does only where nothing is lost.  But what is behind the point goes when the
    author wants integers; a number that 64 bits cannot hold stays as it is, for CAST would make another of it.
    """
    before, after = affinity(old), affinity(new)
    if not new or before == after:
        return value
    if after in ("TEXT", "BLOB"):
        return f"CAST({value} AS {new})"
    if after == "INTEGER" and before != "TEXT":
        fits = f"typeof({value}) = 'real' AND {value} >= -{_BOUND} AND {value} < {_BOUND}"
        return f"CASE WHEN {fits} THEN CAST({value} AS INTEGER) ELSE {value} END"
    return value


def only_holds(old: str, new: str) -> tuple[str, ...]:
    """What `typeof` may say of the values after a change of type; () when it may be anything."""
    if not new or affinity(new) == affinity(old):
        return ()
    return {"INTEGER": ("integer", "null"), "REAL": ("real", "null")}.get(affinity(new), ())
