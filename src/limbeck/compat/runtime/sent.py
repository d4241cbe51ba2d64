"""
Whether anything was sent in the transaction that is open.

Responsible for telling a transaction that has merely been begun, which can be begun again behind the lock, from one in
which somebody has done something already.  A setting of the session is nothing of that kind: it outlives the transaction when that is
committed, and so it must not keep one open that would only wait.  Does not know who begins and ends transactions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from traceback import walk_stack

import sqlalchemy as sa
from sqlalchemy import event

_SETTING = re.compile(r"\s*SET\s+(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)[^;]*;?\s*", re.IGNORECASE)
"""What holds for the session, and not for the transaction alone."""

_FRAMES = 20
"""How many callers are looked at; SQLAlchemy needs about ten from a statement to the beginning of its transaction."""


class Sent:
    """Statements on `connection` from now on; what is only read on the way, `aside`, is not one of them."""

    def __init__(self, connection: sa.Connection) -> None:
        self.anything = False
        """Whether there was a statement since the transaction began."""
        self.begun_by_hand = False
        """Whether somebody has begun the transaction, and not merely the first statement in it."""
        self._aside = False
        event.listen(connection, "begin", self._begun)
        event.listen(connection, "before_cursor_execute", self._statement)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A scope of statements that may be lost with their transaction."""
        before, self._aside = self._aside, True
        try:
            yield
        finally:
            self._aside = before

    def _begun(self, *_: object) -> None:
        self.anything = False
        # private: SQLAlchemy tells in no other way, and a transaction that somebody holds is theirs to commit
        callers = islice(walk_stack(None), _FRAMES)
        self.begun_by_hand = all(frame.f_code.co_name != "_autobegin" for frame, _ in callers)

    def _statement(self, connection: object, cursor: object, text: str, *_: object) -> None:
        if not self._aside and not _SETTING.fullmatch(text):
            self.anything = True
