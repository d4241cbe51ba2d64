"""
What is noted before a change of structure, and how it travels.

Responsible for the one statement that a note and the change itself become on MariaDB: a round trip takes longer than
either.  Does not know what a note says, nor when one is needed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import sqlalchemy as sa

_SYNTAX_ERROR, _NOT_IN_A_PROGRAM = 1064, 1314
_ROWS = re.compile(r"limbeck moved (\d) rows")

# The server must have moved one row, as `Writing` has it where that travels alone.
_ONE_ROW = (
    "CASE ROW_COUNT() WHEN 1 THEN {write};"
    " WHEN 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'limbeck moved 0 rows';"
    " ELSE SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'limbeck moved 2 rows'; END CASE"
)


class Note(NamedTuple):
    """The version row is to `move`, if at all, and then rows of the journal are written.

    `parameters` belong to `write`, in which per cent signs are doubled; they are not in `move`.
    """

    move: str | None
    write: str
    parameters: tuple[Any, ...]

    def alone(self) -> tuple[str, tuple[Any, ...]]:
        """All of it as one statement, and its parameters."""
        return f"BEGIN NOT ATOMIC {self._body}; END", self.parameters

    def before(self, statement: str) -> tuple[str, tuple[Any, ...]]:
        """All of it and then `statement`, in which per cent signs are not doubled; as one."""
        text = statement.replace("%", "%%")
        # The statement may end in a comment.
        return f"BEGIN NOT ATOMIC {self._body}; {text}\n; END", self.parameters

    @property
    def _body(self) -> str:
        if self.move is None:
            return self.write
        return f"{self.move.replace('%', '%%')}; {_ONE_ROW.format(write=self.write)}"


def may_go_along(statement: str) -> bool:
    """Whether `statement` is no more than one, whoever has written it, and whatever stands before and behind it."""
    return ";" not in statement


def refused(error: sa.exc.DBAPIError) -> bool:
    """Whether the server did not understand several statements as one, so that nothing of them has happened.

    It does not in some of its modes, and some statements must not stand in programs.
    """
    found = error.orig.args[:1] if error.orig is not None else ()
    return found in {(_SYNTAX_ERROR,), (_NOT_IN_A_PROGRAM,)}


def moved(error: sa.exc.DBAPIError) -> int | None:
    """How many rows of the version table a note would have moved, had it not stopped for that; None for other errors."""
    found = _ROWS.search(str(error.orig))
    return int(found[1]) if found else None
