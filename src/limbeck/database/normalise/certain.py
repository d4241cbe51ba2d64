"""
Which words are known to be the server's own.

Responsible for telling a difference that is one from a text that only may be printed in other words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limbeck.database.normalise.facts import Facts


def knows_type(sql: str, facts: Facts) -> bool:
    """Whether a type, after normalising, is what the server would print."""
    if facts.dialect == "postgresql":
        from limbeck.database.normalise.postgresql_types import type_text

        return type_text(sql) == sql
    if facts.dialect in {"mysql", "mariadb"}:
        from limbeck.database.normalise.mysql_types import type_text as mysql_text

        return mysql_text(sql, facts) == sql
    return facts.dialect == "sqlite"


def knows_default(sql: str, type: str, facts: Facts) -> bool:
    """Whether a default, after normalising, is what the server would print."""
    if facts.dialect == "postgresql":
        from limbeck.database.normalise.postgresql_defaults import default

        return default(sql, type) == sql
    if facts.dialect in {"mysql", "mariadb"}:
        from limbeck.database.normalise.mysql_words import default as mysql_default

        return mysql_default(sql, type, facts) == sql
    return facts.dialect == "sqlite"


def knows_condition(sql: str, types: Mapping[str, str], facts: Facts) -> bool:
    """Whether a condition, after normalising, is what the server would print."""
    if facts.dialect == "postgresql":
        from limbeck.database.normalise.postgresql_conditions import condition

        return condition(sql, types) == sql
    if facts.dialect in {"mysql", "mariadb"}:
        from limbeck.database.normalise.mysql_words import condition as mysql_condition

        return mysql_condition(sql, types, facts) == sql
    return facts.dialect == "sqlite"
