"""
Revisions below the heads that never ran in this database.

Responsible for what `alembic.command` does about them: a rebase can put a revision below one that has run already, and the
version table does not show it, but the journal does.  Does not read the journal, and does not run anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limbeck.compat.runtime.steps import RevisionStep
from limbeck.errors import SelectorError
from limbeck.history import Downgrade, plan_downgrade, resolve

if TYPE_CHECKING:
    from limbeck.compat.runtime.migration import MigrationContext
    from limbeck.compat.script.base import ScriptDirectory
    from limbeck.history import History, Plan


class UpgradeTo:
    """The `fn` of an upgrade to `destination`, which also makes up for what was missed on the way there."""

    def __init__(self, scripts: ScriptDirectory, destination: str) -> None:
        self.scripts = scripts
        self.destination = destination

    def __call__(self, heads: Any, context: MigrationContext) -> list[RevisionStep]:
        """The steps from `heads`, as Alembic counts them."""
        return self.scripts._upgrade_revs(self.destination, heads)

    def made_up(
        self, history: History, missed: frozenset[str], heads: frozenset[str], steps: list[Any]
    ) -> list[RevisionStep]:
        """Those of `missed` that the destination needs, lowest first; `steps` lead there from `heads`."""
        try:
            targets = resolve(history, self.destination, heads)
        except SelectorError:  # what only Alembic has a word for
            targets = frozenset()
        wanted = history.closure(targets.union(step.revision.revision for step in steps))
        map_ = self.scripts.revision_map
        return [
            RevisionStep(map_, self.scripts.get_revision(id), is_upgrade=True)
            for id in history.ordered(missed & wanted)
        ]


def plan_down(history: History, applied: frozenset[str], steps: list[Any]) -> Plan:
    """What `steps` undo, without what never ran."""
    undone = frozenset(step.revision.revision for step in steps)
    return plan_downgrade(history, applied, Downgrade(frozenset(), undone))
