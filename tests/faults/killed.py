"""
A program that runs the history and kills itself on the way; for the tests in this folder.

It reads lines `url number when per_revision`, forks a process for each that really dies of SIGKILL at that touch, and
answers `killed` or `finished`.  With `later` for `when` it is killed from outside, `number` microseconds after its
start, wherever it is.  Forking from a process that has everything loaded takes a few milliseconds.
"""

from __future__ import annotations

import os
import signal
import sys
import time

from tests.faults.world import Fuse, When, engine, kill, migrate


def main() -> None:
    """Answer line by line until there are no more."""
    for line in sys.stdin:
        url, number, when, per_revision = line.split()
        process = os.fork()
        if not process:
            touch = int(number) if when != "later" else sys.maxsize
            _child(url, touch, "after" if when == "after" else "before", per_revision == "True")
        if when == "later":
            time.sleep(int(number) / 1_000_000)
            os.kill(process, signal.SIGKILL)  # one that has ended is still there to be waited for
        _, status = os.waitpid(process, 0)
        print(
            "killed" if os.WIFSIGNALED(status) else f"finished {os.WEXITSTATUS(status)}", flush=True
        )


def _child(url: str, number: int, when: When, per_revision: bool) -> None:
    status = 1
    try:
        migrate(engine(url, Fuse(number, when, kill, lasting=False)), per_revision=per_revision)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
