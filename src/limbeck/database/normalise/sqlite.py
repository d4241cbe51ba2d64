"""
Tables in SQLite's words.

Responsible for what SQLite keeps of a declaration: its text, in the one form that the reader gives it.  A server that
could be asked does not exist, so that everything that SQLAlchemy writes must be said here as the reader says it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from limbeck.database.normalise import shared
from limbeck.database.read.sqlite.words import (
    canonical_constraint,
    canonical_default,
    canonical_expression,
    canonical_type,
)
from limbeck.schema import (
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
    SchemaState,
    Table,
    Type,
    options,
)

if TYPE_CHECKING:
    from limbeck.database.normalise.facts import Facts


def words(state: SchemaState, facts: Facts) -> SchemaState:
    """The state as the reader would give it."""
    return SchemaState([_table(given, facts) for given in state], state.objects.values())


def _table(given: Table, facts: Facts) -> Table:
    key = given.primary_key
    keyed = key.columns if key is not None else ()
    found = _options(given.options, facts)
    without_rowid = dict(found).get("sqlite_with_rowid") is False
    columns = tuple(_column(column, keyed, without_rowid, facts) for column in given.columns)
    return Table(
        given.name,
        columns,
        tuple(_constraints(given, facts)),
        tuple(_index(index, facts) for index in given.indexes),
        None,  # SQLite keeps no comments
        given.prefixes,
        found,
        given.origin,
    )


def _options(given: Options, facts: Facts) -> Options:
    """Options that do something: what is written although it is the usual thing is left out."""
    found = dict(shared.own(given, facts))
    if found.get("sqlite_with_rowid") is not False:
        found.pop("sqlite_with_rowid", None)
    return options(found)


def _column(given: Column, keyed: tuple[str, ...], without_rowid: bool, facts: Facts) -> Column:
    text = canonical_type(given.type.sql)
    # The column that is the row's number: sqlite.org/lang_createtable.html#rowid.
    numbered = keyed == (given.name,) and text == "INTEGER" and not without_rowid
    default = _generated(given.default)
    nullable = given.nullable and given.name not in keyed
    same = (text, default, nullable, numbered) == (
        given.type.sql, given.default, given.nullable, given.autoincrement
    )  # fmt: skip
    if same and given.comment is None and not given.options:
        return given
    return Column(
        given.name,
        given.type if text == given.type.sql else Type(text, given.type.origin),
        nullable,
        default,
        None,
        numbered,
        shared.own(given.options, facts),
        given.origin,
    )


def _generated(given: Generated | None) -> Generated | None:
    if isinstance(given, Default):
        # SQLAlchemy puts parentheses around expressions of its own, not around text.
        is_expression = isinstance(given.origin, sa.ColumnElement)
        found = canonical_default(f"({given.sql})" if is_expression else given.sql)
        return found if found is None or found == given else replace(found, origin=given.origin)
    if isinstance(given, Computed):
        return replace(given, sql=canonical_expression(given.sql), persisted=bool(given.persisted))
    return given


def _constraints(table: Table, facts: Facts) -> list[Constraint]:
    found = []
    for item in table.constraints:
        if isinstance(item, ForeignKey) and item.target.schema != table.name.schema:
            continue  # SQLAlchemy writes none into another file, since SQLite has no such thing
        bare = replace(item, options=shared.own(item.options, facts)) if item.options else item
        if isinstance(bare, ForeignKey):
            bare = replace(
                bare,
                ondelete=shared.action(bare.ondelete),
                onupdate=shared.action(bare.onupdate),
                initially=bare.initially.upper() if bare.initially else None,
            )
        elif bare.deferrable is not None or bare.initially is not None:
            bare = replace(bare, deferrable=None, initially=None)
        comment = dict(bare.options).get("comment")
        if comment is not None:
            bare = replace(bare, options=tuple(o for o in bare.options if o[0] != "comment"))
        if isinstance(bare, PrimaryKey) and dict(table.options).get("sqlite_autoincrement"):
            bare = replace(bare, name=None)  # it is written beside the column, without its name
        found.append(canonical_constraint(bare))
    return found


def _index(given: Index, facts: Facts) -> Index:
    elements = tuple(_element(element) for element in given.elements)
    kept = tuple(
        (name, canonical_expression(value) if isinstance(value, str) else value)
        for name, value in shared.own(given.options, facts)
        if name != "comment"
    )
    if elements == given.elements and kept == given.options:
        return given
    return replace(given, elements=elements, options=kept)


def _element(given: str) -> str:
    if not isinstance(given, Expression):
        return given
    text = canonical_expression(given)
    return Expression(text[:-4].rstrip()) if text.upper().endswith(" ASC") else Expression(text)
