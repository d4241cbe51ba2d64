"""
What differs between releases of SQLAlchemy, and small questions about its constructs.

Responsible for the names that packages import from Alembic's module of this name.  Does not know operations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import conv
from sqlalchemy.sql.naming import _constraint_name_for_table  # type: ignore[attr-defined,unused-ignore]

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Dialect, Transaction
    from sqlalchemy.schema import Constraint, Index, Table


_vers = tuple(int(digits) for digits in re.findall(r"\d+", sa.__version__)[:3])
sqlalchemy_version = sa.__version__
sqla_2_0_25 = _vers >= (2, 0, 25)
sqla_2_1 = _vers >= (2, 1)
identity_has_dialect_kwargs = issubclass(sa.Identity, sa.sql.base.DialectKWArgs)  # type: ignore[attr-defined,unused-ignore]
AUTOINCREMENT_DEFAULT = "auto"


def _inherit_schema_deprecated() -> bool:
    """Whether `inherit_schema` of a type is going away."""
    return sqla_2_1


@contextmanager
def _ensure_scope_for_ddl(connection: Connection | None) -> Iterator[None]:
    """A transaction for what is executed inside, unless the connection is in one."""
    if connection is None or connection.in_transaction():
        yield
        return
    with connection.begin():
        yield


def _safe_begin_connection_transaction(connection: Connection) -> Transaction:
    """The transaction that is open, else a new one."""
    return connection.get_transaction() or connection.begin()


def _safe_commit_connection_transaction(connection: Connection) -> None:
    """Commit the transaction that is open, if there is one."""
    transaction = connection.get_transaction()
    if transaction is not None:
        transaction.commit()


def _safe_rollback_connection_transaction(connection: Connection) -> None:
    """Roll back the transaction that is open, if there is one."""
    transaction = connection.get_transaction()
    if transaction is not None:
        transaction.rollback()


def _get_connection_in_transaction(connection: Connection | None) -> bool:
    """Whether a transaction is open; not so for what only stands in for a connection."""
    asked = getattr(connection, "in_transaction", None)
    return bool(asked()) if callable(asked) else False


def _connectable_has_table(connectable: Connection, tablename: str, schemaname: str | None) -> bool:
    """Whether the database has a table."""
    return sa.inspect(connectable).has_table(tablename, schemaname)


def constraint_name_defined(name: Any) -> bool:
    """Whether there is a name, perhaps one that rules will give."""
    return name is not None


def constraint_name_or_none(name: Any) -> str | None:
    """The name where it is written down, else None."""
    return name if isinstance(name, str) else None


def _get_constraint_final_name(
    constraint: Index | Constraint, dialect: Dialect | None
) -> str | None:
    """The name that the dialect's SQL will have, after naming conventions and cutting to length."""
    if constraint.name is None:
        return None
    assert dialect is not None
    # Any: a private method of SQLAlchemy, the only one that says this.
    preparer: Any = dialect.identifier_preparer
    found: str | None = preparer.format_constraint(constraint, _alembic_quote=False)
    return found


def _constraint_is_named(constraint: Constraint | Index, dialect: Dialect | None) -> bool:
    """Whether SQL will have a name for it."""
    return _get_constraint_final_name(constraint, dialect) is not None


def _table_for_constraint(constraint: Constraint) -> Table:
    """The table that it belongs to."""
    owner: Any = constraint.parent
    table: Table = owner.table if isinstance(owner, sa.Column) else owner
    return table


def _is_type_bound(constraint: Constraint) -> bool:
    """Whether it came with the type of a column, as that of a Boolean or an Enum."""
    return bool(getattr(constraint, "_type_bound", False))


__all__ = [
    "AUTOINCREMENT_DEFAULT",
    "_connectable_has_table",
    "_constraint_is_named",
    "_constraint_name_for_table",
    "_ensure_scope_for_ddl",
    "_get_connection_in_transaction",
    "_get_constraint_final_name",
    "_inherit_schema_deprecated",
    "_is_type_bound",
    "_safe_begin_connection_transaction",
    "_safe_commit_connection_transaction",
    "_safe_rollback_connection_transaction",
    "_table_for_constraint",
    "_vers",
    "constraint_name_defined",
    "constraint_name_or_none",
    "conv",
    "identity_has_dialect_kwargs",
    "sqla_2_0_25",
    "sqla_2_1",
    "sqlalchemy_version",
]


def _fk_spec(constraint: sa.ForeignKeyConstraint) -> tuple[Any, ...]:
    """Schema, table, columns of both sides of a foreign key; ON UPDATE, ON DELETE, DEFERRABLE, INITIALLY."""
    table = _table_for_constraint(constraint)
    targets = [element.target_fullname.split(".") for element in constraint.elements]
    schema, name = (".".join(targets[0][:-2]) or None), targets[0][-2]
    return (
        getattr(table, "schema", None),
        getattr(table, "name", None),
        [column.name for column in constraint.columns],
        schema,
        name,
        [parts[-1] for parts in targets],
        constraint.onupdate,
        constraint.ondelete,
        constraint.deferrable,
        constraint.initially,
    )
