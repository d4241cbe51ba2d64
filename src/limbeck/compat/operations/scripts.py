"""
Operations in a row: those of a table, of an upgrade, of a downgrade, and a revision file with both.

Responsible for holding them, and for the order in which they are reversed.  Does not know what is in them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from limbeck.compat import util
from limbeck.compat.operations.migrate import MigrateOperation

if TYPE_CHECKING:
    RevIdType = str | list[str] | tuple[str, ...]


class OpContainer(MigrateOperation):
    """Operations in order, in `ops`."""

    def __init__(self, ops: Sequence[MigrateOperation] = ()) -> None:
        self.ops = list(ops)

    def is_empty(self) -> bool:
        """Whether there are none."""
        return not self.ops

    # Any: see MigrateOperation.to_diff_tuple
    def as_diffs(self) -> Any:
        """All as tuples, in one list."""
        return list(OpContainer._ops_as_diffs(self))

    @classmethod
    def _ops_as_diffs(cls, migrations: OpContainer) -> Iterator[tuple[Any, ...]]:
        for op in migrations.ops:
            if isinstance(op, OpContainer):
                yield from cls._ops_as_diffs(op)
            else:
                yield op.to_diff_tuple()

    def _reversed(self) -> list[MigrateOperation]:
        return [op.reverse() for op in reversed(self.ops)]


class ModifyTableOps(OpContainer):
    """Operations on one table that exists."""

    def __init__(
        self, table_name: str, ops: Sequence[MigrateOperation], *, schema: str | None = None
    ) -> None:
        super().__init__(ops)
        self.table_name = table_name
        self.schema = schema

    def reverse(self) -> ModifyTableOps:
        """What undoes them, the last first."""
        return ModifyTableOps(self.table_name, self._reversed(), schema=self.schema)


class UpgradeOps(OpContainer):
    """What `upgrade()` does; `upgrade_token` is its name in the template."""

    def __init__(
        self,
        ops: Sequence[MigrateOperation] = (),
        upgrade_token: str = "upgrades",
    ) -> None:
        super().__init__(ops)
        self.upgrade_token = upgrade_token

    def reverse_into(self, downgrade_ops: DowngradeOps) -> DowngradeOps:
        """Put what undoes them into `downgrade_ops`, in the place of what is there."""
        downgrade_ops.ops[:] = self._reversed()
        return downgrade_ops

    def reverse(self) -> DowngradeOps:
        """What undoes them."""
        return self.reverse_into(DowngradeOps())


class DowngradeOps(OpContainer):
    """What `downgrade()` does; `downgrade_token` is its name in the template."""

    def __init__(
        self,
        ops: Sequence[MigrateOperation] = (),
        downgrade_token: str = "downgrades",
    ) -> None:
        super().__init__(ops)
        self.downgrade_token = downgrade_token

    def reverse(self) -> UpgradeOps:
        """What undoes them."""
        return UpgradeOps(self._reversed())


class MigrationScript(MigrateOperation):
    """A revision file that is to be written.

    With several databases there are several `UpgradeOps` and `DowngradeOps`, in `upgrade_ops_list` and
    `downgrade_ops_list`.
    """

    def __init__(
        self,
        rev_id: str | None,
        upgrade_ops: UpgradeOps | Sequence[UpgradeOps] | None,
        downgrade_ops: DowngradeOps | Sequence[DowngradeOps] | None,
        *,
        message: str | None = None,
        imports: set[str] | None = None,
        head: str | None = None,
        splice: bool | None = None,
        branch_label: RevIdType | None = None,
        version_path: str | os.PathLike[str] | None = None,
        depends_on: RevIdType | None = None,
    ) -> None:
        self.rev_id = rev_id
        self.message = message
        self.imports = set() if imports is None else imports
        self.head = head
        self.splice = splice
        self.branch_label = branch_label
        self.version_path = version_path
        self.depends_on = depends_on
        self.upgrade_ops = upgrade_ops
        self.downgrade_ops = downgrade_ops

    # Any: what is set may be a list, what is read is one; mypy knows no such property
    @property
    def upgrade_ops(self) -> Any:
        """The one `UpgradeOps`; None when there are none.  Raises ValueError when there are several."""
        return _only(self._upgrade_ops, "UpgradeOps", "upgrade_ops_list")

    @upgrade_ops.setter
    def upgrade_ops(self, upgrade_ops: Any) -> None:
        self._upgrade_ops: list[UpgradeOps] = util.to_list(upgrade_ops) or []
        _check(self._upgrade_ops, UpgradeOps)

    @property
    def downgrade_ops(self) -> Any:
        """The one `DowngradeOps`; None when there are none.  Raises ValueError when there are several."""
        return _only(self._downgrade_ops, "DowngradeOps", "downgrade_ops_list")

    @downgrade_ops.setter
    def downgrade_ops(self, downgrade_ops: Any) -> None:
        self._downgrade_ops: list[DowngradeOps] = util.to_list(downgrade_ops) or []
        _check(self._downgrade_ops, DowngradeOps)

    @property
    def upgrade_ops_list(self) -> list[UpgradeOps]:
        """All `UpgradeOps`."""
        return self._upgrade_ops

    @property
    def downgrade_ops_list(self) -> list[DowngradeOps]:
        """All `DowngradeOps`."""
        return self._downgrade_ops


def _only(found: Sequence[Any], kind: str, attribute: str) -> Any:
    if len(found) > 1:
        raise ValueError(
            f"This MigrationScript instance has a multiple-entry list for {kind}; please use the {attribute} attribute."
        )
    return found[0] if found else None


def _check(found: Sequence[object], kind: type) -> None:
    for item in found:
        assert isinstance(item, kind), f"{type(item).__name__} is no {kind.__name__}"
