"""
What an Op must know of the database that it works on.

A protocol, so that a recording or an in-memory database serves as well as an open connection.  It does not say
how operations are carried out: that is `send`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    import sqlalchemy as sa


class OpenDatabase(Protocol):
    """The dialect, the connection if there is one, and the settings of one database."""

    @property
    def dialect(self) -> sa.Dialect:
        """What SQL is made for."""
        ...

    @property
    def connection(self) -> sa.Connection | None:
        """None when SQL is only written down."""
        ...

    @property
    def offline(self) -> bool:
        """Whether SQL is only written down."""
        ...

    @property
    def naming_convention(self) -> Mapping[Any, Any]:
        """The rules for missing names, in the form of `sa.MetaData(naming_convention=...)`."""
        ...

    @property
    def options(self) -> Mapping[str, Any]:
        """Everything else that was configured, by the names that Alembic's `configure()` gives it."""
        ...

    def autocommit_block(self) -> AbstractContextManager[None]:
        """What is executed inside takes effect at once, outside any transaction."""
        ...
