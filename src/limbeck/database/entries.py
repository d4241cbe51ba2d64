"""
The journal's rows: what they hold, and how they are read.

Responsible for the form of the table beside the version table, and for the values that its rows become.  Does not
decide what is written when.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timezone
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import sqlalchemy as sa

from limbeck.values import dataclass

UP, DOWN, STAMP, ADOPT = "up", "down", "stamp", "adopt"
RUNNING, DONE, FAILED = "running", "done", "failed"
VOID = "void"
"""Interrupted, and never to be gone on with: the database has left the place where it could be."""


class _LongText(sa.types.TypeDecorator[str]):
    """Text of any length.

    TEXT of MySQL holds 64 KiB, less than the ids of a long history.  A variant of `sa.Text` would say the same, but
    then MySQL's dialect, with all its drivers, would be imported at each start.
    """

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name not in {"mysql", "mariadb"}:
            return super().load_dialect_impl(dialect)
        from sqlalchemy.dialects.mysql import LONGTEXT

        return dialect.type_descriptor(LONGTEXT())


_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_LONG = _LongText()
_NAME = sa.String(255)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the journal, for people: what happened to a database, when, and by whom.

    `direction` is "up", "down", "stamp" or "adopt", `outcome` "running", "done", "failed" or "void"
    (interrupted, and nothing goes on with it); times are UTC, `seconds` wall time.  `heads` are those after it, `number` and `statement` say how far an unfinished one came.
    """

    id: int
    revision: str
    direction: str
    outcome: str
    started: datetime
    finished: datetime | None
    seconds: float | None
    db_user: str
    os_user: str
    host: str
    tool: str
    checksum: str
    parents: tuple[str, ...]
    heads: frozenset[str]
    number: int
    statement: str
    error: str


COLUMNS = (
    "version_table", "id", "revision", "direction", "outcome", "started_at", "finished_at", "duration_ms",
    "db_user", "os_user", "host", "tool", "checksum", "parents", "heads", "applied", "revisions", "number",
    "statement", "progress", "error",
)  # fmt: skip
"""What a row has, in the order of the table."""


@cache
def journal_table(name: str, schema: str | None) -> sa.Table:
    """The journal as SQLAlchemy knows it.  Several version tables of one schema share it."""
    return sa.Table(
        name,
        sa.MetaData(),
        sa.Column("version_table", sa.String(128), nullable=False),
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("revision", _NAME, nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("finished_at", sa.String(32)),
        sa.Column("duration_ms", sa.BigInteger),
        sa.Column("db_user", _NAME),
        sa.Column("os_user", _NAME),
        sa.Column("host", _NAME),
        sa.Column("tool", sa.String(64)),
        sa.Column("checksum", sa.String(128)),
        sa.Column("parents", _LONG),
        sa.Column("heads", _LONG),
        sa.Column("applied", _NAME),
        sa.Column("revisions", _LONG),
        sa.Column("number", sa.Integer),
        sa.Column("statement", _LONG),
        sa.Column("progress", _LONG),
        sa.Column("error", _LONG),
        sa.PrimaryKeyConstraint("version_table", "id", name=f"{name}_pk"),
        schema=schema,
    )


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(timezone.utc)


def written(moment: datetime) -> str:
    """A time, which is in UTC, as the journal has it: ISO 8601, microseconds."""
    text = moment.isoformat(timespec="microseconds")  # strftime takes long
    return f"{text.removesuffix('+00:00')}Z"


def read_time(text: str) -> datetime:
    """The time that `written` has written."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


def written_ids(ids: Iterable[str]) -> str:
    """Ids as the journal has them."""
    return _encode(sorted(ids))


@lru_cache(maxsize=4)
def written_heads(heads: frozenset[str]) -> str:
    """Heads as the journal has them: the same ones are written when a step ends and when the next begins."""
    return written_ids(heads)


def read_ids(text: str | None) -> tuple[str, ...]:
    """The ids that `written_ids` has written."""
    return tuple(json.loads(text)) if text else ()


class Seal(NamedTuple):
    """Which ids a set has, in a few characters, kept up to date id by id.

    The sum of a hash of each id: two sets of one size and one sum are the same.
    """

    size: int = 0
    total: int = 0

    @classmethod
    def of(cls, ids: Iterable[str]) -> Seal:
        """The seal of these ids."""
        hashes = [_hash(id) for id in ids]
        return cls(len(hashes), sum(hashes))

    @classmethod
    def read(cls, text: str) -> Seal:
        """The seal that is written like this."""
        size, _, total = text.partition(":")
        return cls(int(size), int(total, 16))

    def with_(self, id: str) -> Seal:
        """`id` is in the set now."""
        return Seal(self.size + 1, self.total + _hash(id))

    def without(self, id: str) -> Seal:
        """`id` is no longer in the set."""
        return Seal(self.size - 1, self.total - _hash(id))

    def __str__(self) -> str:
        return f"{self.size}:{self.total:x}"


def _hash(id: str) -> int:
    return int.from_bytes(blake2b(id.encode(), digest_size=8).digest(), "big")


def entry(row: sa.RowMapping) -> Entry:
    """The value of a row."""
    finished, duration = row["finished_at"], row["duration_ms"]
    return Entry(
        id=row["id"],
        revision=row["revision"],
        direction=row["direction"],
        outcome=row["outcome"],
        started=read_time(row["started_at"]),
        finished=read_time(finished) if finished else None,
        seconds=None if duration is None else duration / 1000,
        db_user=row["db_user"] or "",
        os_user=row["os_user"] or "",
        host=row["host"] or "",
        tool=row["tool"] or "",
        checksum=row["checksum"] or "",
        parents=read_ids(row["parents"]),
        heads=frozenset(read_ids(row["heads"])),
        number=row["number"] or 0,
        statement=row["statement"] or "",
        error=row["error"] or "",
    )
