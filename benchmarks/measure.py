"""
Runs whole processes and says how long they took and how much memory they had.

Responsible for fairness: the processes to be compared take turns, so that a slow moment of the machine meets all of
them.  Does not know what is measured.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


@dataclass
class Limits:
    """`cap`: seconds after which a process is killed, and the table says "more than"."""

    cap: float = 300.0


limits = Limits()


class BenchmarkFailed(Exception):
    """A measured process failed; its time would mean nothing."""


@dataclass(frozen=True)
class Case:
    """A command line to be timed, in a folder; `before` is called before each run, outside the time."""

    name: str
    command: Sequence[str]
    folder: Path
    before: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Timing:
    """What was seen of one case: medians over the runs, in seconds and megabytes; what each run printed."""

    seconds: float
    megabytes: float
    capped: bool
    outputs: Sequence[str]

    @property
    def output(self) -> str:
        """What the last run printed."""
        return self.outputs[-1]


@dataclass(frozen=True)
class _Run:
    seconds: float
    megabytes: float
    capped: bool
    output: str


def take_turns(cases: Sequence[Case], *, rounds: int = 7, budget: float = 30.0) -> list[Timing]:
    """
    Run the cases A B C A B C …, and return a Timing for each.

    A case that has used up its `budget` of seconds has no further turns.  A first round is not counted (files are
    read into memory, byte code is written), except for a case that uses its budget up in it.
    """
    kept: list[list[_Run]] = [[] for _ in cases]
    first: list[_Run] = []
    for case in cases:
        case.before()
        first.append(_run(case))
    spent = [run.seconds for run in first]
    for _ in range(rounds):
        for number, case in enumerate(cases):
            if spent[number] < budget:
                case.before()
                run = _run(case)
                spent[number] += run.seconds
                kept[number].append(run)
    return [_timing(runs or [alone]) for runs, alone in zip(kept, first, strict=True)]


def _timing(runs: Sequence[_Run]) -> Timing:
    return Timing(
        seconds=statistics.median(run.seconds for run in runs),
        megabytes=statistics.median(run.megabytes for run in runs),
        capped=any(run.capped for run in runs),
        outputs=[run.output for run in runs],
    )


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of measured processes: byte code may be written, nobody's settings leak in."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "LIMBECK_", "COV"))
    }
    return kept | dict(extra or {})


def _run(case: Case) -> _Run:
    with tempfile.TemporaryFile("w+b") as output, tempfile.TemporaryFile("w+b") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            case.command, cwd=case.folder, env=environment(), stdout=output, stderr=errors
        )
        alarm = Timer(limits.cap, process.kill)
        alarm.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        capped = seconds >= limits.cap
        alarm.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode and not capped:
            tail = errors.read()[-1500:].decode(errors="replace")
            raise BenchmarkFailed(f"{' '.join(case.command)} exited {process.returncode}:\n{tail}")
        return _Run(seconds, usage.ru_maxrss / 1024, capped, output.read().decode(errors="replace"))
