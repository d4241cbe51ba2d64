"""
A transaction that a MigrationContext has begun, in the hands of its user.

Responsible for commit and rollback reaching the transaction that is open by then: an autocommit block has ended the one
that was begun and has begun another.  Does not know what is executed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Transaction
    from typing_extensions import Self

    from limbeck.compat.runtime.migration import MigrationContext


class _ProxyTransaction:
    """Commits or rolls back once, at the end of the scope at the latest."""

    def __init__(self, migration_context: MigrationContext) -> None:
        self.migration_context = migration_context

    @property
    def _proxied_transaction(self) -> Transaction | None:
        return self.migration_context._transaction

    def _open(self) -> Transaction | None:
        """What is to be ended: the transaction that was begun, or what came after our runner has committed it."""
        context = self.migration_context
        begun, context._transaction = context._transaction, None
        if begun is None or begun.is_active or context.connection is None:
            return begun
        return context.connection.get_transaction()

    def rollback(self) -> None:
        """Take everything back that is not committed yet."""
        transaction = self._open()
        if transaction is not None:
            transaction.rollback()

    def commit(self) -> None:
        """Let everything stay."""
        transaction = self._open()
        if transaction is not None:
            transaction.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.commit()
        else:
            self.rollback()
