"""
Indexes and constraints as information_schema has them.

Responsible for which of the server's keys is a constraint and which an index, and for what belongs to a foreign key.
Does not know the tables that they are on.

A unique key with nothing special about it is a Unique: to the server UNIQUE and CREATE UNIQUE INDEX are one.  The
index that the server makes for a foreign key is left out, see `implied`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from limbeck.database.read.mysql.columns import unescaped
from limbeck.database.read.mysql.query import HERE, Part, Server, Since
from limbeck.schema import (
    Check,
    Constraint,
    Expression,
    ForeignKey,
    Index,
    Options,
    PrimaryKey,
    TableName,
    Unique,
    options,
)


class IndexRow(NamedTuple):
    """One part of a key; `collation` is A, D or None, `expression` is set where it is not a column.

    `ignored` is "YES" where no query may use it (MariaDB), `is_visible` "NO" likewise (MySQL).
    """

    table_name: str
    index_name: str
    seq_in_index: int
    column_name: str | None
    non_unique: int
    sub_part: int | None
    collation: str | None
    index_type: str
    index_comment: str
    ignored: str | None
    is_visible: str | None
    expression: str | None


INDEXES = Part(
    IndexRow,
    "statistics",
    many="table_name",
    only={
        "ignored": Since((10, 6, 0), None),
        "is_visible": Since(None, (8, 0, 0)),
        "expression": Since(None, (8, 0, 13)),
    },
)


class ReferenceRow(NamedTuple):
    """One column of a foreign key; the schema is None where it is the connection's own."""

    table_name: str
    constraint_name: str
    ordinal_position: int
    column_name: str
    referenced_table_schema: str | None
    referenced_table_name: str
    referenced_column_name: str


REFERENCES = Part(
    ReferenceRow,
    "key_column_usage",
    where="referenced_table_name IS NOT NULL",
    written={"referenced_table_schema": f"nullif(referenced_table_schema, {HERE})"},
)


class RuleRow(NamedTuple):
    """What a foreign key does when its target changes or goes."""

    table_name: str
    constraint_name: str
    update_rule: str
    delete_rule: str


RULES = Part(RuleRow, "referential_constraints", "constraint_schema")


class CheckRow(NamedTuple):
    """A check; `level` is Column for one that is written beside a column, and then its name is the column's."""

    table_name: str
    constraint_name: str
    level: str | None
    check_clause: str
    enforced: str | None

    def is_json(self, columns: Collection[str]) -> bool:
        """Whether it is what makes one of `columns` hold JSON."""
        return self.level == "Column" and self.constraint_name in columns


CHECKS = Part(
    CheckRow,
    "check_constraints",
    "constraint_schema",
    written={"enforced": "NULL"},
    only={"level": Since((10, 5, 10), None)},
    since=Since((10, 2, 22), None),
)

# MySQL's check_constraints does not say which table it is.
MYSQL_CHECKS = Part(
    CheckRow,
    "table_constraints t JOIN information_schema.check_constraints c USING (constraint_schema, constraint_name)",
    "t.constraint_schema",
    where="t.constraint_type = 'CHECK'",
    written={"level": "NULL", "enforced": "t.enforced"},
    since=Since(None, (8, 0, 16)),
)


Quote = Callable[[str], str]


class Keys(NamedTuple):
    """The keys of a table: its primary key and unique constraints, and its indexes."""

    constraints: tuple[PrimaryKey | Unique, ...]
    indexes: tuple[Index, ...]


def keys(rows: Iterable[IndexRow], prefix: str, quote: Quote, server: Server) -> Keys:
    """The keys of one table.  `prefix` begins the names of options: "mysql" or "mariadb"."""
    constraints: list[PrimaryKey | Unique] = []
    indexes = []
    ordered = sorted(rows, key=attrgetter("index_name", "seq_in_index"))
    for name, group in groupby(ordered, attrgetter("index_name")):
        found = index(name, list(group), prefix, quote, server)
        if name == "PRIMARY":
            constraints.insert(0, PrimaryKey(tuple(str(element) for element in found.elements)))
        elif found.unique and not found.options and _has_only_columns(found):
            constraints.append(Unique(found.elements, name))
        else:
            indexes.append(found)
    return Keys(tuple(constraints), tuple(indexes))


def _has_only_columns(index: Index) -> bool:
    return not any(isinstance(element, Expression) for element in index.elements)


_PREFIXES = frozenset(("FULLTEXT", "SPATIAL", "VECTOR"))


def index(name: str, rows: Sequence[IndexRow], prefix: str, quote: Quote, server: Server) -> Index:
    """An index from its parts, in order."""
    first = rows[0]
    return Index(
        name,
        tuple([_element(row, quote, server) for row in rows]),
        not int(first.non_unique),
        _options(rows, prefix),
    )


