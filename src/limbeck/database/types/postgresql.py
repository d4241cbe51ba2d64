"""
PostgreSQL's words for types, as `format_type` prints them.

Responsible for a type of SQLAlchemy that makes the same column again.  Does not read a catalog: what a name stands for
that is none of the server's own is looked up in the objects of a state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from limbeck.database.construct import Verbatim
from limbeck.schema import Domain, Enum, Key, Standalone, TableName, Type

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

_NAME = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_NAMED = re.compile(rf"(?:({_NAME})\.)?({_NAME})")
_TEXT = re.compile(
    r"(?P<words>.+?)(?:\((?P<arguments>[^()]*)\))?(?P<behind> with(?:out)? time zone)?(?P<array>(?:\[\])*)"
    r'(?: COLLATE (?P<collation>(?:\S+\.)?"(?:[^"]|"")+"))?',
    re.DOTALL,
)
_NUMBERS = re.compile(r"-?\d+(?:,-?\d+)*")


class _Parts(NamedTuple):
    """The text of a type, taken apart; `collation` is a name without quotes."""

    words: str
    arguments: tuple[int, ...]
    zone: bool
    collation: str | None


_Maker = Callable[[_Parts], "TypeEngine[Any] | None"]


def sqlalchemy_type(
    type: Type, dialect: sa.Dialect, objects: Mapping[Key, Standalone]
) -> TypeEngine[Any]:
    """The type that the text stands for; where SQLAlchemy has none that makes exactly it, the text itself."""
    found = _TEXT.fullmatch(type.sql)
    arguments = found["arguments"] if found is not None else None
    if found is None or (arguments is not None and not _NUMBERS.fullmatch(arguments)):
        return Verbatim(type.sql)
    collation = found["collation"]
    if collation is not None and ("." in collation or '""' in collation):
        return Verbatim(type.sql)
    parts = _Parts(
        found["words"] + (found["behind"] or ""),
        tuple(int(number) for number in arguments.split(",")) if arguments is not None else (),
        found["behind"] == " with time zone",
        collation[1:-1] if collation is not None else None,
    )
    made = _built_in(parts) or _from_objects(parts, dialect, objects)
    if made is None:
        return Verbatim(type.sql)
    return pg.ARRAY(made) if found["array"] else made


def _built_in(parts: _Parts) -> TypeEngine[Any] | None:
    maker = _MAKERS.get(parts.words)
    if maker is not None:
        return maker(parts)
    if parts.words.startswith("interval"):
        return _interval(parts)
    plain = _PLAIN.get(parts.words)
    return (
        plain() if plain is not None and not parts.arguments and parts.collation is None else None
    )


def _from_objects(
    parts: _Parts, dialect: sa.Dialect, objects: Mapping[Key, Standalone]
) -> TypeEngine[Any] | None:
    """An enum or a domain, which exists: making a table must not make it."""
    found = _NAMED.fullmatch(parts.words)
    if found is None or parts.collation is not None or parts.arguments:
        return None
    name = TableName(_bare(found[2]), _bare(found[1]) if found[1] else None)
    enum = objects.get(Key("enum", name))
    if isinstance(enum, Enum):
        return pg.ENUM(*enum.values, name=name.name, schema=name.schema, create_type=False)
    domain = objects.get(Key("domain", name))
    if isinstance(domain, Domain):
        # Its conditions are made with it, and not said again.
        base = sqlalchemy_type(domain.type, dialect, objects)
        return pg.DOMAIN(name.name, base, schema=name.schema, create_type=False)
    return None


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _string(parts: _Parts) -> TypeEngine[Any] | None:
    length = parts.arguments[0] if parts.arguments else None
    return sa.String(length, collation=parts.collation)


def _char(parts: _Parts) -> TypeEngine[Any] | None:
    return sa.CHAR(parts.arguments[0], collation=parts.collation) if parts.arguments else None


def _text(parts: _Parts) -> TypeEngine[Any] | None:
    return sa.Text(collation=parts.collation)


def _citext(parts: _Parts) -> TypeEngine[Any] | None:
    return pg.CITEXT() if parts.collation is None else None


def _numeric(parts: _Parts) -> TypeEngine[Any] | None:
    if not parts.arguments:
        return sa.Numeric()
    precision, scale = parts.arguments  # the server always prints both
    return sa.Numeric(precision, scale)


def _timestamp(parts: _Parts) -> TypeEngine[Any] | None:
    if parts.arguments:
        return pg.TIMESTAMP(timezone=parts.zone, precision=parts.arguments[0])
    return sa.DateTime(timezone=parts.zone)


def _time(parts: _Parts) -> TypeEngine[Any] | None:
    if parts.arguments:
        return pg.TIME(timezone=parts.zone, precision=parts.arguments[0])
    return sa.Time(timezone=parts.zone)


def _interval(parts: _Parts) -> TypeEngine[Any] | None:
    fields = parts.words.removeprefix("interval").strip() or None
    if fields is not None and fields not in _INTERVAL_FIELDS:
        return None
    return pg.INTERVAL(fields=fields, precision=parts.arguments[0] if parts.arguments else None)


def _bits(parts: _Parts) -> TypeEngine[Any] | None:
    varying = parts.words == "bit varying"
    if not parts.arguments and not varying:
        return None
    return pg.BIT(parts.arguments[0] if parts.arguments else None, varying=varying)


_INTERVAL_FIELDS = {
    "year", "month", "day", "hour", "minute", "second", "year to month", "day to hour", "day to minute",
    "day to second", "hour to minute", "hour to second", "minute to second",
}  # fmt: skip

_MAKERS: dict[str, _Maker] = {
    "character varying": _string,
    "character": _char,
    "text": _text,
    "citext": _citext,
    "numeric": _numeric,
    "timestamp without time zone": _timestamp,
    "timestamp with time zone": _timestamp,
    "time without time zone": _time,
    "time with time zone": _time,
    "bit": _bits,
    "bit varying": _bits,
}

_PLAIN: dict[str, Callable[[], TypeEngine[Any]]] = {
    "smallint": sa.SmallInteger,
    "integer": sa.Integer,
    "bigint": sa.BigInteger,
    "real": sa.REAL,
    "double precision": sa.Double,
    "boolean": sa.Boolean,
    "date": sa.Date,
    "bytea": sa.LargeBinary,
    "json": sa.JSON,
    "jsonb": pg.JSONB,
    "uuid": sa.Uuid,
    "money": pg.MONEY,
    "oid": pg.OID,
    "regclass": pg.REGCLASS,
    "inet": pg.INET,
    "cidr": pg.CIDR,
    "macaddr": pg.MACADDR,
    "macaddr8": pg.MACADDR8,
    "tsvector": pg.TSVECTOR,
    "tsquery": pg.TSQUERY,
    "int4range": pg.INT4RANGE,
    "int8range": pg.INT8RANGE,
    "numrange": pg.NUMRANGE,
    "daterange": pg.DATERANGE,
    "tsrange": pg.TSRANGE,
    "tstzrange": pg.TSTZRANGE,
    "int4multirange": pg.INT4MULTIRANGE,
    "int8multirange": pg.INT8MULTIRANGE,
    "nummultirange": pg.NUMMULTIRANGE,
    "datemultirange": pg.DATEMULTIRANGE,
    "tsmultirange": pg.TSMULTIRANGE,
    "tstzmultirange": pg.TSTZMULTIRANGE,
    "hstore": pg.HSTORE,
}
