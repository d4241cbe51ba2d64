"""
Asking a server while something else is computed.

Responsible for one piece of work with a connection that goes on beside the rest, and is over when its block is left,
whatever happens in it.  Does not know what is asked.

The time that a server takes to answer is as long as the models take to be read: half of a check that finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import sqlalchemy as sa

T = TypeVar("T")


@contextmanager
def meanwhile(connection: sa.Connection, work: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Begins `work`, which alone may use the connection until the block is left; gives a function for its result.

    The result is waited for, and raises what the work raised.  Where a connection belongs to the thread that opened
    it (SQLite, drivers for asyncio) the work is done when its result is asked for.
    """
    if connection.dialect.is_async or connection.dialect.name == "sqlite":
        yield work
        return
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="limbeck-asks") as pool:
        future = pool.submit(copy_context().run, work)
        yield future.result
