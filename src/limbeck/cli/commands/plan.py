"""`limbeck plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli import arguments as shared
from limbeck.cli.exits import PENDING
from limbeck.cli.runs import show_plan

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = ("limbeck plan", "limbeck plan --check", "limbeck plan -1 --down")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    shared.add_revision(
        parser, "revision", "where to go (default: head)", nargs="?", default="head"
    )
    parser.add_argument("--down", action="store_true", help="plan a downgrade")
    parser.add_argument(
        "--check", action="store_true", help="end with exit code 8 when there is something to do"
    )
    shared.add_json(parser)


def run(call: Call) -> int | None:
    """Show what would be done."""
    from limbeck.history import Direction

    direction = Direction.DOWN if call.args.down else Direction.UP
    pending = show_plan(call, "plan", call.args.revision, direction)
    return PENDING if pending and call.args.check else None
