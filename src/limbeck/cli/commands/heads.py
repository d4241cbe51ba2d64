"""`limbeck heads`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json, add_verbose
from limbeck.cli.revisions import document, entry, head

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from limbeck.actions.point import Point
    from limbeck.cli.call import Call


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    add_verbose(parser)
    parser.add_argument(
        "--resolve-dependencies",
        action="store_true",
        help="leave out heads that another revision depends on",
    )
    add_json(parser)


def run(call: Call) -> None:
    """Show the heads."""
    from limbeck.actions.heads import heads

    found = heads(call.project, resolve_dependencies=call.args.resolve_dependencies)
    root = call.settings.root
    if call.args.json:
        call.output.json(
            "heads",
            {"heads": [document(point, root) for point in found], "forks": _documents(call, found)},
        )
        return
    for point in found:
        if call.args.verbose:
            call.output.data(entry(point, root, call.output.style))
        else:
            call.output.data(head(point, call.output.style))
    if not call.output.quiet:
        _explain(call, found)


def _explain(call: Call, found: Sequence[Point]) -> None:
    """What the forks are about; beside the list, which is for programs, too."""
    if len(found) < 2:
        return
    from limbeck.actions.forks import forks
    from limbeck.cli.forks import fork

    for one in forks(call.project, [point.id for point in found]):
        for line in fork(one, call.project.history):
            call.output.remark(line)


def _documents(call: Call, found: Sequence[Point]) -> list[dict[str, object]]:
    if len(found) < 2:
        return []
    from limbeck.actions.forks import forks
    from limbeck.cli.forks import fork_document

    return [fork_document(one) for one in forks(call.project, [point.id for point in found])]
