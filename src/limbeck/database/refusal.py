"""
What is told about a statement that a server has refused.

Responsible for the words: the server's, and the statement.  A guard of our own speaks for itself: whoever meets it
wants to know what it found, not how it looks.  Does not know what becomes of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.database.engine import told
from limbeck.errors import StatementFailed

if TYPE_CHECKING:
    import sqlalchemy as sa

GUARD = "RAISE EXCEPTION"
_OUR_BLOCK = "DO $limbeck"
_CONTEXT = "\nCONTEXT:"
"""What drivers put before the place within a block, which is the last thing that they tell."""


def refusal(error: sa.exc.DBAPIError, text: str, url: sa.URL) -> StatementFailed:
    """The error to be raised for a statement, whose text as people know it is `text`."""
    words = told(error, url)
    if is_guard(text) and sql_state(error) == "23514":  # check_violation, which the guards raise
        return StatementFailed(words.partition(_CONTEXT)[0], statement=text)
    return StatementFailed(f"{words}\n{text}", statement=text)


def is_guard(text: str) -> bool:
    """Whether a statement is a block of ours that only looks, and raises when it does not like what it sees."""
    return text.startswith(_OUR_BLOCK) and GUARD in text


def sql_state(error: BaseException | None) -> str | None:
    """The SQLSTATE of an error of SQLAlchemy's, under the name that the driver gives it."""
    cause = getattr(error, "orig", None)
    found = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    return None if found is None else str(found)
