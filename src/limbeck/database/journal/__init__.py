"""
What has happened to a database, kept in it: the version table, and beside it the journal.

`journal` knows what is so and what is to be written, `reading` asks the two tables, `writing` changes them, and
`running` is the step under way, `known` what is so at one moment.  Nothing here begins or commits a transaction, or knows
what a statement does.
"""

from limbeck.database.journal.journal import TableJournal

__all__ = ["TableJournal"]
