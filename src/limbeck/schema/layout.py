"""
How SQL is laid out in the Python that it is written in.

Responsible for the indentation that belongs to the Python and not to the SQL.  Does not know what the SQL says.
"""

from __future__ import annotations

from textwrap import dedent


def dedented(sql: str) -> str:
    r'''The text without the indentation that all its lines have, where it begins in a line of its own.

    >>> dedented("""
    ...     SELECT id
    ...       FROM people
    ... """)
    'SELECT id\n  FROM people'
    '''
    return dedent(sql).strip() if sql.startswith(("\n", "\r\n")) else sql
