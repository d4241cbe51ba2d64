"""
Constraints as PostgreSQL's pg_constraint has them.

Responsible for the five kinds that a table can have; what a partition or child has from its parent is left out.  Does
not know tables.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from limbeck.database.read.postgresql.columns import Columns
from limbeck.database.read.postgresql.indexes import Indexes
from limbeck.database.read.postgresql.query import Answers, Part, comment_on
from limbeck.database.read.postgresql.relations import Names
from limbeck.database.read.postgresql.spelling import one_spelling
from limbeck.schema import (
    Check,
    Constraint,
    Exclude,
    ForeignKey,
    PrimaryKey,
    TableName,
    Unique,
    options,
)


class ConstraintRow(NamedTuple):
    """A constraint; `kind` is p, u, f, c or x.  Columns are numbers; `backing` is its index."""

    table: str
    kind: str
    name: str
    columns: list[int] | None
    deferrable: bool
    deferred: bool
    valid: bool
    no_inherit: bool
    target: str
    target_columns: list[int] | None
    on_update: str
    on_delete: str
    match: str
    set_columns: list[int] | None
    condition: str | None
    operators: list[str] | None
    backing: str
    comment: str | None


class TargetRow(NamedTuple):
    """A table outside of what is read, to which foreign keys lead; `columns` are pairs of number and name."""

    oid: str
    schema: str
    name: str
    columns: list[list[Any]]


class NameRow(NamedTuple):
    """How the server writes the name of a column that is set by ON DELETE SET NULL (column)."""

    table: str
    number: int
    quoted: str


def parts(version: int) -> tuple[Part[ConstraintRow], Part[TargetRow], Part[NameRow]]:
    """The questions to a server of that version."""
    set_columns = "k.confdelsetcols" if version >= 15 else "NULL::int2[]"
    return (
        Part(
            ConstraintRow,
            (
                "k.conrelid", "k.contype", "k.conname", "k.conkey", "k.condeferrable", "k.condeferred",
                "k.convalidated", "k.connoinherit", "k.confrelid", "k.confkey", "k.confupdtype",
                "k.confdeltype", "k.confmatchtype", set_columns,
                "CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END",
                _OPERATORS, "k.conindid", "note.description",
            ),
            _CONSTRAINTS,
        ),
        _TARGETS,
        _NAMES if version >= 15 else _NO_NAMES,
    )  # fmt: skip


_OPERATORS = """CASE WHEN k.contype = 'x' THEN ARRAY(
        SELECT CASE WHEN pg_operator_is_visible(o.oid) THEN o.oprname::text
            ELSE format('OPERATOR(%I.%s)', n.nspname, o.oprname) END
        FROM unnest(k.conexclop) WITH ORDINALITY AS u (oid, number)
        JOIN pg_operator o ON o.oid = u.oid JOIN pg_namespace n ON n.oid = o.oprnamespace ORDER BY u.number
    ) END"""

_CONSTRAINTS = f"""FROM tab r JOIN pg_constraint k ON k.conrelid = r.oid
    {comment_on("pg_constraint", "k.oid")}
    WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conparentid = 0 AND k.conislocal"""

_TARGETS = Part(
    TargetRow,
    (
        "c.oid", "n.nspname", "c.relname",
        ("(SELECT json_agg(json_build_array(a.attnum, a.attname)) FROM pg_attribute a"
        " WHERE a.attrelid = c.oid AND a.attnum > 0)"),
    ),
    """FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid IN (
        SELECT k.confrelid FROM pg_constraint k JOIN tab r ON r.oid = k.conrelid WHERE k.contype = 'f'
    ) AND c.oid NOT IN (SELECT r.oid FROM rel r)""",
)  # fmt: skip

_NAMES = Part(
    NameRow,
    ("a.attrelid", "a.attnum", "quote_ident(a.attname)"),
    """FROM pg_constraint k JOIN rel r ON r.oid = k.conrelid
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.confdelsetcols)
    WHERE k.confdelsetcols IS NOT NULL""",
)
_NO_NAMES = Part(NameRow, ("0", "0", "''"), "WHERE false")

_ACTIONS = {"a": None, "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_MATCHES = {"f": "FULL", "p": "PARTIAL", "s": None}


class Constraints:
    """The constraints of all tables."""

    def __init__(self, answers: Answers, names: Names, columns: Columns, indexes: Indexes) -> None:
        self._names = names
        self._columns = columns
        self._indexes = indexes
        self._targets = {row.oid: row for row in answers.of(TargetRow)}
        self._quoted = {(row.table, row.number): row.quoted for row in answers.of(NameRow)}
        self._of: dict[str, list[ConstraintRow]] = {}
        self._brought: set[str] = set()
        for row in sorted(answers.of(ConstraintRow), key=lambda row: (row.kind != "p", row.name)):
            self._of.setdefault(row.table, []).append(row)
            if row.kind in "pux":
                self._brought.add(row.backing)

    def brought(self, index: str) -> bool:
        """Whether a constraint brought this index along."""
        return index in self._brought

    def constraints(self, table: str) -> tuple[Constraint, ...]:
        """The constraints of a table, the primary key first, the others by name."""
        return tuple(self._constraint(row) for row in self._of.get(table, ()))

    def _constraint(self, row: ConstraintRow) -> Constraint:
        common: dict[str, Any] = {
            "name": row.name,
            "deferrable": row.deferrable or None,
            "initially": "DEFERRED" if row.deferred else None,
            "options": options(given) if (given := self._options(row)) else (),
        }
        if row.kind == "c":
            return Check(one_spelling(row.condition or ""), **common)
        if row.kind == "f":
            return self._foreign_key(row, common)
        if row.kind == "x":
            return self._exclude(row, common)
        kind = PrimaryKey if row.kind == "p" else Unique
        return kind(self._named(row.table, row.columns), **common)

    def _options(self, row: ConstraintRow) -> dict[str, object]:
        found: dict[str, object] = {}
        if not row.valid:
            found["postgresql_not_valid"] = True
        if row.kind == "c" and row.no_inherit:
            found["postgresql_no_inherit"] = True
        if row.comment is not None:
            found["comment"] = row.comment
        index = self._indexes.rows.get(row.backing)
        if index is not None and row.kind in "pux":
            found.update(self._indexes.unique_options(index))
        return found

    def _named(self, table: str, numbers: list[int] | None) -> tuple[str, ...]:
        rows = self._columns.rows(table)
        return tuple(rows[number].name for number in numbers or ())

    def _target(self, row: ConstraintRow) -> tuple[TableName, tuple[str, ...]]:
        found = self._targets.get(row.target)
        if found is None:
            return self._names.of(row.target), self._named(row.target, row.target_columns)
        columns = dict(found.columns)
        names = tuple(columns[number] for number in row.target_columns or ())
        return self._names.name(found.schema, found.name), names

    def _foreign_key(self, row: ConstraintRow, common: dict[str, Any]) -> ForeignKey:
        target, columns = self._target(row)
        on_delete = _ACTIONS[row.on_delete]
        if row.set_columns:
            quoted = [self._quoted[row.table, number] for number in row.set_columns]
            on_delete = f"{on_delete} ({', '.join(quoted)})"
        return ForeignKey(
            self._named(row.table, row.columns),
            target,
            columns,
            onupdate=_ACTIONS[row.on_update],
            ondelete=on_delete,
            match=_MATCHES[row.match],
            **common,
        )

    def _exclude(self, row: ConstraintRow, common: dict[str, Any]) -> Exclude:
        index = self._indexes.rows[row.backing]
        elements, classes = self._indexes.elements(index)
        if classes:
            common["options"] = options({**dict(common["options"]), "postgresql_ops": classes})
        return Exclude(
            tuple(zip(elements, row.operators or (), strict=True)),
            using=index.method,
            where=index.where,
            **common,
        )
