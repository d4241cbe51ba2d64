"""
Many questions to MySQL's and MariaDB's information_schema, asked as one statement.

Responsible for the form of a question (`Part`), for which columns a server of some age has, and for turning the
answer into rows.  Does not know what any of them asks.

Each row comes as one JSON text, since drivers in Python spend more time on the fields of a row than the server does
on finding it, where there are many of them those of a table as one; and all come in one answer, so that a distant
server costs one round trip.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import md5
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from limbeck.database.catalog import SILENT
from limbeck.database.version import literal
from limbeck.errors import SchemaError

if TYPE_CHECKING:
    import sqlalchemy as sa

Row = TypeVar("Row", bound=NamedTuple)

HERE = "database()"
"""The schema of names that have none."""


class Server(NamedTuple):
    """Which of the two it is, and its version."""

    mariadb: bool
    version: tuple[int, ...]

    @classmethod
    def of(cls, dialect: sa.Dialect) -> Server:
        """The server behind a connection, as SQLAlchemy found when it connected."""
        version = dialect.server_version_info or ()
        numbers = tuple(part for part in version if isinstance(part, int))
        return cls(bool(getattr(dialect, "is_mariadb", False)), numbers)

    def has(self, mariadb: tuple[int, ...] | None, mysql: tuple[int, ...] | None) -> bool:
        """Whether it is at least this version of MariaDB or of MySQL; None is never."""
        since = mariadb if self.mariadb else mysql
        return since is not None and self.version >= since


class Since(NamedTuple):
    """A column that is there from these versions on; before and elsewhere it is read as NULL."""

    mariadb: tuple[int, ...] | None
    mysql: tuple[int, ...] | None


ALWAYS = Since((), ())


@dataclass(frozen=True)
class Part:
    """A question: the fields of `row` are columns of information_schema's `table`, or what `written` says.

    `schema` is the column that names the schema.  The whole question is only asked of servers from `since` on.  Of `many`
    rows those that are equal in that column may come as one text.
    """

    row: type[NamedTuple]
    table: str
    schema: str = "table_schema"
    where: str = ""
    written: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, Since] = field(default_factory=dict)
    since: Since = ALWAYS
    many: str = ""

    @property
    def kind(self) -> str:
        """The name under which its rows come."""
        return self.row.__name__

    def fields(self, server: Server) -> list[str]:
        """The SQL of each field of a row."""
        return [self._field(name, server) for name in self.row._fields]

    def _field(self, name: str, server: Server) -> str:
        if name in self.only and not server.has(*self.only[name]):
            return "NULL"
        return self.written.get(name, name)

    def source(self, schema: str) -> str:
        """FROM and WHERE for a schema, given as SQL."""
        found = f"FROM information_schema.{self.table} WHERE {self.schema} = {schema}"
        return f"{found} AND {self.where}" if self.where else found


class Answers:
    """The rows of every part, for each schema that was asked for, by its number; `texts` are those rows as JSON.

    Raises ValueError when a server has cut off a text that was too long for it.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._found: dict[tuple[str, int], list[Sequence[Any]]] = {}
        for kind, number, *values in json.loads(f"[{','.join(texts)}]"):
            rows = self._found.setdefault((kind, number), [])
            if values[-1].__class__ is not list:
                rows.append(values)
            elif values[0] == len(values) - 1:
                rows += values[1:]
            else:
                raise ValueError(f"of {values[0]} rows {len(values) - 1} have come")

    def of(self, row: type[Row], schema: int) -> list[Row]:
        """The rows of one part, of the schema of that number."""
        return [*map(row._make, self._found.get((row.__name__, schema), ()))]

    def sums(self, parts: Sequence[Part]) -> str:
        """What `hashed` gives of a database where `parts` have just these rows."""
        kinds = {part.kind for part in parts}
        return _told(
            [kind, number, len(rows), _summed(rows)]
            for (kind, number), rows in self._found.items()
            if kind in kinds
        )


def _summed(rows: Iterable[Sequence[Any]]) -> int:
    """What `_sum` makes of these rows."""
    total = 0
    for row in rows:
        text = "\0".join(
            [
                value if value.__class__ is str else "\1" if value is None else str(value)
                for value in row
            ]
        )
        hashed = md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
        total ^= int.from_bytes(hashed[:_BYTES], "big")
    return total


