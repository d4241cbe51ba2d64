"""
A stamp that forgets first what the version table says.

Responsible for both being one: what was there is still there when the new place cannot be written.  Does not know how the
place is chosen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.history import Stamp

if TYPE_CHECKING:
    from limbeck.compat.runtime.migration import MigrationContext
    from limbeck.database.live import LiveDatabase
    from limbeck.history import History


def stamp_anew(
    context: MigrationContext, database: LiveDatabase, stamp: Stamp, history: History
) -> None:
    """Empty the version table, and write what is behind `stamp` into it.  Raises RunError."""
    journal = database.journal
    with database.exclusive():
        heads = journal.heads()
        with database.run():
            _without_doubles(context, heads)
            if heads:
                # Rows go and rows come: none becomes another, as readers of the statements expect.
                journal.stamp(Stamp(heads, frozenset()), history)
                journal.flush()
                journal.confirm()
            journal.stamp(stamp, history)
        database.verify(stamp.after)


def _without_doubles(context: MigrationContext, heads: frozenset[str]) -> None:
    """A table without a primary key may have a row twice, and this is what gets rid of it."""
    connection, table = context.connection, context._version
    assert connection is not None
    if len(context.get_current_heads()) > len(heads):
        connection.execute(table.delete())
        connection.execute(table.insert(), [{"version_num": head} for head in sorted(heads)])
