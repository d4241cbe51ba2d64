"""`limbeck ensure_version`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.environment import by_command

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument(
        "--sql", action="store_true", help="print the SQL instead of sending it to a database"
    )


def run(call: Call) -> None:
    """Create the version table where there is none."""
    from limbeck.actions.ensure_version import ensure_version, write_ensure_version

    if call.args.sql:
        if not by_command(call.project, "ensure_version", sql=True):
            write_ensure_version(call.project, call.output.out)
    else:
        ensure_version(call.project)
