"""
Workloads that only look: start-up, the verbs that show the history, an upgrade with nothing to do, offline SQL.

Each function yields rows.  The bounds are those the project has set for itself, in this file and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import rows
from benchmarks.measure import BenchmarkFailed, Case, Timing, take_turns
from benchmarks.tools import ALEMBIC, LIMBECK, TOOLS, Project, project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.histories import Shape
    from benchmarks.rows import Row

VERBS = ("heads", "history", "branches", "current")
SIZES = (100, 1_000, 5_000, 20_000)
JUDGED = 5_000  # from this size on the bounds hold; smaller ones are shown by start-up anyway

_FLOOR = """
import sqlalchemy
with sqlalchemy.create_engine({url!r}).connect() as connection:
    connection.exec_driver_sql("SELECT version_num FROM alembic_version").all()
"""


def start_up() -> Iterator[Row]:
    """`heads` where there is nothing."""
    empty = [project(tool, "linear", 0) for tool in TOOLS]
    cases = [Case(made.tool.name, made.tool.command("heads"), made.folder) for made in empty]
    ours, theirs = take_turns(cases, rounds=21)
    yield rows.ratio("`heads`, empty project", "", ours, theirs, 0.2)


def histories(
    shapes: Sequence[Shape],
    sizes: Sequence[int],
    verbs: Sequence[str] = VERBS,
    *,
    cold: bool = True,
) -> Iterator[Row]:
    """`verbs` at each size: with a warm index, and from nothing; how time grows; memory."""
    for shape in shapes:
        made = {size: [project(tool, shape, size) for tool in TOOLS] for size in sizes}
        for verb in verbs:
            yield from _verb(verb, shape, made)
        for size in sizes if cold else ():
            if size >= JUDGED:
                ours, theirs = _both(made[size], "heads", cold=True)
                what = f"`heads`, {size:,} revisions, no index, no byte code"
                yield rows.ratio(what, shape, ours, theirs, 0.6)


def _verb(verb: str, shape: Shape, made: Mapping[int, Sequence[Project]]) -> Iterator[Row]:
    before: tuple[int, Timing, Timing] | None = None
    for size, projects in made.items():
        for one in projects:
            one.stand_at_heads()
        ours, theirs = _both(projects, verb)
        if verb == "heads":
            _same_heads(projects, ours, theirs)
        what = f"`{verb}`, {size:,} revisions"
        if size >= JUDGED:
            yield rows.ratio(what, shape, ours, theirs, 0.1)
        if before and size == max(made):
            title = f"`{verb}`, growth from {before[0]:,} to {size:,}"
            yield rows.growth(title, shape, before, (size, ours, theirs), 1.1)
        if size >= 20_000:
            yield rows.memory(f"{what}, peak memory", shape, ours, theirs)
        before = (size, ours, theirs)


def _both(projects: Sequence[Project], verb: str, *, cold: bool = False) -> list[Timing]:
    cases = [
        Case(
            made.tool.name,
            made.tool.command(verb),
            made.folder,
            before=made.forget if cold else lambda: None,
        )
        for made in projects
    ]
    return take_turns(cases, rounds=3 if cold else 7)


def _same_heads(projects: Sequence[Project], *timings: Timing) -> None:
    """A fast wrong answer is none."""
    for made, timing in zip(projects, timings, strict=True):
        told = {word for line in timing.output.splitlines() for word in line.split()[:1]}
        if told != set(made.heads.shown):
            raise BenchmarkFailed(f"{made.tool.name} heads says {told}, not {made.heads.shown}")


def nothing_to_do(size: int, urls: dict[str, str]) -> Iterator[Row]:
    """`upgrade heads` on a database that is there, against the least that any program on SQLAlchemy needs."""
    for database, url in urls.items():
        ours, theirs = (project(tool, "dag", size) for tool in (LIMBECK, ALEMBIC))
        for made in (ours, theirs):
            made.stand_at_heads()
            if database != "SQLite":
                made.configure(url)
        at = url if database != "SQLite" else f"sqlite:///{ours.database}"
        if database != "SQLite":
            _copy_version_table(ours, url)
        timings = take_turns(
            [
                Case("limbeck", LIMBECK.command("upgrade", "heads"), ours.folder),
                Case("floor", LIMBECK.python("-c", _FLOOR.format(url=at)), ours.folder),
                Case("alembic", ALEMBIC.command("upgrade", "heads"), theirs.folder),
            ],
            rounds=15,
        )
        what = f"`upgrade heads`, nothing to do, {size:,} revisions, {database}"
        yield rows.ratio(
            what, "", timings[0], timings[1], 1.3, "import SQLAlchemy, connect, one query"
        )


def _copy_version_table(made: Project, url: str) -> None:
    import sqlalchemy as sa

    table = sa.Table(
        "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
    )
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"version_num": head} for head in made.heads.rows])
    engine.dispose()


def offline(shapes: Sequence[Shape], size: int) -> Iterator[Row]:
    """`upgrade heads --sql` over a whole history."""
    for shape in shapes:
        projects = [project(tool, shape, size) for tool in TOOLS]
        cases = [
            Case(made.tool.name, made.tool.command("upgrade", "heads", "--sql"), made.folder)
            for made in projects
        ]
        ours, theirs = take_turns(cases, rounds=3, budget=60)
        _same_amount(ours, theirs)
        yield rows.ratio(f"`upgrade heads --sql`, {size:,} revisions", shape, ours, theirs, 0.2)
        yield rows.memory(
            f"`upgrade heads --sql`, {size:,} revisions, peak memory", shape, ours, theirs
        )


def _same_amount(ours: Timing, theirs: Timing) -> None:
    if theirs.capped:
        return
    for word in ("CREATE TABLE", "ALTER TABLE", "CREATE INDEX"):
        mine = sum(
            line.startswith(word) and "limbeck_journal" not in line
            for line in ours.output.splitlines()
        )
        others = sum(line.startswith(word) for line in theirs.output.splitlines())
        if mine != others:
            raise BenchmarkFailed(f"--sql: {mine} × {word} here, {others} × there")
