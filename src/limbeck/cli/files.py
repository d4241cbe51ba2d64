"""
New files as text.

Responsible for the line that scripts look for when they want to know what was written.  Does not know why it was.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from limbeck.actions.revision import NewRevision
    from limbeck.cli.call import Call


def generating(path: Path) -> str:
    """The line that Alembic prints for a new file."""
    return f"Generating {path} ...  done"


def show_new(
    call: Call, verb: str, made: NewRevision, more: Mapping[str, object] | None = None
) -> None:
    """Say which revision was written, and where; `more` is for the document."""
    revision = made.revision
    if call.args.json:
        document = {
            "id": revision.id,
            "message": revision.message,
            "parents": list(revision.parents),
            "requires": list(revision.requires),
            "own_labels": list(revision.labels),
            "path": os.fspath(made.path),
        }
        call.output.json(verb, {"revision": document, **(more or {})})
    elif not call.output.quiet:
        call.output.data(generating(made.path))
