"""
Columns as PostgreSQL's pg_attribute has them.

Responsible for types, defaults and what fills a column by itself.  Does not know tables.
"""

from __future__ import annotations

from typing import NamedTuple

from limbeck.database.read.postgresql.query import Answers, Part, collation_text
from limbeck.database.read.postgresql.sequences import SequenceRow, identity_options, owned
from limbeck.schema import Column, Computed, Default, Generated, Identity, Type


class ColumnRow(NamedTuple):
    """A column; `identity` is "a" (always), "d" (by default) or empty, `generated` "s", "v" or empty.

    `collation` is its text where it is not that of the type; `collation_oid` is None where it is the database's, or
    the type has none.
    """

    table: str
    number: int
    name: str
    type: str
    required: bool
    default: str | None
    identity: str
    generated: str
    collation: str | None
    collation_oid: str | None
    comment: str | None


PART = Part(
    ColumnRow,
    (
        "a.attrelid", "a.attnum", "a.attname", "format_type(a.atttypid, a.atttypmod)", "a.attnotnull",
        "pg_get_expr(d.adbin, d.adrelid)", "a.attidentity", "a.attgenerated",
        collation_text("co"), "nullif(nullif(a.attcollation, 0), 100)", "note.description",
    ),
    """FROM tab r JOIN pg_attribute a ON a.attrelid = r.oid
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_description note ON note.objoid = a.attrelid AND note.objsubid = a.attnum
        AND note.classoid = 'pg_class'::regclass
    WHERE a.attnum > 0 AND NOT a.attisdropped""",
)  # fmt: skip


class Columns:
    """The columns of all relations, by their oid and number."""

    def __init__(self, answers: Answers) -> None:
        self._sequences = owned(answers)
        # Few types are used by many columns.
        self._types: dict[str, Type] = {}
        self._rows: dict[str, dict[int, ColumnRow]] = {}
        for row in answers.of(ColumnRow):
            self._rows.setdefault(row.table, {})[row.number] = row

    def rows(self, table: str) -> dict[int, ColumnRow]:
        """The columns of a relation by their numbers, which go up but may have gaps."""
        return self._rows.get(table, {})

    def columns(self, table: str) -> tuple[Column, ...]:
        """The columns of a table, in order."""
        rows = self.rows(table)
        return tuple(self._column(rows[number]) for number in sorted(rows))

    def _column(self, row: ColumnRow) -> Column:
        default: Generated | None = None
        counted = False
        if row.identity or row.default is not None:
            sequence = self._sequences.get((row.table, row.number))
            counted = _is_serial(row, sequence)
            default = None if counted else _generated(row, sequence)
        return Column(
            row.name,
            self._type(row),
            not row.required,
            default,
            row.comment,
            counted,
        )

    def _type(self, row: ColumnRow) -> Type:
        text = row.type if row.collation is None else with_collation(row.type, row.collation)
        found = self._types.get(text)
        if found is None:
            found = self._types[text] = Type(text)
        return found


def with_collation(type: str, collation: str | None) -> str:
    """The text of a type and its collation."""
    return type if collation is None else f"{type} COLLATE {collation}"


def _is_serial(row: ColumnRow, sequence: SequenceRow | None) -> bool:
    """Whether a default takes the next value of the sequence that the column owns, as `serial` makes it."""
    if sequence is None or sequence.ownership != "a":
        return False
    quoted = sequence.printed.replace("'", "''")
    return row.default == f"nextval('{quoted}'::regclass)"


def _generated(row: ColumnRow, sequence: SequenceRow | None) -> Generated:
    if row.identity:
        return Identity(
            row.identity == "a", identity_options(sequence) if sequence is not None else ()
        )
    text = row.default or ""
    if row.generated:
        return Computed(text, row.generated == "s")
    return Default(text)
