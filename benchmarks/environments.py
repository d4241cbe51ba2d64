"""
Workloads in a project that was made for Alembic: `upgrade head` with nothing to do, and `current`, through its `env.py`.

Both tools are run in the same folder, on the same database.  What the `env.py` costs by itself is measured as a third
process, which does what stands in it without any tool, and is subtracted from both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import rows
from benchmarks.measure import BenchmarkFailed, Case, Timing, take_turns
from benchmarks.tools import ALEMBIC, LIMBECK, project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.rows import Row
    from benchmarks.tools import Project

SIZES = (500, 5_000)
BOUND = 0.5

# The imports of the env.py, its settings read as Python reads them, its loggers, its engine and its connection.
_ALONE = """
from configparser import ConfigParser
from logging.config import fileConfig
from os import getcwd

from sqlalchemy import engine_from_config, pool

settings = ConfigParser({"here": getcwd()})
settings.read("alembic.ini")
fileConfig("alembic.ini")
connectable = engine_from_config(
    dict(settings.items("alembic")), prefix="sqlalchemy.", poolclass=pool.NullPool
)
with connectable.connect() as connection:
    pass
"""


def environments(sizes: Sequence[int]) -> Iterator[Row]:
    """Both verbs at each size; what is left when the time of the `env.py` is taken off."""
    for size in sizes:
        made = project(ALEMBIC, "linear", size)
        made.stand_at_heads()
        for words in (("upgrade", "head"), ("current",)):
            yield _row(made, size, words)


def _row(made: Project, size: int, words: tuple[str, ...]) -> Row:
    ours, theirs, alone = take_turns(
        [
            Case("limbeck", LIMBECK.command(*words), made.folder),
            Case("alembic", ALEMBIC.command(*words), made.folder),
            Case("env.py", LIMBECK.python("-c", _ALONE), made.folder),
        ],
        rounds=9,
        budget=20,
    )
    if words == ("current",):
        _same_place(made, ours, theirs)
    verb = f"`{' '.join(words)}`" + (", nothing to do" if words[0] == "upgrade" else "")
    spent = f"{alone.seconds * 1000:.0f} ms"
    what = f"{verb}, {size:,} revisions, beyond the {spent} of its `env.py`"
    return rows.overhead(what, "", ours, theirs, alone.seconds, BOUND)


def _same_place(made: Project, *timings: Timing) -> None:
    """A fast wrong answer is none."""
    for timing in timings:
        told = {line.split()[0] for line in timing.output.splitlines() if line.strip()}
        if told != set(made.heads.rows):
            raise BenchmarkFailed(f"current says {told}, not {made.heads.rows}")
