"""`limbeck stamp`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli import arguments as shared
from limbeck.cli.environment import by_command
from limbeck.cli.reporting import reporting

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = ("limbeck stamp head", "limbeck stamp ae10 27c6", "limbeck stamp --purge base")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    shared.add_revision(
        parser, "revisions", "where the database is; heads for all heads", nargs="+"
    )
    shared.add_offline(parser)
    parser.add_argument(
        "--purge", action="store_true", help="forget first what the version table holds"
    )
    shared.add_lock_timeout(parser)
    shared.add_json(parser)


def run(call: Call) -> None:
    """Write where the database is, without running anything."""
    from limbeck.actions.stamp import stamp, write_stamp

    args = call.args
    if args.sql:
        keywords = {"sql": True, "tag": args.tag, "purge": args.purge}
        if not by_command(call.project, "stamp", args.revisions, **keywords):
            write_stamp(call.project, args.revisions, call.output.out, purge=args.purge)
        return
    with reporting(call.output, lambda: call.project.history) as report:
        outcomes = stamp(call.project, args.revisions, purge=args.purge, report=report)
    if args.json:
        targets = [
            {
                "name": one.place.name,
                "address": one.place.address,
                "before": sorted(one.stamp.before),
                "after": sorted(one.stamp.after),
            }
            for one in outcomes
        ]
        call.output.json("stamp", {"targets": targets})
