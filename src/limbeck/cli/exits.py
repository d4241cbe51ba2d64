"""
How the process ends: the one table of exit codes.

Responsible for what each number means; the documentation prints this table.  Does not know which error has which
code, each class in `limbeck.errors` says that itself.
"""

from __future__ import annotations

from typing import NamedTuple


class Exit(NamedTuple):
    """One way to end."""

    code: int
    name: str
    meaning: str


SUCCESS = 0
FAILED = 1
USAGE = 2
HISTORY = 4
SEVERAL_HEADS = 6
PENDING = 8
OUT_OF_STEP = 12
NOT_COMPARED = 13
CONFLICT = 14
ORDER_MATTERS = 15
NOT_KNOWN = 16
INTERRUPTED = 130

EXITS = (
    Exit(0, "success", "what was asked for is done, or there was nothing to do"),
    Exit(1, "failed", "a statement, the code of a revision or limbeck itself failed"),
    Exit(2, "usage", "the command does not fit together"),
    Exit(3, "configuration", "settings are missing, malformed or contradict each other"),
    Exit(4, "broken history", "the revision files do not form a usable history"),
    Exit(5, "not found", "no such revision, or the name fits several"),
    Exit(6, "several heads", "`head` was asked for, but there are several"),
    Exit(7, "refused", "a guard says no; the hint names the flag that overrides it"),
    Exit(8, "pending work", "the database is not at the heads of the history"),
    Exit(9, "no connection", "the database cannot be reached, or refuses the login"),
    Exit(10, "locked", "another run holds the lock and did not finish in time"),
    Exit(
        11,
        "unknown revision in the database",
        "the database is newer than the code, or the code lost a file",
    ),
    Exit(12, "out of step", "two sides that should be the same are not, as models and database"),
    Exit(13, "not compared", "nothing differs, but something could not be compared"),
    Exit(14, "conflict", "branches conflict, or do the same twice"),
    Exit(15, "order matters", "branches work in one order only"),
    Exit(16, "not known", "what branches do to each other cannot be told without running them"),
    Exit(130, "interrupted", "stopped by Ctrl-C"),
)
