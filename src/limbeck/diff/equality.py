"""
When two things are the same.

Responsible for what is compared beside plain equality: the order of columns, and what a project says of types and
defaults.  Does not know how the values became comparable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from limbeck.schema import Column, Computed, Table, TableName


class ColumnPair(NamedTuple):
    """A column as it is and as it is to be, and its table likewise; they carry what they were made from as `origin`."""

    table: TableName
    before: Column
    after: Column
    tables: tuple[Table | None, Table | None] = (None, None)


ColumnComparer = Callable[[ColumnPair], bool | None]
"""True: they are different; False: they are the same; None: let equality decide."""


@dataclass(frozen=True, slots=True)
class Equality:
    """What is compared, and how.

    `positions`: the order of columns counts, where a database can change it.  `types` and `defaults` are asked for
    each column that is on both sides, with the meaning that Alembic documents for `compare_type` and
    `compare_server_default`; `defaults` is not asked about computed columns.
    """

    positions: bool = False
    types: ColumnComparer | None = None
    defaults: ColumnComparer | None = None

    def other_type(self, pair: ColumnPair) -> bool:
        """Whether the types differ."""
        verdict = self.types(pair) if self.types is not None else None
        return pair.before.type != pair.after.type if verdict is None else verdict

    def other_default(self, pair: ColumnPair) -> bool:
        """Whether the defaults differ."""
        before, after = pair.before.default, pair.after.default
        verdict = None
        if (
            self.defaults is not None
            and not isinstance(before, Computed)
            and not isinstance(after, Computed)
        ):
            verdict = self.defaults(pair)
        return before != after if verdict is None else verdict
