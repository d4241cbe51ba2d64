"""
The constraints of a SQLite table, and which of them an author means.

Responsible for finding a constraint by its name, by the name that a naming convention would give it, or by kind
and columns, since in SQLite many have no name.  Does not know what is done with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from limbeck.database import construct
from limbeck.database.sqlite.definition import (
    ColumnItem,
    ConstraintItem,
    Definition,
    TableConstraintKind,
)
from limbeck.database.sqlite.tokens import folded, same, tokens
from limbeck.database.sqlite.values import column_constraints, table, table_constraint
from limbeck.schema import (
    Check,
    Constraint,
    ForeignKey,
    PrimaryKey,
    TableName,
    Unique,
)
from limbeck.values import dataclass

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck import operations as ops

KINDS: dict[type, TableConstraintKind] = {
    PrimaryKey: "primary",
    Unique: "unique",
    ForeignKey: "foreignkey",
    Check: "check",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A constraint and where it stands: item number `at`, and the number of the clause when it is a column's."""

    value: Constraint
    at: int
    clause: int | None = None

    @property
    def kind(self) -> TableConstraintKind:
        """One of "primary", "unique", "foreignkey", "check"."""
        return KINDS[type(self.value)]

    @property
    def name(self) -> str | None:
        """Its name, if it has one."""
        return self.value.name

    @property
    def described(self) -> str:
        """For people: name or kind, and columns or condition."""
        what = (
            self.value.sql
            if isinstance(self.value, Check)
            else ", ".join(construct.columns_of(self.value))
        )
        return f"{self.name or 'unnamed ' + self.kind} ({what})"

    @classmethod
    def all(cls, definition: Definition) -> list[Found]:
        """Every constraint of a table in the order of the text."""
        found: list[Found] = []
        for at, item in enumerate(definition.items):
            if isinstance(item, ConstraintItem):
                found.append(cls(table_constraint(item), at))
            else:
                found += [cls(value, at, clause) for clause, value in _of_column(item)]
        return found


def _of_column(item: ColumnItem) -> Iterable[tuple[int, Constraint]]:
    for at, clause in enumerate(item.clauses):
        for value in column_constraints(replace(item, clauses=(clause,))):
            yield at, value


def constraint_values(definition: Definition) -> list[Constraint]:
    """The constraints as values."""
    return [found.value for found in Found.all(definition)]


def matching(
    operation: ops.DropConstraint,
    definition: Definition,
    name: TableName,
    convention: Mapping[str, Any],
    finals: Mapping[str, str],
) -> Found | None:
    """The constraint to drop, or None.

    By its name; else, among those without one, by the name that the convention would give; else the primary key,
    of which there is only one; else by the condition of a check; else by kind and columns (`finals`: what columns are
    called in the end); else the only one of its kind without a name, when the author gave no name either.
    """
    every = Found.all(definition)
    wanted = operation.name
    if wanted is not None:
        for found in every:
            if found.name is not None and same(found.name, wanted):
                return found
        for found in every:
            if found.name is None and wanted in conventional(found, definition, name, convention):
                return found
    if operation.kind == "primary":
        return next(
            (f for f in every if f.kind == "primary" and (wanted is None or f.name is None)), None
        )
    unnamed = [f for f in every if f.name is None and f.kind == operation.kind]
    if wanted is None and isinstance(operation.existing, Check):
        wanted_tokens = _significant(operation.existing.sql)
        return next((f for f in unnamed if _is_check(f, wanted_tokens)), None)
    if operation.columns:
        return next((f for f in unnamed if _is_on(f, operation.columns, finals)), None)
    return unnamed[0] if wanted is None and len(unnamed) == 1 else None


def _is_check(found: Found, wanted: list[str]) -> bool:
    return isinstance(found.value, Check) and _significant(found.value.sql) == wanted


def _significant(sql: str) -> list[str]:
    """The tokens of an expression that mean something."""
    return [token.word or token.text for token in tokens(sql) if token.kind != "space"]


def _is_on(found: Found, columns: tuple[str, ...], finals: Mapping[str, str]) -> bool:
    own = construct.columns_of(found.value)
    if isinstance(found.value, Check):
        return False
    wanted = {folded(column) for column in columns}
    return wanted in ({folded(c) for c in own}, {folded(finals.get(c, c)) for c in own})


def conventional(
    found: Found, definition: Definition, name: TableName, convention: Mapping[str, Any]
) -> set[str]:
    """The name that the convention makes for a constraint without one."""
    if not convention:
        return set()
    plain = table(definition, name=name)
    value = replace(plain, constraints=(found.value,))
    made = construct.to_sqlalchemy(value, naming_convention=convention)
    return {str(c.name) for c in made.constraints if _is_kind(c, found.kind) and c.name is not None}


def _is_kind(constraint: sa.Constraint, kind: str) -> bool:
    names = {
        "primary": "primary_key_constraint",
        "unique": "unique_constraint",
        "foreignkey": "foreign_key_constraint",
        "check": "check_constraint",
    }
    return constraint.__visit_name__ in (names[kind], f"table_or_column_{names[kind]}")
