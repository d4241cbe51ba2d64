"""
The rows of the version table while somebody moves through the steps by hand.

Responsible for the statements that a step needs: the difference of the heads before and after it.  Runs of limbeck's own
use the journal instead, by the same rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import literal_column

from limbeck.compat import util

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.compat.runtime.migration import MigrationContext
    from limbeck.compat.runtime.steps import MigrationStep


class HeadMaintainer:
    """The heads of `context`, kept in step with its version table."""

    def __init__(self, context: MigrationContext, heads: Iterable[str]) -> None:
        self.context = context
        self.heads = set(heads)

    def update_to_step(self, step: MigrationStep) -> None:
        """Move the rows as `step` moves the heads.

        Raises CommandError when the table does not have the row that is to be changed.
        """
        before = frozenset(self.heads)
        after = step.moved(before)
        gone, new = sorted(before - after), sorted(after - before)
        # The row of the first parent goes on as that of the revision, as readers of the SQL expect.
        gone.sort(key=_position(step.from_revisions))
        new.sort(key=_position(step.to_revisions))
        for old, id in zip(gone, new, strict=False):
            self._update_version(old, id)
        for old in gone[len(new) :]:
            self._delete_version(old)
        for id in new[len(gone) :]:
            self._insert_version(id)

    def _insert_version(self, version: str) -> None:
        self.heads.add(version)
        table = self.context._version
        self.context.impl._exec(table.insert().values(version_num=literal_column(f"'{version}'")))

    def _delete_version(self, version: str) -> None:
        self.heads.remove(version)
        table = self.context._version
        result = self.context.impl._exec(
            table.delete().where(table.c.version_num == literal_column(f"'{version}'"))
        )
        self._expect_one(result, f"deleting '{version}'")

    def _update_version(self, from_: str, to_: str) -> None:
        assert to_ not in self.heads
        self.heads.remove(from_)
        self.heads.add(to_)
        table = self.context._version
        result = self.context.impl._exec(
            table.update()
            .values(version_num=literal_column(f"'{to_}'"))
            .where(table.c.version_num == literal_column(f"'{from_}'"))
        )
        self._expect_one(result, f"updating '{from_}' to '{to_}'")

    def _expect_one(
        self, result: Any, what: str
    ) -> None:  # Any: no result when SQL is only written
        context = self.context
        if context.as_sql or not context.dialect.supports_sane_rowcount or result is None:
            return
        if result.rowcount != 1:
            raise util.CommandError(
                f"Online migration expected to match one row when {what} in '{context.version_table}';"
                f" {result.rowcount} found",
                hint="limbeck current --verbose",
            )


def _position(order: tuple[str, ...]) -> Any:  # Any: a key for sorting
    places = {id: number for number, id in enumerate(order)}
    return lambda id: (places.get(id, len(places)), id)
