"""`limbeck upgrade`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli import arguments as shared
from limbeck.cli.runs import add_move, move

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck upgrade head",
    "limbeck upgrade +2",
    "limbeck upgrade ae10:head --sql",
    "limbeck upgrade billing@head --plan",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    shared.add_revision(
        parser,
        "revision",
        "where to go (default: head); with --sql from:to",
        nargs="?",
        default="head",
    )
    add_move(parser)


def run(call: Call) -> None:
    """Move the database up, or show what that would be."""
    from limbeck.actions.upgrade import upgrade, write_upgrade
    from limbeck.history import Direction

    move(call, Direction.UP, upgrade, write_upgrade)
