"""`limbeck show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json, add_revision
from limbeck.cli.environment import counted_as_alembic_does
from limbeck.cli.revisions import document, entry

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = ("limbeck show head", "limbeck show ae10 27c6", "limbeck show current")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    add_revision(
        parser,
        "revisions",
        "an id or the beginning of one, a branch label, head, heads, current",
        nargs="+",
    )
    add_json(parser)


def run(call: Call) -> None:
    """Show the revisions in full."""
    from limbeck.actions.show import show

    found = show(call.project, counted_as_alembic_does(call.project, call.args.revisions))
    root = call.settings.root
    if call.args.json:
        documents = [{**document(point, root), "doc": point.revision.doc} for point in found]
        call.output.json("show", {"revisions": documents})
        return
    if not found:
        words = ", ".join(call.args.revisions)
        call.output.remark(f"{words}: the place before the first revision; there is no file")
    for point in found:
        call.output.data(entry(point, root, call.output.style))
