"""What has happened to databases, from their journals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.actions.outcome import Place

if TYPE_CHECKING:
    from limbeck.database.entries import Entry
    from limbeck.project import Project


@dataclass(frozen=True, slots=True)
class Applied:
    """The journal of one database, oldest entry first; empty when it keeps none."""

    place: Place
    entries: tuple[Entry, ...]


def applied(project: Project) -> tuple[Applied, ...]:
    """The journal of each database.  Raises RunError."""
    return tuple(
        project.visit(
            lambda target, database: Applied(
                Place(target.name, target.shown), tuple(database.journal.entries())
            )
        )
    )
