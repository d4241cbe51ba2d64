"""`limbeck current`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json, add_verbose
from limbeck.cli.revisions import document, entry, marks
from limbeck.errors import NotAtHead

if TYPE_CHECKING:
    import argparse

    from limbeck.actions.current import Current
    from limbeck.cli.call import Call

EXAMPLES = ("limbeck current", "limbeck current --check-heads")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument(
        "-c",
        "--check-heads",
        action="store_true",
        help="fail (exit code 8) when the database is not at all heads",
    )
    add_verbose(parser)
    add_json(parser)


def run(call: Call) -> None:
    """Show where each database stands."""
    from limbeck.actions.current import current

    found = current(call.project)
    if call.args.json:
        call.output.json("current", {"targets": [_document(one, call) for one in found]})
    else:
        for one in found:
            if len(found) > 1 and not call.args.verbose:
                # beside the answer: programs read lines with revisions alone, as Alembic prints them
                call.output.remark(f"{one.place.name or one.place.address}:")
            _show(one, call)
    if call.args.check_heads and not all(one.at_heads for one in found):
        for one in found:
            for left in one.half_done:
                raise NotAtHead(f"the database is {left}", hint=left.way_out)
        raise NotAtHead(
            "the database is not at all heads of the history", hint="limbeck plan heads"
        )


def _show(one: Current, call: Call) -> None:
    output = call.output
    if call.args.verbose:
        output.data(f"Current revision(s) for {one.place.address}:")
    for point in one.points:
        if call.args.verbose:
            output.data(entry(point, call.settings.root, output.style))
        else:
            output.data(output.style(point.id, "yellow") + marks(point, output.style))
    for left in one.half_done:
        output.data(output.style(str(left), "red"))
    for id in one.unknown:
        output.data(f"{id} (unknown: no revision file has it)")
    if one.unknown:
        output.remark("`limbeck status` tells what is known about it")


def _document(one: Current, call: Call) -> dict[str, object]:
    found: dict[str, object] = {
        "name": one.place.name,
        "address": one.place.address,
        "heads": sorted(one.heads),
        "revisions": [document(point, call.settings.root) for point in one.points],
        "unknown": list(one.unknown),
        "at_heads": one.at_heads,
    }
    if one.half_done:
        found["half_done"] = [
            {
                "revision": left.revision,
                "direction": left.direction.value,
                "statements": left.statements,
                "text": str(left),
            }
            for left in one.half_done
        ]
    return found
