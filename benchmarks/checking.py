"""
Workloads that compare models with a database: nothing differs, nothing has changed since, some tables differ, the
server is far away; and the command as a whole.

Each run is a process of its own that loads the models, which is the user's cost and the same for both tools, compares
once so that each tool has loaded what it needs, and then times the comparison alone.  Ours forgets in between what it
found out, but where nothing has changed.  The bounds are those the project has set for itself.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import rows, schemas
from benchmarks.distance import further
from benchmarks.histories import Heads
from benchmarks.measure import BenchmarkFailed, Case, Timing, take_turns
from benchmarks.tools import ALEMBIC, ENV, LIMBECK, ROOT, WORK, Project
from tests.servers import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.rows import Row
    from benchmarks.tools import Tool
    from tests.servers import Kind

SIZES = (100, 500, 2_000)
FAR, AWAY = 500, (5, 20)  # tables, and milliseconds

_MODELS = f"""
import os, shutil, sys, time
sys.path.insert(0, {str(ROOT / "benchmarks")!r})
import schemas
how, url, tables, folder = sys.argv[1:]
os.environ["LIMBECK_CACHE"] = folder + "/cache"
sys.setrecursionlimit(20_000)  # one of the tools sorts tables by recursion
models = schemas.build(int(tables), 0.05 if how == "differ" else 0.0)
"""

_OURS = (
    _MODELS
    + """
from pathlib import Path
from limbeck.actions.autogenerate import Permissions, autogenerate
from limbeck.actions.check import check
from limbeck.actions.comparison import Decisions
from limbeck.config import Settings
from limbeck.diff import RenameQuestion
from limbeck.models import Models
from limbeck.project import Project, target_of

settings = Settings(root=Path(folder), migrations=folder)

def answers(questions):
    renames = [q.drop_flag.split()[1].strip("'") for q in questions if isinstance(q, RenameQuestion)]
    fills = [q.flag.split()[1].rpartition("=")[0] + "=0" for q in questions if not isinstance(q, RenameQuestion)]
    return Decisions(tuple(renames), tuple(fills), True)

def once():
    project = Project.open(settings).with_targets(target_of(settings, url))
    loaded = Models((models,), ("schemas",))
    if how == "differ":
        made = autogenerate(project, "change", decisions=Decisions(drop_unowned=True), ask=answers,
                            permissions=Permissions(destructive=True, mass_drop=True), models=loaded)
        assert made.made
    else:
        (found,) = check(project, models=loaded)
        assert found.in_step and not found.not_compared

once()
if how != "unchanged":
    shutil.rmtree(folder + "/cache", ignore_errors=True)  # what is loaded stays, what was found out goes
    shutil.rmtree(folder + "/versions")
    os.mkdir(folder + "/versions")
began = time.perf_counter()
once()
print(time.perf_counter() - began)
"""
)

_THEIRS = (
    _MODELS
    + """
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.migration import MigrationContext

def once(models):
    with sa.create_engine(url, poolclass=sa.pool.NullPool).connect() as connection:
        context = MigrationContext.configure(connection)
        if how == "differ":
            made = produce_migrations(context, models)
            assert render_python_code(made.upgrade_ops, migration_context=context)
            assert render_python_code(made.downgrade_ops, migration_context=context)
        else:
            assert not compare_metadata(context, models)

