"""
Indexes as PostgreSQL's pg_index has them.

Responsible for their elements and options, and for what UNIQUE and EXCLUDE constraints take from their index.  Does
not know constraints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from limbeck.database.read.postgresql.columns import ColumnRow, Columns
from limbeck.database.read.postgresql.query import Answers, Part, collation_text, comment_on
from limbeck.database.read.postgresql.relations import parameters
from limbeck.database.read.postgresql.spelling import one_spelling
from limbeck.schema import Expression, Index, options
from limbeck.values import dataclass


class IndexRow(NamedTuple):
    """An index; the first `width` of `keys` are numbers of columns, 0 for an expression, the rest is INCLUDE.

    What there is for each key is one text, with spaces between.  `directions` have bit 0 for DESC and bit 1 for NULLS
    FIRST; `collations` is None where none is unusual; `texts` are the keys as the server prints them, where that is
    more than a name; `arguments` are those of the operator classes.
    """

    oid: str
    table: str
    name: str
    unique: bool
    nulls_not_distinct: bool
    valid: bool
    width: int
    keys: str
    directions: str
    classes: str
    collations: str | None
    texts: list[str] | None
    arguments: list[list[str] | None] | None
    where: str | None
    method: str
    parameters: list[str] | None
    tablespace: str | None
    comment: str | None


class ClassRow(NamedTuple):
    """An operator class; `default` is one that is taken if nothing is said."""

    oid: str
    text: str
    default: bool


class CollationRow(NamedTuple):
    """A collation of some index; not the database's."""

    oid: str
    text: str


def parts(version: int) -> tuple[Part[IndexRow], Part[ClassRow], Part[CollationRow]]:
    """The questions to a server of that version."""
    distinct = "i.indnullsnotdistinct" if version >= 15 else "false"
    return (
        Part(
            IndexRow,
            (
                "i.indexrelid", "i.indrelid", "c.relname", "i.indisunique", distinct, "i.indisvalid",
                "i.indnkeyatts", "i.indkey::text", "i.indoption::text", "i.indclass::text",
                f"CASE WHEN {_COLLATED} THEN i.indcollation::text END", _TEXTS,
                _ARGUMENTS if version >= 13 else "NULL",
                "pg_get_expr(i.indpred, i.indrelid)", "am.amname", "c.reloptions", "t.spcname", "note.description",
            ),
            _INDEXES,
        ),
        _CLASSES,
        _COLLATIONS,
    )  # fmt: skip


# 0 is no collation, 100 the database's.
_COLLATED = "i.indcollation::text !~ '^(0|100)( (0|100))*$'"

# Printed by the server only where there is more than names: it takes a while.
_TEXTS = f"""CASE WHEN i.indexprs IS NOT NULL OR i.indoption::text ~ '[1-9]' OR {_COLLATED} THEN ARRAY(
        SELECT pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, i.indnkeyatts::int) AS k ORDER BY k
    ) END"""

# btree (403) and hash (405) have no operator classes with arguments.
_ARGUMENTS = """CASE WHEN c.relam NOT IN (403, 405) THEN (
        SELECT json_agg(a.attoptions ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = i.indexrelid
    ) END"""

# An index of a partition that belongs to one of the partitioned table is made with that.
_INDEXES = f"""FROM tab r JOIN pg_index i ON i.indrelid = r.oid
    JOIN pg_class c ON c.oid = i.indexrelid AND NOT c.relispartition
    JOIN pg_am am ON am.oid = c.relam
    LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace
    {comment_on("pg_class", "c.oid")}"""

_CLASSES = Part(
    ClassRow,
    (
        "o.oid",
        (
            "CASE WHEN pg_opclass_is_visible(o.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END"
            " || quote_ident(o.opcname)"
        ),
        "o.opcdefault",
    ),
    "FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace",
)
_COLLATIONS = Part(
    CollationRow,
    ("co.oid", collation_text("co")),
    f"""FROM pg_collation co WHERE co.oid IN (
        SELECT unnest(i.indcollation::oid[]) FROM tab r JOIN pg_index i ON i.indrelid = r.oid WHERE {_COLLATED}
    )""",
)


@dataclass(frozen=True, slots=True)
class _Key:
    """One key of an index."""

    column: ColumnRow | None
    text: str
    direction: int
    collation: str
    operator_class: str
    arguments: Sequence[str]


