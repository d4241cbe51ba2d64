"""
What all servers have in common when they take in a table.

Responsible for what needs no word of a certain server: options of other dialects, actions that are the usual ones,
empty comments, the default schema by its name.  Does not know types or expressions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.schema import Check, Constraint, Exclude, ForeignKey, Options, TableName

if TYPE_CHECKING:
    from limbeck.database.normalise.facts import Facts

_PREFIXES = {
    "postgresql": ("postgresql_",),
    "mysql": ("mysql_", "mariadb_"),
    "mariadb": ("mysql_", "mariadb_"),
    "sqlite": ("sqlite_",),
}


def own(options: Options, facts: Facts) -> Options:
    """The options that mean something here, and an own comment; those of other dialects are for other databases."""
    if not options:
        return options
    prefixes = _PREFIXES.get(facts.dialect, (f"{facts.dialect}_",))
    return tuple(
        (name, value)
        for name, value in options
        if name.startswith(prefixes) or (name == "comment" and value)
    )


def here(name: TableName, facts: Facts) -> TableName:
    """The name without its schema where that is the default one."""
    return TableName(name.name) if name.schema is not None and name.schema == facts.schema else name


def action(text: str | None, usual: tuple[str, ...] = ("NO ACTION",)) -> str | None:
    """ON DELETE or ON UPDATE; None when it is what happens anyway."""
    if text is None:
        return None
    upper = " ".join(text.upper().split()) if "(" not in text else text
    return None if upper in usual else upper


def timing(given: Constraint) -> Constraint:
    """DEFERRABLE and INITIALLY without what goes without saying."""
    if given.deferrable is None and given.initially is None:
        return given
    initially = (given.initially or "").upper()
    deferred = "DEFERRED" if initially == "DEFERRED" else None
    return replace(
        given, deferrable=given.deferrable or deferred is not None or None, initially=deferred
    )


def match(given: ForeignKey) -> str | None:
    """MATCH; None for SIMPLE."""
    upper = given.match.upper() if given.match else None
    return None if upper == "SIMPLE" else upper


def columns_of(given: Constraint) -> tuple[str, ...]:
    """The columns that a constraint lists; () for one that is an expression."""
    return () if isinstance(given, (Check, Exclude)) else given.columns
