"""
The settings under which PostgreSQL prints its catalogs in the same words to everybody.

Responsible for setting them while something is read, and for putting them back.  Does not know what is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Mapping

# Constants are printed as the session would show them (a default of type timestamptz in its time zone), names with
# their schema where the search path does not lead to it.  jit: compiling one large statement takes longer than it.
_FIXED = {
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "standard_conforming_strings": "on",
    "xmloption": "content",
    "jit": "off",
}
_NAMES = ("search_path", *_FIXED)

# Own temporary objects come last: elsewhere they would hide tables of the same name.
_SEARCH_PATH = "coalesce(quote_ident(old.here) || ', ', '') || 'pg_temp'"


def _set_statement() -> sa.TextClause:
    old = ", ".join(f"current_setting('{name}') AS {name}" for name in _NAMES)
    new = ", ".join(
        [
            f"set_config('search_path', {_SEARCH_PATH}, :local)",
            *(f"set_config('{name}', '{value}', :local)" for name, value in _FIXED.items()),
        ]
    )
    return sa.text(
        f"WITH old AS MATERIALIZED (SELECT current_schema()::text AS here, {old}) SELECT old.*, {new} FROM old"
    ).bindparams(sa.bindparam("local", type_=sa.Boolean()))


_SET = _set_statement()
_RESET = sa.text(
    "SELECT " + ", ".join(f"set_config('{name}', :{name}, :local)" for name in _NAMES)
).bindparams(
    sa.bindparam("local", type_=sa.Boolean()), *(sa.bindparam(n, type_=sa.Text()) for n in _NAMES)
)


@contextmanager
def plain(connection: sa.Connection) -> Iterator[str | None]:
    """Settings that print the catalogs in the same words to everybody; gives the default schema, None without one.

    The caller's transaction goes on as it was; where there was none, there is none afterwards.
    """
    owned = not connection.in_transaction()
    local = not _in_autocommit(connection)
    before: dict[str, Any] | None = None
    try:
        row = connection.execute(_SET, {"local": local}).mappings().one()
        before = {str(name): value for name, value in row.items()}
        yield before["here"]
        if not (owned and local):  # else the end of the transaction does it
            connection.execute(_RESET, _values(before, local=local))
    except BaseException:
        _put_back_by_force(connection, local=local, before=before)
        raise
    finally:
        if owned:
            connection.rollback()


def _values(before: Mapping[str, Any], *, local: bool) -> dict[str, Any]:
    return {"local": local, **{name: before[name] for name in _NAMES}}


def _put_back_by_force(
    connection: sa.Connection, *, local: bool, before: Mapping[str, Any] | None
) -> None:
    """After an error: what is local to a transaction goes with it, and it has failed; only a session remembers."""
    if local or before is None:
        return
    try:
        connection.execute(_RESET, _values(before, local=local))
    except sa.exc.SQLAlchemyError:
        pass  # the connection is lost, and the settings with it


def _in_autocommit(connection: sa.Connection) -> bool:
    """Whether each statement is its own transaction, so that nothing can be local to one."""
    # All drivers for PostgreSQL have the attribute, also SQLAlchemy's adapters of async ones.
    return bool(getattr(connection.connection.dbapi_connection, "autocommit", False))
