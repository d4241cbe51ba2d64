"""
A database at one moment, in two ways: as limbeck reads it, and as its server prints it.

Responsible for the second opinion that tests compare by: pg_dump, SHOW CREATE, sqlite_master.  Knows nothing of how
the database came to be as it is.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from limbeck.diff import describe, diff
from limbeck.schema import SchemaState
from tests.generating import Workshop
from tests.servers import Kind

_OURS = ("alembic_version", "limbeck_journal")


class Seen:
    """A database at one moment; `schemas` are those that we read, None the default one."""

    def __init__(
        self, workshop: Workshop, kind: Kind, schemas: tuple[str | None, ...] = ()
    ) -> None:
        self.state: SchemaState = workshop.catalog(*schemas)
        self.text = printed(workshop, kind)

    def same_as(self, other: Seen, how: str) -> None:
        """Fails with what is different."""
        left = [describe(one) for one in diff(self.state, other.state).operations]
        only_here = sorted(set(self.text) - set(other.text))
        only_there = sorted(set(other.text) - set(self.text))
        if left or only_here or only_there:
            pytest.fail("\n".join([*left, "HERE:", *only_here, "THERE:", *only_there, how]))


def printed(workshop: Workshop, kind: Kind) -> list[str]:
    """The structure of a database in lines, of which the order does not matter."""
    if kind == "postgresql":
        return _of_postgresql(workshop.url)
    if kind == "mariadb":
        return _of_mariadb(workshop)
    return _of_sqlite(workshop)


def _of_postgresql(url: str) -> list[str]:
    """What pg_dump prints, each line with the statement that it belongs to."""
    program = shutil.which("pg_dump")
    if program is None:
        return []
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    left_out = [word for name in _OURS for word in ("-T", f"{name}*")]
    command = [program, "--schema-only", "--no-owner", *left_out, plain]
    text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    lines, head = [], ""
    for statement in re.split(r";\n", text):
        body = [
            line.rstrip(",")
            for line in statement.splitlines()
            if line and not line.startswith(("--", "\\"))
        ]
        head = body[0] if body else ""
        lines += [f"{head} | {line}" for line in body]
    return lines


def _of_mariadb(workshop: Workshop) -> list[str]:
    """What SHOW CREATE prints; columns with the one before them."""
    lines = []
    for name, kind in workshop.rows("SHOW FULL TABLES"):
        if name in _OURS:
            continue
        what = {"VIEW": "VIEW", "SEQUENCE": "SEQUENCE"}.get(kind, "TABLE")
        before = ""
        for written in _shown(workshop, what, name).splitlines():
            line = re.sub(r" AUTO_INCREMENT=\d+| ON DELETE NO ACTION", "", written.rstrip(","))
            lines.append(f"{name} | {before if line.startswith('  `') else ''} | {line}")
            before = line
    return [*lines, *_programs_of_mariadb(workshop)]


def _programs_of_mariadb(workshop: Workshop) -> Iterator[str]:
    for name, what, comment in workshop.rows(
        "SELECT routine_name, routine_type, routine_comment FROM information_schema.routines"
        " WHERE routine_schema = database()"
    ):
        yield f"{what} {name} | {comment} | {_shown(workshop, what, name)}"
    for name, table, place in workshop.rows(
        "SELECT trigger_name, event_object_table, action_order FROM information_schema.triggers"
        " WHERE trigger_schema = database()"
    ):
        yield f"TRIGGER {name} | {table} {place} | {_shown(workshop, 'TRIGGER', name)}"


def _shown(workshop: Workshop, what: str, name: str) -> str:
    quoted = name.replace("`", "``")
    ((*row,),) = workshop.rows(f"SHOW CREATE {what} `{quoted}`".replace("%", "%%"))
    text = str(row[2] if what in _PROGRAMS else row[1])
    text = text.replace(f"`{sa.make_url(workshop.url).database}`.", "")
    if what not in _PROGRAMS:
        return text
    # It is kept as it was written, be it by an author or by us.
    return " ".join(text.replace("`", "").replace("int(11)", "int").split())


_PROGRAMS = {"FUNCTION", "PROCEDURE", "TRIGGER"}


def _of_sqlite(workshop: Workshop) -> list[str]:
    """What SQLite's pragmas say, and the texts of indexes, views and triggers."""
    lines = []
    tables = workshop.rows("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    for name, sql in tables:
        if name.startswith(("alembic_version", "limbeck_", "sqlite_")):
            continue
        quoted = "'" + name.replace("'", "''") + "'"
        for pragma in ("table_xinfo", "foreign_key_list"):
            rows = workshop.rows(f"PRAGMA {pragma}({quoted})".replace("%", "%%"))
            lines += [f"{name} | {pragma} | {row[1:]}" for row in rows]
        lines += [f"{name} | {word}" for word in sorted(_constraints(sql))]
    others = workshop.rows(
        "SELECT tbl_name, sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL"
    )
    return [*lines, *(f"{name} | {_squeezed(sql)}" for name, sql in others)]


def _constraints(sql: str) -> list[str]:
    """The constraints in the text of a table, as words."""
    sql = re.sub(r",\s*(?=CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN)", ",\n", sql)
    sql = re.sub(r"\)\s*$", "\n)", sql)
    pieces = re.findall(r"(?:CONSTRAINT|CHECK|UNIQUE|PRIMARY KEY|FOREIGN KEY)[^\n]*", sql)
    pieces += re.findall(r"GENERATED[^,\n]*", sql)
    found = [_squeezed(piece.rstrip(", ")) for piece in pieces if not piece.rstrip().endswith("(")]
    return [piece.replace("ONDELETENOACTION", "") for piece in found]


def _squeezed(sql: str) -> str:
    return re.sub(r'["\s]', "", sql).rstrip(",")


def empty(url: str) -> None:
    """Remove everything from a database."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    kind = engine.dialect.name
    if kind == "sqlite":
        Path(str(engine.url.database)).write_bytes(b"")
        return
    with engine.connect() as connection:
        if kind == "postgresql":
            found = connection.exec_driver_sql(
                "SELECT quote_ident(nspname) FROM pg_namespace"
                " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
            )
            for schema in found.scalars().all():
                connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        else:
            connection.exec_driver_sql(f"DROP DATABASE {engine.url.database}")
            connection.exec_driver_sql(
                f"CREATE DATABASE {engine.url.database} CHARACTER SET utf8mb4"
            )
        connection.commit()
