"""
Running the file `env.py`.

Responsible for what must be so around it: loggers of the application stay alive although it calls `fileConfig`, and
`asyncio.run` works although an event loop runs in this thread.  Does not know what it does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path
from threading import Thread

from limbeck.compat.runtime.environment import EnvironmentContext
from limbeck.compat.util import pyfiles
from limbeck.compat.util.proxies import slot_of


class Loggers:
    """The loggers that were not disabled when this was made."""

    def __init__(self) -> None:
        known = logging.root.manager.loggerDict.values()
        self._alive = [one for one in known if isinstance(one, logging.Logger) and not one.disabled]

    def revive(self) -> None:
        """Enable those again that `fileConfig` has disabled."""
        for logger in self._alive:
            logger.disabled = False


def run(folder: str) -> None:
    """Run `env.py` in `folder`.  Raises what it raises."""
    environment: EnvironmentContext | None = slot_of(EnvironmentContext).peek()
    loggers = Loggers()
    if environment is not None:
        environment.configured = loggers.revive

    def load() -> None:
        pyfiles.load_python_file(folder, "env.py")

    try:
        if _needs_a_thread(Path(folder, "env.py"), environment):
            _in_thread(load)
        else:
            load()
    finally:
        loggers.revive()


def _needs_a_thread(file: Path, environment: EnvironmentContext | None) -> bool:
    """Whether the file starts an event loop while one runs here; a connection that it is given belongs to this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    if environment is not None and environment.config.attributes:
        return False
    return file.is_file() and b"asyncio.run(" in file.read_bytes()


def _in_thread(work: Callable[[], None]) -> None:
    failure: list[BaseException] = []

    def target() -> None:
        try:
            work()
        except BaseException as error:  # raised again in the thread that waits
            failure.append(error)

    thread = Thread(target=copy_context().run, args=(target,), name="limbeck-env")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
