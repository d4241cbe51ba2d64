"""
Models in the words of a server, without asking it.

Responsible for saying a state as the server would print it, as far as that is certain.  The rule that everything else
relies on: two states that are equal afterwards are equal on the server.  What is not certain keeps its own words, and
is found out in a scratch database (`limbeck.database.compare`).
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from limbeck.database.normalise.facts import Facts, facts

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.schema import SchemaState

__all__ = ["Facts", "facts", "named", "normalise", "numbered", "words"]


def normalise(state: SchemaState, dialect: sa.Dialect, facts: Facts) -> SchemaState:
    """The state in the server's words, constraints without a name under the one that the server would choose.

    A state that was read from a server stays what it is.  Dialects that are not known keep their words.
    """
    return named(words(state, dialect, facts), dialect, facts)


def words(state: SchemaState, dialect: sa.Dialect, facts: Facts) -> SchemaState:
    """As `normalise`, but what has no name stays without one."""
    collecting = gc.isenabled()
    gc.disable()  # nothing made here is garbage, and looking for some takes longer than all the rest
    try:
        return _words(state, dialect, facts)
    finally:
        if collecting:
            gc.enable()


def _words(state: SchemaState, dialect: sa.Dialect, facts: Facts) -> SchemaState:
    if facts.dialect == "postgresql":
        from limbeck.database.normalise import postgresql

        return postgresql.words(state, facts)
    if facts.dialect in {"mysql", "mariadb"}:
        from limbeck.database.normalise import mysql

        return mysql.words(state, facts, dialect.name)
    if facts.dialect == "sqlite":
        from limbeck.database.normalise import sqlite

        return sqlite.words(state, facts)
    return state


def named(state: SchemaState, dialect: sa.Dialect, facts: Facts) -> SchemaState:
    """The state with the server's names where there are none and it is certain which ones it takes."""
    if facts.dialect == "postgresql":
        from limbeck.database.normalise import postgresql_names

        return postgresql_names.named(state)
    return state


def numbered(state: SchemaState, dialect: sa.Dialect, facts: Facts) -> SchemaState:
    """The state with names wherever a server has some, for what is still to be made.

    Of what is there already the server has counted in an order that is not known here: see `named`.
    """
    if facts.dialect == "postgresql":
        from limbeck.database.normalise import postgresql_names

        return postgresql_names.numbered(state)
    if facts.dialect in {"mysql", "mariadb"}:
        from limbeck.database.normalise import mysql_names

        return mysql_names.numbered(state, facts)
    return state
