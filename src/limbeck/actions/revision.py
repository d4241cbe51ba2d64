"""Create revision files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limbeck.history import Revision, new_revision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from limbeck.files.template import Body
    from limbeck.history import History
    from limbeck.project import Project


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A revision that was just written, and its file."""

    revision: Revision
    path: Path


def revision(
    project: Project,
    message: str = "",
    *,
    id: str | None = None,
    head: str | Sequence[str] = "head",
    splice: bool = False,
    labels: Sequence[str] = (),
    depends_on: Sequence[str] = (),
    version_path: str | Path | None = None,
    sql: bool = False,
    body: Body | None = None,
) -> NewRevision:
    """A new revision file on top of `head`, empty without `body`; a plain SQL file with `sql`.

    `version_path` is one of the folders of revisions, where it is not clear which.

    Raises MultipleHeads, Refused (not a head, without `splice`), HistoryError, SelectorError and UsageError.
    """
    from limbeck.files.write import write

    rewrite = new_revision(
        project.history,
        id or new_id(project),
        message,
        head=head,
        splice=splice,
        depends_on=depends_on,
        labels=labels,
    )
    (path,) = write(
        project.library,
        project.settings,
        [rewrite],
        bodies={rewrite.after.id: body} if body is not None else None,
        version_path=version_path,
        sql=sql,
    )
    return NewRevision(project.history[rewrite.after.id], path)


def new_id(project: Project) -> str:
    """An id that is free in the project."""
    return free_id(project.history)


def free_id(history: History) -> str:
    """An id that is free: twelve hexadecimal digits by chance, as Alembic's are."""
    while True:
        id = os.urandom(6).hex()
        if not history.named(id):
            return id
