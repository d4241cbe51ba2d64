"""
`python -m benchmarks`: everything, or `--quick`, or a part; `--readme` puts the tables into README and docs.

Prints a row as soon as it is measured.  `benchmarks/results/` keeps the last of each, with its date and machine, so that
parts may be measured one after another.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import branches, checking, environments, looking, measure, results, rows, running
from benchmarks.histories import SHAPES
from benchmarks.tools import ALEMBIC, LIMBECK, ROOT, TOOLS, WORK
from tests import servers
from tests.servers import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.histories import Shape
    from benchmarks.rows import Row

RESULTS = ROOT / "benchmarks" / "results"
PARTS = (
    "start-up",
    "histories",
    "nothing-to-do",
    "environments",
    "offline",
    "running",
    "check",
    "branches",
)


def main() -> int:
    """Measure, print, write; the exit code is 1 when a bound is missed."""
    args = _arguments()
    WORK.mkdir(parents=True, exist_ok=True)
    if not args.installed:
        for tool in TOOLS:
            tool.install()
    machine = _machine()
    print(f"{machine}\n", flush=True)
    with_servers = not {"nothing-to-do", "running", "check", "branches"}.isdisjoint(args.only)
    if with_servers:
        servers.prepare()
    seen: list[Row] = []
    try:
        for row in _measured(args):
            seen.append(row)
            print(rows.table([row]).splitlines()[-1], flush=True)
    finally:
        if with_servers:
            servers.stop_all()
        kept = results.add(RESULTS, seen, machine)
    if args.readme:
        results.publish(ROOT / "README.md", ROOT / "docs" / "reference" / "speed.md", kept)
    missed = [row for row in seen if not row.kept]
    print(f"\n{len(seen) - len(missed)} of {len(seen)} bounds kept")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="fewer sizes and repetitions")
    add(
        "--readme",
        action="store_true",
        help="write the results into docs/reference/speed.md, in short into README.md",
    )
    add("--only", nargs="*", choices=PARTS, default=PARTS, metavar="PART",
        help=f"{', '.join(PARTS)}; nothing, to measure nothing")  # fmt: skip
    add("--shape", nargs="+", choices=SHAPES, help="of histories: " + ", ".join(SHAPES))
    add("--size", nargs="+", type=int, metavar="NUMBER",
        help="revisions of histories, or tables for the part `check`, the smallest first")  # fmt: skip
    add("--kind", nargs="+", choices=KINDS, default=KINDS,
        help="databases for the parts `running` and `check`")  # fmt: skip
    add("--verb", nargs="+", choices=looking.VERBS, default=looking.VERBS,
        help="for the part `histories`")  # fmt: skip
    add("--cold", choices=("too", "only", "not"), default="too",
        help="`heads` without an index or byte code in the part `histories`")  # fmt: skip
    add("--cap", type=float, default=measure.limits.cap, metavar="SECONDS",
        help="when a process is stopped; its row then says `more than`")  # fmt: skip
    add("--installed", action="store_true",
        help="measure what an earlier call has installed, instead of this folder as it is now")  # fmt: skip
    args = parser.parse_args()
    measure.limits.cap = args.cap
    return args


def _measured(args: argparse.Namespace) -> Iterator[Row]:
    quick = args.quick
    if "start-up" in args.only:
        yield from looking.start_up()
    if "nothing-to-do" in args.only:
        yield from _nothing_to_do()
    if "environments" in args.only:
        yield from environments.environments(args.size or environments.SIZES)
    if "running" in args.only:
        yield from running.run_for_real(args.kind, 200 if quick else 1_000)
    if "histories" in args.only:
        yield from looking.histories(
            args.shape or (("dag",) if quick else SHAPES),
            args.size or ((1_000, 5_000) if quick else looking.SIZES),
            () if args.cold == "only" else args.verb,
            cold=args.cold != "not",
        )
    if "check" in args.only:
        yield from checking.check(args.kind, args.size or ((100, 500) if quick else checking.SIZES))
    if "branches" in args.only:
        yield from branches.branches()
    if "offline" in args.only:
        shapes: Sequence[Shape] = args.shape or (("dag",) if quick else ("linear", "dag"))
        for size in args.size or (2_000 if quick else 20_000,):
            yield from looking.offline(shapes, size)


def _nothing_to_do() -> Iterator[Row]:
    server = servers.find("postgresql")
    url = server.create()
    try:
        yield from looking.nothing_to_do(1_000, {"SQLite": "", "PostgreSQL": url})
    finally:
        server.drop(url)


def _machine() -> str:
    processor = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":")[1].strip()
            for line in info.read_text().splitlines()
            if "model name" in line
        ]
        processor = names[0] if names else processor
    return (
        f"{time.strftime('%Y-%m-%d')}; limbeck {LIMBECK.version()}, Alembic {ALEMBIC.version()}; "
        f"Python {platform.python_version()}; {os.cpu_count()} × {processor}"
    )


if __name__ == "__main__":
    sys.exit(main())
