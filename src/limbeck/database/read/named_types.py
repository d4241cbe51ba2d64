"""
Types with a name, and sequences, that a MetaData brings along.

Responsible for finding them where SQLAlchemy keeps them: in columns, within arrays, decorators and variants, and on
the MetaData itself.  Does not know how they are created.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import SchemaType, TypeDecorator, TypeEngine

from limbeck.database import convert
from limbeck.schema import Domain, Enum, TableName, Type
from limbeck.schema import Sequence as SchemaSequence


def named_types(
    several: Sequence[sa.MetaData], tables: Iterable[sa.Table], dialect: sa.Dialect
) -> Iterator[Enum | Domain]:
    """The enums and domains that the tables need, and those that a MetaData creates by itself; PostgreSQL has some."""
    if dialect.name != "postgresql":
        return
    seen: set[int] = set()
    for given in (*_of_tables(tables), *_of_metadata(several)):
        for named in _named(given, dialect):
            if id(named) not in seen:
                seen.add(id(named))
                yield from _value(named, dialect)


def _of_tables(tables: Iterable[sa.Table]) -> Iterator[TypeEngine[Any]]:
    for table in tables:
        for column in table.columns:
            type_ = column.type
            if type(type_) is sa.Boolean and not type_._variant_mapping:  # noqa: SLF001 - as below
                continue  # has no name anywhere, and tables have many
            if (
                type_._variant_mapping  # noqa: SLF001 - no public way
                or isinstance(type_, (SchemaType, TypeDecorator, sa.ARRAY))
                or _is_named(type_)
            ):
                yield type_


def _of_metadata(several: Iterable[sa.MetaData]) -> Iterator[TypeEngine[Any]]:
    """Types that were given `metadata=` listen for its creation; no other list of them is in all SQLAlchemys."""
    for one in several:
        for listener in one.dispatch.before_create:
            # SQLAlchemy 2.0 listens by an object of its own that has the method's owner as its target.
            owner = getattr(listener, "__self__", None) or getattr(listener, "target", None)
            if isinstance(owner, TypeEngine):
                yield owner


def _named(given: TypeEngine[Any], dialect: sa.Dialect) -> Iterator[Any]:
    """The named types within a type, as this dialect has them."""
    impl: Any = given.dialect_impl(dialect)
    while isinstance(impl, TypeDecorator):
        impl = impl.impl_instance.dialect_impl(dialect)
    if isinstance(impl, sa.ARRAY):
        yield from _named(impl.item_type, dialect)
    elif _is_named(impl):
        yield impl
        if impl.__visit_name__ == "DOMAIN":
            yield from _named(impl.data_type, dialect)


def _is_named(given: object) -> bool:
    from sqlalchemy.dialects.postgresql.named_types import NamedType

    return isinstance(given, NamedType)


def _value(given: Any, dialect: sa.Dialect) -> Iterator[Enum | Domain]:
    """`given` is one of PostgreSQL's named types, which have no common public class."""
    if not given.name:
        return  # SQLAlchemy says so itself, when the type is to be created
    name = TableName(str(given.name), given.schema)
    if given.__visit_name__ == "DOMAIN":
        yield _domain(given, name, dialect)
    else:
        yield Enum(name, tuple(given.enums), origin=given)


def _domain(given: Any, name: TableName, dialect: sa.Dialect) -> Domain:
    type_ = convert.type_(given.data_type, dialect)
    if given.collation:
        type_ = Type(f'{type_.sql} COLLATE "{given.collation}"', None)
    checks: tuple[tuple[str | None, str], ...] = ()
    if given.check is not None:
        check = given.constraint_name
        checks = ((str(check) if check is not None else None, convert.sql(given.check, dialect)),)
    default = given.default
    if isinstance(default, str):
        # DOMAIN(default="x") is written as it is, other than a column's default.
        default_sql: str | None = default
    else:
        default_sql = convert.sql(default, dialect) if default is not None else None
    return Domain(name, type_, not given.not_null, default_sql, checks, origin=given)


def sequences(
    several: Iterable[sa.MetaData], tables: Sequence[sa.Table] | None, dialect: sa.Dialect
) -> Iterator[SchemaSequence]:
    """The sequences that a MetaData creates; with `tables` only those that they take numbers from."""
    if not dialect.supports_sequences:
        return
    if tables is None:
        found = [item for one in several for item in _of_one(one)]
    else:
        defaults = (column.default for table in tables for column in table.columns)
        found = [item for item in defaults if isinstance(item, sa.Sequence)]
    for item in found:
        # The compiler of PostgreSQL uses SERIAL instead of an optional one.
        if not (item.optional and dialect.sequences_optional):
            yield _sequence(item, dialect)


def _of_one(metadata: sa.MetaData) -> list[sa.Sequence]:
    return list(metadata._sequences.values())  # noqa: SLF001 - no public way


def _sequence(given: sa.Sequence, dialect: sa.Dialect) -> SchemaSequence:
    return SchemaSequence(
        TableName(given.name, given.schema),
        type=convert.type_(given.data_type, dialect) if given.data_type is not None else None,
        start=given.start,
        increment=given.increment,
        minvalue=given.minvalue,
        maxvalue=given.maxvalue,
        cache=given.cache,
        cycle=bool(given.cycle),
        origin=given,
    )
