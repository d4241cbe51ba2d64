"""
Databases that may be compared with models.

Responsible for refusing one that is not at the heads of the history: what is pending would be taken for a difference.
Does not know how anything is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.actions.current import standing
from limbeck.actions.outcome import Place
from limbeck.actions.unknown import checked
from limbeck.errors import NotAtHead

if TYPE_CHECKING:
    from limbeck.database.live import LiveDatabase
    from limbeck.history import History
    from limbeck.project import Target


def at_head(target: Target, database: LiveDatabase, history: History) -> None:
    """Raises NotAtHead when a database does not stand at the heads, UnknownInDatabase when it is beyond them."""
    heads = checked(database.journal.heads(), history, database)
    database.journal.applied(history)  # half_done() speaks of what this saw
    found = standing(Place(target.name, target.shown), heads, history, database.half_done())
    if found.at_heads:
        return
    name = f"the database {target.name}" if target.name else "the database"
    instead = "or add --offline to compare with the revisions instead"
    head = "head" if len(history.real_heads) < 2 else "heads"
    if found.half_done:
        raise NotAtHead(
            f"{name} is half way through {found.half_done[0].revision}: a run was interrupted",
            hint=f"limbeck upgrade {head}, which goes on with it, {instead}",
        )
    stands = ", ".join(sorted(heads)) or "base"
    raise NotAtHead(
        f"{name} stands at {stands}, which is not the head of the history",
        hint=f"limbeck {'-n ' + target.name + ' ' if target.name else ''}upgrade {head}, {instead}",
    )
