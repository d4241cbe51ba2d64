"""`limbeck branches`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json, add_verbose
from limbeck.cli.revisions import document, entry, short, titled

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    add_verbose(parser)
    add_json(parser)


def run(call: Call) -> None:
    """Show where the history parts."""
    from limbeck.actions.branches import branches

    forks = branches(call.project)
    root, paint = call.settings.root, call.output.style
    if call.args.json:
        documents = [
            {**document(fork, root), "branches": [document(point, root) for point in children]}
            for fork, children in forks
        ]
        call.output.json("branches", {"branch_points": documents})
        return
    for fork, children in forks:
        call.output.data(entry(fork, root, paint) if call.args.verbose else short(fork, paint))
        for point in children:
            message = point.revision.message if call.args.verbose else ""
            call.output.data(titled(f"   -> {short(point, paint)}", message))
        call.output.data()
