"""`limbeck revision`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limbeck.cli import comparing
from limbeck.cli.arguments import add_json, add_revision_flag
from limbeck.cli.environment import by_command, has_env_py
from limbeck.cli.files import show_new

if TYPE_CHECKING:
    import argparse

    from limbeck.cli.call import Call

EXAMPLES = (
    'limbeck revision -m "add a column"',
    'limbeck revision -m "start billing" --head base --branch-label billing',
    'limbeck revision -m "fill the column" --kind sql',
    'limbeck revision --autogenerate -m "what the models say"',
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed."""
    parser.add_argument(
        "-m", "--message", default="", metavar="TEXT", help="what it does, in a few words"
    )
    parser.add_argument(
        "--kind",
        choices=("python", "sql"),
        default="python",
        help="write a Python file (default) or a plain SQL file",
    )
    add_revision_flag(
        parser,
        "--head",
        help="what to put it on: a head (default), branch@head, or base for a line of its own",
    )
    parser.add_argument(
        "--splice", action="store_true", help="allow --head to be no head, which makes a branch"
    )
    parser.add_argument(
        "--branch-label", metavar="LABEL", help="a name for the branch that starts here"
    )
    parser.add_argument(
        "--version-path", metavar="FOLDER", help="which of several folders of revisions to write to"
    )
    parser.add_argument("--rev-id", metavar="ID", help="the id, instead of one made by chance")
    add_revision_flag(
        parser,
        "--depends-on",
        help="a revision that must be applied before; may be repeated",
        repeated=True,
    )
    parser.add_argument(
        "--autogenerate",
        action="store_true",
        help="write what brings the database in step with the models",
    )
    parser.add_argument(
        "--verify",
        action="store_true",
        help="with --autogenerate: run the file up, down and up on a scratch database first",
    )
    parser.add_argument(
        "--ignore-git",
        action="store_true",
        help="write it although the upstream branch has revisions that are not here, or another branch has the id",
    )
    comparing.add_decisions(parser)
    comparing.add_permissions(parser)
    parser.add_argument(
        "--sql", action="store_true", help="accepted for old habits: no database is asked anyway"
    )
    add_json(parser)


def run(call: Call) -> None:
    """Write a new revision file."""
    from limbeck.actions.revision import revision

    args = call.args
    if not args.ignore_git:
        from limbeck.actions.upstream import refuse_unseen

        refuse_unseen(call.project, args.rev_id)
    if _is_of_env_py(call):
        from limbeck.cli import models_of_env_py

        if args.autogenerate and not args.sql:
            models_of_env_py.revision(call)
        else:
            arguments = models_of_env_py.command_arguments(call)
            message = arguments.pop("message")
            keywords = {"autogenerate": args.autogenerate, "sql": args.sql, **arguments}
            by_command(call.project, "revision", message, **keywords)
        return
    if args.autogenerate:
        comparing.generate(call)
        return
    _ask_database(call)
    if args.sql:
        call.output.remark("--sql changes nothing here; for a plain SQL file use --kind sql")
    made = revision(
        call.project,
        args.message,
        id=args.rev_id,
        head="head" if args.head is None else args.head,
        splice=args.splice,
        labels=[args.branch_label] if args.branch_label else [],
        depends_on=args.depends_on or [],
        version_path=args.version_path,
        sql=args.kind == "sql",
    )
    show_new(call, "revision", made)


def _ask_database(call: Call) -> None:
    """What is written by hand, too, is meant for a database that has run what is there; with an `env.py` as in Alembic."""
    args = call.args
    if args.offline or args.sql or has_env_py(call.project):
        return
    from limbeck.actions.upstream import refuse_pending

    problem = refuse_pending(call.project, "head" if args.head is None else args.head)
    if problem and not args.json:
        call.output.remark(problem)


def _is_of_env_py(call: Call) -> bool:
    """Whether only `env.py` knows what goes into the file: the models, or what its functions add."""
    models = call.args.autogenerate and not call.settings.metadata
    hooks = call.settings.revision_environment and call.args.kind == "python"
    return bool(models or hooks) and has_env_py(call.project)