def ask(connection: sa.Connection, parts: Sequence[Part], schemas: Sequence[str | None]) -> Answers:
    """All answers, in one round trip.  Raises SchemaError when the server's text for something is no valid UTF-8."""
    try:
        return Answers(_texts(connection, _selects(connection, parts, schemas, _gathered)))
    except (ValueError, SchemaError):
        # What is said of a table is too long for it, or cannot be told at all.
        return Answers(_texts(connection, _selects(connection, parts, schemas, _plain)))


def hashed(
    connection: sa.Connection,
    parts: Sequence[Part],
    asked: Sequence[Part],
    schemas: Sequence[str | None],
) -> tuple[str, Answers]:
    """A text that is another one whenever an answer of `parts` is; and, in the same round trip, answers of `asked`.

    The rows stay on the server, which makes one number of them.
    """
    sums = _selects(connection, parts, schemas, _sum)
    plain = _selects(connection, asked, schemas, _plain)
    kinds = tuple(f'["{part.kind}"' for part in asked)
    texts = _texts(connection, [*sums, *plain])
    text = _told(json.loads(one) for one in texts if not one.startswith(kinds))
    return text, Answers([one for one in texts if one.startswith(kinds)])


def _told(sums: Iterable[list[Any]]) -> str:
    """Part, number of the schema, number of rows and their sum, for each that has rows."""
    return repr(sorted(one for one in sums if one[2]))


def _selects(
    connection: sa.Connection,
    parts: Sequence[Part],
    schemas: Sequence[str | None],
    select: Callable[[Part, int, str, Server], str],
) -> list[str]:
    """Statements whose rows have one field: what `select` makes of a part, and of the number and SQL of a schema."""
    server = Server.of(connection.dialect)
    # One comparison each: with IN, the server looks into every schema that it has.
    names = [HERE if name is None else literal(name, connection.dialect) for name in schemas]
    return [
        select(part, number, name, server)
        for number, name in enumerate(names)
        for part in parts
        if server.has(*part.since)
    ]


def _plain(part: Part, number: int, schema: str, server: Server) -> str:
    """Each row as a JSON array: the part, the number of the schema, and its fields."""
    row = f"json_array('{part.kind}', {number}, {', '.join(part.fields(server))})"
    return f"SELECT {row} {part.source(schema)}"


def _gathered(part: Part, number: int, schema: str, server: Server) -> str:
    """As `_plain`, but of many rows those of a table as one array: the part, the schema, how many, and an array of each."""
    if not part.many or not server.mariadb:
        return _plain(part, number, schema, server)
    rows = f"group_concat(json_array({', '.join(part.fields(server))}))"
    text = f"concat('[\"{part.kind}\", {number}, ', count(*), ',', {rows}, ']')"
    return f"SELECT {text} {part.source(schema)} GROUP BY {part.many}"


_BYTES = 8  # of a hash; bit_xor() has 64 bits


def _sum(part: Part, number: int, schema: str, server: Server) -> str:
    """The hashes of all rows, in whatever order they come.

    Equal ones would cancel each other, but no two rows of a part are equal: each has the name of what it is about.  The
    fields are put one behind the other with a mark between them that is in no name: JSON would take twice as long.
    """
    fields = ", ".join(f"ifnull({field}, char(1))" for field in part.fields(server))
    row = f"left(md5(concat_ws(char(0), {fields})), {2 * _BYTES})"
    total = f"bit_xor(cast(conv({row}, 16, 10) AS unsigned))"
    return f"SELECT json_array('{part.kind}', {number}, count(*), {total}) {part.source(schema)}"


def _texts(connection: sa.Connection, selects: Sequence[str]) -> list[str]:
    texts = [text for (text,) in rows(connection, " UNION ALL ".join(selects))]
    if None in texts:
        raise SchemaError(
            "the server cannot tell what is in its catalog: some text there is not valid UTF-8"
        )
    return texts


def rows(connection: sa.Connection, sql: str) -> Sequence[Sequence[Any]]:
    """The rows of a statement in which per cent signs and colons are what they are."""
    return connection.exec_driver_sql(sql, execution_options=SILENT).all()
