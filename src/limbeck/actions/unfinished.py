"""
Revision files that somebody has not finished.

Responsible for refusing them before anything is written that builds on them: marks of a merge, or what is no Python.  Does
not know what is to be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.files.held import Held, refuse_unsound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from limbeck.project import Project


def refuse_unfinished(project: Project, ids: Iterable[str]) -> None:
    """Raises BrokenHeader when the file of one of `ids` cannot be read to its end."""
    library = project.library
    for id in ids:
        source = project.history[id].source
        if not source.endswith(".pyc"):
            refuse_unsound(Held(source, source, None, library.script(id).read()))


def apart(project: Project, heads: Iterable[str]) -> list[str]:
    """The revisions that not all of `heads` have below them."""
    history = project.history
    ids = list(heads)
    shared = set.intersection(*(history.closure([id]) for id in ids))
    return history.ordered(history.closure(ids) - shared)
