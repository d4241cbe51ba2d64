"""`limbeck reid`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = (
    "limbeck reid migrations/versions/27c6_phones.py",
    "limbeck reid 27c6 --rev-id phones1",
    "limbeck reid migrations/versions/27c6_phones.py --followed-by ae10",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument("file", metavar="FILE", help="its file, or the revision")
    parser.add_argument("--rev-id", metavar="ID", help="the id, instead of one made by chance")
    parser.add_argument(
        "--followed-by",
        metavar="ID",
        action="append",
        help="where two files have the id: what follows this one (none: nothing); may be repeated",
    )
    parser.add_argument(
        "--upstream",
        metavar="BRANCH",
        help="the git branch that others build on (default: what the current one follows)",
    )
    parser.add_argument(
        "--offline", action="store_true", help="ask no database what it has applied"
    )
    parser.add_argument(
        "--force", action="store_true", help="do it although somebody may have run it"
    )
    add_json(parser)


def run(call: Call) -> None:
    """Give a revision another id in its file, in the name of that, and wherever it is referred to."""
    from limbeck.actions.reid import reid

    args = call.args
    found = reid(
        call.project,
        args.file,
        args.rev_id,
        followed_by=args.followed_by,
        upstream=args.upstream,
        everywhere=() if args.offline else call.everywhere,
        force=args.force,
    )
    if args.json:
        document = {
            "before": found.before,
            "after": found.after,
            "path": found.path,
            "rewritten": list(found.rewritten),
        }
        call.output.json("reid", document)
        return
    call.output.data(f"{found.before} -> {found.after}, {found.path}")
    for file in found.rewritten:
        call.output.remark(f"changed: {file}")