class Indexes:
    """The indexes of all relations."""

    def __init__(self, answers: Answers, columns: Columns) -> None:
        self._columns = columns
        self._classes = {row.oid: row for row in answers.of(ClassRow)}
        self._usual = {row.oid for row in answers.of(ClassRow) if row.default}
        self._collations = {row.oid: row.text for row in answers.of(CollationRow)}
        self.rows = {row.oid: row for row in answers.of(IndexRow)}
        self._of: dict[str, list[IndexRow]] = {}
        for row in sorted(self.rows.values(), key=lambda row: row.name):
            self._of.setdefault(row.table, []).append(row)

    def indexes(self, table: str, constrained: Callable[[str], bool]) -> tuple[Index, ...]:
        """The indexes of a table or materialised view, by name, without those that a constraint brought along."""
        return tuple(
            self._index(row) for row in self._of.get(table, ()) if not constrained(row.oid)
        )

    def _index(self, row: IndexRow) -> Index:
        elements, classes = self.elements(row)
        found = self.unique_options(row)
        if row.method != "btree":
            found["postgresql_using"] = row.method
        if row.where is not None:
            found["postgresql_where"] = one_spelling(row.where)
        if classes:
            found["postgresql_ops"] = classes
        if row.parameters:
            found["postgresql_with"] = parameters(row.parameters)
        if row.tablespace is not None:
            found["postgresql_tablespace"] = row.tablespace
        if not row.valid:
            found["postgresql_invalid"] = True
        if row.comment is not None:
            found["comment"] = row.comment
        return Index(row.name, elements, row.unique, options(found) if found else ())

    def unique_options(self, row: IndexRow) -> dict[str, object]:
        """INCLUDE, and NULLS NOT DISTINCT: what a unique constraint takes from its index."""
        found: dict[str, object] = {}
        included = row.keys.split()[row.width :]
        if included:
            columns = self._columns.rows(row.table)
            found["postgresql_include"] = tuple(columns[int(n)].name for n in included)
        if row.nulls_not_distinct:
            found["postgresql_nulls_not_distinct"] = True
        return found

    def elements(self, row: IndexRow) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """The keys, names of columns or expressions with collation and direction; and the operator classes.

        Of these the ones that were chosen, each with its key.
        """
        if row.texts is None and row.arguments is None:
            plain = self._plain(row)
            if plain is not None:
                return plain, ()
        elements, classes = [], []
        for key in self._keys(row):
            element = self._element(key)
            chosen = self._classes[key.operator_class]
            if not chosen.default or key.arguments:
                classes.append((element, _class_text(chosen, key.arguments)))
            elements.append(element)
        return tuple(elements), tuple(sorted(classes))

    def _plain(self, row: IndexRow) -> tuple[str, ...] | None:
        """The columns of an index that says no more of them; most are like that."""
        if not self._usual.issuperset(row.classes.split()):
            return None
        columns = self._columns.rows(row.table)
        keys = [columns[int(number)] for number in row.keys.split()[: row.width]]
        if any(column.collation_oid is not None for column in keys):
            return None
        return tuple(column.name for column in keys)

    def _keys(self, row: IndexRow) -> Iterator[_Key]:
        columns = self._columns.rows(row.table)
        directions, classes = row.directions.split(), row.classes.split()
        collations = row.collations.split() if row.collations is not None else None
        for place, number in enumerate(row.keys.split()[: row.width]):
            column = columns.get(int(number))
            yield _Key(
                column,
                row.texts[place] if row.texts is not None else _quoted(column),
                int(directions[place]),
                collations[place] if collations is not None else "100",
                classes[place],
                (row.arguments[place] or ()) if row.arguments is not None else (),
            )

    def _element(self, key: _Key) -> str:
        # The collation of an expression is not known: naming it again does no harm.
        usual = key.column.collation_oid if key.column is not None else None
        text = ""
        if key.collation not in ("0", usual or "100"):
            text = f" COLLATE {self._collations.get(key.collation, _DEFAULT)}"
        text += _DIRECTIONS[key.direction & 3]
        if key.column is not None and not text:
            return key.column.name
        return Expression(key.text + text)


_DEFAULT = '"default"'

# DESC, and where null comes, as far as it is not what the direction implies.
_DIRECTIONS = ("", " DESC NULLS LAST", " NULLS FIRST", " DESC")


def _quoted(column: ColumnRow | None) -> str:
    """A name for those keys that the server was not asked to print, which are columns."""
    return '"' + column.name.replace('"', '""') + '"' if column is not None else ""


def _class_text(chosen: ClassRow, arguments: Sequence[str]) -> str:
    if not arguments:
        return chosen.text
    pairs = ", ".join(f"{name}='{value}'" for name, value in parameters(arguments))
    return f"{chosen.text} ({pairs})"
