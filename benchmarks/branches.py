"""
Workloads about branches: the verdict on two of them in a long history, the proof by running them, and what git's objects say
of branches that are not merged.

Responsible for branches that change what the history has made, each of them and both together without an error.  There
is no peer: bounds are seconds, and what it takes to apply the branches once each way, by hand as it were: an empty
database, the common ancestor, both branches, the database dropped; and all of it again in the other order.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
from typing import TYPE_CHECKING

from benchmarks import histories
from benchmarks.measure import Case, take_turns
from benchmarks.rows import Row
from benchmarks.tools import LIMBECK, WORK
from tests import servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
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
    """All workloads."""
    yield _verdict(history, length)
    yield _proof()
    yield _check(history)
    yield _forecast(history)


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


def _check(history: int, length: int = 5) -> Row:
    """What is on another branch only is not in the working tree: all of that is read from git."""
    folder, _ = _project(f"guard-{history}", history, length, "postgresql+psycopg://nowhere/x")
    theirs = list((folder / "versions").glob("right*.py"))
    contents = {path: path.read_text() for path in theirs}
    for path in theirs:
        path.unlink()
    for path in (folder / "versions").glob("left*.py"):
        contents[path] = path.read_text()
        path.unlink()
    git = _repository(folder)
    for name in ("right", "left"):
        git("checkout", "--quiet", "-b", name, "main")
        _commit(git, {path: text for path, text in contents.items() if path.stem.startswith(name)})
    command = LIMBECK.command("guard", "check", "--against", "right", "--allow", "heads")
    (timing,) = take_turns([Case("guard check", command, folder)])
    what = f"`guard check`, two branches of {length} in a history of {history:,}"
    return Row(what, "", timing.seconds, 1.0, "s", timing.seconds, 1.0, against="a second")


def _forecast(history: int, count: int = 100) -> Row:
    """Branches that all begin at the head: each one makes a second head with each other one."""
    folder = WORK / f"branches-forecast-{history}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "versions").mkdir(parents=True)
    made = histories.write(folder, "limbeck", "linear", history)
    (folder / "limbeck.toml").write_text(
        'url = "postgresql+psycopg://nowhere/x"\nmigrations = "."\n'
    )
    tables = _tables(folder)
    git = _repository(folder)
    for number in range(count):
        id, table = f"branch{number}", tables[number * 7 % len(tables)]
        git("checkout", "--quiet", "-b", f"work/{number}", "main")
        text = _FILE.format(id=id, down=made.shown[0], up=_change(number, "left", table))
        _commit(git, {folder / "versions" / f"{id}.py": text})
    git("checkout", "--quiet", "main")
    command = LIMBECK.command(
        "guard", "forecast", "--refs", "work/*", "--against", "main", "--json"
    )
    (timing,) = take_turns([Case("guard forecast", command, folder)], rounds=3)
    what = f"`guard forecast` over {count} branches, a history of {history:,}"
    return Row(what, "", timing.seconds, 10.0, "s", timing.seconds / 10, 1.0, against="10 s")


def _repository(folder: Path) -> Callable[..., None]:
    """A repository of a folder, with all of it on the branch main; gives what runs git there."""
    variables = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        variables |= {f"GIT_{role}_NAME": "Ann", f"GIT_{role}_EMAIL": "ann@example.org"}

    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=folder, env={**os.environ, **variables}, check=True)

    git("init", "--quiet", "--initial-branch", "main")
    (folder / ".gitignore").write_text("__pycache__\n")
    git("add", "--all")
    git("commit", "--quiet", "--message", "A long history")
    return git


def _commit(git: Callable[..., None], files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        path.write_text(text)
    git("add", "--all")
    git("commit", "--quiet", "--message", "A branch")


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
