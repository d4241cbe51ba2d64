"""
Tables, views and materialised views as PostgreSQL's pg_class has them.

Responsible for their names, options and parents.  Does not know columns, constraints or indexes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from limbeck.database.read.postgresql.query import Answers, Part, comment_on
from limbeck.schema import Options, TableName, options


class Relation(NamedTuple):
    """A table (kind r), partitioned table (p), view (v), materialised view (m) or sequence (S)."""

    oid: str
    kind: str
    name: str
    schema: str
    persistence: str
    comment: str | None
    parameters: list[str] | None
    toast_parameters: list[str] | None
    tablespace: str | None
    method: str | None
    partition_by: str | None
    bound: str | None
    row_security: bool
    forced: bool


class Parent(NamedTuple):
    """A table that another inherits from, or is a partition of."""

    child: str
    number: int
    schema: str
    name: str


def parts() -> tuple[Part[Relation], Part[Parent]]:
    """The questions."""
    return (_RELATIONS, _PARENTS)


_RELATIONS = Part(
    Relation,
    (
        "r.oid", "r.relkind", "r.name", "r.schema", "r.relpersistence", "note.description", "r.reloptions",
        "toast.reloptions", "t.spcname", "am.amname",
        "CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END",
        "pg_get_expr(r.relpartbound, r.oid)", "r.relrowsecurity", "r.relforcerowsecurity",
    ),
    f"""FROM rel r
    LEFT JOIN pg_class toast ON toast.oid = r.reltoastrelid AND toast.reloptions IS NOT NULL
    LEFT JOIN pg_tablespace t ON t.oid = r.reltablespace
    LEFT JOIN pg_am am ON am.oid = r.relam
    {comment_on("pg_class", "r.oid")}""",
)  # fmt: skip

_PARENTS = Part(
    Parent,
    ("i.inhrelid", "i.inhseqno", "n.nspname", "p.relname"),
    """FROM pg_inherits i JOIN rel r ON r.oid = i.inhrelid
    JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace""",
)


class Names:
    """What relations are called: the default schema is left out of a name."""

    def __init__(self, answers: Answers, default: str | None) -> None:
        self._default = default
        self.relations = {row.oid: row for row in answers.of(Relation)}
        self._parents: dict[str, list[Parent]] = {}
        for parent in sorted(answers.of(Parent), key=lambda row: row.number):
            self._parents.setdefault(parent.child, []).append(parent)

    def name(self, schema: str, name: str) -> TableName:
        """The name of anything that lives in a schema."""
        return TableName(name, None if schema == self._default else schema)

    def of(self, oid: str) -> TableName:
        """The name of a relation."""
        row = self.relations[oid]
        return self.name(row.schema, row.name)

    def parents(self, oid: str) -> tuple[TableName, ...]:
        """The tables that a table inherits from, or the one that it is a partition of, in order."""
        return tuple(self.name(row.schema, row.name) for row in self._parents.get(oid, ()))


def parameters(texts: Iterable[str], prefix: str = "") -> tuple[tuple[str, str], ...]:
    """Storage parameters: names and values, as text, sorted."""
    pairs = (text.partition("=") for text in texts)
    return tuple(sorted((prefix + name, value) for name, _, value in pairs))


def prefixes(row: Relation) -> tuple[str, ...]:
    """What stands before TABLE."""
    return ("UNLOGGED",) if row.persistence == "u" else ()


def table_options(row: Relation, parents: tuple[TableName, ...]) -> Options:
    """What stands behind the columns, and row-level security."""
    found: dict[str, object] = dict(storage_options(row))
    if row.partition_by is not None:
        found["postgresql_partition_by"] = row.partition_by
    if row.bound is not None:
        found["postgresql_partition_of"] = (parents[0], row.bound)
    elif parents:
        found["postgresql_inherits"] = tuple(str(parent) for parent in parents)
    if row.row_security:
        found["postgresql_row_security"] = "forced" if row.forced else "enabled"
    return options(found)


def storage_options(row: Relation) -> Options:
    """Storage parameters, access method and tablespace, as far as they were chosen."""
    found: dict[str, object] = {}
    given = parameters(row.parameters or ()) + parameters(row.toast_parameters or (), "toast.")
    if given:
        found["postgresql_with"] = given
    if row.tablespace is not None:
        found["postgresql_tablespace"] = row.tablespace
    if row.method not in (None, "heap"):
        found["postgresql_using"] = row.method
    return options(found)
