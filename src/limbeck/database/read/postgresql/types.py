"""
Enums, domains and composite types as PostgreSQL's pg_type has them.

Responsible for the types that people make by themselves.  Does not know who uses them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from limbeck.database.read.postgresql.columns import with_collation
from limbeck.database.read.postgresql.query import (
    Answers,
    Part,
    collation_text,
    comment_on,
    not_member,
)
from limbeck.database.read.postgresql.relations import Names
from limbeck.database.read.postgresql.spelling import one_spelling
from limbeck.schema import Composite, Domain, Enum, Type


class EnumRow(NamedTuple):
    """An enum with its values in order."""

    schema: str
    name: str
    values: list[str]
    comment: str | None


class DomainRow(NamedTuple):
    """A domain; `checks` are names and conditions."""

    schema: str
    name: str
    type: str
    collation: str | None
    required: bool
    default: str | None
    checks: list[tuple[str, str]] | None
    comment: str | None


class CompositeRow(NamedTuple):
    """A composite type; `attributes` are names, types and collations, in order."""

    schema: str
    name: str
    attributes: list[tuple[str, str, str | None]] | None
    comment: str | None


_ENUMS = Part(
    EnumRow,
    (
        "s.name", "t.typname",
        "ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)",
        "note.description",
    ),
    f"""FROM pg_type t JOIN schemas s ON s.oid = t.typnamespace {comment_on("pg_type", "t.oid")}
    WHERE t.typtype = 'e' AND {not_member("pg_type", "t.oid")}""",
)  # fmt: skip

_DOMAINS = Part(
    DomainRow,
    (
        "s.name", "t.typname", "format_type(t.typbasetype, t.typtypmod)", collation_text("co"), "t.typnotnull",
        "pg_get_expr(t.typdefaultbin, 0)",
        ("(SELECT json_agg(json_build_array(k.conname, pg_get_expr(k.conbin, 0)) ORDER BY k.conname)"
        " FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c')"),
        "note.description",
    ),
    f"""FROM pg_type t JOIN schemas s ON s.oid = t.typnamespace
    JOIN pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_collation co ON co.oid = t.typcollation AND t.typcollation <> b.typcollation
    {comment_on("pg_type", "t.oid")}
    WHERE t.typtype = 'd' AND {not_member("pg_type", "t.oid")}""",
)  # fmt: skip

_COMPOSITES = Part(
    CompositeRow,
    (
        "s.name", "t.typname",
        ("(SELECT json_agg(json_build_array("
        f"a.attname, format_type(a.atttypid, a.atttypmod), {collation_text('co')}) ORDER BY a.attnum)"
        " FROM pg_attribute a JOIN pg_type b ON b.oid = a.atttypid LEFT JOIN pg_collation co"
        " ON co.oid = a.attcollation AND a.attcollation <> b.typcollation"
        " WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)"),
        "note.description",
    ),
    f"""FROM pg_type t JOIN schemas s ON s.oid = t.typnamespace
    JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' {comment_on("pg_type", "t.oid")}
    WHERE t.typtype = 'c' AND {not_member("pg_type", "t.oid")}""",
)  # fmt: skip


def parts() -> tuple[Part[EnumRow], Part[DomainRow], Part[CompositeRow]]:
    """The questions."""
    return (_ENUMS, _DOMAINS, _COMPOSITES)


def types(answers: Answers, names: Names) -> Iterator[Enum | Domain | Composite]:
    """All of them."""
    for enum in answers.of(EnumRow):
        yield Enum(names.name(enum.schema, enum.name), tuple(enum.values), enum.comment)
    for domain in answers.of(DomainRow):
        yield Domain(
            names.name(domain.schema, domain.name),
            Type(with_collation(domain.type, domain.collation)),
            not domain.required,
            domain.default,
            tuple((name, one_spelling(condition)) for name, condition in domain.checks or ()),
            domain.comment,
        )
    for row in answers.of(CompositeRow):
        attributes = tuple(
            (name, Type(with_collation(type, collation)))
            for name, type, collation in row.attributes or ()
        )
        yield Composite(names.name(row.schema, row.name), attributes, row.comment)
