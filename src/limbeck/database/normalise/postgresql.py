"""
Tables in PostgreSQL's own words.

Responsible for what the server makes of a declaration without being asked: types, literals, usual options.
Does not know how expressions are printed beyond the simple ones of `postgresql_defaults` and `postgresql_conditions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.database.normalise import shared
from limbeck.database.normalise.postgresql_conditions import condition
from limbeck.database.normalise.postgresql_defaults import default
from limbeck.database.normalise.postgresql_types import bare, type_text
from limbeck.schema import (
    Check,
    Column,
    Computed,
    Constraint,
    Default,
    Domain,
    Enum,
    Exclude,
    Expression,
    ForeignKey,
    Generated,
    Grant,
    Identity,
    Index,
    Options,
    PrimaryKey,
    SchemaState,
    Sequence,
    Standalone,
    Table,
    Type,
    Unique,
    options,
)
from limbeck.schema.postgresql_names import quoted

if TYPE_CHECKING:
    from limbeck.database.normalise.facts import Facts

_VIRTUAL_BY_DEFAULT = 18
_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
# Which of these an option of Identity or Sequence is, if nothing is said; the others follow from the type.
_USUAL: dict[str, object] = {"increment": 1, "cache": 1, "cycle": False}
_NO_OPTION = {"nominvalue", "nomaxvalue", "order", "on_null"}


def words(state: SchemaState, facts: Facts) -> SchemaState:
    """The state as the server would have it, without names for what has none."""
    enums = frozenset(
        str(shared.here(key.name, facts)) for key in state.objects if key.kind == "enum"
    )
    return SchemaState(
        [table(given, facts, enums) for given in state],
        [
            item
            for item in (_standalone(item, facts) for item in state.objects.values())
            if not (isinstance(item, Grant) and item.says_nothing)
        ],
    )


def table(given: Table, facts: Facts, enums: frozenset[str] = frozenset()) -> Table:
    """One table; `enums` are the names of such types, as they stand in columns."""
    columns = tuple(_column(column, facts, enums) for column in given.columns)
    types = {column.name: column.type.sql for column in columns}
    constraints = [_constraint(c, given, facts, types) for c in given.constraints]
    return Table(
        shared.here(given.name, facts),
        columns,
        tuple(_once(constraints)),
        tuple(_index(index, facts, types) for index in given.indexes),
        given.comment or None,
        tuple(prefix.upper() for prefix in given.prefixes),
        _table_options(given.options, facts) if given.options else (),
        given.origin,
    )


def _table_options(given: Options, facts: Facts) -> Options:
    found = dict(shared.own(given, facts))
    if str(found.get("postgresql_using", "")).lower() == "heap":
        del found["postgresql_using"]
    if "postgresql_with" in found:
        found["postgresql_with"] = _parameters(found["postgresql_with"])
    inherits = found.get("postgresql_inherits")
    if isinstance(inherits, str):
        found["postgresql_inherits"] = (inherits,)
    for ignored in ("postgresql_on_commit", "postgresql_with_oids"):
        found.pop(ignored, None)
    return options(found)


def _parameters(given: object) -> object:
    """Storage parameters as text, which is what the server keeps."""
    pairs = given.items() if isinstance(given, Mapping) else given
    if not isinstance(pairs, Iterable):
        return given
    return tuple(
        sorted(
            (str(name), str(value).lower() if isinstance(value, bool) else str(value))
            for name, value in pairs
        )
    )


# Columns


def _column(given: Column, facts: Facts, enums: frozenset[str]) -> Column:
    type = _type(given.type, facts)
    new = _generated(given.default, type.sql, facts, enums) if given.default is not None else None
    if (
        type is given.type
        and new is given.default
        and not given.options
        and given.comment != ""
        and isinstance(given.autoincrement, bool)
    ):
        return given
    return Column(
        given.name,
        type,
        given.nullable and not isinstance(new, Identity),
        new,
        given.comment or None,
        given.autoincrement is True,
        shared.own(given.options, facts),
        given.origin,
    )


def _type(given: Type, facts: Facts) -> Type:
    text = type_text(given.sql)
    if text is None:
        prefix = f"{facts.schema}."
        if not given.sql.startswith(prefix):
            return given
        text = given.sql[len(prefix) :]
        if type_text(text) is not None:
            return given  # a type of the schema that is called like one of the server's
    return given if text == given.sql else Type(text, given.origin)


def _generated(
    given: Generated, type: str, facts: Facts, enums: frozenset[str]
) -> Generated | None:
    if isinstance(given, Identity):
        return replace(given, options=_number_options(given.options, type))
    if isinstance(given, Computed):
        persisted = given.persisted
        if persisted is None:
            persisted = (facts.version or (0,))[0] < _VIRTUAL_BY_DEFAULT
        return given if persisted == given.persisted else replace(given, persisted=persisted)
    if given.sql.strip().upper() == "NULL":
        # Where values are cut to a length the server keeps NULL::character varying.
        return None if type.isalpha() else given
    text = default(given.sql, type, enums)
    return given if text is None or text == given.sql else Default(text, given.origin)


def _number_options(given: Options, type: str) -> Options:
    """The options of a sequence that are not what the server would take anyway."""
    found = {name: value for name, value in given if name not in _NO_OPTION}
    largest = _LARGEST.get(type, _LARGEST["bigint"])
    rising = not str(found.get("increment", 1)).startswith("-")
    low, high = (1, largest) if rising else (-largest - 1, -1)
    usual = {**_USUAL, "minvalue": low, "maxvalue": high}
    usual["start"] = found.get("minvalue", low) if rising else found.get("maxvalue", high)
    return options({name: value for name, value in found.items() if usual.get(name) != value})


# Constraints and indexes


def _constraint(
    given: Constraint, table: Table, facts: Facts, types: Mapping[str, str]
) -> Constraint:
    if given.options:
        given = replace(given, options=shared.own(given.options, facts))
    given = shared.timing(given)
    if isinstance(given, Check):
        text = condition(given.sql, types)
        return given if text is None or text == given.sql else replace(given, sql=text)
    if isinstance(given, ForeignKey):
        return _foreign_key(given, facts)
    if isinstance(given, Exclude) and given.where is not None:
        return replace(given, where=condition(given.where, types) or given.where)
    return given


def _foreign_key(given: ForeignKey, facts: Facts) -> ForeignKey:
    target = shared.here(given.target, facts)
    ondelete, onupdate = shared.action(given.ondelete), shared.action(given.onupdate)
    match = shared.match(given)
    same = (target, ondelete, onupdate, match) == (
        given.target, given.ondelete, given.onupdate, given.match
    )  # fmt: skip
    if same:
        return given
    return replace(given, target=target, ondelete=ondelete, onupdate=onupdate, match=match)


def _once(given: list[Constraint]) -> list[Constraint]:
    """Without unique constraints on columns that another one has: the server makes one index for both.

    `transformIndexConstraints` in parse_utilcmd.c; the primary key comes first, and takes the name if it has none.
    """
    kept: list[Constraint] = []
    for item in sorted(given, key=lambda c: not isinstance(c, PrimaryKey)):
        if isinstance(item, Unique):
            twin = next(
                (at for at, other in enumerate(kept) if _makes_the_same_index(other, item)), None
            )
            if twin is not None:
                if kept[twin].name is None:
                    kept[twin] = replace(kept[twin], name=item.name)
                continue
        kept.append(item)
    return kept


def _makes_the_same_index(some: Constraint, other: Unique) -> bool:
    return (
        isinstance(some, (PrimaryKey, Unique))
        and some.columns == other.columns
        and (some.deferrable, some.initially, some.options)
        == (other.deferrable, other.initially, other.options)
    )


_ORDER = re.compile(r"^(.*?)(?: (ASC|DESC))?(?: NULLS (FIRST|LAST))?$", re.IGNORECASE | re.DOTALL)


def _index(given: Index, facts: Facts, types: Mapping[str, str]) -> Index:
    elements = tuple(
        _element(element, types) if isinstance(element, Expression) else element
        for element in given.elements
    )
    said = given.options
    if elements != given.elements:
        said = _classes_of(
            dict(zip(map(str, given.elements), map(str, elements), strict=True)), said
        )
    found = _index_options(said, facts, types) if said else ()
    if elements == given.elements and found == given.options:
        return given
    return replace(given, elements=elements, options=found)


def _classes_of(elements: Mapping[str, str], given: Options) -> Options:
    """The options, in which an operator class is that of an element in its new words."""
    found = dict(given)
    classes = found.get("postgresql_ops")
    if isinstance(classes, tuple):
        renamed = ((elements.get(key, key), each) for key, each in classes)
        found["postgresql_ops"] = tuple(sorted(renamed))
    return options(found)


def _index_options(given: Options, facts: Facts, types: Mapping[str, str]) -> Options:
    found = dict(shared.own(given, facts))
    found.pop("postgresql_concurrently", None)
    if str(found.get("postgresql_using", "")).lower() == "btree":
        del found["postgresql_using"]
    elif "postgresql_using" in found:
        found["postgresql_using"] = str(found["postgresql_using"]).lower()
    where = found.get("postgresql_where")
    if isinstance(where, str):
        found["postgresql_where"] = condition(where, types) or where
    if "postgresql_with" in found:
        found["postgresql_with"] = _parameters(found["postgresql_with"])
    for empty in ("postgresql_ops", "postgresql_include", "postgresql_with"):
        if not found.get(empty, True):
            del found[empty]
    return options(found)


def _element(given: Expression, types: Mapping[str, str]) -> str:
    """A column with a direction, or lower(column), as the server prints it; other expressions as they are."""
    found = _ORDER.match(given)
    if found is None:
        return given
    body, direction, nulls = found[1], (found[2] or "ASC").upper(), (found[3] or "").upper()
    column = body[1:-1] if body.startswith('"') and body.endswith('"') else body
    printed: str | None = None
    plain = column in types and (body != column or quoted(column) == column)
    if plain:
        printed = quoted(column)
    else:
        # lower(name) alone is no condition, but reads as the operand of one.
        whole = condition(f"{body} IS NULL", types) if body.endswith(")") else None
        printed = whole.removeprefix("(").removesuffix(" IS NULL)") if whole else None
    if printed is None:
        return given
    falling = direction == "DESC"
    usual = "FIRST" if falling else "LAST"
    order = (" DESC" if falling else "") + (f" NULLS {nulls}" if nulls not in {"", usual} else "")
    if plain and not order:
        return column
    return Expression(printed + order)


# What stands beside tables


def _standalone(given: Standalone, facts: Facts) -> Standalone:
    if isinstance(given, (Enum, Domain, Sequence)):
        given = replace(given, name=shared.here(given.name, facts))
    if isinstance(given, Grant):
        return _grant(given, facts)
    if isinstance(given, Sequence):
        return _sequence(given)
    if isinstance(given, Domain):
        return _domain(given, facts)
    return given


def _grant(given: Grant, facts: Facts) -> Grant:
    types = (one.strip() for one in given.signature.split(","))
    signature = ", ".join(bare(type_text(one) or one) for one in types)
    return replace(given, name=shared.here(given.name, facts), signature=signature)


def _sequence(given: Sequence) -> Sequence:
    text = type_text(given.type.sql) if given.type is not None else "bigint"
    if text not in _LARGEST:
        return given
    names = ("start", "increment", "minvalue", "maxvalue", "cache", "cycle")
    chosen = {
        name: getattr(given, name) for name in names if getattr(given, name) not in {None, False}
    }
    kept = dict(_number_options(options(chosen), text))
    fields = {name: kept.get(name) for name in names if name != "cycle"}
    type = None if text == "bigint" else Type(text, given.type.origin if given.type else None)
    return replace(given, type=type, **fields)  # type: ignore[arg-type]


def _domain(given: Domain, facts: Facts) -> Domain:
    type = _type(given.type, facts)
    text = default(given.default, type.sql) if given.default is not None else None
    checks = tuple(
        (name, _domain_check(sql, type.sql)) for name, sql in sorted(given.checks, key=str)
    )
    return replace(given, type=type, default=text or given.default, checks=checks)


def _domain_check(sql: str, type: str) -> str:
    """In a domain's condition the value is called VALUE, which reads as a column would."""
    text = condition(sql, {"value": type})
    return re.sub(r"\bvalue\b", "VALUE", text) if text is not None and "'" not in text else sql
