"""
Sequences: those that stand by themselves, and those that number the rows of a column.

Responsible for telling them apart, and for leaving out what the server takes by itself.  Does not know columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from limbeck.database.read.postgresql.query import Answers, Part, comment_on
from limbeck.database.read.postgresql.relations import Names
from limbeck.schema import Options, Sequence, Type, options


class SequenceRow(NamedTuple):
    """A sequence; `ownership` is "a" for a serial column's, "i" for an identity column's, None for its own."""

    oid: str
    printed: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    comment: str | None
    table: str | None
    column: int | None
    ownership: str | None


PART = Part(
    SequenceRow,
    (
        "r.oid", "r.oid::regclass::text", "format_type(s.seqtypid, NULL)", "s.seqstart", "s.seqincrement",
        "s.seqmin", "s.seqmax", "s.seqcache", "s.seqcycle", "note.description",
        "d.refobjid", "d.refobjsubid", "d.deptype",
    ),
    f"""FROM rel r JOIN pg_sequence s ON s.seqrelid = r.oid
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.objsubid = 0
        AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    {comment_on("pg_class", "r.oid")}
    WHERE r.relkind = 'S'""",
)  # fmt: skip

_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def chosen(row: SequenceRow) -> dict[str, int | bool]:
    """What differs from what the server takes if nothing is said; the names are SQLAlchemy's."""
    largest = _LARGEST[row.type]
    rising = row.increment > 0
    usual = {
        "start": row.minimum if rising else row.maximum,
        "increment": 1,
        "minvalue": 1 if rising else -largest - 1,
        "maxvalue": largest if rising else -1,
        "cache": 1,
        "cycle": False,
    }
    given: dict[str, int | bool] = {
        "start": row.start,
        "increment": row.increment,
        "minvalue": row.minimum,
        "maxvalue": row.maximum,
        "cache": row.cache,
        "cycle": row.cycle,
    }
    return {name: value for name, value in given.items() if value != usual[name]}


def identity_options(row: SequenceRow) -> Options:
    """The options of GENERATED AS IDENTITY that were chosen."""
    return options(dict(chosen(row)))


def owned(answers: Answers) -> dict[tuple[str, int], SequenceRow]:
    """The sequences that number the rows of a column, by its table and number."""
    return {
        (row.table, row.column): row
        for row in answers.of(SequenceRow)
        if row.table is not None and row.column is not None
    }


def sequences(answers: Answers, names: Names) -> Iterator[Sequence]:
    """The sequences that belong to no column."""
    for row in answers.of(SequenceRow):
        if row.table is None:
            given = chosen(row)
            yield Sequence(
                names.of(row.oid),
                Type(row.type) if row.type != "bigint" else None,
                start=given.get("start"),
                increment=given.get("increment"),
                minvalue=given.get("minvalue"),
                maxvalue=given.get("maxvalue"),
                cache=given.get("cache"),
                cycle=row.cycle,
                comment=row.comment,
            )
