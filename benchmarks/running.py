"""
The workload that runs revisions: what each tool adds to the statements themselves.

The statements of a run are collected from each tool, compared, and sent once more through the bare driver; the time
of that alone is the floor, which is taken from both tools alike.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from typing import TYPE_CHECKING

from benchmarks import rows
from benchmarks.measure import BenchmarkFailed, Case, environment, take_turns
from benchmarks.tools import TOOLS, WORK, Project, project
from tests.servers import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.rows import Row
    from tests.servers import Kind

_COLLECT = """
import importlib, json, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine

statements = []
event.listen(Engine, "before_cursor_execute", lambda c, cursor, statement, *rest: statements.append(statement))
try:
    importlib.import_module(sys.argv[1]).main(["upgrade", "heads"])
finally:
    with open(sys.argv[2], "w") as file:
        json.dump(statements, file)
"""

_RAW = """
import json, sys, time

kind, file = sys.argv[1:]
address = open("address.txt").read()
statements = json.load(open(file))
if kind == "sqlite":
    import sqlite3
    connection = sqlite3.connect(address, isolation_level=None)
    connection.execute("BEGIN")
elif kind == "postgresql":
    import psycopg
    connection = psycopg.connect(address)
else:
    import pymysql
    host, port, user, password, database = address.split("|")
    connection = pymysql.connect(host=host, port=int(port), user=user, password=password, database=database)
cursor = connection.cursor()
began = time.perf_counter()
for statement in statements:
    cursor.execute(statement)
connection.commit() if kind != "sqlite" else connection.execute("COMMIT")
print(time.perf_counter() - began)
"""

_BODIES = ("CREATE TABLE", "ALTER TABLE", "CREATE INDEX", "UPDATE")
_BOOKS = ("alembic_version", "limbeck_journal")


def run_for_real(kinds: tuple[Kind, ...], count: int) -> Iterator[Row]:
    """`count` small revisions on an empty database of each kind."""
    for kind in kinds:
        yield from _on(kind, count)


def _on(kind: Kind, count: int) -> Iterator[Row]:
    projects = [project(tool, "linear", count) for tool in TOOLS]
    fresh = {made.tool.name: _Fresh(kind, made) for made in projects}
    try:
        streams = [_statements(made, fresh[made.tool.name]) for made in projects]
        if streams[0] != streams[1]:
            _explain(*streams)
        file = WORK / "raw.json"
        file.write_text(json.dumps(streams[0]))
        cases = [
            *(
                Case(
                    made.tool.name,
                    made.tool.command("upgrade", "heads"),
                    made.folder,
                    fresh[made.tool.name],
                )
                for made in projects
            ),
            Case(
                "raw",
                projects[0].tool.python("-c", _RAW, kind, str(file)),
                projects[0].folder,
                fresh["limbeck"],
            ),
        ]
        ours, theirs, alone = take_turns(cases, rounds=5, budget=60)
        raw = statistics.median(float(said) for said in alone.outputs)
    finally:
        for database in fresh.values():
            database.drop()
    what = f"`upgrade heads`, {count:,} revisions, beyond the {raw:.1f} s of its statements, {kind}"
    yield rows.overhead(what, "", ours, theirs, raw, 0.5)


class _Fresh:
    """An empty database for a project, made anew at each call; where it is, is in the configuration."""

    def __init__(self, kind: Kind, made: Project) -> None:
        self.kind = kind
        self.made = made
        self.url = f"sqlite:///{made.database}"

    def __call__(self) -> None:
        self.drop()
        if self.kind != "sqlite":
            self.url = find(self.kind).create()
            self.made.configure(self.url)
        (self.made.folder / "address.txt").write_text(_address(self.kind, self.url))

    def drop(self) -> None:
        """Remove the database, if there is one."""
        if self.kind == "sqlite":
            for file in self.made.folder.glob("database.sqlite*"):
                file.unlink()
        elif not self.url.startswith("sqlite"):
            find(self.kind).drop(self.url)
            self.url = "sqlite://"


def _statements(made: Project, fresh: Callable[[], None]) -> list[str]:
    """What the revisions themselves send, without the books that a tool keeps."""
    fresh()
    file = WORK / f"{made.tool.name}-statements.json"
    command = made.tool.python("-c", _COLLECT, made.tool.entry, str(file))
    run = subprocess.run(
        command, cwd=made.folder, env=environment(), check=False, capture_output=True, text=True
    )
    if run.returncode:
        raise BenchmarkFailed(f"collecting from {made.tool.name}:\n{run.stderr[-1500:]}")
    sent = [" ".join(text.split()) for text in json.loads(file.read_text())]
    return [
        text
        for text in sent
        if text.startswith(_BODIES) and not any(book in text for book in _BOOKS)
    ]


def _explain(ours: list[str], theirs: list[str]) -> None:
    pairs = [(mine, other) for mine, other in zip(ours, theirs, strict=False) if mine != other]
    print(
        f"  note: {len(ours)} statements here, {len(theirs)} there; the first that differ: {pairs[:1]}"
    )


def _address(kind: Kind, url: str) -> str:
    """The URL as the bare driver wants it."""
    from sqlalchemy.engine import make_url

    parts = make_url(url)
    if kind == "sqlite":
        return str(parts.database)
    if kind == "postgresql":
        return parts.set(drivername="postgresql").render_as_string(hide_password=False)
    return "|".join(
        str(part if part is not None else "")
        for part in (parts.host, parts.port or 3306, parts.username, parts.password, parts.database)
    )
