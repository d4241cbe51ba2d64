"""
What a run by Alembic's names tells, beside the revisions that it runs.

Responsible for the log of programs that drive runs themselves: that one waits, and for whom.  The command line of limbeck has
words of its own.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from limbeck.runner import Notice, Waiting

if TYPE_CHECKING:
    from limbeck.runner import Event

log = logging.getLogger("alembic.runtime.migration")

_BETWEEN = 10.0
"""Seconds between two lines about the same wait."""


class Telling:
    """A Report that logs; a wait is a warning, for a program that stands still for minutes should say why."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, event: Event) -> None:
        """Log what is worth it."""
        match event:
            case Waiting(holder=holder, seconds=seconds) if not seconds or seconds >= self._next:
                self._next = seconds + _BETWEEN
                log.warning("Waiting for another run to finish (%s), %.0f s", holder, seconds)
            case Notice(text=text):
                log.info(text)
            case _:
                pass
