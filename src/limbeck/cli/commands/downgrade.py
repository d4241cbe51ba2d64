"""`limbeck downgrade`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli import arguments as shared
from limbeck.cli.runs import add_move, move

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck downgrade -1",
    "limbeck downgrade ae10",
    "limbeck downgrade base --plan",
    "limbeck downgrade 27c6:ae10 --sql",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    shared.add_revision(parser, "revision", "where to go; with --sql from:to")
    add_move(parser)


def run(call: Call) -> None:
    """Move the database down, or show what that would be."""
    from limbeck.actions.downgrade import downgrade, write_downgrade
    from limbeck.history import Direction

    move(call, Direction.DOWN, downgrade, write_downgrade)