once(models)
began = time.perf_counter()
once(models)
print(time.perf_counter() - began)
"""
)


def check(kinds: Sequence[Kind], sizes: Sequence[int] = SIZES) -> Iterator[Row]:
    """Each kind of database at each size; how time grows; memory; servers that are far away; whole processes."""
    for kind in kinds:
        before: tuple[int, Timing, Timing] | None = None
        for tables in sizes:
            with _Filled(kind, tables) as url:
                ours, theirs = _both("in-step", url, tables)
                what = f"`check`, nothing differs, {tables:,} tables"
                yield rows.ratio(what, kind, ours, theirs, 0.25)
                yield rows.memory(f"{what}, peak memory", kind, ours, theirs)
                if before is not None:
                    grown = f"`check`, growth from {before[0]:,} to {tables:,} tables"
                    yield rows.growth(grown, kind, before, (tables, ours, theirs), 1.1)
                before = (tables, ours, theirs)
                (again,) = _timed([_case("limbeck", "unchanged", url, tables)])
                yield rows.ratio(
                    f"`check`, nothing has changed, {tables:,} tables", kind, again, theirs, 0.1
                )
                yield _differing(kind, url, tables)
                if tables == FAR:
                    yield from _far(kind, url)
                    yield _process(kind, url)


def _differing(kind: Kind, url: str, tables: int) -> Row:
    ours, theirs = _both("differ", url, tables)
    what = f"`revision --autogenerate`, 5 % of {tables:,} tables differ"
    return rows.ratio(what, kind, ours, theirs, 0.3)


def _far(kind: Kind, url: str) -> Iterator[Row]:
    """The same where each round trip takes longer; SQLite is never far away."""
    for milliseconds in () if kind == "sqlite" else AWAY:
        with further(url, milliseconds) as away:
            ours, theirs = _both("in-step", away, FAR)
            what = f"`check`, nothing differs, {FAR:,} tables, {milliseconds} ms away"
            yield rows.ratio(what, kind, ours, theirs, 0.25)


def _process(kind: Kind, url: str) -> Row:
    """The command from the shell's point of view, when it is given once more; half of it is Python and the models."""
    cases = [_command(LIMBECK, url), _command(ALEMBIC, url)]
    ours, theirs = take_turns(cases, rounds=5, budget=60)
    what = f"`check` as a command, nothing has changed, {FAR:,} tables"
    return rows.ratio(what, kind, ours, theirs, 0.5)


def _command(tool: Tool, url: str) -> Case:
    folder = WORK / f"check-command-{tool.name}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "versions").mkdir(parents=True)
    (folder / "models.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'benchmarks')!r})\n"
        f"import schemas\nmetadata = schemas.build({FAR})\n"
    )
    made = Project(tool, folder, Heads([], []))
    made.configure(url)
    if tool is LIMBECK:
        with (folder / "limbeck.toml").open("a") as file:
            file.write('metadata = "models:metadata"\nprepend_sys_path = "."\n')
        return Case("limbeck check", tool.command("check"), folder)
    (folder / "env.py").write_text(
        ENV.replace("configure(connection=connection)", "configure(connection=connection, target_metadata=metadata)")
        .replace("from alembic import context", "from alembic import context\nfrom models import metadata")
    )  # fmt: skip
    return Case("alembic check", tool.command("check"), folder)


class _Filled:
    """A database with all tables, for as long as it is used."""

    def __init__(self, kind: Kind, tables: int) -> None:
        self._kind = kind
        self._tables = tables
        self._file = WORK / f"check-{tables}.sqlite"
        self._url = f"sqlite:///{self._file}"

    def __enter__(self) -> str:
        if self._kind == "sqlite":
            self._file.unlink(missing_ok=True)
        else:
            self._url = find(self._kind).create()
        schemas.create(self._url, schemas.build(self._tables))
        return self._url

    def __exit__(self, *error: object) -> None:
        if self._kind == "sqlite":
            self._file.unlink(missing_ok=True)
        else:
            find(self._kind).drop(self._url)


def _both(how: str, url: str, tables: int) -> list[Timing]:
    return _timed([_case("limbeck", how, url, tables), _case("alembic", how, url, tables)])


def _case(tool: str, how: str, url: str, tables: int) -> Case:
    """A run that finds nothing remembered; for `unchanged` it first makes a run of its own."""
    folder = WORK / f"check-{tool}"
    chosen, text = (LIMBECK, _OURS) if tool == "limbeck" else (ALEMBIC, _THEIRS)

    def fresh() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "versions").mkdir(parents=True)

    command = chosen.python("-c", text, how, url, str(tables), str(folder))
    return Case(f"{tool} {how}", command, WORK, fresh)


def _timed(cases: Sequence[Case]) -> list[Timing]:
    """Medians of three or, of runs that take long, fewer, of the seconds that each run prints instead of those of its process."""
    found = []
    for case, timing in zip(cases, take_turns(cases, rounds=3, budget=60), strict=True):
        if not all(timing.outputs):
            raise BenchmarkFailed(f"{case.name} was stopped, and has no time to tell")
        found.append(replace(timing, seconds=median(float(said) for said in timing.outputs)))
    return found
