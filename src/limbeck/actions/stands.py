"""
Where databases stand, for whoever draws a history.

Responsible for asking each of them, and for a database that does not answer being a gap in the picture, not an error.
Makes no file: a SQLite database that is not there yet stands at the beginning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from limbeck.actions.patience import SECONDS, patient
from limbeck.errors import ConfigError, LimbeckError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limbeck.database.entries import Entry
    from limbeck.database.live import LiveDatabase
    from limbeck.history import History
    from limbeck.project import Project, Target

_SQLITE = re.compile(r"sqlite(?:\+\w+)?:///(?P<name>[^?]*)")


@dataclass(frozen=True, slots=True)
class Standing:
    """One database: `heads` are the rows of its version table, `entries` its journal, oldest first.

    `name` is "" for the only one of a project.  `problem` is why it could not be asked; "" when it could.
    """

    name: str
    address: str
    heads: frozenset[str] = frozenset()
    applied: frozenset[str] = frozenset()
    entries: tuple[Entry, ...] = ()
    problem: str = ""

    def pending(self, history: History) -> frozenset[str]:
        """What is not applied to it; nothing when it could not be asked."""
        return frozenset() if self.problem else frozenset(history) - self.applied


def stands(projects: Sequence[Project], *, seconds: int = SECONDS) -> tuple[Standing, ...]:
    """Where each database of `projects` stands, which is waited for `seconds`; a project without one has none."""
    found: list[Standing] = []
    for project in projects:
        history = project.history
        try:
            project.targets.each(partial(_add, found, history, seconds))
        except ConfigError:
            continue  # no address
        except LimbeckError as error:  # an env.py that does not run
            found.append(Standing(project.settings.name, "", problem=_first_line(error)))
    return tuple(found)


def _add(found: list[Standing], history: History, seconds: int, target: Target) -> None:
    found.append(_asked(target, history, seconds))


def _asked(target: Target, history: History, seconds: int) -> Standing:
    shown = target.shown
    if _is_to_come(target):
        return Standing(target.name, shown)

    def work(database: LiveDatabase) -> Standing:
        heads = database.journal.heads()
        applied = database.journal.applied(history)
        return Standing(target.name, shown, heads, applied, tuple(database.journal.entries()))

    try:
        return patient(target, seconds).visit(work)
    except LimbeckError as error:
        return Standing(target.name, shown, problem=_first_line(error))


def _is_to_come(target: Target) -> bool:
    """Whether it is a file of SQLite that nobody has made yet; looking would make it."""
    url = target.url
    text = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    found = _SQLITE.match(text)  # not by SQLAlchemy, which takes its time to import
    name = found["name"] if found else ""
    if not name or name.startswith((":", "file:")):
        return False
    return not Path(name).exists()


def _first_line(error: LimbeckError) -> str:
    from limbeck.config import hide_passwords

    return hide_passwords(error.message.partition("\n")[0])
