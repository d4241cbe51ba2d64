"""
Tables of which it is certain how they differ.

Responsible for telling a difference that needs no server (a column more, another length, NOT NULL, an index of
columns) from one that may be nothing but other words.  The rule: a part counts as certain only when the server would
say it in just these words, and would do nothing else because of it; all others are asked for.  Does not know how a
server is asked.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from limbeck.database.normalise.certain import knows_condition, knows_default, knows_type
from limbeck.schema import (
    Check,
    Column,
    Constraint,
    Default,
    Exclude,
    Expression,
    ForeignKey,
    Index,
    PrimaryKey,
    Table,
)
from limbeck.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.database.normalise.facts import Facts

_MYSQL = {"mysql", "mariadb"}
_LONGEST = 63  # bytes of a name that no server cuts off
_ACTIONS = {None, "CASCADE", "SET NULL"}
# Types that come with nothing else: a timestamp of MariaDB has a default, the values of an enum lose blanks.
_PLAIN_TYPES = {
    "mysql": r"(?:tiny|small|medium|big)?int(?:\(\d+\))?(?: unsigned)?|varchar\(\d{1,3}\)|decimal\(\d+,\d+\)"
    r"|text|date|datetime|float|double|json",
    "sqlite": r"[A-Z]+(?:\(\d+(?:, \d+)?\))?",
    "postgresql": r"(?!.* COLLATE ).*",
}
_PLAIN_DEFAULT = re.compile(r"'(?:[^']|'')*'|\d+|CURRENT_TIMESTAMP")  # for SQLite, which keeps any
_KEY_BYTES = 3000  # InnoDB's longest key has 3,072, a character up to 4
_LENGTH = re.compile(r"varchar\((\d+)\)")


def differs_for_certain(have: Table, want: Table, facts: Facts) -> bool:
    """Whether all that `want` has and `have` has not is what the server would say of it."""
    if facts.dialect not in {"postgresql", "sqlite", *_MYSQL}:
        return False
    if (have.options, have.prefixes) != (want.options, want.prefixes):
        return False
    return _Certainty(have, want, facts).of_all()


@dataclass(frozen=True)
class _Certainty:
    """What is certain of the parts of one table."""

    have: Table
    want: Table
    facts: Facts

    def of_all(self) -> bool:
        known = {column.name: column for column in self.have.columns}
        return (
            self._keyed()
            and all(
                column == known.get(column.name) or self._column(column, known.get(column.name))
                for column in self.want.columns
            )
            and all(
                item.name is not None and (item in self.have.constraints or self._constraint(item))
                for item in self.want.constraints
                if not _is_nameless_key(item)
            )
            and all(item in self.have.indexes or self._index(item) for item in self.want.indexes)
            and not self._implies()
        )

    @cached_property
    def _types(self) -> dict[str, str]:
        return {column.name: column.type.sql for column in self.want.columns}

    def _keyed(self) -> bool:
        """Whether there is no other key than before, and none that would make a column NOT NULL."""
        key = self.want.primary_key
        if key is None:
            return True
        return key in self.have.constraints and not any(self.want[c].nullable for c in key.columns)

    def _column(self, want: Column, have: Column | None) -> bool:
        numbered = have.autoincrement if have is not None else False
        return (
            want.autoincrement is numbered
            and not want.options
            and _short(want.name)
            and not (self.facts.dialect in _MYSQL and "timestamp" in want.type.sql)
            and self._type(want, have)
            and self._default(want, have)
        )

    def _type(self, want: Column, have: Column | None) -> bool:
        if have is not None and want.type == have.type:
            return True
        kind = "mysql" if self.facts.dialect in _MYSQL else self.facts.dialect
        known = knows_type(want.type.sql, self.facts)
        return known and re.fullmatch(_PLAIN_TYPES[kind], want.type.sql) is not None

    def _default(self, want: Column, have: Column | None) -> bool:
        if have is not None and (want.default, want.type) == (have.default, have.type):
            return True
        if want.default is None:
            return True
        if not isinstance(want.default, Default):
            return False
        if self.facts.dialect == "sqlite":
            return _PLAIN_DEFAULT.fullmatch(want.default.sql) is not None
        return knows_default(want.default.sql, want.type.sql, self.facts)

    def _constraint(self, item: Constraint) -> bool:
        if item.options or isinstance(item, (Exclude, PrimaryKey)) or not _short(item.name):
            return False
        if isinstance(item, Check):
            return self.facts.dialect != "sqlite" and knows_condition(
                item.sql, self._types, self.facts
            )
        if isinstance(item, ForeignKey):
            return (
                {item.ondelete, item.onupdate} <= _ACTIONS
                and item.match is None
                and bool(item.target_columns)
                # Some servers of MySQL know tables by small letters only.
                and (self.facts.dialect not in _MYSQL or item.target.name.islower())
            )
        return self._fits(item.columns)

    def _index(self, item: Index) -> bool:
        return (
            not item.options
            and _short(item.name)
            and not any(isinstance(element, Expression) for element in item.elements)
            and self._fits(item.elements)
        )

    def _fits(self, columns: Iterable[str]) -> bool:
        """Whether these are columns of which MySQL makes a key as it is asked to: not of their first bytes only."""
        types = [self._types.get(column) for column in columns]
        if None in types:
            return False
        if self.facts.dialect not in _MYSQL:
            return True
        lengths = [_LENGTH.fullmatch(type or "") for type in types]
        size = sum(4 * int(found[1]) if found else 16 for found in lengths)
        return size <= _KEY_BYTES and not any(
            "text" in type or type == "json" for type in types if type
        )

    def _implies(self) -> bool:
        """Whether an index would be taken for one that MySQL makes for a foreign key."""
        if self.facts.dialect not in _MYSQL:
            return False
        from limbeck.database.read.mysql.keys import implied

        return bool(implied(self.want.indexes, self.want.constraints))


def _is_nameless_key(item: Constraint) -> bool:
    """A primary key without a name, as MySQL and SQLite have them; whether it is the same is looked at beforehand."""
    return isinstance(item, PrimaryKey) and item.name is None


def _short(name: str | None) -> bool:
    return name is not None and len(name.encode("utf-8", "surrogatepass")) <= _LONGEST
