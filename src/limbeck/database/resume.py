"""
Whether a statement that was under way when a run died has taken effect.

Responsible for looking at the objects that a statement changes, before it is sent and again when the next run comes
by.  Only for statements that no transaction protects: structure on servers that commit it at once, and the few that
PostgreSQL refuses inside a transaction.  Does not know what a step is, and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b

import sqlalchemy as sa

from limbeck.database.catalog import SILENT
from limbeck.database.changes import question, things
from limbeck.database.progress import UnderWay
from limbeck.database.version import literal
from limbeck.errors import ResumeUncertain
from limbeck.values import dataclass

REPEATABLE: tuple[str, ...] = ("repeatable",)
"""In place of a look at the catalog: the statement may be sent a second time."""

ABSENT: tuple[str, ...] = ("0",)
"""What `query` answers where the thing is not there."""

_NAME = r"""(?:`(?:[^`]|``)+`|"(?:[^"]|"")+"|\[[^\]]+\]|[\w$]+)"""
_REF = rf"{_NAME}(?:\s*\.\s*{_NAME})?"
_FLAGS = re.IGNORECASE | re.DOTALL

_HARMLESS = re.compile(
    r"\s*(?:TRUNCATE|GRANT|REVOKE|ANALYZE|OPTIMIZE|CHECK|REPAIR|FLUSH|VACUUM|REINDEX|CLUSTER|CHECKPOINT|REFRESH|COMMENT"
    r"|ALTER\s+(?:DATABASE|SCHEMA|SYSTEM)|CREATE\s+OR\s+REPLACE"
    r"|CREATE\s+(?:UNIQUE\s+)?[A-Z]+\s+IF\s+NOT\s+EXISTS|DROP\s+[A-Z]+\s+IF\s+EXISTS)\b",
    _FLAGS,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a statement `happened`, and what has to be executed first, by itself, to be able to repeat it."""

    happened: bool
    clean: tuple[str, ...] = ()


def query(dialect: sa.Dialect, text: str) -> str | None:
    """A query that `look` asks, and nothing else; None when it takes more than that."""
    if dialect.name not in {"mysql", "mariadb"} or _HARMLESS.match(text):
        return None
    made = things(text)
    return question(made[0], dialect) if len(made) == 1 else None


def look(connection: sa.Connection, text: str) -> tuple[str, ...] | None:
    """What the objects that `text` changes are like now; None when it cannot be told what it changes."""
    if connection.dialect.name == "postgresql":
        return _look_postgresql(connection, text)
    asked = query(connection.dialect, text)
    if asked is not None:
        return (str(_scalar(connection, asked)),)
    if _HARMLESS.match(text):
        return REPEATABLE
    if connection.dialect.name in {"mysql", "mariadb"}:
        return _look_mysql(connection, text)
    return None


def settle(connection: sa.Connection, way: UnderWay) -> Outcome:
    """Whether the statement took effect.  Raises ResumeUncertain when the catalog does not tell."""
    if way.before == REPEATABLE:
        return Outcome(happened=False)
    after = None if way.before is None else look(connection, way.text)
    if way.before is None or after is None:
        raise _uncertain(way)
    if connection.dialect.name == "postgresql":
        return _settle_postgresql(way.before, after)
    if query(connection.dialect, way.text) is not None:
        # Had it been there, the server would have refused to make it, and whoever has removed it since is somebody else.
        there = after != ABSENT
        return Outcome(happened=way.before != after and there == things(way.text)[0].there)
    changed = {old != new for old, new in zip(way.before, after, strict=True)}
    if len(changed) > 1:
        raise _uncertain(way)
    return Outcome(happened=changed == {True})


def left_something(connection: sa.Connection, way: UnderWay, *, failed: bool) -> bool | None:
    """Whether a statement that was under way, and perhaps `failed`, took effect; None when that cannot be told."""
    if way.before == REPEATABLE:
        return False if failed else None
    try:
        found = settle(connection, way)
    except ResumeUncertain:
        return None
    return None if found.clean else found.happened


def _uncertain(way: UnderWay) -> ResumeUncertain:
    return ResumeUncertain(
        f"A run was interrupted while this statement was under way, and the catalog does not tell whether it took"
        f" effect:\n{way.text}",
        hint="look whether it did; undo it or finish the revision by hand, then `limbeck stamp` where the database is",
    )


# MySQL and MariaDB

_TABLES = (
    re.compile(rf"\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<refs>{_REF})", _FLAGS),
    re.compile(
        rf"\s*ALTER\s+(?:ONLINE\s+|OFFLINE\s+|IGNORE\s+)*TABLE\s+(?:IF\s+EXISTS\s+)?(?P<refs>{_REF})", _FLAGS
    ),
    re.compile(rf"\s*DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?P<refs>{_REF}(?:\s*,\s*{_REF})*)", _FLAGS),
    re.compile(rf"\s*(?:CREATE|DROP)\s+(?:\w+\s+)?INDEX\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?{_NAME}.*?\sON\s+(?P<refs>{_REF})", _FLAGS),
    re.compile(
        rf"\s*(?:CREATE|ALTER|DROP)\s+(?:[^'\"]*?\s)?VIEW\s+(?P<refs>{_REF}(?:\s*,\s*{_REF})*)", _FLAGS
    ),
    re.compile(rf"\s*RENAME\s+TABLES?\s+(?P<refs>{_REF}\s+TO\s+{_REF}(?:\s*,\s*{_REF}\s+TO\s+{_REF})*)", _FLAGS),
)  # fmt: skip
_PROGRAMS = re.compile(
    rf"\s*(?:CREATE|ALTER|DROP)\s+(?:[^'\"]*?\s)?(?P<kind>TRIGGER|PROCEDURE|FUNCTION|EVENT|SEQUENCE|PACKAGE)\s+(?P<refs>{_REF})",
    _FLAGS,
)
_BETWEEN = re.compile(r"\s*,\s*|\s+TO\s+", re.IGNORECASE)
_NO_SUCH_TABLE = {1146, 1360, 1305, 1539, 4091, 1051, 1049}


def _look_mysql(connection: sa.Connection, text: str) -> tuple[str, ...] | None:
    for pattern in _TABLES:
        found = pattern.match(text)
        if found:
            refs = _BETWEEN.split(found["refs"])
            return tuple(_shown(connection, "TABLE", ref) for ref in refs)
    found = _PROGRAMS.match(text)
    if found:
        kind = found["kind"].upper()
        return (_shown(connection, "TABLE" if kind == "SEQUENCE" else kind, found["refs"]),)
    return None


def _shown(connection: sa.Connection, kind: str, ref: str) -> str:
    """A digest of the statement that would make an object; "" when there is none."""
    try:
        rows = connection.exec_driver_sql(f"SHOW CREATE {kind} {ref}", execution_options=SILENT)
    except sa.exc.DBAPIError as error:
        if error.orig is not None and error.orig.args[:1] and error.orig.args[0] in _NO_SUCH_TABLE:
            return ""
        raise
    # The counter of a table moves with its rows, and is no part of its structure.
    shown = re.sub(r" AUTO_INCREMENT=\d+", "", "\n".join(str(row) for row in rows))
    return blake2b(shown.encode(), digest_size=8).hexdigest()


# PostgreSQL: only what it refuses in a transaction arrives here

_CREATE_INDEX = re.compile(
    rf"\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+.*?\bON\s+(?:ONLY\s+)?(?P<table>{_REF})",
    _FLAGS,
)
_DROP_INDEX = re.compile(
    rf"\s*DROP\s+INDEX\s+CONCURRENTLY\s+(?:IF\s+EXISTS\s+)?(?P<refs>{_REF}(?:\s*,\s*{_REF})*)",
    _FLAGS,
)
_DATABASE = re.compile(
    rf"\s*(?:CREATE|DROP)\s+DATABASE\s+(?:IF\s+EXISTS\s+)?(?P<name>{_NAME})", _FLAGS
)
_INDEXES, _PRESENT = "indexes", "present"


def _look_postgresql(connection: sa.Connection, text: str) -> tuple[str, ...] | None:
    if found := _CREATE_INDEX.match(text):
        return (_INDEXES, *_indexes(connection, found["table"]))
    if found := _DROP_INDEX.match(text):
        refs = re.split(r"\s*,\s*", found["refs"])
        return (_PRESENT, *(ref for ref in refs if _there(connection, ref)))
    if found := _DATABASE.match(text):
        name = literal(found["name"].strip('"'), connection.dialect)
        query = f"SELECT count(*) FROM pg_catalog.pg_database WHERE datname = {name}"
        return (_PRESENT, *(["database"] if _scalar(connection, query) else []))
    return REPEATABLE if _HARMLESS.match(text) else None


def _scalar(connection: sa.Connection, query: str) -> object:
    return connection.exec_driver_sql(query, execution_options=SILENT).scalar()


def _there(connection: sa.Connection, ref: str) -> bool:
    return (
        _scalar(connection, f"SELECT to_regclass({literal(ref, connection.dialect)})") is not None
    )


def _indexes(connection: sa.Connection, table: str) -> Iterator[str]:
    """Each index of a table, with a mark before those that an interrupted build has left unusable."""
    query = (
        "SELECT CASE WHEN indisvalid THEN '' ELSE '!' END || indexrelid::regclass::text"
        f" FROM pg_catalog.pg_index WHERE indrelid = to_regclass({literal(table, connection.dialect)}) ORDER BY 1"
    )
    return map(str, connection.exec_driver_sql(query, execution_options=SILENT).scalars())


def _settle_postgresql(before: tuple[str, ...], after: tuple[str, ...]) -> Outcome:
    if before[0] == _PRESENT:
        return Outcome(happened=before != after)
    new = [name for name in after[1:] if name not in before[1:]]
    broken = [name[1:] for name in after[1:] if name.startswith("!") and name[1:] not in before[1:]]
    if broken:
        return Outcome(False, tuple(f"DROP INDEX CONCURRENTLY IF EXISTS {name}" for name in broken))
    return Outcome(happened=bool(new))
