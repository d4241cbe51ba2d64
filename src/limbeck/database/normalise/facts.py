"""
What must be known about a server to speak its words.

Responsible for asking once.  Does not know schemas or tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limbeck.values import dataclass

if TYPE_CHECKING:
    import sqlalchemy as sa

_USUAL = {"postgresql": (15,), "mysql": (8, 0), "mariadb": (10, 11), "sqlite": (3, 40)}


@dataclass(frozen=True, slots=True)
class Facts:
    """A server: `dialect` is postgresql, mysql, mariadb, sqlite or another of SQLAlchemy's names.

    `schema` is the one of names that have none; on MySQL and MariaDB it is the database.  `charset` and `collation`
    are those of the database, and what a table takes that names none.  `sql_mode` is MySQL's.
    """

    dialect: str
    version: tuple[int, ...] = ()
    schema: str | None = None
    charset: str | None = None
    collation: str | None = None
    sql_mode: str | None = None
    engine: str | None = None

    @staticmethod
    def default(dialect: sa.Dialect) -> Facts:
        """What is assumed where no server can be asked."""
        name = _family(dialect)
        return Facts(
            name,
            tuple(_numbers(dialect.server_version_info or ())) or _USUAL.get(name, ()),
            schema="public" if name == "postgresql" else None,
        )


def facts(connection: sa.Connection) -> Facts:
    """Ask the server behind a connection; one query, none on SQLite."""
    dialect = connection.dialect
    name = _family(dialect)
    version = tuple(_numbers(dialect.server_version_info or ()))
    if name == "postgresql":
        row = connection.exec_driver_sql(
            "SELECT current_schema()::text, pg_encoding_to_char(encoding), datcollate"
            " FROM pg_database WHERE datname = current_database()"
        ).one()
        return Facts(name, version, row[0], row[1], row[2])
    if name in {"mysql", "mariadb"}:
        row = connection.exec_driver_sql(
            "SELECT database(), @@character_set_database, @@collation_database, @@sql_mode, @@default_storage_engine"
        ).one()
        return Facts(name, version, *(None if value is None else str(value) for value in row))
    if name == "sqlite":
        return Facts(name, version)
    return Facts(name, version, dialect.default_schema_name)


def _family(dialect: sa.Dialect) -> str:
    return "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name


def _numbers(version: tuple[Any, ...]) -> list[int]:
    """SQLAlchemy adds words to the versions of some servers."""
    return [part for part in version if isinstance(part, int)]