def _options(rows: Sequence[IndexRow], prefix: str) -> Options:
    """What else is said of an index; mostly nothing."""
    first = rows[0]
    special = first.index_type if first.index_type in _PREFIXES else None
    lengths = {
        row.column_name: row.sub_part for row in rows if row.sub_part is not None and not special
    }
    hidden, unseen = first.ignored == "YES", first.is_visible == "NO"
    if not (special or lengths or first.index_comment or hidden or unseen):
        return ()
    given: dict[str, object] = {
        f"{prefix}_length": tuple(sorted((name or "", size) for name, size in lengths.items())),
        f"{prefix}_prefix": special,
        "comment": first.index_comment,
        f"{prefix}_ignored": hidden,
        f"{prefix}_invisible": unseen,
    }
    return options({option: value for option, value in given.items() if value})


def _element(row: IndexRow, quote: Quote, server: Server) -> str:
    if row.column_name is not None and row.collation != "D":
        return row.column_name
    down = " DESC" if row.collation == "D" else ""
    if row.column_name is None:
        return Expression(f"({unescaped(row.expression or '', server)}){down}")
    return Expression(quote(row.column_name) + down)


def foreign_keys(
    references: Iterable[ReferenceRow], rules: Iterable[RuleRow]
) -> tuple[ForeignKey, ...]:
    """The foreign keys of one table, in the order of their names."""
    by_name = {rule.constraint_name: rule for rule in rules}
    ordered = sorted(references, key=attrgetter("constraint_name", "ordinal_position"))
    found = []
    for name, group in groupby(ordered, attrgetter("constraint_name")):
        parts, rule = list(group), by_name[name]
        found.append(
            ForeignKey(
                tuple(part.column_name for part in parts),
                TableName(parts[0].referenced_table_name, parts[0].referenced_table_schema),
                tuple(part.referenced_column_name for part in parts),
                name,
                onupdate=_action(rule.update_rule),
                ondelete=_action(rule.delete_rule),
            )
        )
    return tuple(found)


def _action(rule: str) -> str | None:
    """What happens to rows; None for both words that refuse, which mean the same to InnoDB and are what is usual."""
    return None if rule in {"NO ACTION", "RESTRICT"} else rule


def implied(indexes: Sequence[Index], constraints: Sequence[Constraint]) -> frozenset[str]:
    """The names of those indexes that the server has made by itself because a foreign key needs one.

    InnoDB makes one when no other begins with the columns of the foreign key, and gives it the key's name, or, where
    the author gave it none, that of the first column; it has just these columns.  So an index is implied when it
    looks so and no other one would do.  The other way round, where a state has no index for a foreign key, the
    database has one of that name: nothing is lost by leaving it out.
    """
    targets = [c for c in constraints if isinstance(c, ForeignKey)]
    candidates = [i for i in indexes if any(_looks_implied(i, target) for target in targets)]
    candidates.sort(key=lambda i: (-len(i.elements), i.name or ""))
    others = [c.columns for c in constraints if isinstance(c, (PrimaryKey, Unique))]
    others += [i.elements for i in indexes if i not in candidates and not i.options]
    found = set()
    for index in candidates:
        if not any(other[: len(index.elements)] == index.elements for other in others):
            found.add(index.name or "")
        others.append(index.elements)
    return frozenset(found)


def with_implied(
    constraints: Sequence[Constraint], indexes: Sequence[Index], names: frozenset[str]
) -> tuple[Constraint, ...]:
    """The constraints, in which a foreign key knows the index that was made for it, one of these `names`."""
    if not names:
        return tuple(constraints)
    own = {index.elements: index.name for index in indexes if index.name in names}
    return tuple(
        replace(item, index=own[item.columns])
        if isinstance(item, ForeignKey) and item.columns in own
        else item
        for item in constraints
    )


def _looks_implied(index: Index, target: ForeignKey) -> bool:
    if index.unique or index.options or index.elements != target.columns:
        return False
    first = re.escape(target.columns[0])
    return (
        index.name == target.name or re.fullmatch(rf"{first}(_\d+)?", index.name or "") is not None
    )


def checks(rows: Iterable[CheckRow], server: Server) -> tuple[Check, ...]:
    """The checks of one table; one that is written beside a column has no name, and goes with the column."""
    found = []
    for row in rows:
        sql = unescaped(row.check_clause, server)
        if not server.mariadb and sql.startswith("(") and sql.endswith(")"):
            sql = sql[1:-1]
        name = None if row.level == "Column" else row.constraint_name
        given = options({"mysql_not_enforced": True} if row.enforced == "NO" else {})
        found.append(Check(sql, name, options=given))
    return tuple(sorted(found, key=lambda check: (check.name or "", check.sql)))


def json_columns(rows: Iterable[CheckRow]) -> frozenset[str]:
    """The columns that MariaDB checks for valid JSON, which is how it keeps the type `json`."""
    return frozenset(
        row.constraint_name
        for row in rows
        if row.level == "Column"
        and row.check_clause == f"json_valid(`{row.constraint_name.replace('`', '``')}`)"
    )
