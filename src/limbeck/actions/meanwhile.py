"""
Asking a server while something else is computed.

Responsible for one piece of work with a connection that goes on beside the rest, and is over when its block is left,
whatever happens in it.  Does not know what is asked.

The time that a server takes to answer is as long as the models take to be read: half of a check that finds nothing.
Python lets a thread that computes go on for 5 ms before another one has its turn, and who asks a server wants many short
ones; so turns are shorter as long as somebody asks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import sqlalchemy as sa

T = TypeVar("T")

_TURN = 0.0002  # seconds


@contextmanager
def meanwhile(connection: sa.Connection, work: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Begins `work`, which alone may use the connection until the block is left; gives a function for its result.

    The result is waited for, and raises what the work raised.  Where a connection belongs to the thread that opened
    it (SQLite, drivers for asyncio) the work is done when its result is asked for.
    """
    if connection.dialect.is_async or connection.dialect.name == "sqlite":
        yield work
        return
    with _turns, ThreadPoolExecutor(max_workers=1, thread_name_prefix="limbeck-asks") as pool:
        future = pool.submit(copy_context().run, work)
        yield future.result


class _ShortTurns:
    """Threads take short turns as long as somebody is inside; whoever comes out last puts back what was."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._before = 0.0

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = sys.getswitchinterval()
                sys.setswitchinterval(min(self._before, _TURN))
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                sys.setswitchinterval(self._before)


_turns = _ShortTurns()
