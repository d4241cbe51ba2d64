"""
An open database, as the runner and the authors of revisions want it.

Responsible for what a database that acts and one that only writes have in common.  `live` and `paper` are the two
kinds.  Does not know what a history is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from limbeck.runner import Event, HalfDone, Policy, Report, Statement, silent

if TYPE_CHECKING:
    import sqlalchemy as sa

    from limbeck.operations import Operation

VERSION_TABLE = "alembic_version"
JOURNAL = "limbeck_journal"


class OpenDatabase(ABC):
    """One database that revisions can be run against.

    `connection` is None when nothing is connected, and then `offline` is true.  `options` are what the author of
    revisions finds as `op.get_context().opts`.
    """

    offline: bool = False
    connection: sa.Connection | None = None

    def __init__(
        self,
        dialect: sa.Dialect,
        *,
        policy: Policy | None = None,
        version_table: str = VERSION_TABLE,
        version_table_schema: str | None = None,
        naming_convention: Mapping[str, Any] | None = None,
        options: Mapping[str, object] | None = None,
    ) -> None:
        self.dialect = dialect
        self.policy = policy or Policy()
        self.version_table = version_table
        self.version_table_schema = version_table_schema
        self.naming_convention: Mapping[str, Any] = dict(naming_convention or {})
        self.options: Mapping[str, object] = dict(options or {})
        self._report: Report = silent

    def tell(self, report: Report) -> None:
        """Report statements, waiting and notices to `report` from now on."""
        self._report = report

    def half_done(self) -> Sequence[HalfDone]:
        """What interrupted runs have left half done; nothing where there is only paper."""
        return ()

    def _tell(self, event: Event) -> None:
        self._report(event)

    @abstractmethod
    def compile(self, operation: Operation) -> Sequence[Statement]:
        """The statements that carry out `operation` here.  Raises CannotCompile."""

    @abstractmethod
    def autocommit_block(self) -> AbstractContextManager[None]:
        """A scope in which each statement is committed by itself; what was done before is committed first."""
