"""`limbeck reid`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli.arguments import add_json

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call
    from limbeck.project import Project

EXAMPLES = (
    "limbeck reid migrations/versions/27c6_phones.py",
    "limbeck reid 27c6 --rev-id phones1",
    "limbeck reid migrations/versions/27c6_phones.py --followed-by ae10",
    "limbeck reid 27c6 --database test staging",
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
        help="the git branch that others build on (default: as the settings or git say)",
    )
    parser.add_argument(
        "--offline", action="store_true", help="ask no database what it has applied"
    )
    parser.add_argument(
        "--database",
        metavar="NAME",
        nargs="*",
        help="change it in these databases, too, that have run this file (no name: the one without a name, or of -n)",
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
        everywhere=() if args.offline else _others(call),
        databases=_named(call),
        force=args.force,
    )
    if args.json:
        document = {
            "before": found.before,
            "after": found.after,
            "path": found.path,
            "rewritten": list(found.rewritten),
            "databases": list(found.databases),
        }
        call.output.json("reid", document)
        return
    call.output.data(f"{found.before} -> {found.after}, {found.path}")
    for file in found.rewritten:
        call.output.remark(f"changed: {file}")
    for name in found.databases:
        call.output.remark(f"changed in the database: {name}")
    if args.database is not None and not found.databases:
        call.output.remark("no database had it")


def _named(call: Call) -> tuple[Project, ...]:
    """The databases in which the id changes, too."""
    names = call.args.database
    if names is None:
        return ()
    return tuple(call.open(call.settings_of(name)) for name in names) or (call.project,)


def _others(call: Call) -> tuple[Project, ...]:
    """The databases that are asked whether they have it."""
    if call.args.database is None:
        return call.everywhere
    named = {project.settings.name for project in _named(call)}
    return tuple(one for one in call.everywhere if one.settings.name not in named)
