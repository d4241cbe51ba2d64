"""`limbeck history`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json, add_verbose
from limbeck.cli.environment import consult
from limbeck.cli.graph import FORMATS
from limbeck.cli.revisions import document, entry, line
from limbeck.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck history",
    "limbeck history -r ae10:head",
    "limbeck history -r -3:",
    "limbeck history -r current: -i",
    "limbeck history --graph",
    "limbeck history --graph --format html > history.html",
    "limbeck history --applied",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument(
        "-r",
        "--rev-range",
        metavar="RANGE",
        help="[start]:[end], such as ae10:head, -3: or current:",
    )
    add_verbose(parser)
    parser.add_argument(
        "-i", "--indicate-current", action="store_true", help="mark where the database stands"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--graph",
        action="store_true",
        help="draw how the revisions follow each other, where databases stand, and what is pending",
    )
    form.add_argument(
        "--applied",
        action="store_true",
        help="show instead what has happened to the database: who, when, how long, outcome",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="of --graph: text (default), svg, html (a page to click in), mermaid or dot",
    )
    add_json(parser)


def run(call: Call) -> None:
    """Show revisions, newest first."""
    args = call.args
    if args.format and not args.graph:
        raise UsageError(
            "--format says how --graph draws",
            hint=f"limbeck history --graph --format {args.format}",
        )
    if args.applied:
        if args.rev_range or args.indicate_current or args.verbose:
            raise UsageError(
                "--applied shows the journal of the database, which has no range",
                hint="limbeck history --applied",
            )
        from limbeck.cli.applied import show_applied

        show_applied(call)
        return
    from limbeck.actions.history import history

    consult(call.project)
    found = history(call.project, args.rev_range, indicate_current=args.indicate_current)
    root = call.settings.root
    if args.json:
        documents = [document(point, root) | {"current": point.current} for point in found]
        call.output.json("history", {"revisions": documents})
    elif args.graph:
        from limbeck.cli.graph import show_graph

        show_graph(call, found, args.format or "text")
    elif args.verbose:
        for point in found:
            call.output.data(entry(point, root, call.output.style))
    elif found:
        call.output.data("\n".join(line(point, call.output.style) for point in found))
