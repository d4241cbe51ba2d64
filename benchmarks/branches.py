"""
Workloads about branches: the verdict on two of them in a long history, and the proof by running them.

Responsible for branches that change what the history has made, each of them and both together without an error.  There
is no peer: bounds are seconds, and what it takes to apply the branches once each way, by hand as it were: an empty
database, the common ancestor, both branches, the database dropped; and all of it again in the other order.
"""

from __future__ import annotations

import shutil
import statistics
from typing import TYPE_CHECKING

from benchmarks import histories
from benchmarks.measure import Case, take_turns
from benchmarks.rows import Row
from benchmarks.tools import LIMBECK, WORK
from tests import servers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FILE = '''"""branch {id}"""
from limbeck import op
import sqlalchemy as sa

revision = {id!r}
down_revision = {down!r}


def upgrade() -> None:
    {up}
'''

_RUN = """
import sys, time
import sqlalchemy as sa
from limbeck.actions.prove import prove
from limbeck.config import load
from limbeck.history import plan_upgrade
from limbeck.project import Project, target_of
from limbeck.runner import run

project = Project.open(load())
heads = sys.argv[1:]
url = sa.make_url(project.settings.url.reveal())
engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
(base,) = project.history.common_ancestors(heads)


def upgraded(url, to):
    target_of(project.settings, url).visit(lambda database: run(
        lambda applied: plan_upgrade(project.history, applied, {to}), project.library, database))


def once_each_way():
    began = time.perf_counter()
    name = f"{url.database}_again"
    for order in (heads, heads[::-1]):
        with engine.connect() as server:
            server.exec_driver_sql(f"CREATE DATABASE {name}")
            try:
                for head in (base, *order):
                    upgraded(url.set(database=name), head)
            finally:
                server.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    return time.perf_counter() - began


def proof():
    began = time.perf_counter()
    found = prove(project, heads, fresh=True)
    assert found.outcome.value == "equal", found
    return time.perf_counter() - began


proof(), once_each_way()
for _ in range(5):
    print(proof(), once_each_way())
"""


def branches(history: int = 5_000, length: int = 20) -> Iterator[Row]:
    """Both workloads."""
    yield _verdict(history, length)
    yield _proof()


def _verdict(history: int, length: int) -> Row:
    folder, _ = _project(f"verdict-{history}", history, length, "postgresql+psycopg://nowhere/x")
    command = LIMBECK.command("conflicts", "left", "right")
    (timing,) = take_turns([Case("conflicts", command, folder)])
    what = f"`conflicts`, two branches of {length} in a history of {history:,}"
    return Row(what, "", timing.seconds, 1.0, "s", timing.seconds, 1.0, against="a second")


def _proof() -> Row:
    server = servers.find("postgresql")
    url = server.create()
    try:
        folder, heads = _project("proof", 20, 5, url)
        command = LIMBECK.python("-c", _RUN, *heads)
        (timing,) = take_turns([Case("proof", command, folder)], rounds=1)
    finally:
        server.drop(url)
    pairs = [tuple(map(float, line.split())) for line in timing.output.splitlines()]
    ours, alone = (statistics.median(column) for column in zip(*pairs, strict=True))
    what = "`conflicts --prove`, two branches of 5, PostgreSQL"
    return Row(what, "", ours, alone, "s", ours / alone, 3.0, against="applying them each way")


def _project(work: str, history: int, length: int, url: str) -> tuple[Path, list[str]]:
    """A history, and two branches on top of it that change tables of the history and make their own."""
    folder = WORK / f"branches-{work}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "versions").mkdir(parents=True)
    made = histories.write(folder, "limbeck", "linear", history)
    (folder / "limbeck.toml").write_text(f'url = "{url}"\nmigrations = "."\n')
    tables = _tables(folder)
    heads = []
    for place, side in enumerate(("left", "right")):
        below = made.shown[0]
        for number in range(length):
            id = side if number == length - 1 else f"{side}{number}"
            table = tables[-1 - (number + place * length) % len(tables)]
            up = _change(number, side, table)
            text = _FILE.format(id=id, down=below, up=up)
            (folder / "versions" / f"{id}.py").write_text(text)
            below = id
        heads.append(below)
    return folder, heads


def _change(number: int, side: str, table: str) -> str:
    kinds = (
        f'op.create_table("{side}_{number}", sa.Column("id", sa.Integer, primary_key=True))',
        f'op.add_column("{table}", sa.Column("{side}_{number}", sa.Integer))',
        f'op.create_index("ix_{side}_{number}", "{table}", ["c0"])',
        f'op.execute("UPDATE {table} SET id = id WHERE id = 0")'
        if side == "left"
        else f'op.create_index("iy_{side}_{number}", "{table}", ["c1"])',
    )
    return kinds[number % len(kinds)]


def _tables(folder: Path) -> list[str]:
    """The tables that the history makes, in any order that is always the same."""
    found = []
    for file in sorted((folder / "versions").glob("*.py")):
        text = file.read_text()
        if "op.create_table(" in text:
            found.append(text.split("op.create_table(")[1].split("'")[1])
    return sorted(found)
