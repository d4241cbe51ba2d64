"""
Tables in MySQL's and MariaDB's own words.

Responsible for what the server makes of a declaration without being asked: types, literals, actions that are the usual
ones, keys.  To the server a unique index is a unique constraint, and the primary key has no name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from limbeck.database.normalise import shared
from limbeck.database.normalise.mysql_types import type_text
from limbeck.database.normalise.mysql_words import condition, default
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Default,
    Expression,
    ForeignKey,
    Index,
    Options,
    PrimaryKey,
    SchemaState,
    Sequence,
    Standalone,
    Table,
    Type,
    Unique,
    is_column,
    options,
)

if TYPE_CHECKING:
    from limbeck.database.normalise.facts import Facts

# What is not shown by the server, or says how to do it rather than what.
_UNSEEN = {"using", "with_parser", "online"}


def words(state: SchemaState, facts: Facts, prefix: str) -> SchemaState:
    """The state as the server would have it; `prefix` begins the names of options, "mysql" or "mariadb"."""
    types: dict[str, str] = {}
    return SchemaState(
        [_table(given, facts, prefix, types) for given in state],
        [_standalone(item, facts) for item in state.objects.values()],
    )


def _table(given: Table, facts: Facts, prefix: str, types: dict[str, str]) -> Table:
    """A table; `types` are the words of types that were met before."""
    constraints = [_constraint(item, given, facts) for item in given.constraints]
    indexes = []
    for index in (_index(item, given, facts, prefix) for item in given.indexes):
        if index.unique and not index.options and all(is_column(e) for e in index.elements):
            constraints.append(Unique(index.elements, index.name, origin=index.origin))
        else:
            indexes.append(index)
    return Table(
        shared.here(given.name, facts),
        tuple(_column(column, facts, types) for column in given.columns),
        tuple(constraints),
        tuple(indexes),
        given.comment or None,
        given.prefixes,
        _table_options(given.options, facts, prefix) if given.options else (),
        given.origin,
    )


def _own(given: Options, facts: Facts, prefix: str) -> dict[str, object]:
    """Options under the name of the connection's dialect, whichever of the two names the author has used."""
    found: dict[str, object] = {}
    for name, value in shared.own(given, facts):
        rest = name.removeprefix("mysql_").removeprefix("mariadb_")
        if rest not in _UNSEEN and rest != "partition_of":
            found[name if name == "comment" else f"{prefix}_{rest}"] = value
    return found


def _table_options(given: Options, facts: Facts, prefix: str) -> Options:
    found = _own(given, facts, prefix)
    for alias in ("default_charset", "character_set", "default_character_set"):
        if f"{prefix}_{alias}" in found:
            found[f"{prefix}_charset"] = found.pop(f"{prefix}_{alias}")
    engine, charset, collate = (f"{prefix}_{name}" for name in ("engine", "charset", "collate"))
    if str(found.get(engine, "")).lower() == (facts.engine or "innodb").lower():
        found.pop(engine, None)
    if facts.collation is not None and found.get(collate) == facts.collation:
        del found[collate]
        found.pop(charset, None)
    elif collate in found and charset not in found:
        found[charset] = str(found[collate]).split("_", 1)[0]
    return options(found)


def _column(given: Column, facts: Facts, types: dict[str, str]) -> Column:
    sql = given.type.sql
    text = types.get(sql)
    if text is None:
        text = types[sql] = type_text(sql, facts) or sql
    type = given.type if text == sql else Type(text, given.type.origin)
    new = given.default
    if isinstance(new, Default):
        if new.sql.strip().upper() == "NULL":
            new = None
        else:
            words = default(new.sql, type.sql, facts)
            new = new if words is None or words == new.sql else Default(words, new.origin)
    elif isinstance(new, Computed) and new.persisted is None:
        new = replace(new, persisted=False)
    if type is given.type and new is given.default and not given.options and given.comment != "":
        return given
    # By position, which takes a quarter of the time: models have many columns.
    return Column(
        given.name,
        type,
        given.nullable,
        new,
        given.comment or None,
        given.autoincrement is True,
        shared.own(given.options, facts) if given.options else (),
        given.origin,
    )


def _constraint(given: Constraint, table: Table, facts: Facts) -> Constraint:
    if given.options:
        given = replace(given, options=shared.own(given.options, facts))
    if given.deferrable is not None or given.initially is not None:
        given = replace(given, deferrable=None, initially=None)
    if isinstance(given, PrimaryKey):
        return given if given.name is None else replace(given, name=None)
    if isinstance(given, ForeignKey):
        return _foreign_key(given, facts)
    if isinstance(given, Check):
        text = condition(given.sql, {column.name for column in table.columns}, facts)
        beside = isinstance(getattr(given.origin, "parent", None), sa.Column)
        name = None if beside and facts.dialect == "mariadb" else given.name
        if text not in {None, given.sql} or name != given.name:
            return replace(given, sql=text or given.sql, name=name)
    return given


def _foreign_key(given: ForeignKey, facts: Facts) -> ForeignKey:
    # To InnoDB the two are one (dev.mysql.com, "FOREIGN KEY Constraints", referential actions).
    usual = ("NO ACTION", "RESTRICT")
    target = shared.here(given.target, facts)
    ondelete, onupdate = shared.action(given.ondelete, usual), shared.action(given.onupdate, usual)
    found = (target, ondelete, onupdate, None)
    if found == (given.target, given.ondelete, given.onupdate, given.match):
        return given
    return replace(given, target=target, ondelete=ondelete, onupdate=onupdate, match=None)


def _index(given: Index, table: Table, facts: Facts, prefix: str) -> Index:
    found = _own(given.options, facts, prefix) if given.options else {}
    length = f"{prefix}_length"
    if length in found:
        found[length] = _lengths(found[length], given)
        if not found[length]:
            del found[length]
    if f"{prefix}_prefix" in found:
        found[f"{prefix}_prefix"] = str(found[f"{prefix}_prefix"]).upper()
    elements = given.elements
    if any(isinstance(element, Expression) for element in elements):
        columns = {column.name for column in table.columns}
        elements = tuple(_element(element, columns) for element in elements)
    said = options(found) if found else ()
    if said == given.options and elements == given.elements:
        return given
    return replace(given, options=said, elements=elements)


def _lengths(given: object, index: Index) -> tuple[tuple[str, object], ...]:
    if isinstance(given, Iterable) and not isinstance(given, str):
        return tuple(sorted((str(name), size) for name, size in given))
    return tuple(sorted((element, given) for element in index.elements))


def _element(given: str, columns: set[str]) -> str:
    """An element without ASC, which is what happens anyway."""
    if not isinstance(given, Expression) or not given.upper().endswith(" ASC"):
        return given
    bare = given[:-4].strip().strip("`")
    return bare if bare in columns else given


def _standalone(given: Standalone, facts: Facts) -> Standalone:
    if isinstance(given, Sequence):
        usual = {"start": 1, "increment": 1, "minvalue": 1, "cache": 1000}
        rising = (given.increment or 1) > 0
        chosen: dict[str, Any] = {
            name: None if rising and getattr(given, name) == value else getattr(given, name)
            for name, value in usual.items()
        }
        return replace(given, name=shared.here(given.name, facts), type=None, **chosen)
    return given
